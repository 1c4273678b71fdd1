import tomllib
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from triage.audit.business_hours import (
    add_working,
    is_open,
    next_open,
    promise_time,
    windows_on,
    working_seconds,
)
from triage.config import default_settings
from triage.errors import ConfigError
from triage.vocabulary.policy import Window, WorkCalendar

GOLDEN = tomllib.loads((Path(__file__).parents[2] / "data" / "business_hours.toml").read_text())


def window(text: str) -> Window:
    start, _, end = text.partition("-")
    return Window(time.fromisoformat(start), time.fromisoformat(end))


def calendar(spec: dict[str, Any]) -> WorkCalendar:
    return WorkCalendar(
        time_zone=spec["time_zone"],
        windows={day: tuple(map(window, spec["windows"])) for day in spec["days"]},
        holiday_country=spec.get("country"),
        holiday_subdivision=spec.get("subdivision"),
        closed=frozenset(spec.get("closed", ())),
        opened={
            date.fromisoformat(day): tuple(map(window, windows)) for day, windows in spec.get("opened", {}).items()
        },
    )


CALENDARS = {name: calendar(spec) for name, spec in GOLDEN["calendar"].items()}


def rows(answer: str) -> list[Any]:
    return [pytest.param(case, id=case["name"]) for case in GOLDEN["case"] if answer in case]


def amount(text: str) -> timedelta:
    return timedelta(hours=float(text[:-1])) if text.endswith("h") else timedelta(minutes=float(text[:-1]))


def test_the_golden_table_is_as_large_as_promised() -> None:
    assert len(GOLDEN["case"]) == 80


@pytest.mark.parametrize("case", rows("seconds"))
def test_a20_golden_working_seconds(case: dict[str, Any]) -> None:
    assert working_seconds(CALENDARS[case["calendar"]], case["start"], case["end"]) == case["seconds"]


@pytest.mark.parametrize("case", rows("due"))
def test_a20_golden_added_working_time(case: dict[str, Any]) -> None:
    assert add_working(CALENDARS[case["calendar"]], case["start"], amount(case["add"])) == case["due"]


@pytest.mark.parametrize("case", rows("opens"))
def test_a20_golden_next_opening(case: dict[str, Any]) -> None:
    work = CALENDARS[case["calendar"]]
    assert next_open(work, case["start"]) == case["opens"]
    assert is_open(work, case["start"]) == (case["opens"] == case["start"])


INSTANTS = st.timedeltas(timedelta(), timedelta(days=700)).map(lambda later: datetime(2025, 6, 1, tzinfo=UTC) + later)
ANY_CALENDAR = st.sampled_from(sorted(CALENDARS)).map(CALENDARS.__getitem__)


@given(ANY_CALENDAR, INSTANTS, INSTANTS, INSTANTS)
@settings(max_examples=200, deadline=None)
def test_working_time_adds_up_and_never_exceeds_elapsed_time(
    work: WorkCalendar, one: datetime, two: datetime, three: datetime
) -> None:
    first, middle, last = sorted((one, two, three))
    parts = (working_seconds(work, first, middle), working_seconds(work, middle, last))
    assert working_seconds(work, first, last) == pytest.approx(sum(parts), abs=1e-6)
    assert 0 <= parts[0] <= (middle - first).total_seconds()


@given(ANY_CALENDAR, INSTANTS, st.timedeltas(timedelta(microseconds=1), timedelta(days=40)))
@settings(max_examples=200, deadline=None)
def test_adding_working_time_is_the_inverse_of_measuring_it(
    work: WorkCalendar, start: datetime, added: timedelta
) -> None:
    due = add_working(work, start, added)
    assert working_seconds(work, start, due) == added.total_seconds()
    assert working_seconds(work, start, due - timedelta(microseconds=1)) < added.total_seconds()


@given(st.sampled_from(["berlin_night", "berlin_gap", "kathmandu", "lord_howe", "shanghai"]), st.integers(0, 364))
@settings(max_examples=60, deadline=None)
def test_agrees_with_looking_at_the_wall_clock_every_minute(name: str, day_of_year: int) -> None:
    """Walks one local day minute by minute. The night that shows an hour twice is left to the golden table."""
    work = CALENDARS[name]
    zone = ZoneInfo(work.time_zone)
    day = date(2026, 1, 1) + timedelta(days=day_of_year)
    start = datetime.combine(day, time(12), zone).astimezone(UTC)
    minutes = [(start + timedelta(minutes=step)).astimezone(zone) for step in range(24 * 60)]
    assume(not any(minute.fold for minute in minutes))
    worked = sum(_wall_clock_open(work, minute) for minute in minutes)
    assert working_seconds(work, start, start + timedelta(days=1)) == 60 * worked


def _wall_clock_open(work: WorkCalendar, at: datetime) -> bool:
    minute, day = at.time(), at.date()
    today = any(w.start <= minute and (minute < w.end or w.end <= w.start) for w in windows_on(work, day))
    last_night = any(w.end <= w.start and minute < w.end for w in windows_on(work, day - timedelta(days=1)))
    return today or last_night


