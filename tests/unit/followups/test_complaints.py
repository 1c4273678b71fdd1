"""The complaints lane, on both databases (R24)."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from tests.harness.desks import Desktop
from tests.unit.followups.offices import COMPLAINT, asks, draft, from_a_phone, office, send
from triage.errors import NotFound, TriageError
from triage.vocabulary.inquiry import Kind
from triage.vocabulary.states import Fault, Occasion

__all__ = ["office"]


def complained(office: Desktop) -> int:
    """A complaint came, was acknowledged, then answered; its case."""
    message = asks(office, COMPLAINT)
    ((draft_id, _),) = office.drafts(message)
    send(office, draft_id)
    from_a_phone(office)  # the promised answer
    return message


def test_a_complaint_opens_its_case_with_what_it_is_about(office: Desktop) -> None:
    message = complained(office)
    (case,) = office.app.complaints.list()
    assert (case.message_id, case.sort, case.fault, case.closed_at) == (message, "quality", None, None)


def test_a_second_complaint_of_the_conversation_belongs_to_the_open_case(office: Desktop) -> None:
    message = complained(office)
    asks(office, COMPLAINT, 2, References="<1@muster.example>")
    assert [case.message_id for case in office.app.complaints.list()] == [message]


def test_what_is_no_complaint_after_all_has_no_case(office: Desktop) -> None:
    message = asks(office, COMPLAINT)
    office.app.review.relabel(message, Kind.AFTER_SALE, "li")
    assert office.app.complaints.list() == []
    office.app.review.relabel(message, Kind.COMPLAINT, "li")
    assert [case.sort for case in office.app.complaints.list()] == ["quality"]


def test_nobody_who_complains_gets_another_follow_up(office: Desktop) -> None:
    complained(office)
    office.clock.move(days=120)
    assert office.app.outreach.propose() == []


def test_after_the_remedy_we_ask_once_whether_it_worked(office: Desktop) -> None:
    message = complained(office)
    arrives = office.clock.now() + timedelta(days=2)
    office.app.complaints.record(
        message, "li", cause="wet cartons", fault=Fault.CARRIER, remedy="new lamps", remedy_at=arrives
    )
    office.clock.move(days=3)
    assert office.app.outreach.propose() == []
    office.clock.move(days=4)

    (made,) = office.app.outreach.propose()

    letter = draft(office, made.draft_id).letter
    assert (made.occasion, letter.template) == (Occasion.AFTER_COMPLAINT, "en/after_complaint")
    assert not letter.blocking
    assert letter.questions == ()
    send(office, made.draft_id, override="")
    office.clock.move(days=20)
    assert office.app.outreach.propose() == []


def test_two_daemons_at_once_ask_once(office: Desktop) -> None:
    message = complained(office)
    office.app.complaints.record(message, "li", fault=Fault.CARRIER, remedy="new lamps")
    office.clock.move(days=7)
    with ThreadPoolExecutor(6) as pool:
        made = [one for found in pool.map(lambda _: office.app.outreach.propose(), range(6)) for one in found]
    assert [proposed.occasion for proposed in made] == [Occasion.AFTER_COMPLAINT]


def test_nobody_is_asked_of_a_case_that_is_over_or_without_a_remedy(office: Desktop) -> None:
    message = complained(office)
    office.clock.move(days=30)
    assert office.app.outreach.propose() == []
    office.app.complaints.record(message, "li", fault=Fault.CARRIER, remedy="new lamps", closed=True)
    office.clock.move(days=7)
    assert Occasion.AFTER_COMPLAINT not in {made.occasion for made in office.app.outreach.propose()}


def test_a_complaint_alarms_by_its_own_target_and_in_steps(office: Desktop) -> None:
    """R24: not by the tier's, and louder each time, until it is answered."""
    message = asks(office, COMPLAINT)
    with office.app.store.begin(write=False) as uow:
        (row,) = [row for row in uow.responses.waiting() if row.message_id == message]
    assert row.target_seconds == office.app.settings.targets.complaint_hours * 3600
    heard = []
    for _ in range(130):
        office.clock.move(hours=1)
        office.app.upkeep.review_alarms()
        with office.app.store.begin(write=False) as uow:
            heard += [alert.text.split("'")[0] for alert in uow.alerts.standing() if "step" in alert.text]
    steps = list(dict.fromkeys(re.findall(r"step (\d) of 3", " ".join(heard))))
    assert steps == ["1", "2", "3"]


def test_a_case_is_closed_when_someone_said_whose_fault_it_was(office: Desktop) -> None:
    message = complained(office)
    with pytest.raises(TriageError, match="whose fault"):
        office.app.complaints.record(message, "li", closed=True)

    case = office.app.complaints.record(message, "li", fault=Fault.OURS, remedy="a refund", closed=True)

    assert (case.closed_at, case.remedy_at, case.by) == (office.clock.now(), office.clock.now(), "li")
    assert office.app.complaints.list() == []
    assert office.app.complaints.record(message, "li", closed=False).closed_at is None
    with pytest.raises(NotFound):
        office.app.complaints.get(message + 100)


def test_a45_the_report_counts_complaints_by_what_they_are_about(office: Desktop) -> None:
    message = complained(office)
    office.clock.move(hours=30)
    office.app.complaints.record(message, "li", fault=Fault.OURS, remedy="a refund", closed=True)

    (count,) = office.app.reporting.response_times().complaints

    assert (count.sort, count.came, count.open, count.our_fault, count.remedied) == ("quality", 1, 0, 1, 1)
    assert count.median_seconds == timedelta(hours=30).total_seconds()
