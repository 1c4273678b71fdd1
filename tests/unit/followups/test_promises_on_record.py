"""Sentences that a reviewer puts on record as promises."""

from datetime import timedelta

import pytest

from tests.harness.desks import Desktop
from tests.unit.followups.offices import asks, draft, office, send
from triage.errors import BlockedByChecks, TriageError
from triage.vocabulary.states import PromiseStatus

__all__ = ["office"]

SENTENCE = "We will send you the test report on Friday."


def edited(office: Desktop) -> int:
    message = asks(office)
    ((draft_id, _),) = office.drafts(message)
    text = draft(office, draft_id).letter.text.replace(
        "Best regards,", f"{SENTENCE} We will call you.\n\nBest regards,"
    )
    office.app.review.edit(draft_id, "li", text=text)
    return draft_id


def unrecorded(office: Desktop, draft_id: int) -> list[str]:
    return [w.place for w in draft(office, draft_id).letter.warnings if w.code == "promise_without_record"]


def test_p7_each_unrecorded_promise_is_named_and_blocks_until_it_is_on_record(office: Desktop) -> None:
    draft_id = edited(office)
    assert unrecorded(office, draft_id) == [SENTENCE, "We will call you."]
    with pytest.raises(BlockedByChecks):
        office.app.review.approve(draft_id, "li")
    due = office.clock.now() + timedelta(days=3)

    office.app.review.promise(draft_id, "li", SENTENCE, due)
    office.app.review.promise(draft_id, "li", "We will call you.", due)

    assert unrecorded(office, draft_id) == []
    send(office, draft_id, override="")
    with office.app.store.begin(write=False) as uow:
        noted = uow.promises.list(PromiseStatus.OPEN)
    assert [(promise.text, promise.due) for promise in noted] == [(SENTENCE, due), ("We will call you.", due)]


def test_p7_a_changed_plan_keeps_what_is_on_record(office: Desktop) -> None:
    draft_id = edited(office)
    office.app.review.promise(draft_id, "li", SENTENCE, office.clock.now() + timedelta(days=3))
    from triage.drafting.editing import tick

    plan = draft(office, draft_id).letter.plan
    office.app.review.replan(draft_id, "li", tick(plan, "hours", False))

    assert [promise.text for promise in draft(office, draft_id).letter.promises] == [SENTENCE]


def test_only_what_the_letter_says_and_a_time_to_come_can_be_put_on_record(office: Desktop) -> None:
    draft_id = edited(office)
    later = office.clock.now() + timedelta(days=3)
    with pytest.raises(TriageError, match="does not say"):
        office.app.review.promise(draft_id, "li", "We will pay.", later)
    with pytest.raises(TriageError, match="over"):
        office.app.review.promise(draft_id, "li", SENTENCE, office.clock.now())
