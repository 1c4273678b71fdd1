"""When a buyer is at work, as far as the country tells: 9 to 17 in its foremost zone, on days that are neither its
weekend (Friday and Saturday in much of the Arab world) nor a public holiday (A24)."""

from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from triage.audit.workdays import windows_on
from triage.vocabulary.policy import Window, WorkCalendar

OFFICE_HOURS = (Window(time(9), time(17)),)


@cache
def buyer_calendar(country: str) -> WorkCalendar | None:
    """None where the country is not known, or its holidays and weekend are not."""
    import holidays

    from triage.drafting.zones import zones_of

    zones = zones_of(country)
    if not zones or country not in holidays.list_supported_countries():
        return None
    weekend = holidays.country_holidays(country).weekend
    return WorkCalendar(
        time_zone=zones[0],
        windows={day: OFFICE_HOURS for day in range(7) if day not in weekend},
        holiday_country=country,
    )


_DAYS_AHEAD = 30
"""Further than any row of holidays."""


def next_morning(calendar: WorkCalendar, at: datetime) -> datetime:
    """When the first working day that begins at `at` or later begins; `at` where none does within a month."""
    today = at.astimezone(ZoneInfo(calendar.time_zone)).date()
    days = (today + timedelta(days=ahead) for ahead in range(_DAYS_AHEAD))
    return next((morning for day in days if (morning := _morning(calendar, day)) and morning >= at), at)


def last_morning(calendar: WorkCalendar, before: date) -> datetime | None:
    """When the last working day before that local day begins; None where a whole month has none."""
    days = (before - timedelta(days=back) for back in range(1, _DAYS_AHEAD))
    return next(filter(None, (_morning(calendar, day) for day in days)), None)


def _morning(calendar: WorkCalendar, day: date) -> datetime | None:
    windows = windows_on(calendar, day)
    return datetime.combine(day, windows[0].start, ZoneInfo(calendar.time_zone)) if windows else None
