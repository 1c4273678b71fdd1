"""The response-time report: exact figures of any number of responses (R26; docs/audit-rules.md A14-A29).

Working time is counted anew for the whole history by the calendar as it is now (A23): one pass over columns, because a
million calls of `working_seconds` would take seconds.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from triage.audit.columns import columns_of
from triage.audit.frame import Clocks, Codes, Columns, Frame, Mask, frame_of, keys, walls_of, words_for
from triage.audit.hours import buyer_seconds, desk_seconds
from triage.audit.instants import Instants, Seconds, elapsed, micros, moment
from triage.audit.parts import LOOK_BACK, arrived, distribution, edits, heat, marketplaces, recount, resolution, stages
from triage.audit.report import Brief, Case, Report
from triage.audit.spread import Measure, Timed, Took, figures, grouped, standings
from triage.vocabulary.policy import Calendars, WorkCalendar
from triage.vocabulary.records import ResponseRecord
from triage.vocabulary.responses import NO_FIGURE, DeskCounts, Dimension, ResponseColumns

__all__ = ["LOOK_BACK", "brief", "report", "summarise"]

Named = Callable[[Sequence[int]], Sequence[ResponseRecord]]
"""Response ids to their records, in that order."""
_NOT_ASKED = np.empty(0)
"""The buyer's hours where the report is without them: they are known of no answer."""


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
    everything = _seen(frame_of(parts, Frame), mailboxes)
    end = min(now, until) if until is not None else now
    judged = marketplaces(everything, end)
    frame = everything.of(arrived(everything, since, until))
    states = tuple(stages(frame, calendars))  # first, while little else is in memory
    resolved = resolution(frame, calendars)
    answered = frame.is_answered
    ends, worked = _worked(frame, now, calendars)
    answers = np.flatnonzero(answered)
    standing = _standing(frame, worked)
    cases = _Cases(frame, ends, worked, named)
    slowest, longest_waiting = cases.longest(answered, worst), cases.longest(~answered, waiting)
    worked = worked[answers]
    del cases, ends  # of a million rows each is much memory
    buyer = buyer_seconds(frame.words["country"].rows(answers), frame.received[answers], frame.answered[answers])
    timed = Timed(answers, standing, _took(frame, answers, worked, buyer))
    del buyer
    walls = cache(partial(walls_of, frame, calendars.company.time_zone))
    counts = counts or DeskCounts()
    return Report(
        by=tuple(by),
        now=now,
        time_zone=calendars.company.time_zone,
        since=_first(frame),
        until=_last(frame),
        total=figures(timed),
        groups=grouped(timed, *keys(frame, by, walls), by) if by else (),
        worst=slowest,
        waiting=longest_waiting,
        turns=grouped(timed, *keys(frame, [Dimension.TURN], walls), [Dimension.TURN]),
        weeks=grouped(timed, *keys(frame, [Dimension.WEEK], walls), [Dimension.WEEK]),
        heat=tuple(heat(timed, walls())),
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


def brief(
    parts: Iterable[ResponseColumns],
    by: Sequence[Dimension],
    now: datetime,
    calendars: Calendars,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    mailboxes: Collection[str] | None = None,
) -> Brief:
    """What `summarise` says first, with the columns that this takes and nothing else (A48)."""
    found = _seen(frame_of(parts, Clocks, {"account_id"} | words_for(by)), mailboxes)
    frame = found.of(arrived(found, since, until))
    _, worked = _worked(frame, now, calendars)
    answers = np.flatnonzero(frame.is_answered)
    timed = Timed(answers, _standing(frame, worked), _took(frame, answers, worked[answers], _NOT_ASKED))
    walls = cache(partial(walls_of, frame, calendars.company.time_zone))
    return Brief(
        by=tuple(by),
        now=now,
        time_zone=calendars.company.time_zone,
        since=_first(frame),
        until=_last(frame),
        total=figures(timed),
        groups=grouped(timed, *keys(frame, by, walls), by) if by else (),
    )


def _seen(frame: Columns, mailboxes: Collection[str] | None) -> Columns:
    if mailboxes is None:
        return frame
    return frame.of(np.flatnonzero(frame.words["account_id"].among(mailboxes)))


def _first(frame: Clocks) -> datetime | None:
    return moment(frame.received.min()) if len(frame) else None


def _last(frame: Clocks) -> datetime | None:
    return moment(frame.received.max()) if len(frame) else None


def _worked(frame: Clocks, now: datetime, calendars: Calendars) -> tuple[Instants, Seconds]:
    """Until when each mail waited, which is the answer or `now`, and the working time until then."""
    ends = np.where(frame.is_answered, frame.answered, micros(now))
    (worked,) = desk_seconds(frame.words["account_id"], calendars, frame.received, ends)
    return ends, worked


def _standing(frame: Clocks, worked: Seconds) -> NDArray[np.uint8]:
    return standings(frame.is_answered, worked > frame.target, frame.held > 0)


def _took(frame: Clocks, answers: Codes, worked: Seconds, buyer: Seconds) -> Took:
    """`worked` and `buyer` of the answers; of the buyer's hours NaN where they are not known."""
    known = np.flatnonzero(~np.isnan(buyer))
    lasted = elapsed(frame.received[answers], frame.answered[answers])
    return Took(Measure(lasted), Measure(worked), Measure(buyer[known]), known)


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
