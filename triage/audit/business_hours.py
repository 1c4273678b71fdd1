"""How much of the desk's working time lies between two instants, and when so much of it will have passed (R26, F38).

Instants are aware datetimes and counted in UTC; windows are wall-clock times in the calendar's zone. A window belongs
to the day it starts on, also where it runs past midnight. A boundary that the clock skips in spring is the instant of
the change; one that it shows twice in autumn is the first showing. Between the boundaries real seconds count.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate, chain, pairwise
from zoneinfo import ZoneInfo

from triage.audit.workdays import windows_on
from triage.errors import ConfigError
from triage.vocabulary.policy import Window, WorkCalendar

__all__ = ["add_working", "is_open", "next_open", "windows_on", "working_seconds"]

FIRST_YEAR, LAST_YEAR = 1970, 2099
"""Outside of these years no working time is counted: a mail dated 9999 must not cost a table of 8,000 years."""
_YEARS_AHEAD = 2
"""A calendar without a working second in this year and so many after it is taken to have none at all."""
_CALENDARS_KEPT = 64

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1)
_FIRST = 0
_LAST = (datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC) - _EPOCH) // _MICROSECOND


def working_seconds(calendar: WorkCalendar, start: datetime, end: datetime) -> float:
    """Working seconds from `start` to `end`; 0.0 when `end` is not after `start`.

    Raises `ValueError` for naive datetimes and `ConfigError` for an unknown zone, country or subdivision.
    """
    return _timetable(calendar).between(_micros(start), _micros(end)) / 1e6


def add_working(calendar: WorkCalendar, start: datetime, amount: timedelta) -> datetime:
    """The first instant (UTC) by which `amount` of working time has passed since `start`.

    An amount that ends with a window is over at its end, not at the next opening; nothing added is `start` itself.
    Raises `ConfigError` when the calendar has no such working time ahead, `ValueError` for a negative amount.
    """
    if amount < timedelta():
        raise ValueError("a negative amount of working time")
    if not amount:
        return start.astimezone(UTC)
    return _moment(_timetable(calendar).after(_micros(start), amount // _MICROSECOND))


def promise_time(calendar: WorkCalendar, start: datetime, within: timedelta) -> datetime:
    """The moment to name in a letter: `within` of working time from `start`, on the next full or half hour."""
    due = add_working(calendar, start, within)
    return due + (datetime.min.replace(tzinfo=due.tzinfo) - due) % timedelta(minutes=30)


def next_open(calendar: WorkCalendar, at: datetime) -> datetime:
    """`at` itself when the desk is open, else the next opening (UTC). Raises as `add_working`."""
    return _moment(_timetable(calendar).opening(_micros(at)))


def is_open(calendar: WorkCalendar, at: datetime) -> bool:
    """Whether the desk works at that instant: a window's start belongs to it, its end does not."""
    return _timetable(calendar).is_open(_micros(at))


def working_clock(calendar: WorkCalendar, first: int, last: int) -> tuple[list[int], list[int]]:
    """The working time that had passed at each opening and closing, for arithmetic on many instants at once.

    Instants and amounts are microseconds (instants since 1970, UTC), ascending, from the beginning of the year of
    `first` to the end of that of `last`; between two of them working time grows evenly or stands still. Raises as
    `add_working`.
    """
    return _timetable(calendar).clock(max(first, _FIRST), min(last, _LAST))


def digest(calendar: WorkCalendar) -> str:
    """Twelve hexadecimal digits that equal calendars share and others do not: which one a figure was counted by."""
    return hashlib.sha256(repr(_content(calendar)).encode()).hexdigest()[:12]


