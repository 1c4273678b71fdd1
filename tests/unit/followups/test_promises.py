from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.unit.audit.desk import Desk, at
from triage.errors import NotFound
from triage.followups.promises import kept_by, letter_sent, listing, record, review, settle
from triage.vocabulary.inquiry import Point
from triage.vocabulary.letter import AnswerStatus, PointAnswer, PromiseMade
from triage.vocabulary.records import DraftRecord
from triage.vocabulary.states import Occasion, PromiseStatus

PRICE = PromiseMade("We will send the price by Monday 16:00.", at(16))
REPORT = PromiseMade("The test report follows on Tuesday.", at(12, days=1))


@pytest.fixture
def desk() -> Desk:
    """A holding reply with two promises left at 10:00."""
    desk = Desk()
    letter_sent(desk.uow, desk.letter(at(10), holding=True, promises=(PRICE, REPORT)), at(10))
    return desk


def states(desk: Desk) -> list[PromiseStatus]:
    return [row.status for row in desk.promises.rows.values()]


def test_p1_a_sent_letter_s_promises_are_noted_once(desk: Desk) -> None:
    assert [(row.text, row.due, row.status) for row in desk.promises.list()] == [
        (PRICE.text, PRICE.due, PromiseStatus.OPEN),
        (REPORT.text, REPORT.due, PromiseStatus.OPEN),
    ]
    assert record(desk.uow, desk.letters[1], at(11)) == ()
    assert len(desk.promises.list()) == 2
    assert desk.audit.events[0] == ("triage", "promise.made", "promise:1", {"due": PRICE.due.isoformat()})


def test_p2_the_next_letter_of_substance_keeps_them_but_not_its_own(desk: Desk) -> None:
    letter_sent(desk.uow, desk.letter(at(15), promises=(PromiseMade("Samples leave on Friday.", at(17, 4)),)), at(15))
    assert states(desk) == [PromiseStatus.KEPT, PromiseStatus.KEPT, PromiseStatus.OPEN]
    assert desk.audit.events[2] == ("lin", "promise.kept", "promise:1", {})


def test_p2_another_holding_reply_keeps_nothing(desk: Desk) -> None:
    letter_sent(desk.uow, desk.letter(at(15), holding=True), at(15))
    assert states(desk) == [PromiseStatus.OPEN, PromiseStatus.OPEN]


def test_p2_a_letter_from_a_phone_keeps_them_too(desk: Desk) -> None:
    assert kept_by(desk.uow, 1, at(15)) == (1, 2)
    assert states(desk) == [PromiseStatus.KEPT, PromiseStatus.KEPT]


def test_p2_a_letter_older_than_the_promise_keeps_nothing(desk: Desk) -> None:
    assert kept_by(desk.uow, 1, at(9)) == ()
    assert states(desk) == [PromiseStatus.OPEN, PromiseStatus.OPEN]


def test_p2_the_due_moment_itself_is_in_time(desk: Desk) -> None:
    assert review(desk.uow, at(16)).broken == ()
    assert kept_by(desk.uow, 1, at(16)) == (1, 2)


def test_p3_late_is_not_kept_even_when_nobody_has_looked_meanwhile(desk: Desk) -> None:
    assert kept_by(desk.uow, 1, at(16.5)) == (2,)
    assert states(desk) == [PromiseStatus.BROKEN, PromiseStatus.KEPT]


def test_p4_a_promise_is_reminded_of_once_before_it_falls_due(desk: Desk) -> None:
    assert review(desk.uow, at(13)).reminded == ()
    assert review(desk.uow, at(14)).reminded == (1,)
    assert review(desk.uow, at(15)).reminded == ()
    assert desk.alerts.rows["promise:1:due"].text == (
        "A promise falls due (2026-06-15 16:00 UTC, Panels): We will send the price by Monday 16:00."
    )
    assert desk.audit.names.count("promise.reminded") == 1


