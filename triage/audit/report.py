"""The response-time report: exact figures of any number of responses in one pass (R26; docs/audit-rules.md A14-A19).

A row of the report is due an answer unless it was closed. Its answer is in target when its working time is at most the
target; a mail that still waits past its target counts as late, so that never answering does not make a good figure.
Percentiles interpolate linearly between the two closest ranks (R-7, PostgreSQL's percentile_cont).
"""

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from heapq import heappush, heappushpop
from zoneinfo import ZoneInfo

from triage.audit.business_hours import working_seconds
from triage.vocabulary.inquiry import Kind, Tier
from triage.vocabulary.policy import WorkCalendar
from triage.vocabulary.records import ResponseRecord

UNKNOWN_MARKET = "unknown"
NOBODY = "nobody yet"


class Dimension(StrEnum):
    MARKET = "market"
    TIER = "tier"
    KIND = "kind"
    PERSON = "person"
    MAILBOX = "mailbox"
    HOUR = "hour"
    """Of arrival, by the desk's clock."""
    TURN = "turn"
    """The conversation's first answer, or a next one."""


@dataclass(frozen=True, slots=True)
class Spread:
    """In seconds."""

    median: float
    mean: float
    p90: float
    longest: float


@dataclass(frozen=True, slots=True)
class Figures:
    """`due` is `answered` plus `waiting`. A waiting mail that still has time is neither `in_target` nor `late`."""

    due: int
    answered: int
    waiting: int
    in_target: int
    late: int
    held: int
    """Mails that got a holding reply: counted apart, the clock runs on (A6)."""
    elapsed: Spread | None
    working: Spread | None

    @property
    def share_answered(self) -> float | None:
        return self.answered / self.due if self.due else None

    @property
    def share_in_target(self) -> float | None:
        decided = self.in_target + self.late
        return self.in_target / decided if decided else None


@dataclass(frozen=True, slots=True)
class Case:
    """One mail by name. For a mail that waits, the seconds run until the report's `now`."""

    message_id: int
    sender: str
    subject: str
    mailbox: str
    kind: Kind
    tier: Tier
    country: str | None
    received_at: datetime
    answered_at: datetime | None
    holding_at: datetime | None
    person: str
    elapsed_seconds: float
    working_seconds: float
    target_seconds: float


@dataclass(frozen=True, slots=True)
class Group:
    """`key` has one word for each of the report's dimensions."""

    key: tuple[str, ...]
    figures: Figures


@dataclass(frozen=True, slots=True)
class Report:
    by: tuple[Dimension, ...]
    now: datetime
    time_zone: str
    since: datetime | None
    """Arrival of the earliest and latest mail counted; None when there is none."""
    until: datetime | None
    total: Figures
    groups: tuple[Group, ...]
    """Tiers, hours and turns in their own order, everything else by number of mails; empty without `by`."""
    worst: tuple[Case, ...]
    """The answers that took longest, by working time."""
    waiting: tuple[Case, ...]
    """Who has waited longest for an answer (R25)."""


def report(
    responses: Iterable[ResponseRecord],
    by: Sequence[Dimension],
    now: datetime,
    calendar: WorkCalendar,
    *,
    worst: int = 10,
    waiting: int = 50,
) -> Report:
    """Count `responses` in one pass. Memory: 32 bytes for each answer, and the records of the lists by name.

    `worst` and `waiting` bound those lists, not the counts.
    """
    key_of = _key_function(by, ZoneInfo(calendar.time_zone))
    tallies: dict[tuple[str, ...], _Tally] = {}
    slowest, longest = _Top(worst), _Top(waiting)
    since = until = None
    for row in responses:
        if row.closed_reason:
            continue
        since = row.received_at if since is None else min(since, row.received_at)
        until = row.received_at if until is None else max(until, row.received_at)
        elapsed, working = _durations(row, now, calendar)
        key = key_of(row)
        tally = tallies.get(key)
        if tally is None:
            tally = tallies[key] = _Tally()
        tally.add(row, elapsed, working)
        (longest if row.answered_at is None else slowest).offer(row, elapsed, working)
    return Report(
        by=tuple(by),
        now=now,
        time_zone=calendar.time_zone,
        since=since,
        until=until,
        total=_sum(tallies.values()).figures(),
        groups=_groups(tallies, by) if by else (),
        worst=slowest.cases(),
        waiting=longest.cases(),
    )


def quantile(ordered: Sequence[float], share: float) -> float:
    """Of ascending values: linear interpolation between the closest ranks. Raises `IndexError` when empty."""
    position = (len(ordered) - 1) * share
    below = int(position)
    if below + 1 >= len(ordered):
        return ordered[-1]
    return ordered[below] + (ordered[below + 1] - ordered[below]) * (position - below)