def _micros(at: datetime) -> int:
    """Whole microseconds since 1970, bounded: exact where floats of seconds are not."""
    if at.tzinfo is None:
        raise ValueError("a naive datetime is no instant")
    return min(max((at - _EPOCH) // _MICROSECOND, _FIRST), _LAST)


def _moment(micros: int) -> datetime:
    return _EPOCH + micros * _MICROSECOND


@dataclass(frozen=True, slots=True)
class _Year:
    """The open spans of one UTC year. `before[i]` is the working time before span i; its last item is the total."""

    opens: tuple[int, ...]
    closes: tuple[int, ...]
    before: tuple[int, ...]

    @property
    def total(self) -> int:
        return self.before[-1]

    def until(self, at: int) -> int:
        index = bisect_right(self.opens, at) - 1
        if index < 0:
            return 0
        return self.before[index] + min(at, self.closes[index]) - self.opens[index]

    def reached(self, amount: int) -> int:
        """The first instant with `amount` behind it; 0 < amount <= total."""
        index = bisect_right(self.before, amount) - 1
        if self.before[index] == amount:
            return self.closes[index - 1]
        return self.opens[index] + amount - self.before[index]


class _Timetable:
    """A calendar made ready for arithmetic: one table a year, made when first asked for."""

    def __init__(self, calendar: WorkCalendar) -> None:
        self._calendar = calendar
        self._zone = _zone(calendar.time_zone)
        self._years: dict[int, _Year] = {}

    def between(self, start: int, end: int) -> int:
        if end <= start:
            return 0
        first, last = _year_of(start), _year_of(end)
        whole = sum(self._year(number).total for number in range(first, last))
        return whole + self._year(last).until(end) - self._year(first).until(start)

    def after(self, start: int, amount: int) -> int:
        number, idle = _year_of(start), 0
        due = self._year(number).until(start) + amount
        while due > (total := self._year(number).total):
            idle = 0 if total else idle + 1
            due -= total
            number += 1
            if number > LAST_YEAR or idle > _YEARS_AHEAD:
                raise self._never_open()
        return self._year(number).reached(due)

    def opening(self, at: int) -> int:
        this_year = _year_of(at)
        for number in range(this_year, min(this_year + _YEARS_AHEAD, LAST_YEAR) + 1):
            year = self._year(number)
            index = bisect_right(year.closes, at)
            if index < len(year.opens):
                return max(at, year.opens[index])
        raise self._never_open()

    def is_open(self, at: int) -> bool:
        year = self._year(_year_of(at))
        index = bisect_right(year.opens, at) - 1
        return index >= 0 and at < year.closes[index]

    def clock(self, first: int, last: int) -> tuple[list[int], list[int]]:
        instants, passed, total = [_FIRST], [0], 0
        for number in range(_year_of(first), _year_of(last) + 1):
            year = self._year(number)
            instants += chain.from_iterable(zip(year.opens, year.closes, strict=True))
            passed += [total + amount for amount in chain.from_iterable(pairwise(year.before))]
            total += year.total
        return instants, passed

    def _never_open(self) -> ConfigError:
        return ConfigError(
            f"The work calendar ({self._calendar.time_zone}) has no working hours ahead.",
            "Give at least one weekday a window, such as 09:00-18:00.",
        )

    def _year(self, number: int) -> _Year:
        year = self._years.get(number)
        if year is None:
            spans = tuple(self._spans(number))
            year = self._years[number] = _Year(
                opens=tuple(opens for opens, _ in spans),
                closes=tuple(closes for _, closes in spans),
                before=tuple(accumulate((closes - opens for opens, closes in spans), initial=0)),
            )
        return year

    def _spans(self, number: int) -> Iterator[tuple[int, int]]:
        """Open spans within one UTC year, ascending; where windows overlap, the time counts once.

        Two days earlier, because a window of that day west of Greenwich may reach into the year.
        """
        done = _micros(datetime(number, 1, 1, tzinfo=UTC))
        year_end = _micros(datetime(number + 1, 1, 1, tzinfo=UTC))
        day = date(number, 1, 1) - 2 * _DAY
        while day <= date(number + 1, 1, 1):
            for window in windows_on(self._calendar, day):
                opens = max(self._instant(day, window.start), done)
                closes = min(self._closing(day, window), year_end)
                if opens < closes:
                    yield opens, closes
                    done = closes
            day += _DAY

    def _closing(self, day: date, window: Window) -> int:
        past_midnight = window.end <= window.start
        return self._instant(day + _DAY if past_midnight else day, window.end)

    def _instant(self, day: date, wall: time) -> int:
        local = datetime.combine(day, wall, tzinfo=self._zone)
        skipped = local.astimezone(UTC).astimezone(self._zone).replace(tzinfo=None) != local.replace(tzinfo=None)
        return _change_near(local, self._zone) if skipped else _micros(local)


def _change_near(skipped: datetime, zone: ZoneInfo) -> int:
    """The instant at which the clock jumps over that wall time, found by halving down to the microsecond."""
    low, high = _micros(skipped.replace(fold=1)), _micros(skipped.replace(fold=0))
    old = _moment(low).astimezone(zone).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        if _moment(middle).astimezone(zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return high


def _year_of(micros: int) -> int:
    return min(_moment(micros).year, LAST_YEAR)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ConfigError(
            f"There is no time zone {name!r}.", "Use a name of the tz database, such as Asia/Shanghai."
        ) from error


_timetables: dict[object, _Timetable] = {}
_latest: tuple[WorkCalendar, _Timetable] | None = None


def _timetable(calendar: WorkCalendar) -> _Timetable:
    """Calendars hold mappings and don't hash, so they are kept by content; the one last asked for by identity, because
    a report asks a million times with the same."""
    global _latest  # noqa: PLW0603
    latest = _latest
    if latest is not None and latest[0] is calendar:
        return latest[1]
    key = _content(calendar)
    if len(_timetables) >= _CALENDARS_KEPT:
        _timetables.clear()
    timetable = _timetables.get(key)
    if timetable is None:
        timetable = _timetables[key] = _Timetable(calendar)
    _latest = (calendar, timetable)
    return timetable


def _content(calendar: WorkCalendar) -> tuple[object, ...]:
    """All that decides a calendar's figures, as a value that hashes and prints the same in every process."""
    return (
        calendar.time_zone,
        calendar.holiday_country,
        calendar.holiday_subdivision,
        tuple(sorted(calendar.closed)),
        tuple(sorted(calendar.windows.items())),
        tuple(sorted(calendar.opened.items())),
    )
