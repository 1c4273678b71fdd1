"""`triage plan`, as typed: the letter's parts, changed one by one, with the person's edits kept."""

import json

import pytest

from tests.harness.command_line import Triage
from tests.harness.desks import Desktop, inquiry


@pytest.fixture
def draft(desktop: Desktop) -> int:
    ((draft_id, _),) = desktop.drafts(desktop.arrive(inquiry()))
    return draft_id


def test_the_plan_is_shown_part_by_part(triage: Triage, desktop: Desktop, draft: int) -> None:
    text = triage("plan", str(draft)).text
    plan = desktop.app.draft(draft).letter.plan
    assert text.startswith("Letter en/")
    assert [item.id for item in plan.items if f"{'[x]' if item.on else '[ ]'} {item.id}" not in text] == []
    items = json.loads(triage("plan", str(draft), "--json").text)["items"]
    assert [item["id"] for item in items] == [item.id for item in plan.items]


def test_changes_write_the_letter_anew_and_keep_what_was_edited(triage: Triage, desktop: Desktop, draft: int) -> None:
    letter = desktop.app.draft(draft).letter
    first = letter.questions[0]
    desktop.app.review.edit(draft, "Li Na", text=letter.text.replace("Best regards,", "Kindest regards,"))

    answer = triage(
        "plan", str(draft), "--off", f"question.{first.id}", "--answer", "price=The price is USD 0.40.", "--by", "Li Na"
    )

    record = desktop.app.draft(draft)
    assert answer.code == 0
    assert "[x] answer.price (answered) in your words" in answer.text
    assert "The price is USD 0.40." in record.letter.text
    assert "Kindest regards," in record.letter.text
    assert first.text not in record.letter.text
    assert (record.revision, record.status) == (3, "proposed")
    with desktop.app.store.begin(write=False) as uow:
        assert [event.name for event in uow.audit.events() if event.name == "draft.replan"] == ["draft.replan"]


def test_a_changed_plan_voids_the_approval(triage: Triage, desktop: Desktop, draft: int) -> None:
    desktop.app.review.approve(draft, "Li Na", override="fine")
    triage("plan", str(draft), "--hold-all")
    record = desktop.app.draft(draft)
    assert (record.status, record.letter.holding) == ("proposed", True)


def test_a_conflict_is_shown_with_both_versions(triage: Triage, desktop: Desktop, draft: int) -> None:
    letter = desktop.app.draft(draft).letter
    deferral = letter.promises[0].text
    desktop.app.review.edit(draft, "Li Na", text=letter.text.replace(deferral, "We come back to you on all of it."))
    text = triage("plan", str(draft), "--answer", "moq=The minimum order is 500 pcs.").text
    assert "CONFLICT" in text
    assert "  yours: We come back to you on all of it." in text


def test_what_the_plan_does_not_have_is_named(triage: Triage, draft: int) -> None:
    for arguments in (("--off", "question.nothing"), ("--answer", "mood=good"), ("--language", "xx")):
        answer = triage("plan", str(draft), *arguments)
        assert answer.code == 2
        assert answer.errors.startswith("triage: ")


def test_r28_an_approval_keeps_how_much_of_the_template_was_changed(desktop: Desktop, draft: int) -> None:
    letter = desktop.app.draft(draft).letter
    desktop.app.review.approve(draft, "Li Na", override="fine")
    desktop.app.review.edit(draft, "Li Na", text=letter.text.replace("Best regards,", "Kindest regards,"))
    desktop.app.review.approve(draft, "Li Na", override="fine")
    with desktop.app.store.begin(write=False) as uow:
        (use,) = uow.drafts.template_use()
    assert (use.template, use.approved, use.untouched) == (letter.template, 2, 1)
    assert 0 < use.changed < 0.05
