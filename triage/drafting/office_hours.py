"""Our office hours on the buyer's clock (R6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from triage.vocabulary.policy import Window, WorkCalendar

_DAY = 24 * 60
_WEEK = 7 * _DAY
_BREAK = 120
"""Minutes: a gap up to this is a lunch break and not worth a word in a letter."""


@dataclass(frozen=True, slots=True)
class Span:
    """The same hours on neighbouring weekdays (0 = Monday) of the reader's clock. `last` may lie before `first`: a week
    from Sunday to Thursday. `next_day`: the end falls on the day after."""

    first: int
    last: int
    start: time
    end: time
    next_day: bool = False


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """`theirs` tells whether `zone` (IANA) is the buyer's or, for want of that, our own."""

    zone: str
    theirs: bool
    spans: tuple[Span, ...]


def office_hours(calendar: WorkCalendar, zone: ZoneInfo | None, at: datetime) -> OfficeHours:
    """The calendar's weekly hours in `zone` (ours when None), by the offsets that hold at the moment `at`."""
    ours = ZoneInfo(calendar.time_zone)
    shift = 0 if zone is None else _minutes_between(ours, zone, at)
    shown = ours if zone is None else zone
    return OfficeHours(shown.key, zone is not None, _spans(_blocks(calendar.windows), shift))


def _minutes_between(ours: ZoneInfo, theirs: ZoneInfo, at: datetime) -> int:
    difference = (at.astimezone(theirs).utcoffset() or timedelta()) - (at.astimezone(ours).utcoffset() or timedelta())
    return int(difference.total_seconds()) // 60


def _blocks(windows: Mapping[int, tuple[Window, ...]]) -> list[tuple[int, int]]:
    """Start and length in minutes of the week, lunch breaks closed."""
    blocks: list[tuple[int, int]] = []
    for day in sorted(windows):
        merged: list[tuple[int, int]] = []
        for window in sorted(windows[day], key=lambda w: w.start):
            start = window.start.hour * 60 + window.start.minute
            length = (window.end.hour * 60 + window.end.minute - start) % _DAY or _DAY
            if merged and start - sum(merged[-1]) <= _BREAK:
                merged[-1] = (merged[-1][0], max(sum(merged[-1]), start + length) - merged[-1][0])
            else:
                merged.append((start, length))
        blocks.extend((day * _DAY + start, length) for start, length in merged)
    return blocks


def _spans(blocks: list[tuple[int, int]], shift: int) -> tuple[Span, ...]:
    days_by_hours: dict[tuple[int, int], list[int]] = {}
    for start, length in blocks:
        day, minute = divmod((start + shift) % _WEEK, _DAY)
        days_by_hours.setdefault((minute, length), []).append(day)
    spans: list[Span] = []
    for (minute, length), days in days_by_hours.items():
        spans.extend(_span(run, minute, length) for run in _runs(days))
    return tuple(sorted(spans, key=lambda span: (span.first if span.first != 6 else -1, span.start)))


def _span(run: tuple[int, int], minute: int, length: int) -> Span:
    end = minute + length
    return Span(run[0], run[1], _clock(minute), _clock(end % _DAY), next_day=end > _DAY)


def _runs(days: list[int]) -> list[tuple[int, int]]:
    """Neighbouring days, round the week's end: [6, 0, 1] is one run from Sunday to Tuesday."""
    present = set(days)
    firsts = sorted(day for day in present if (day - 1) % 7 not in present) or [0]
    runs = []
    for first in firsts:
        last = first
        while (last + 1) % 7 in present and (last + 1) % 7 != first:
            last = (last + 1) % 7
        runs.append((first, last))
    return runs


def _clock(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)
