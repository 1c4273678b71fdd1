"""Arithmetic on many instants at once: working time between two columns of them, and the desk's wall clock.

Instants are int64 microseconds since 1970, UTC. `business_hours` does the same for one pair; both give the same figure.
"""

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from triage.audit.business_hours import working_clock
from triage.vocabulary.policy import WorkCalendar

Instants = NDArray[np.int64]
Seconds = NDArray[np.float64]

HOUR = 3_600_000_000
DAY = 24 * HOUR
HOURS_OF_WEEK = 7 * 24
_AT_ONCE = 50_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_THURSDAY = 3
"""The weekday of the first day of 1970."""


def micros(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)


def moment(instant: int) -> datetime:
    return _EPOCH + timedelta(microseconds=int(instant))


def elapsed(starts: Instants | Seconds, ends: Instants | Seconds) -> Seconds:
    """Seconds between microseconds; none where the end is not after the start."""
    took = np.subtract(ends, starts, dtype=np.float64)
    np.maximum(took, 0.0, out=took)
    took /= 1e6
    return took


def working(calendar: WorkCalendar, *moments: Instants) -> list[Seconds]:
    """Working seconds by that calendar from each of the moments to the next; none where that is not after it. Raises
    as `working_seconds`."""
    rows = len(moments[0])
    done = [np.empty(rows) for _ in moments[1:]]
    if rows:
        first, last = min(int(each.min()) for each in moments), max(int(each.max()) for each in moments)
        instants, passed = (np.asarray(each, np.float64) for each in working_clock(calendar, first, last))
    for begin in range(0, rows, _AT_ONCE):  # what is in between takes more than the result
        here = slice(begin, begin + _AT_ONCE)
        shown = [np.interp(each[here], instants, passed) for each in moments]
        for found, (starts, ends) in zip(done, itertools.pairwise(shown), strict=True):
            found[here] = elapsed(starts, ends)
    return done


def wall_clock(zone: ZoneInfo, instants: Instants) -> Instants:
    """The same instants as microseconds of that zone's wall clock."""
    if not len(instants):
        return instants
    changes, offsets = _offsets(zone, int(instants.min()), int(instants.max()))
    walls: Instants = instants + np.asarray(offsets)[np.searchsorted(np.asarray(changes), instants, side="right")]
    return walls


def weekdays(walls: Instants) -> Instants:
    """0 is Monday."""
    return (walls // DAY + _THURSDAY) % 7


def hours(walls: Instants) -> Instants:
    return walls // HOUR % 24


def hours_of_week(walls: Instants) -> Instants:
    """0 is Monday's first."""
    return (walls // HOUR + 24 * _THURSDAY) % HOURS_OF_WEEK


def week_starts(walls: Instants) -> Instants:
    """The number, counted from 1970, of the Monday before or on that day."""
    days = walls // DAY
    return days - (days + _THURSDAY) % 7


def _offsets(zone: ZoneInfo, first: int, last: int) -> tuple[list[int], list[int]]:
    """Instants at which the zone's clock changes between the two, and the offset before, between and after them."""
    changes: list[int] = []
    offsets = [_offset(zone, first)]
    before = first
    while before < last:
        after = min(before + DAY, last)
        if _offset(zone, after) != offsets[-1]:
            changes.append(_change(zone, before, after))
            offsets.append(_offset(zone, after))
        before = after
    return changes, offsets


def _change(zone: ZoneInfo, low: int, high: int) -> int:
    old = _offset(zone, low)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(zone, middle) == old else (low, middle)
    return high


def _offset(zone: ZoneInfo, instant: int) -> int:
    return (moment(instant).astimezone(zone).utcoffset() or timedelta()) // timedelta(microseconds=1)
