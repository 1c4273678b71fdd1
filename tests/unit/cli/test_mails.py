"""`triage assess` and `triage draft`: any pile of mail, one JSON object a mail, in order, without configuration."""

import json
import mailbox
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import message_from_bytes
from pathlib import Path

import pytest

from tests.harness.command_line import Answer, call
from tests.harness.desks import Choking, inquiry
from triage import desk
from triage.config import Settings
from triage.pipeline import Desk

FIRST, SECOND = inquiry(), inquiry("ann@sample.example", "Price list", message_id="<2@sample.example>")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder without a configuration."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TRIAGE_CONFIG", raising=False)
    yield


def lines(answer: Answer) -> list[dict[str, object]]:
    assert (answer.code, answer.errors) == (0, "")
    return [json.loads(line) for line in answer.text.splitlines()]


def as_mbox(path: Path) -> Path:
    box = mailbox.mbox(path)
    for raw in (FIRST, SECOND):
        box.add(message_from_bytes(raw))
    box.close()
    return path


def as_maildir(path: Path) -> Path:
    for name in ("cur", "new", "tmp"):
        (path / name).mkdir(parents=True)
    (path / "cur" / "1764000000.1.host:2,S").write_bytes(FIRST)
    (path / "new" / "1764000001.2.host").write_bytes(SECOND)
    return path


def as_folder(path: Path) -> Path:
    path.mkdir()
    (path / "a.eml").write_bytes(FIRST)
    (path / "b.eml").write_bytes(SECOND)
    (path / "readme.txt").write_text("no mail")
    return path


@pytest.mark.parametrize("form", [as_mbox, as_maildir, as_folder])
def test_every_form_of_a_pile_gives_the_same_mails_in_order(tmp_path: Path, form: Callable[[Path], Path]) -> None:
    path = form(tmp_path / "pile")

    found = lines(call("assess", str(path)))

    assert [mail["message_id"] for mail in found] == ["<1@muster.example>", "<2@sample.example>"]
    assert [mail["kind"] for mail in found] == ["rfq", "rfq"]
    assert len({mail["source"] for mail in found}) == 2


