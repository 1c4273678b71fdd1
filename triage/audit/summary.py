"""The response-time report: exact figures of any number of responses (R26; docs/audit-rules.md A14-A29).

Working time is counted anew for the whole history by the calendar as it is now (A23): one pass over columns, because a
million calls of `working_seconds` would take seconds.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime

import numpy as np

from triage.audit.columns import columns_of
from triage.audit.frame import Codes, Frame, Mask, frame_of, keys, walls_of
from triage.audit.hours import buyer_seconds, desk_seconds
from triage.audit.instants import Instants, Seconds, elapsed, micros, moment
from triage.audit.parts import LOOK_BACK, arrived, distribution, edits, heat, marketplaces, recount, resolution, stages
from triage.audit.report import Case, Report
from triage.audit.spread import Measure, Timed, Took, figures, grouped, standings
from triage.vocabulary.policy import Calendars, WorkCalendar
from triage.vocabulary.records import ResponseRecord
from triage.vocabulary.responses import NO_FIGURE, DeskCounts, Dimension, ResponseColumns

__all__ = ["LOOK_BACK", "report", "summarise"]

Named = Callable[[Sequence[int]], Sequence[ResponseRecord]]
"""Response ids to their records, in that order."""


def report(
    responses: Iterable[ResponseRecord],
    by: Sequence[Dimension],
    now: datetime,
    calendar: WorkCalendar,
    *,
    worst: int = 10,
    waiting: int = 50,
) -> Report:
    """The report over records, for few of them."""
    records = {record.id: record for record in responses if not record.closed_reason}
    columns = [columns_of(sorted(records.values(), key=lambda record: (record.received_at, record.id)))]
    return summarise(
        columns, by, now, Calendars(calendar), lambda ids: [records[i] for i in ids], worst=worst, waiting=waiting
    )


def summarise(
    parts: Iterable[ResponseColumns],
    by: Sequence[Dimension],
    now: datetime,
    calendars: Calendars,
    named: Named,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    mailboxes: Collection[str] | None = None,
    counts: DeskCounts | None = None,
    worst: int = 10,
    waiting: int = 50,
) -> Report:
    """The report over columns, of the mails that came from `since` to before `until` into `mailboxes` (None: all).

    `worst` and `waiting` bound those lists, not the counts. Raises `ConfigError` for an unusable calendar.
    """
    everything = frame_of(parts)
    if mailboxes is not None:
        everything = everything.of(np.flatnonzero(everything.words["account_id"].among(mailboxes)))
    end = min(now, until) if until is not None else now
    judged = marketplaces(everything, end)
    frame = everything.of(arrived(everything, since, until))
    states = tuple(stages(frame, calendars))  # first, while little else is in memory
    resolved = resolution(frame, calendars)
    answered = frame.is_answered
    ends = np.where(answered, frame.answered, micros(now))
    (worked,) = desk_seconds(frame.words["account_id"], calendars, frame.received, ends)
    answers = np.flatnonzero(answered)
    standing = standings(answered, worked > frame.target, frame.held > 0)
    cases = _Cases(frame, ends, worked, named)
    slowest, longest_waiting = cases.longest(answered, worst), cases.longest(~answered, waiting)
    worked = worked[answers]
    del cases, ends  # of a million rows each is much memory
    timed = Timed(answers, standing, _took(frame, answers, worked))
    walls = walls_of(frame, calendars.company.time_zone)
    counts = counts or DeskCounts()
    return Report(
        by=tuple(by),
        now=now,
        time_zone=calendars.company.time_zone,
        since=moment(frame.received.min()) if len(frame) else None,
        until=moment(frame.received.max()) if len(frame) else None,
        total=figures(timed),
        groups=grouped(timed, *keys(frame, by, walls), by) if by else (),
        worst=slowest,
        waiting=longest_waiting,
        turns=grouped(timed, *keys(frame, [Dimension.TURN], walls), [Dimension.TURN]),
        weeks=grouped(timed, *keys(frame, [Dimension.WEEK], walls), [Dimension.WEEK]),
        heat=tuple(heat(timed, walls)),
        distribution=distribution(timed),
        stages=states,
        resolution=resolved,
        edits=edits(frame.edited[frame.edited != NO_FIGURE].astype(np.float64)),
        marketplaces=judged,
        recount=recount(frame.counted[answers], timed.took.working.values),
        reviewers=counts.reviewers,
        promises=dict(counts.promises),
        complaints=counts.complaints,
    )


def _took(frame: Frame, answers: Codes, worked: Seconds) -> Took:
    starts, ends = frame.received[answers], frame.answered[answers]
    buyer = buyer_seconds(frame.words["country"].rows(answers), starts, ends)
    known = np.flatnonzero(~np.isnan(buyer))
    return Took(Measure(elapsed(starts, ends)), Measure(worked), Measure(buyer[known]), known)


class _Cases:
    """Names the responses with the longest working time; of equal ones the longest elapsed, then the earliest row."""

    def __init__(self, frame: Frame, ends: Instants, worked: Seconds, named: Named) -> None:
        """`ends`: the answer, or the report's now."""
        self._frame, self._ends, self._worked, self._named = frame, ends, worked, named

    def longest(self, among: Mask, limit: int) -> tuple[Case, ...]:
        rows = np.flatnonzero(among)
        if len(rows) > limit > 0:
            worked = self._worked[rows]
            rows = rows[worked >= _low_bar(worked, limit)]
        lasted = elapsed(self._frame.received[rows], self._ends[rows])
        order = np.lexsort((self._frame.ids[rows], -lasted, -self._worked[rows]))[:limit]
        rows, lasted = rows[order], lasted[order]
        records = self._named(self._frame.ids[rows].tolist()) if len(rows) else ()
        return tuple(map(self._case, rows.tolist(), lasted.tolist(), records))

    def _case(self, row: int, lasted: float, record: ResponseRecord) -> Case:
        return Case(
            message_id=record.message_id,
            sender=record.sender,
            subject=record.subject,
            mailbox=record.account_id,
            kind=record.kind,
            tier=record.tier,
            country=record.country,
            received_at=record.received_at,
            answered_at=record.answered_at,
            holding_at=record.holding_at,
            person=record.person,
            elapsed_seconds=lasted,
            working_seconds=float(self._worked[row]),
            target_seconds=record.target_seconds,
        )


def _low_bar(values: Seconds, limit: int) -> float:
    """That at least `limit` values reach, and few others: of so many pieces of the column the highest do."""
    highest = np.maximum.reduceat(values, np.arange(0, len(values), max(1, len(values) // (64 * limit))))
    return float(np.partition(highest, len(highest) - limit)[len(highest) - limit])