def test_the_zone_an_instant_is_written_in_does_not_matter() -> None:
    start, end = datetime(2026, 6, 15, 6, tzinfo=UTC), datetime(2026, 6, 17, 9, tzinfo=UTC)
    zones = (timezone(timedelta(hours=-11)), ZoneInfo("Asia/Kathmandu"), UTC)
    figures = {working_seconds(CALENDARS["berlin"], start.astimezone(z), end.astimezone(z)) for z in zones}
    assert figures == {28_800.0 * 2 + 2 * 3600.0}


def test_windows_of_a_day_come_in_order_and_by_the_day_s_own_rule() -> None:
    morning, afternoon = window("09:00-12:00"), window("13:30-18:00")
    unsorted = WorkCalendar(windows={0: (afternoon, morning)}, holiday_country=None)
    assert windows_on(unsorted, date(2026, 6, 15)) == (morning, afternoon)
    assert windows_on(CALENDARS["shanghai"], date(2026, 2, 14)) == (morning, afternoon)
    assert windows_on(CALENDARS["shanghai"], date(2026, 2, 17)) == ()
    assert windows_on(CALENDARS["own_days"], date(2026, 6, 13)) == (window("10:00-14:00"),)


def test_a_make_up_day_keeps_the_windows_the_calendar_gives_that_weekday() -> None:
    short = window("09:00-12:00")
    saturdays = WorkCalendar(windows={4: (window("09:00-18:00"),), 5: (short,)}, holiday_country="CN")
    assert windows_on(saturdays, date(2026, 2, 14)) == (short,)


def test_a_closed_day_wins_over_a_public_make_up_day() -> None:
    shut = WorkCalendar(
        windows={4: (window("09:00-18:00"),)}, holiday_country="CN", closed=frozenset({date(2026, 2, 14)})
    )
    assert windows_on(shut, date(2026, 2, 14)) == ()


def test_equal_calendars_give_equal_figures_and_different_ones_do_not_mix() -> None:
    start, end = datetime(2026, 6, 15, tzinfo=UTC), datetime(2026, 6, 16, tzinfo=UTC)
    short, long, again = (
        WorkCalendar(time_zone="UTC", windows={0: (window(hours),)}, holiday_country=None)
        for hours in ("09:00-10:00", "09:00-17:00", "09:00-10:00")
    )
    assert [working_seconds(c, start, end) for c in (short, long, again, short)] == [3600, 28_800, 3600, 3600]


def test_years_out_of_bounds_count_nothing_and_cost_nothing() -> None:
    far = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    assert working_seconds(CALENDARS["berlin_all"], datetime(2100, 1, 1, tzinfo=UTC), far) == 0
    assert (
        working_seconds(CALENDARS["berlin_all"], datetime(1, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, 1, tzinfo=UTC))
        == 3600
    )
    assert not is_open(CALENDARS["berlin_all"], far)


def test_a_calendar_without_hours_says_so() -> None:
    never = WorkCalendar(windows={}, holiday_country=None)
    now = datetime(2026, 6, 15, tzinfo=UTC)
    assert working_seconds(never, now, now + timedelta(days=9)) == 0
    for ask in (lambda: add_working(never, now, timedelta(hours=1)), lambda: next_open(never, now)):
        with pytest.raises(ConfigError, match="no working hours ahead"):
            ask()


def test_a_single_opened_day_is_found_though_weekdays_have_no_hours() -> None:
    fair = WorkCalendar(
        time_zone="UTC", windows={}, holiday_country=None, opened={date(2027, 4, 15): (window("10:00-18:00"),)}
    )
    assert next_open(fair, datetime(2026, 6, 15, tzinfo=UTC)) == datetime(2027, 4, 15, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (WorkCalendar(time_zone="Asia/Shangai"), "There is no time zone 'Asia/Shangai'"),
        (WorkCalendar(time_zone="../etc/passwd"), "There is no time zone"),
        (WorkCalendar(holiday_country="ZZ"), "No public holidays are known for ZZ"),
        (WorkCalendar(holiday_country="DE", holiday_subdivision="XX"), "for DE, subdivision XX"),
    ],
)
def test_an_unusable_calendar_is_named(broken: WorkCalendar, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        working_seconds(broken, datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 6, 2, tzinfo=UTC))
    assert caught.value.remedy


def test_naive_times_and_negative_amounts_are_programming_errors() -> None:
    naive, aware = datetime(2026, 6, 15), datetime(2026, 6, 15, tzinfo=UTC)  # noqa: DTZ001
    with pytest.raises(ValueError, match="naive"):
        working_seconds(CALENDARS["berlin"], naive, aware)
    with pytest.raises(ValueError, match="negative"):
        add_working(CALENDARS["berlin"], aware, timedelta(seconds=-1))


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-11-23T01:00:00+00:00", "2026-11-24T01:30:00+00:00"),
        ("2026-11-23T01:07:03+00:00", "2026-11-24T02:00:00+00:00"),
    ],
)
def test_a_promised_moment_is_a_full_or_half_hour(start: str, due: str) -> None:
    """Eight working hours in Shanghai, a day of seven and a half."""
    moment = promise_time(default_settings().calendar.value(), datetime.fromisoformat(start), timedelta(hours=8))

    assert moment == datetime.fromisoformat(due)