def test_files_and_standard_input_may_be_mixed(tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(SECOND)

    found = lines(call("assess", "-", "one.eml", stdin=FIRST))

    assert [mail["source"] for mail in found] == ["-", "one.eml"]
    assert [mail["subject"] for mail in found] == ["LED bulbs", "Price list"]


def test_standard_input_may_be_an_mbox(tmp_path: Path) -> None:
    found = lines(call("draft", "-", stdin=as_mbox(tmp_path / "box").read_bytes()))

    assert [letter["to"] for letter in found] == [["karl@muster.example"], ["ann@sample.example"]]
    assert all(letter["text"] for letter in found)


def test_a_large_mbox_streams_and_says_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("triage.cli.progress.time.monotonic", iter(range(10_000)).__next__)
    box = mailbox.mbox(tmp_path / "large.mbox")
    for number in range(205):
        box.add(message_from_bytes(inquiry(message_id=f"<{number}@sample.example>")))
    box.close()
    answer = call("assess", str(tmp_path / "large.mbox"))
    assert (answer.code, len(answer.text.splitlines())) == (0, 205)
    assert [line.split(",")[0] for line in answer.errors.splitlines()] == ["100 mails", "200 mails"]


@pytest.mark.parametrize("command", ["assess", "draft"])
@pytest.mark.parametrize("garbage", [b"", b"\0" * 5000, bytes(range(256)) * 40, b"From: \xff\xfe\r\n\r\n\x80"])
def test_garbage_is_a_mail_with_defects_not_an_error(command: str, garbage: bytes) -> None:
    (found,) = lines(call(command, "-", stdin=garbage))

    assert found["source"] == "-"
    if command == "assess":
        assert (found["is_buyer"], found["message_id"]) == (False, None)
    else:
        assert (found["text"], found["to"]) == ("", [])


def test_an_empty_file_is_an_empty_mail(tmp_path: Path) -> None:
    (tmp_path / "empty.eml").touch()

    (found,) = lines(call("assess", "empty.eml"))

    assert (found["source"], found["newest_text"], found["is_buyer"]) == ("empty.eml", "", False)


@pytest.mark.parametrize("command", ["assess", "draft"])
def test_what_is_not_there_is_named(tmp_path: Path, command: str) -> None:
    answer = call(command, "missing.eml")
    assert (answer.code, answer.text) == (2, "")
    assert answer.errors.startswith("triage: ")
    assert "missing.eml" in answer.errors

    (tmp_path / "nothing").mkdir()
    answer = call(command, "nothing")
    assert (answer.code, answer.errors) == (
        2,
        "triage: nothing holds no mail. Name a Maildir, or a folder with .eml or .mbox files.\n",
    )


def test_mails_before_a_missing_file_are_printed(tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(FIRST)

    answer = call("assess", "one.eml", "missing.eml")

    assert answer.code == 2
    assert [json.loads(line)["source"] for line in answer.text.splitlines()] == ["one.eml"]


def test_a_configuration_in_the_folder_is_used_and_its_faults_are_named(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[company]\nname = "Example Lamps"\nperson = "Zhang Min"\n')
    (found,) = lines(call("draft", "-", stdin=FIRST))
    assert "Zhang Min" in str(found["text"])

    (tmp_path / "config.toml").write_text("[company]\nnmae = 'x'\n")
    answer = call("draft", "-", stdin=FIRST)
    assert answer.code == 2
    assert "company.nmae: unknown key. config.example.toml explains every key." in answer.errors


def test_a_template_that_asks_for_a_missing_variable_is_named_and_stops_no_other_mail(tmp_path: Path) -> None:
    """Mails in other languages still get their letters; the exit code says that not all did."""
    folder = tmp_path / "templates" / "zh"
    folder.mkdir(parents=True)
    (folder / "letter.j2").write_text("尊敬的 {{ buyer_nmae }}：\n")
    (tmp_path / "config.toml").write_text('templates_folder = "templates"\n')
    chinese = inquiry("wang@lamp.example", "询价", "您好，请报价 5000 个 LED 灯泡，并告知最小起订量和交货期。王伟")
    (tmp_path / "a.eml").write_bytes(chinese)
    (tmp_path / "b.eml").write_bytes(FIRST)

    answer = call("draft", "a.eml", "b.eml")
    failed, good = (json.loads(line) for line in answer.text.splitlines())

    assert answer.code == 2
    assert answer.errors.startswith("triage: a.eml: draft: TemplateError: ")
    assert f"{folder / 'letter.j2'}, line 1" in answer.errors
    assert "buyer_nmae" in answer.errors
    assert (failed["source"], failed["text"]) == ("a.eml", "")
    assert "TemplateError" in failed["warnings"][0]["text"]
    assert good["text"]


def test_a_mail_that_no_step_can_digest_is_named_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Poison: no mail is known that does this, so a classifier stands in that chokes on a certain subject."""
    wire = desk.desk_of

    def choking(settings: Settings) -> Desk:
        sound = wire(settings)
        return replace(sound, classifier=Choking(sound.classifier, "poison"))

    monkeypatch.setattr(desk, "desk_of", choking)
    (tmp_path / "a.eml").write_bytes(inquiry(subject="poison"))
    (tmp_path / "b.eml").write_bytes(FIRST)

    answer = call("assess", "a.eml", "b.eml")
    poisoned, good = (json.loads(line) for line in answer.text.splitlines())

    assert (answer.code, answer.errors) == (2, "triage: a.eml: classify: ZeroDivisionError: chokes\n")
    assert poisoned["defects"][-1] == "failed_classify"
    assert good["kind"] == "rfq"
