"""The reviewer's commands, as typed."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.harness.command_line import Answer, Triage
from tests.harness.desks import Desktop, inquiry
from triage.processing import TRIES
from triage.vocabulary.records import Delivery, MessageRecord, Outcome
from triage.vocabulary.states import DraftStatus, MessageStatus

ROOT = Path(__file__).parents[3]
LETTER = "Dear Mr. Beispiel,\n\nthank you for your mail. Which base do you need?\n\nBest regards,\nLi Na\n"


@pytest.fixture
def draft(desktop: Desktop) -> int:
    """A proposed draft that no check objects to."""
    ((draft_id, state),) = desktop.drafts(desktop.arrive(inquiry()))
    assert state == "proposed"
    return draft_id


def status_of(desktop: Desktop, draft_id: int) -> str:
    return str(desktop.app.draft(draft_id).status)


def refused(answer: Answer) -> str:
    """The words of a command that could not be done."""
    assert (answer.code, answer.text) == (2, "")
    assert answer.errors.startswith("triage: ")
    assert answer.errors.count("\n") == 1
    return answer.errors.removeprefix("triage: ").rstrip("\n")


def test_an_empty_queue_says_so(triage: Triage) -> None:
    assert triage("queue").text == "Nothing waits for a person.\n"
    assert json.loads(triage("queue", "--json").text) == []


def test_the_queue_lists_what_waits_for_a_person(triage: Triage, desktop: Desktop, draft: int) -> None:
    head, row = triage("queue").text.splitlines()
    (item,) = json.loads(triage("queue", "--json").text)

    assert head.split()[:4] == ["draft", "tier", "prio", "state"]
    assert row.split()[0] == str(draft)
    assert "karl@muster.example" in row
    assert (item["draft"], item["from"], item["subject"]) == (draft, "karl@muster.example", "LED bulbs")
    assert item["hash"] == desktop.app.draft(draft).content_hash
    assert json.loads(triage("queue", "--json", "--status", "sent").text) == []


def test_the_queue_shows_alerts_and_no_control_characters(triage: Triage, desktop: Desktop) -> None:
    desktop.arrive(inquiry(subject="LED \x1b[31mbulbs\x07"))
    desktop.app.vitals.alert("some:key", "Something\x1b[2J is wrong.")

    text = triage("queue").text

    assert "! Something [2J is wrong. (since " in text
    assert "\x1b" not in text
    assert "\x07" not in text


def test_show_tells_mail_reasons_letter_points_and_hash(triage: Triage, desktop: Desktop, draft: int) -> None:
    text = triage("show", str(draft)).text

    record = desktop.app.draft(draft)
    assert text.startswith(f"Draft {draft}  proposed  revision 1  hash {record.content_hash[:12]}\n")
    assert "please quote 5000 LED bulbs" in text
    assert record.letter.text in text
    assert [line.split()[1].rstrip(":") for line in text.split("--- points ---\n")[1].splitlines()[:3]] == [
        str(answer.point) for answer in record.letter.points[:3]
    ]


@pytest.mark.parametrize(
    "command",
    [
        ["show"],
        ["approve"],
        ["reject"],
        ["hold"],
        ["release"],
        ["edit", "--subject", "x"],
        ["relabel"],
        ["resolve", "--delivered", "--reason", "telephone"],
    ],
)
def test_a_draft_that_does_not_exist_is_named(triage: Triage, command: list[str]) -> None:
    kind = ["rfq"] if command[0] == "relabel" else []

    words = refused(triage(command[0], "99", *kind, *command[1:]))

    assert words == "There is no draft 99. `triage queue` lists them."


def test_approve_binds_the_letter_that_was_read(triage: Triage, desktop: Desktop, draft: int) -> None:
    words = refused(triage("approve", str(draft), "--hash", "0123456789ab", "--by", "Wang Wei"))
    assert words == f"Draft {draft} changed since you looked. Read it again, then approve."
    assert status_of(desktop, draft) == "proposed"

    answer = triage("approve", str(draft), "--hash", desktop.app.draft(draft).content_hash[:12], "--by", "Wang Wei")

    record = desktop.app.draft(draft)
    assert answer.text == f"Draft {draft} approved by Wang Wei; sha256 {record.outgoing_sha256}.\n"
    assert (record.status, record.approved_by) == (DraftStatus.APPROVED, "Wang Wei")
    assert refused(triage("approve", str(draft))) == f"Draft {draft} is approved, not proposed. Look at it again."


def test_a_letter_can_be_sent_later(triage: Triage, desktop: Desktop, draft: int) -> None:
    assert triage("approve", str(draft), "--send-at", "2099-01-05T09:00:00").code == 0

    record = desktop.app.draft(draft)
    assert record.not_before is not None
    assert record.not_before.isoformat() == "2099-01-05T01:00:00+00:00"


def test_blocking_checks_need_a_reason(triage: Triage, desktop: Desktop, draft: int) -> None:
    letter = LETTER.replace("Which base", "Our price is USD 0.50 per piece. Which base")
    edited = triage("edit", str(draft), "--file", "-", stdin=letter.encode())
    assert "BLOCKS: " in edited.text

    words = refused(triage("approve", str(draft)))
    assert words.startswith(f"Draft {draft} can't be approved: ")
    assert words.endswith("Edit it, or override with a reason.")

    assert triage("approve", str(draft), "--override", "price agreed by telephone").code == 0
    assert status_of(desktop, draft) == "approved"
    assert "price agreed by telephone" in triage("log", "show").text


def test_two_processes_that_approve_at_once_decide_once(desktop: Desktop, draft: int, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "triage", "approve", str(draft), "--config", str(tmp_path / "config.toml")]
    both = [
        subprocess.Popen([*command, "--by", by], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for by in ("Wang Wei", "Li Na")
    ]
    said = [process.communicate(timeout=60) for process in both]

    assert sorted(process.returncode for process in both) == [0, 2]
    loser = next(errors for process, (_, errors) in zip(both, said, strict=True) if process.returncode == 2)
    assert loser == f"triage: Draft {draft} is approved, not proposed. Look at it again.\n"
    with desktop.app.store.begin(write=False) as uow:
        approvals = [event for event in uow.audit.events() if event.name == "draft.approve"]
    assert len(approvals) == 1
    assert approvals[0].actor == desktop.app.draft(draft).approved_by


def test_edit_takes_text_from_a_file_or_standard_input(
    triage: Triage, desktop: Desktop, draft: int, tmp_path: Path
) -> None:
    triage("approve", str(draft))
    file = tmp_path / "letter.txt"
    file.write_text(LETTER, encoding="utf-8")

    answer = triage("edit", str(draft), "--file", str(file), "--subject", "Your LED bulbs")

    record = desktop.app.draft(draft)
    assert answer.text.startswith(f"Draft {draft} is now revision 2, hash {record.content_hash[:12]}.\n")
    assert (record.status, record.letter.text, record.letter.subject) == (
        DraftStatus.PROPOSED,
        LETTER,
        "Your LED bulbs",
    )
    assert triage("edit", str(draft), "--file", "-", stdin="Dear Mr. Beispiel, grüße!\n".encode()).code == 0
    assert desktop.app.draft(draft).letter.text == "Dear Mr. Beispiel, grüße!\n"


def test_edit_opens_the_persons_editor(
    triage: Triage, desktop: Desktop, draft: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", "sed -i s/Karl/Carl/")
    before = desktop.app.draft(draft).letter.text

    assert triage("edit", str(draft)).code == 0
    assert desktop.app.draft(draft).letter.text == before.replace("Karl", "Carl")

    monkeypatch.setenv("EDITOR", "false")
    assert refused(triage("edit", str(draft))) == "The editor 'false' ended with 1; nothing was changed."
    monkeypatch.setenv("EDITOR", "no-such-editor --wait")
    assert refused(triage("edit", str(draft))).startswith("Can't start the editor 'no-such-editor --wait'.")
    assert desktop.app.draft(draft).revision == 2


@pytest.mark.parametrize("content", [None, b"\xff\xfe no utf-8"])
def test_edit_says_what_is_wrong_with_the_file(
    triage: Triage, desktop: Desktop, draft: int, tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "letter.txt"
    if content is not None:
        file.write_bytes(content)

    words = refused(triage("edit", str(draft), "--file", str(file)))

    assert words.startswith(f"Can't read {file}: ")
    assert words.endswith("Name a UTF-8 text file.")
    assert desktop.app.draft(draft).revision == 1


def test_standard_input_that_is_no_text_changes_nothing(triage: Triage, desktop: Desktop, draft: int) -> None:
    words = refused(triage("edit", str(draft), "--file", "-", stdin=b"\xff\xfe"))

    assert words.startswith("Can't read standard input: ")
    assert desktop.app.draft(draft).revision == 1


def test_a_subject_can_carry_no_second_header(triage: Triage, desktop: Desktop, draft: int) -> None:
    words = refused(triage("edit", str(draft), "--subject", "Offer\r\nBcc: all@example.com"))

    assert words == "The subject holds a control character (U+000D). Remove it and approve again."
    assert desktop.app.draft(draft).revision == 1


def test_reject_hold_and_release(triage: Triage, desktop: Desktop, draft: int) -> None:
    assert triage("hold", str(draft), "--reason", "ask the boss").text == f"Draft {draft} held.\n"
    assert status_of(desktop, draft) == "held"
    assert "ask the boss" in triage("show", str(draft)).text

    assert triage("release", str(draft)).text == f"Draft {draft} is proposed again, revision 2.\n"
    assert status_of(desktop, draft) == "proposed"

    assert triage("reject", str(draft), "--reason", "no such product").text == f"Draft {draft} rejected.\n"
    assert status_of(desktop, draft) == "rejected"
    with desktop.app.store.begin(write=False) as uow:
        assert uow.responses.waiting() == []

    for command in ("release", "reject", "approve", "edit"):
        extra = ["--subject", "x"] if command == "edit" else []
        assert refused(triage(command, str(draft), *extra)).startswith(f"Draft {draft} is rejected")
    assert refused(triage("hold", str(draft))) == "A draft can't go from rejected to held."


def test_relabel_drops_or_renews_the_draft(triage: Triage, desktop: Desktop, draft: int) -> None:
    assert triage("relabel", str(draft), "vendor_pitch").text == "Relabelled vendor_pitch. No reply is due.\n"
    assert status_of(desktop, draft) == "superseded"

    assert triage("relabel", str(draft), "complaint").text == f"Relabelled complaint. New draft: {draft + 1}.\n"
    assert status_of(desktop, draft + 1) == "proposed"

    unknown = triage("relabel", str(draft), "nonsense")
    assert unknown.code == 2
    assert "'nonsense'" in unknown.errors


@pytest.mark.parametrize(("option", "after"), [("--delivered", "sent"), ("--not-delivered", "refused")])
def test_resolve_ends_an_uncertain_sending(
    triage: Triage, desktop: Desktop, draft: int, option: str, after: str
) -> None:
    words = refused(triage("resolve", str(draft), option, "--reason", "asked the buyer"))
    assert words == f"Draft {draft} is proposed, not uncertain. Nothing was changed."
    make_uncertain(desktop, draft)

    assert (
        refused(triage("resolve", str(draft))) == "Say whether the letter arrived. Add --delivered or --not-delivered."
    )
    assert refused(triage("resolve", str(draft), option)).endswith("by name and with a reason. Add both.")
    assert status_of(desktop, draft) == "uncertain"

    assert triage("resolve", str(draft), option, "--reason", "asked the buyer", "--by", "Li Na").code == 0
    assert status_of(desktop, draft) == after


def make_uncertain(desktop: Desktop, draft_id: int) -> None:
    """As a server does that says nothing after the letter's last byte."""
    app = desktop.app
    app.review.approve(draft_id, "Li Na")

    class Silent:
        def credentials_digest(self) -> str:
            return ""

        def deliver(self, outgoing: object, mark: object) -> Delivery:
            mark()  # type: ignore[operator]
            return Delivery(Outcome.UNKNOWN, "body", None, "No answer to the letter.")

    app._senders["sales"] = Silent()  # type: ignore[assignment]
    assert app.dispatcher.dispatch(draft_id) is DraftStatus.UNCERTAIN


