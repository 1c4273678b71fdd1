from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.harness.mails import mail
from tests.harness.stores import SetClock
from triage.errors import ArchiveError
from triage.intake import archive, mbox
from triage.intake.archive import Imported, import_archive
from triage.store import SqlStore
from triage.vocabulary.records import MessageRecord
from triage.vocabulary.states import Direction, MessageStatus


def box(path: Path, numbers: range) -> Path:
    divider = b"From buyer@example.com Mon Nov 23 08:46:54 2025\n"
    path.write_bytes(b"".join(divider + mail(number).replace(b"\r\n", b"\n") + b"\n" for number in numbers))
    return path


def records(store: SqlStore, account_id: str = "archive") -> list[MessageRecord]:
    with store.begin(write=False) as uow:
        return [
            record for folder in uow.accounts.folders(account_id) for record in uow.messages.in_folder(folder.id, 0)
        ]


def test_an_archive_is_stored_with_raw_bytes_and_arrival(
    sqlite_store: SqlStore, clock: SetClock, tmp_path: Path
) -> None:
    (tmp_path / "one.eml").write_bytes(mail(1))
    assert import_archive(sqlite_store, tmp_path / "one.eml", clock=clock) == Imported(new=1, known=0)
    (record,) = records(sqlite_store)
    with sqlite_store.begin(write=False) as uow:
        assert uow.messages.raw(record.id) == mail(1)
    assert (record.direction, record.status, record.uid.bit_length() <= 56) == (
        Direction.IN,
        MessageStatus.STORED,
        True,
    )


def test_a_second_run_adds_nothing(sqlite_store: SqlStore, clock: SetClock, tmp_path: Path) -> None:
    path = box(tmp_path / "sales.mbox", range(250))
    assert import_archive(sqlite_store, path, clock=clock) == Imported(new=250, known=0)
    assert import_archive(sqlite_store, path, clock=clock) == Imported(new=0, known=250)
    assert len(records(sqlite_store)) == 250


def test_an_import_that_was_broken_off_goes_on(sqlite_store: SqlStore, clock: SetClock, tmp_path: Path) -> None:
    path = box(tmp_path / "sales.mbox", range(250))

    def interrupt(done: int, total: int, new: int, known: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_archive(sqlite_store, path, clock=clock, progress=interrupt)
    assert len(records(sqlite_store)) == 100
    assert import_archive(sqlite_store, path, clock=clock) == Imported(new=150, known=100)


def test_progress_counts_bytes_and_mails_up_to_the_end(sqlite_store: SqlStore, clock: SetClock, tmp_path: Path) -> None:
    first, second = box(tmp_path / "a.mbox", range(150)), box(tmp_path / "b.mbox", range(150, 160))
    seen: list[tuple[int, ...]] = []
    import_archive(sqlite_store, tmp_path, clock=clock, progress=lambda *numbers: seen.append(numbers))
    total = first.stat().st_size + second.stat().st_size
    assert [numbers[2:] for numbers in seen] == [(100, 0), (150, 0), (160, 0)]
    assert {numbers[1] for numbers in seen} == {total}
    assert seen[-1][0] == total
    assert [numbers[0] for numbers in seen] == sorted(numbers[0] for numbers in seen)


def test_the_same_mail_twice_in_an_archive_is_one(sqlite_store: SqlStore, clock: SetClock, tmp_path: Path) -> None:
    for name in ("a.eml", "b.eml"):
        (tmp_path / name).write_bytes(mail(1))
    assert import_archive(sqlite_store, tmp_path, clock=clock) == Imported(new=1, known=1)


def test_archives_of_sent_mail_hold_letters_of_ours(sqlite_store: SqlStore, clock: SetClock, tmp_path: Path) -> None:
    import_archive(sqlite_store, box(tmp_path / "sent.mbox", range(2)), sent=True, account_id="sales", clock=clock)
    assert [record.direction for record in records(sqlite_store, "sales")] == [Direction.OUT, Direction.OUT]


def test_a_configured_accounts_address_is_left_as_it_is(
    sqlite_store: SqlStore, clock: SetClock, tmp_path: Path
) -> None:
    with sqlite_store.begin() as uow:
        uow.accounts.ensure("sales", "sales@seller.example")
        uow.commit()
    import_archive(sqlite_store, box(tmp_path / "a.mbox", range(1)), account_id="sales", clock=clock)
    with sqlite_store.begin(write=False) as uow:
        assert uow.accounts.get("sales").address == "sales@seller.example"


def test_f15_of_a_mail_over_the_limit_the_headers_are_kept(
    sqlite_store: SqlStore, clock: SetClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mbox, "MAX_KEPT", 1000)
    monkeypatch.setattr(archive, "MAX_KEPT", 1000)
    (tmp_path / "big.eml").write_bytes(mail(1, size=50_000))
    import_archive(sqlite_store, tmp_path, clock=clock)
    (record,) = records(sqlite_store)
    with sqlite_store.begin(write=False) as uow:
        assert uow.messages.raw(record.id) == mail(1).partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    assert (record.size, record.fault) == (len(mail(1, size=50_000)), f"too large: {record.size} bytes")


def test_the_import_stands_in_the_audit_log(sqlite_store: SqlStore, clock: SetClock, tmp_path: Path) -> None:
    import_archive(sqlite_store, box(tmp_path / "a.mbox", range(3)), clock=clock)
    with sqlite_store.begin(write=False) as uow:
        (event,) = uow.audit.events()
    assert (event.name, event.at, event.data["new"]) == ("archive.imported", clock.now(), "3")


def test_dates_after_the_clocks_day_are_not_believed(sqlite_store: SqlStore, clock: SetClock, tmp_path: Path) -> None:
    clock.moment = datetime(2025, 11, 20, tzinfo=UTC)
    path = box(tmp_path / "a.mbox", range(1))
    import_archive(sqlite_store, path, clock=clock)
    (record,) = records(sqlite_store)
    assert record.received_at != datetime(2025, 11, 23, 8, 46, 54, tzinfo=UTC)


def test_a_missing_archive_is_an_error(sqlite_store: SqlStore, clock: SetClock, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError):
        import_archive(sqlite_store, tmp_path / "missing", clock=clock)