def test_p4_how_early_to_remind_is_the_desk_s_choice(desk: Desk) -> None:
    assert review(desk.uow, at(11), remind_before=timedelta(hours=5)).reminded == (1,)


def test_p3_an_overdue_promise_is_broken_with_an_alert_and_an_event_once(desk: Desk) -> None:
    review(desk.uow, at(15))
    assert review(desk.uow, at(16.1)).broken == (1,)
    assert review(desk.uow, at(16.2)).broken == ()
    assert states(desk) == [PromiseStatus.BROKEN, PromiseStatus.OPEN]
    assert sorted(desk.alerts.rows) == ["promise:1:broken"]
    assert desk.audit.names.count("promise.broken") == 1


def test_p3_a_late_letter_ends_the_alarm_and_the_promise_stays_broken(desk: Desk) -> None:
    review(desk.uow, at(16.1))
    letter_sent(desk.uow, desk.letter(at(17)), at(17))
    assert states(desk) == [PromiseStatus.BROKEN, PromiseStatus.KEPT]
    assert desk.alerts.rows == {}


def test_p5_a_person_may_settle_an_open_promise_only(desk: Desk) -> None:
    review(desk.uow, at(15))
    assert settle(desk.uow, 1, PromiseStatus.KEPT, "lin", at(15.5))
    assert not settle(desk.uow, 1, PromiseStatus.DROPPED, "lin", at(15.6))
    assert settle(desk.uow, 2, PromiseStatus.DROPPED, "lin", at(15.7))
    assert states(desk) == [PromiseStatus.KEPT, PromiseStatus.DROPPED]
    assert desk.alerts.rows == {}
    assert desk.audit.events[-1] == ("lin", "promise.dropped", "promise:2", {})
    with pytest.raises(NotFound, match="no promise 9"):
        settle(desk.uow, 9, PromiseStatus.KEPT, "lin", at(16))


def test_the_list_shows_the_soonest_first_with_the_time_left(desk: Desk) -> None:
    review(desk.uow, at(16.5))
    lines = listing(desk.uow, at(16.5), status=None)
    assert [(line.promise.id, line.subject, line.remaining) for line in lines] == [
        (1, "Panels", timedelta(minutes=-30)),
        (2, "Panels", timedelta(hours=19, minutes=30)),
    ]
    assert [line.promise.id for line in listing(desk.uow, at(16.5))] == [2]


def letter_on(desk: Desk, when: datetime, answered: Sequence[Point], deferred: Sequence[Point]) -> DraftRecord:
    """A letter that answers some points and promises the others."""
    points = [PointAnswer(point, AnswerStatus.ANSWERED, "said") for point in answered]
    points += [PointAnswer(point, AnswerStatus.DEFERRED, "later") for point in deferred]
    made = (PromiseMade(f"later: {', '.join(deferred)}", when + timedelta(days=1)),) if deferred else ()
    draft = desk.letter(when, promises=made)
    draft = replace(draft, letter=replace(draft.letter, points=tuple(points)))
    desk.letters[draft.id] = draft
    return draft


def test_p6_a_partial_answer_keeps_only_what_it_answers() -> None:
    desk = Desk()
    letter_sent(desk.uow, letter_on(desk, at(9), [], [Point.PRICE]), at(9))
    letter_sent(desk.uow, letter_on(desk, at(10), [], [Point.SAMPLE]), at(10))

    letter_sent(desk.uow, letter_on(desk, at(11), [Point.PRICE], [Point.SAMPLE]), at(11))

    assert states(desk) == [PromiseStatus.KEPT, PromiseStatus.OPEN, PromiseStatus.OPEN]


def test_p6_a_follow_up_keeps_nothing(desk: Desk) -> None:
    letter_sent(desk.uow, replace(desk.letter(at(15)), occasion=Occasion.NUDGE), at(15))
    assert states(desk) == [PromiseStatus.OPEN, PromiseStatus.OPEN]
