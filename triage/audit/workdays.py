"""Which working windows a local day has. The first of these that applies:

1. the calendar's `opened` names the day;
2. its `closed` names it: none;
3. the country works on that weekend day to make up for a holiday: the windows of the last weekday that has any;
4. it is a public holiday: none;
5. the windows of its weekday.
"""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from triage.errors import ConfigError
from triage.vocabulary.policy import Window, WorkCalendar


def windows_on(calendar: WorkCalendar, day: date) -> tuple[Window, ...]:
    """The working windows that start on that local day, in order.

    Raises `ConfigError` for a country or subdivision without known holidays.
    """
    return tuple(sorted(_windows(calendar, day), key=lambda window: window.start))


def _windows(calendar: WorkCalendar, day: date) -> tuple[Window, ...]:
    if day in calendar.opened:
        return calendar.opened[day]
    if day in calendar.closed:
        return ()
    regular = calendar.windows.get(day.weekday(), ())
    if calendar.holiday_country is not None:
        public = _public_days(calendar.holiday_country, calendar.holiday_subdivision, day.year)
        if day in public.made_up:
            return regular or _weekday_before(calendar, day)
        if day in public.holidays:
            return ()
    return regular


def _weekday_before(calendar: WorkCalendar, day: date) -> tuple[Window, ...]:
    earlier = (calendar.windows.get((day.weekday() - back) % 7, ()) for back in range(1, 7))
    return next((windows for windows in earlier if windows), ())


@dataclass(frozen=True, slots=True)
class _PublicDays:
    holidays: Set[date]
    made_up: Set[date]
    """Weekend days worked in exchange for a holiday, as announced by the country."""


@lru_cache(maxsize=1024)
def _public_days(country: str, subdivision: str | None, year: int) -> _PublicDays:
    """One year at a time and never changed afterwards: the library's own growing object is not for threads to share."""
    import holidays

    try:
        days = holidays.country_holidays(country, subdiv=subdivision, years=year, expand=False)
    except NotImplementedError as error:
        place = country if subdivision is None else f"{country}, subdivision {subdivision}"
        raise ConfigError(
            f"No public holidays are known for {place}.",
            "Use an ISO 3166-1 code such as CN, or name no country and list the days off under `closed`.",
        ) from error
    return _PublicDays(
        frozenset(days), frozenset(day for day in days.weekend_workdays if day.year == year and day not in days)
    )
