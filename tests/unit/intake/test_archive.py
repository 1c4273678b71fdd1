import io
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from triage.errors import ArchiveError
from triage.intake.archive import read_archive

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MBOX = (
    b"From buyer@example.com Mon Nov 23 08:46:54 2026\nSubject: a\n\none\n\n"
    b"From buyer@example.com Mon Nov 23 08:47:54 2026\nSubject: b\n\ntwo\n"
)


class FixedClock:
    def now(self) -> datetime:
        return NOW


def names(path: str | Path) -> list[str]:
    return [mail.source for mail in read_archive(path, FixedClock())]


def test_a_single_mail_is_named_after_its_file(tmp_path: Path) -> None:
    (tmp_path / "inquiry.eml").write_bytes(b"Subject: a\r\n\r\none\r\n")
    (mail,) = read_archive(tmp_path / "inquiry.eml", FixedClock())
    assert (mail.source, mail.raw) == ("inquiry.eml", b"Subject: a\r\n\r\none\r\n")


def test_the_mails_of_an_mbox_are_counted_from_one(tmp_path: Path) -> None:
    (tmp_path / "sales.mbox").write_bytes(MBOX)
    mails = list(read_archive(tmp_path / "sales.mbox", FixedClock()))
    assert [(mail.source, mail.raw) for mail in mails] == [
        ("sales.mbox:1", b"Subject: a\n\none\n"),
        ("sales.mbox:2", b"Subject: b\n\ntwo\n"),
    ]
    assert mails[1].received_at == datetime(2026, 11, 23, 8, 47, 54, tzinfo=UTC)


def test_a_folder_is_searched_through_in_a_stable_order(tmp_path: Path) -> None:
    for name in ("b/2.eml", "a/1.EML", "0.eml", "a/box.mbox", "notes.txt", "b/picture.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(MBOX if name.endswith("mbox") else b"Subject: x\n\n")
    assert names(tmp_path) == ["0.eml", "a/1.EML", "a/box.mbox:1", "a/box.mbox:2", "b/2.eml"]


def test_a_maildir_gives_its_mails_and_those_of_its_subfolders_with_their_delivery_times(tmp_path: Path) -> None:
    for name in ("cur/1795423616.M1.host:2,S", "new/1795423617.M2.host", "tmp/1795423618.M3.host", ".Sent/cur/x:2,"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"Subject: x\n\n")
    (tmp_path / "dovecot-uidlist").write_text("3 V1")
    mails = list(read_archive(tmp_path, FixedClock()))
    assert [mail.source for mail in mails] == [".Sent/cur/x:2,", "cur/1795423616.M1.host:2,S", "new/1795423617.M2.host"]
    assert mails[2].received_at == datetime.fromtimestamp(1795423617, UTC)


def test_without_any_date_a_mail_arrived_when_its_file_was_written(tmp_path: Path) -> None:
    file = tmp_path / "old.eml"
    file.write_bytes(b"Subject: x\n\n")
    os.utime(file, (1_700_000_000, 1_700_000_000))
    (mail,) = read_archive(file, FixedClock())
    assert mail.received_at == datetime.fromtimestamp(1_700_000_000, UTC)


@pytest.mark.parametrize(("data", "expected"), [(b"Subject: x\n\n", ["-"]), (MBOX, ["-:1", "-:2"]), (b"", ["-"])])
def test_standard_input_is_one_mail_or_an_mbox(
    monkeypatch: pytest.MonkeyPatch, data: bytes, expected: list[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert names("-") == expected


def test_what_is_not_there_or_holds_no_mail_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    for path in (tmp_path / "missing", tmp_path):
        with pytest.raises(ArchiveError) as caught:
            names(path)
        assert str(path) in str(caught.value)
        assert caught.value.remedy != ""


def test_a_file_that_can_not_be_read_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "loop.eml").symlink_to(tmp_path / "loop.eml")
    with pytest.raises(ArchiveError, match=r"loop\.eml"):
        names(tmp_path)
