"""The reading models' own logic, as pure functions."""

from datetime import UTC, datetime, time, timedelta

import pytest

from triage.viewing.changes import Change, changes
from triage.viewing.clocks import Pace, buyer_time, response_clock
from triage.viewing.marks import Mark, MarkKind, marked, quoted_rest
from triage.vocabulary.inquiry import Asked, FactName, Point, Reading, Reason, Signal, Told
from triage.vocabulary.policy import Window, WorkCalendar

OFFICE = WorkCalendar("UTC", {day: (Window(time(9), time(17)),) for day in range(5)}, None)
MONDAY = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("now", "left", "pace", "running"),
    [
        (MONDAY, 7200, Pace.FINE, True),
        (MONDAY + HOUR, 3600, Pace.FINE, True),
        (MONDAY + 1.5 * HOUR, 1800, Pace.SOON, True),
        (MONDAY + 2 * HOUR, 0, Pace.LATE, True),
        (MONDAY + 3 * HOUR, -3600, Pace.LATE, True),
        (MONDAY + 20 * HOUR, -6 * 3600, Pace.LATE, False),
    ],
)
def test_the_response_clock_counts_working_time(now: datetime, left: float, pace: Pace, running: bool) -> None:
    clock = response_clock(MONDAY, 7200, OFFICE, now)
    assert (clock.left, clock.pace, clock.running) == (left, pace, running)


def test_the_words_behind_a_reason_are_marked() -> None:
    reasons = (Reason("size", 8.0, "a large order", "订单大", 13, 20), Reason("free_mail", -5.0, "free mail"))
    (found,) = [stretch for stretch in marked(TEXT, Reading(), reasons) if stretch.marks]
    assert (found.text, found.marks) == ("500 pcs", (Mark(MarkKind.REASON, "0"),))


def test_out_of_hours_the_time_since_the_target_is_known_too() -> None:
    closing = MONDAY + 8 * HOUR
    clock = response_clock(closing - 2 * HOUR, 7200, OFFICE, closing + 3 * HOUR)
    assert (clock.pace, clock.left, clock.over) == (Pace.LATE, 0, 3 * 3600)


def test_a_mail_of_the_night_has_its_whole_target_left() -> None:
    clock = response_clock(MONDAY - 3 * HOUR, 7200, OFFICE, MONDAY - HOUR)
    assert (clock.left, clock.running, clock.due) == (7200, False, MONDAY + 2 * HOUR)


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        (datetime(2026, 6, 15, 3, 0, tzinfo=UTC), datetime(2026, 6, 15, 6, 30, tzinfo=UTC)),  # Monday, before dawn
        (datetime(2026, 6, 15, 12, 0, tzinfo=UTC), datetime(2026, 6, 16, 6, 30, tzinfo=UTC)),
        (datetime(2026, 6, 19, 12, 0, tzinfo=UTC), datetime(2026, 6, 22, 6, 30, tzinfo=UTC)),  # over a weekend
        (datetime(2026, 3, 27, 12, 0, tzinfo=UTC), datetime(2026, 3, 30, 6, 30, tzinfo=UTC)),  # summer time begins
    ],
)
def test_the_buyers_morning_is_a_weekdays(now: datetime, morning: datetime) -> None:
    there = buyer_time("DE", None, now)
    assert there is not None
    assert there.morning == morning
    assert there.zone == "Europe/Berlin"


def test_of_an_unknown_country_nobody_knows_the_time() -> None:
    assert buyer_time(None, None, MONDAY) is None


TEXT = "Please quote 500 pcs to Hamburg."


def test_marks_stand_at_the_very_words_and_may_overlap() -> None:
    reading = Reading(
        asked=(Asked(Point.PRICE, "quote 500 pcs", 7, 20),),
        told=(Told(FactName.QUANTITY, "500 pcs", 13, 20), Told(FactName.COMPANY, "elsewhere", -1, -1)),
        signals=(Signal("need", "Hamburg"), Signal("urgency", "not there", risk=True)),
    )
    stretches = marked(TEXT, reading)
    assert "".join(stretch.text for stretch in stretches) == TEXT
    price, quantity = Mark(MarkKind.POINT, "price"), Mark(MarkKind.FACT, "quantity")
    assert [(s.text, s.marks) for s in stretches if s.marks] == [
        ("quote ", (price,)),
        ("500 pcs", (price, quantity)),
        ("Hamburg", (Mark(MarkKind.SIGNAL, "need"),)),
    ]


@pytest.mark.parametrize("places", [(5, 4), (0, 999), (-3, 4), (31, 40)])
def test_places_outside_of_the_text_mark_nothing(places: tuple[int, int]) -> None:
    stretches = marked(TEXT, Reading(asked=(Asked(Point.PRICE, "x", *places),)))
    assert [(s.text, s.marks) for s in stretches] == [(TEXT, ())]


def test_what_is_beside_the_newest_words_is_kept() -> None:
    assert quoted_rest("Hello\n\n> old words\n-- \nAna", "Hello") == "> old words\n-- \nAna"
    assert quoted_rest("Hello\n", "Hello") == ""
    assert quoted_rest("Something else", "Hello") == "Something else"


BEFORE = "Dear Ana,\n\nthe price is USD 5.20.\n\nBest regards\n"
AFTER = "Dear Ana,\n\nthe price is USD 4.90 from 500 pcs.\n\nOne more line.\n\nBest regards\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [(BEFORE, AFTER), (AFTER, BEFORE), ("", AFTER), (BEFORE, ""), ("最小起订量为200件。", "最小起订量为500件。")],
)
def test_the_pieces_of_a_change_make_both_texts(before: str, after: str) -> None:
    pieces = changes(before, after)
    assert "".join(p.text for p in pieces if p.change is not Change.ADDED) == before
    assert "".join(p.text for p in pieces if p.change is not Change.REMOVED) == after


def test_a_changed_figure_is_told_apart_from_its_line() -> None:
    pieces = changes("the price is USD 5.20 for you", "the price is USD 4.90 for you")
    assert [p.text for p in pieces if p.change is Change.REMOVED] == ["5.20"]
    assert [p.text for p in pieces if p.change is Change.ADDED] == ["4.90"]


def test_the_same_text_has_no_changes() -> None:
    assert [p.change for p in changes(BEFORE, BEFORE)] == [Change.SAME]
    assert changes("", "") == ()