def park(desktop: Desktop) -> int:
    """A mail whose last step failed three times."""
    message_id = desktop.arrive(inquiry())
    with desktop.app.store.begin() as uow:
        uow.messages.replay(message_id)
        uow.commit()
    (record,) = _records(desktop, message_id)
    for _ in range(TRIES):
        desktop.app.processor._failed(record, "draft", "TemplateError: letter.j2 is broken.")
        (record,) = _records(desktop, message_id)
    assert record.status is MessageStatus.PARKED
    return message_id


def _records(desktop: Desktop, message_id: int) -> Sequence[MessageRecord]:
    with desktop.app.store.begin(write=False) as uow:
        return uow.messages.get_many([message_id])


def test_parked_mails_are_listed_saved_and_replayed(triage: Triage, desktop: Desktop) -> None:
    assert triage("parked").text == "No mail is parked.\n"
    message_id = park(desktop)

    head, row = triage("parked").text.splitlines()
    assert head.split() == ["message", "step", "tries", "since", "error"]
    assert row.split()[:3] == [str(message_id), "draft", "3"]
    assert "! 1 mail waits unprocessed; the last fault: TemplateError: letter.j2 is broken." in triage("queue").text
    assert triage("parked", "--save", str(message_id)).data == inquiry()

    answer = triage("parked", "--replay", str(message_id), "--by", "Li Na")

    assert answer.text == f"Message {message_id} is stored again; the daemon will process it.\n"
    assert triage("parked").text == "No mail is parked.\n"
    assert "!" not in triage("queue").text
    assert "message.replayed" in triage("log", "show").text
    assert desktop.app.processor.process_waiting(10) == 1
    assert refused(triage("parked", "--replay", str(message_id))) == (
        f"Message {message_id} is not parked. `triage parked` lists those that are."
    )


@pytest.mark.parametrize("option", ["--save", "--replay"])
def test_a_message_that_does_not_exist_is_named(triage: Triage, desktop: Desktop, option: str) -> None:
    words = refused(triage("parked", option, "99"))

    assert words == "There is no message 99. `triage parked` lists those that are parked."


@pytest.mark.parametrize("option", ["--save", "--replay"])
def test_a_mail_that_its_server_never_gave_is_not_taken_for_an_empty_one(
    triage: Triage, desktop: Desktop, option: str
) -> None:
    message_id = desktop.listed("expunged before fetch")

    words = refused(triage("parked", option, str(message_id)))

    assert words == f"Message {message_id} has no text here: its server never gave it. Look for it there."
    assert desktop.app.processor.process_waiting(10) == 0


def test_the_login_name_stands_for_a_person(
    triage: Triage, desktop: Desktop, draft: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "SUDO_USER", "wangwei")

    assert triage("approve", str(draft)).text.startswith(f"Draft {draft} approved by wangwei;")
