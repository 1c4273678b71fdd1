"""Office hours on the buyer's clock (R6). All values below are computed by hand: 09:00-18:00 in Shanghai is 01:00-10:00
UTC, Monday to Friday."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from tests.unit.drafting.requests import WEEKDAYS
from triage.drafting.office_hours import OfficeHours, Span, office_hours
from triage.vocabulary.policy import Window, WorkCalendar

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
WINTER = "2026-01-15T12:00"
SUMMER = "2026-07-15T12:00"


@pytest.mark.parametrize(
    ("zone", "at", "expected"),
    [
        ("Europe/Berlin", "2026-03-28T12:00", (MON, FRI, "02:00", "11:00", False)),
        ("Europe/Berlin", "2026-03-29T00:59", (MON, FRI, "02:00", "11:00", False)),
        ("Europe/Berlin", "2026-03-29T01:00", (MON, FRI, "03:00", "12:00", False)),
        ("Europe/Berlin", "2026-10-25T00:59", (MON, FRI, "03:00", "12:00", False)),
        ("Europe/Berlin", "2026-10-25T01:00", (MON, FRI, "02:00", "11:00", False)),
        ("Asia/Kathmandu", WINTER, (MON, FRI, "06:45", "15:45", False)),
        ("Asia/Kathmandu", SUMMER, (MON, FRI, "06:45", "15:45", False)),
        ("America/Sao_Paulo", WINTER, (SUN, THU, "22:00", "07:00", True)),
        ("America/Sao_Paulo", SUMMER, (SUN, THU, "22:00", "07:00", True)),
        ("America/Los_Angeles", WINTER, (SUN, THU, "17:00", "02:00", True)),
        ("America/Los_Angeles", "2026-03-08T09:59", (SUN, THU, "17:00", "02:00", True)),
        ("America/Los_Angeles", "2026-03-08T10:00", (SUN, THU, "18:00", "03:00", True)),
        ("America/Los_Angeles", SUMMER, (SUN, THU, "18:00", "03:00", True)),
        ("Asia/Dubai", WINTER, (MON, FRI, "05:00", "14:00", False)),
        ("Asia/Dubai", SUMMER, (MON, FRI, "05:00", "14:00", False)),
        ("Asia/Kolkata", SUMMER, (MON, FRI, "06:30", "15:30", False)),
        ("America/New_York", WINTER, (SUN, THU, "20:00", "05:00", True)),
        ("America/New_York", SUMMER, (SUN, THU, "21:00", "06:00", True)),
        ("Europe/London", WINTER, (MON, FRI, "01:00", "10:00", False)),
        ("Europe/London", SUMMER, (MON, FRI, "02:00", "11:00", False)),
        ("Asia/Tokyo", SUMMER, (MON, FRI, "10:00", "19:00", False)),
        ("Australia/Sydney", WINTER, (MON, FRI, "12:00", "21:00", False)),
        ("Australia/Sydney", SUMMER, (MON, FRI, "11:00", "20:00", False)),
        ("Australia/Adelaide", WINTER, (MON, FRI, "11:30", "20:30", False)),
        ("Pacific/Auckland", WINTER, (MON, FRI, "14:00", "23:00", False)),
        ("America/St_Johns", WINTER, (SUN, THU, "21:30", "06:30", True)),
        ("Pacific/Honolulu", SUMMER, (SUN, THU, "15:00", "00:00", False)),
        ("Pacific/Kiritimati", SUMMER, (MON, FRI, "15:00", "00:00", False)),
        ("Europe/Moscow", SUMMER, (MON, FRI, "04:00", "13:00", False)),
        ("Asia/Tehran", SUMMER, (MON, FRI, "04:30", "13:30", False)),
        ("Africa/Cairo", SUMMER, (MON, FRI, "04:00", "13:00", False)),
    ],
)
def test_hours_are_those_of_the_buyers_clock(zone: str, at: str, expected: tuple[int, int, str, str, bool]) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    first, last, start, end, next_day = expected
    span = Span(first, last, time.fromisoformat(start), time.fromisoformat(end), next_day)
    assert office_hours(WEEKDAYS, ZoneInfo(zone), moment) == OfficeHours(zone, True, (span,))


def test_an_unknown_zone_gets_our_hours_in_our_zone() -> None:
    span = Span(MON, FRI, time(9), time(18))
    assert office_hours(WEEKDAYS, None, datetime(2026, 1, 15, tzinfo=UTC)) == OfficeHours(
        "Asia/Shanghai", False, (span,)
    )


def _spans(windows: dict[int, tuple[Window, ...]], zone: str | None = None) -> tuple[Span, ...]:
    calendar = WorkCalendar(windows=windows)
    return office_hours(calendar, ZoneInfo(zone) if zone else None, datetime(2026, 1, 15, tzinfo=UTC)).spans


def test_a_long_gap_in_the_day_is_told_as_two_spans() -> None:
    windows = (Window(time(8), time(11)), Window(time(15), time(20)))
    assert _spans({MON: windows, TUE: windows}) == (
        Span(MON, TUE, time(8), time(11)),
        Span(MON, TUE, time(15), time(20)),
    )


def test_a_short_saturday_stands_apart() -> None:
    week = {day: (Window(time(9), time(18)),) for day in range(5)} | {SAT: (Window(time(9), time(12)),)}
    assert _spans(week) == (Span(MON, FRI, time(9), time(18)), Span(SAT, SAT, time(9), time(12)))


def test_a_week_from_sunday_to_thursday_is_one_run() -> None:
    week = {day: (Window(time(9), time(17)),) for day in (SUN, MON, TUE, WED, THU)}
    assert _spans(week) == (Span(SUN, THU, time(9), time(17)),)


def test_a_night_shift_ends_the_next_day() -> None:
    assert _spans({MON: (Window(time(22), time(6)),)}) == (Span(MON, MON, time(22), time(6), next_day=True),)


def test_seven_days_are_one_run() -> None:
    assert _spans({day: (Window(time(9), time(17)),) for day in range(7)}) == (Span(MON, SUN, time(9), time(17)),)


def test_no_windows_mean_no_spans() -> None:
    assert _spans({}) == ()
