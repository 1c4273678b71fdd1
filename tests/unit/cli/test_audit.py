"""Response times, promises, the audit log and the customer book, as typed."""

import csv
import io
import json
import sqlite3
from pathlib import Path

import pytest

from tests.harness.command_line import Triage
from tests.harness.desks import Desktop, inquiry
from triage.vocabulary.records import FolderRole


@pytest.fixture
def answered(desktop: Desktop) -> Desktop:
    """One inquiry answered after 30 minutes from a telephone, one that waits."""
    desktop.arrive(inquiry())
    desktop.arrive(inquiry("ann@sample.example", "Price list", message_id="<2@sample.example>"))
    desktop.clock.move(minutes=30)
    reply = inquiry(
        "sales@seller.example",
        "Re: LED bulbs",
        "Dear Karl, the MOQ is 500 pcs.",
        "<reply@seller.example>",
        In_Reply_To="<1@muster.example>",
        References="<1@muster.example>",
    ).replace(b"To: sales@seller.example", b"To: karl@muster.example")
    desktop.arrive(reply, FolderRole.SENT)
    return desktop


def test_the_report_is_the_same_in_three_formats(triage: Triage, answered: Desktop) -> None:
    shown = triage("audit", "--by", "tier", "--by", "person")
    plain = json.loads(triage("audit", "--format", "json", "--by", "tier").text)
    rows = list(csv.reader(io.StringIO(triage("audit", "--format", "csv", "--by", "tier").text)))

    assert ["answered", "1", "(50", "%)"] in [line.split() for line in shown.text.splitlines()]
    assert "ann@sample.example" in shown.text
    total = plain["total"]
    assert (total["due"], total["answered"], total["elapsed_median"]) == (2, 1, 1800.0)
    assert (rows[0][:3], rows[-1][:3]) == (["tier", "due", "answered"], ["", "2", "1"])
    assert len(rows) == len(plain["groups"]) + 2


def test_the_brief_report_has_the_same_figures_in_three_formats(triage: Triage, answered: Desktop) -> None:
    shown = triage("audit", "--brief", "--by", "tier").text
    brief = json.loads(triage("audit", "--brief", "--by", "tier", "--format", "json").text)
    plain = json.loads(triage("audit", "--by", "tier", "--format", "json").text)
    rows = list(csv.reader(io.StringIO(triage("audit", "--brief", "--format", "csv").text)))

    assert ["answered", "1", "(50", "%)"] in [line.split() for line in shown.splitlines()]
    assert "By tier" in shown
    assert "ann@sample.example" not in shown
    assert brief["total"] == {name: value for name, value in plain["total"].items() if not name.startswith("buyer")}
    assert set(plain) - set(brief) > {"weeks", "heat", "worst", "waiting"}
    assert (len(rows), rows[1][:2]) == (2, ["2", "1"])


@pytest.mark.parametrize(
    ("further", "words"),
    [
        (
            ["--format", "xlsx"],
            "A brief report is not made as xlsx. Leave out --brief, or take --format table, json or ",
        ),
        (
            ["--format", "html"],
            "A brief report is not made as html. Leave out --brief, or take --format table, json or ",
        ),
        (
            ["--mailbox", "imaps://u@h"],
            "The report of a past mailbox is never brief: reading takes its time. Leave out ",
        ),
        (["--from", "in", "sent"], "The report of a past mailbox is never brief: reading takes its time. Leave out "),
    ],
)
def test_what_is_never_brief_says_so(triage: Triage, desktop: Desktop, further: list[str], words: str) -> None:
    answer = triage("audit", "--brief", *further)

    assert (answer.code, answer.text) == (2, "")
    assert answer.errors.startswith(f"triage: {words}")


def test_a_report_of_days_without_mail_is_empty_not_an_error(triage: Triage, answered: Desktop) -> None:
    plain = json.loads(triage("audit", "--format", "json", "--until", "2020-01-01").text)

    assert plain["total"]["due"] == 0
    assert triage("audit", "--since", "2020-13-01").code == 2


def test_promises_are_listed_kept_and_dropped(triage: Triage, desktop: Desktop) -> None:
    assert triage("promises").text == "No open promise.\n"
    desktop.arrive(inquiry())
    first, second = promise(desktop), promise(desktop)

    _, row, _ = triage("promises").text.splitlines()
    assert row.split()[:2] == [str(first), "open"]
    assert triage("promises", "--kept", str(first), "--by", "Li Na").code == 0
    assert triage("promises", "--drop", str(second)).code == 0

    assert triage("promises").text == "No open promise.\n"
    assert [line.split()[1] for line in triage("promises", "--all").text.splitlines()[1:]] == ["kept", "dropped"]
    again = triage("promises", "--kept", str(first))
    assert (again.code, again.errors) == (2, f"triage: Promise {first} is not open any more.\n")
    missing = triage("promises", "--drop", "99")
    assert (missing.code, missing.errors.startswith("triage: There is no promise 99.")) == (2, True)
    both = triage("promises", "--kept", "1", "--drop", "2")
    assert (both.code, both.errors) == (2, "triage: A promise is kept or dropped, not both. Name one of them.\n")


def promise(desktop: Desktop) -> int:
    """One that a letter to the first buyer made."""
    with desktop.app.store.begin() as uow:
        draft = uow.drafts.get(1)
        number = uow.promises.add(
            draft.id, draft.conversation_id, "Send the price list.", desktop.clock.now(), desktop.clock.now()
        )
        uow.commit()
    return number


def test_the_log_is_shown_and_verified(triage: Triage, answered: Desktop) -> None:
    triage("reject", "2", "--reason", "not\nfor us", "--by", "Li Na")

    lines = triage("log", "show").text.splitlines()

    assert lines[-1].split()[3:6] == ["Li", "Na", "draft.reject"]
    assert "reason=not for us" in lines[-1]
    assert triage("log", "show", "--after", str(len(lines) - 2)).text.splitlines()[1].split() == lines[-1].split()
    assert triage("log", "verify").text == "The audit log is whole, and the response figures follow from it.\n"


def test_a_tampered_log_is_found(triage: Triage, answered: Desktop, tmp_path: Path) -> None:
    triage("reject", "2", "--reason", "not for us")
    with sqlite3.connect(tmp_path / "triage.db") as database:
        database.execute("DROP TRIGGER IF EXISTS audit_event_no_update")
        database.execute("UPDATE audit_event SET actor = 'someone else' WHERE seq = 2")
    database.close()

    answer = triage("log", "verify")

    assert answer.code == 1
    assert "2" in answer.text
    assert answer.errors == "Restore the log from a backup, and find out who had access.\n"


def test_a_lost_audit_key_is_named(triage: Triage, answered: Desktop, tmp_path: Path) -> None:
    (tmp_path / "triage.key").write_text("not hexadecimal")

    answer = triage("log", "verify")

    assert answer.code == 2
    assert answer.errors.startswith(f"triage: The audit key {tmp_path / 'triage.key'} can't be used: ")
    assert answer.errors.endswith("name another with database.audit_key_file.\n")


def test_the_customer_book(triage: Triage, answered: Desktop) -> None:
    lines = triage("customers", "list").text.splitlines()
    cards = json.loads(triage("customers", "list", "--json").text)

    assert len(lines) == 3
    assert {card["addresses"][0] for card in cards} == {"karl@muster.example", "ann@sample.example"}
    assert json.loads(triage("customers", "show", str(cards[0]["id"]), "--json").text) == cards[0]

    missing = triage("customers", "show", "99")
    assert (missing.code, missing.errors) == (
        2,
        "triage: There is no customer 99. `triage customers list` shows all cards.\n",
    )
