"""`triage followups`, `triage complaint`, `triage promises add`, as a person types them."""

import json
from pathlib import Path

import pytest

from tests.harness.desks import Desktop, desktop, make_app
from tests.unit.followups.offices import COMPLAINT, asks
from triage.cli import followups
from triage.cli.audit import promise_add
from triage.errors import TriageError
from triage.vocabulary.states import Fault

__all__ = ["desktop", "make_app"]


@pytest.fixture
def config(desktop: Desktop, tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_news_are_listed_and_dropped(desktop: Desktop, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    message = asks(desktop)
    ((draft_id, _),) = desktop.drafts(message)
    desktop.app.review.reject(draft_id, "li", "")

    followups.news(text="Our catalogue has two more lamps.", config=config, filter=["traded=no"], limit=5)

    assert capsys.readouterr().out == "Draft 2: news, customer 1.\n1 proposed; `triage queue` shows them.\n"
    followups.list_(config=config, json=True)
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["draft"], told["occasion"], told["to"]) == (2, "news", ["karl@muster.example"])
    followups.list_(config=config)
    assert "karl@muster.example" in capsys.readouterr().out
    followups.drop([2], config=config, by="li", leave_alone=True)
    assert capsys.readouterr().out == "Draft 2 rejected.\nCustomer 1 is left alone.\n"
    followups.list_(config=config)
    assert capsys.readouterr().out == "No follow-up waits.\n"


def test_a_preview_writes_nothing(desktop: Desktop, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    message = asks(desktop)
    followups.news(text="A new lamp.", config=config, filter=["traded=no"], limit=5, preview=True)
    assert capsys.readouterr().out == "0 of 1 customers would get a letter now; 0 never wrote to us.\n"
    ((draft_id, _),) = desktop.drafts(message)
    desktop.app.review.reject(draft_id, "li", "")
    followups.news(text="A new lamp.", config=config, filter=["traded=no"], limit=5, preview=True)
    out = capsys.readouterr().out
    assert out.startswith("1 of 1 customers would get a letter now; 0 never wrote to us.\n  1  ")
    followups.list_(config=config)
    assert capsys.readouterr().out == "No follow-up waits.\n"


def test_news_to_everybody_are_refused(config: Path) -> None:
    with pytest.raises(TriageError, match="to whom"):
        followups.news(text="News.", config=config)
    with pytest.raises(TriageError, match="no letter templates for 'xx'"):
        followups.news(text="News.", config=config, filter=["traded=no"], language="xx")


def test_an_answer_is_not_dropped_as_a_follow_up(desktop: Desktop, config: Path) -> None:
    message = asks(desktop)
    ((draft_id, _),) = desktop.drafts(message)
    with pytest.raises(TriageError, match="no follow-up"):
        followups.drop([draft_id], config=config)
    assert desktop.drafts(message) == [(draft_id, "proposed")]


def test_a_complaint_is_recorded_and_closed(desktop: Desktop, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    message = asks(desktop, COMPLAINT)
    followups.complaints(config=config)
    assert "quality" in capsys.readouterr().out

    followups.complaint(message, config=config, by="li", fault=Fault.OURS, remedy="20 new lamps", closed=True)

    page = capsys.readouterr().out
    assert "Fault:    ours" in page
    assert "Remedy:   20 new lamps" in page
    followups.complaints(config=config)
    assert capsys.readouterr().out == "No complaint is open.\n"


def test_a_sentence_is_put_on_record(desktop: Desktop, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    message = asks(desktop)
    ((draft_id, _),) = desktop.drafts(message)
    letter = desktop.app.draft(draft_id).letter
    sentence = "We will send you the test report."
    desktop.app.review.edit(draft_id, "li", text=letter.text.replace("Best regards,", f"{sentence}\n\nBest regards,"))
    due = desktop.app.local_time(desktop.clock.now()).replace(tzinfo=None, year=2999)

    promise_add(draft_id, text=sentence, due=due, config=config, by="li")

    assert f"with {len(letter.promises) + 1} on record" in capsys.readouterr().out
