"""When a buyer is at work, as far as the country tells: 9 to 17 in its foremost zone, on days that are neither its
weekend (Friday and Saturday in much of the Arab world) nor a public holiday (A24)."""

from datetime import time
from functools import cache

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