def _durations(row: ResponseRecord, now: datetime, calendar: WorkCalendar) -> tuple[float, float]:
    if row.elapsed_seconds is not None and row.working_seconds is not None:
        return row.elapsed_seconds, row.working_seconds
    return max(0.0, (now - row.received_at).total_seconds()), working_seconds(calendar, row.received_at, now)


@dataclass(slots=True)
class _Tally:
    waiting: int = 0
    in_target: int = 0
    late: int = 0
    held: int = 0
    elapsed: "array[float]" = field(default_factory=lambda: array("d"))
    working: "array[float]" = field(default_factory=lambda: array("d"))

    def add(self, row: ResponseRecord, elapsed: float, working: float) -> None:
        self.held += row.holding_at is not None
        past_target = working > row.target_seconds
        self.late += past_target
        if row.answered_at is None:
            self.waiting += 1
        else:
            self.in_target += not past_target
            self.elapsed.append(elapsed)
            self.working.append(working)

    def figures(self) -> Figures:
        return Figures(
            due=self.waiting + len(self.elapsed),
            answered=len(self.elapsed),
            waiting=self.waiting,
            in_target=self.in_target,
            late=self.late,
            held=self.held,
            elapsed=_spread(self.elapsed),
            working=_spread(self.working),
        )


def _sum(tallies: Iterable[_Tally]) -> _Tally:
    total = _Tally()
    for tally in tallies:
        total.waiting += tally.waiting
        total.in_target += tally.in_target
        total.late += tally.late
        total.held += tally.held
        total.elapsed.extend(tally.elapsed)
        total.working.extend(tally.working)
    return total


def _groups(tallies: Mapping[tuple[str, ...], _Tally], by: Sequence[Dimension]) -> tuple[Group, ...]:
    return tuple(sorted((Group(key, tally.figures()) for key, tally in tallies.items()), key=_order(by)))


def _spread(seconds: "array[float]") -> Spread | None:
    if not seconds:
        return None
    ordered = sorted(seconds)
    return Spread(
        median=quantile(ordered, 0.5),
        mean=sum(ordered) / len(ordered),
        p90=quantile(ordered, 0.9),
        longest=ordered[-1],
    )


class _Top:
    """The `limit` rows with the longest time, whatever number is offered."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._heap: list[tuple[float, float, int, ResponseRecord]] = []

    def offer(self, row: ResponseRecord, elapsed: float, working: float) -> None:
        entry = (working, elapsed, -row.id, row)
        if len(self._heap) < self._limit:
            heappush(self._heap, entry)
        elif self._limit and entry > self._heap[0]:
            heappushpop(self._heap, entry)

    def cases(self) -> tuple[Case, ...]:
        return tuple(_case(row, elapsed, working) for working, elapsed, _, row in sorted(self._heap, reverse=True))


def _case(row: ResponseRecord, elapsed: float, working: float) -> Case:
    return Case(
        message_id=row.message_id,
        sender=row.sender,
        subject=row.subject,
        mailbox=row.account_id,
        kind=row.kind,
        tier=row.tier,
        country=row.country,
        received_at=row.received_at,
        answered_at=row.answered_at,
        holding_at=row.holding_at,
        person=row.person,
        elapsed_seconds=elapsed,
        working_seconds=working,
        target_seconds=row.target_seconds,
    )


def _key_function(by: Sequence[Dimension], zone: ZoneInfo) -> Callable[[ResponseRecord], tuple[str, ...]]:
    words: Mapping[Dimension, Callable[[ResponseRecord], str]] = {
        Dimension.MARKET: lambda row: row.country or UNKNOWN_MARKET,
        Dimension.TIER: lambda row: row.tier.value,
        Dimension.KIND: lambda row: row.kind.value,
        Dimension.PERSON: lambda row: row.person or NOBODY,
        Dimension.MAILBOX: lambda row: row.account_id,
        Dimension.HOUR: lambda row: f"{row.received_at.astimezone(zone).hour:02d}",
        Dimension.TURN: lambda row: "first" if row.first else "next",
    }
    chosen = [words[dimension] for dimension in by]
    return lambda row: tuple([word(row) for word in chosen])


_NATURAL = frozenset({Dimension.TIER, Dimension.HOUR, Dimension.TURN})


def _order(by: Sequence[Dimension]) -> Callable[[Group], tuple[tuple[str, ...], int, tuple[str, ...]]]:
    natural = [index for index, dimension in enumerate(by) if dimension in _NATURAL]
    return lambda group: (tuple(group.key[index] for index in natural), -group.figures.due, group.key)
