"""The response clock of a mail and the hour at the buyer's: what is left, and how pressing it is (R1, R6, R26)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from triage.audit.business_hours import add_working, is_open, working_seconds
from triage.drafting.zones import buyer_zone
from triage.vocabulary.policy import WorkCalendar

SOON = 0.25
"""Share of the target below which the time left is short."""
MORNING, EVENING = 8, 18
"""Hours at the buyer's between which a letter finds a reader."""


class Pace(StrEnum):
    """How pressing an answer is."""

    FINE = "fine"
    SOON = "soon"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class ResponseClock:
    """`left` is working time in seconds until the target is missed, negative once it is; it runs while `running`.
    `over` is the time in seconds on any clock since the target was missed: at night it grows while `left` stands."""

    due: datetime
    left: float
    target: float
    pace: Pace
    running: bool
    over: float = 0.0


def response_clock(
    received_at: datetime, target_seconds: float, calendar: WorkCalendar, now: datetime
) -> ResponseClock:
    due = add_working(calendar, received_at, timedelta(seconds=target_seconds))
    left = working_seconds(calendar, now, due) if now < due else -working_seconds(calendar, due, now)
    pace = Pace.LATE if now >= due else Pace.SOON if left <= SOON * target_seconds else Pace.FINE
    over = max((now - due).total_seconds(), 0.0)
    return ResponseClock(due, left, target_seconds, pace, is_open(calendar, now), over)


@dataclass(frozen=True, slots=True)
class BuyerTime:
    """The buyer's wall clock. `morning` is the next moment at which a letter meets a working day there."""

    now: datetime
    zone: str
    awake: bool
    morning: datetime


def buyer_time(country: str | None, written: datetime | None, now: datetime) -> BuyerTime | None:
    """None when nobody knows where the buyer is. `written`: see `buyer_zone`."""
    zone = buyer_zone(country, written)
    if zone is None:
        return None
    local = now.astimezone(zone)
    awake = local.weekday() < 5 and MORNING <= local.hour < EVENING
    return BuyerTime(local, zone.key, awake, _morning(local, zone))


def _morning(local: datetime, zone: ZoneInfo) -> datetime:
    """The next weekday's half past eight, as an instant."""
    day = local.date()
    while True:
        opening = datetime(day.year, day.month, day.day, MORNING, 30, tzinfo=zone)
        if day.weekday() < 5 and opening > local:
            return opening
        day += timedelta(days=1)
