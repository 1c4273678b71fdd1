"""The parts of the report besides response times: when mails come, how long each state takes, how much people change,
what marketplaces would say (A25-A29)."""

import itertools
import math
from collections.abc import Iterable
from datetime import datetime, timedelta

import numpy as np

from triage.audit.frame import Clocks, Frame
from triage.audit.hours import desk_seconds
from triage.audit.instants import HOURS_OF_WEEK, Instants, Seconds, elapsed, hours_of_week, micros
from triage.audit.report import Bucket, Edits, HeatCell, Marketplaces, Recount, Resolution, Stage
from triage.audit.spread import Measure, Timed, begins, spread
from triage.vocabulary.policy import Calendars
from triage.vocabulary.responses import FIRST, NO_FIGURE, NO_INSTANT

_REPLY_RATE_DAYS, _REPLY_RATE_LAG = timedelta(days=30), timedelta(days=7)
_FASTEST, _FASTEST_DAYS = 0.8, timedelta(days=90)
LOOK_BACK = _FASTEST_DAYS
"""How long before its own days a report needs responses, for the marketplaces' figures."""
BOUNDS = (*(60.0 * minutes for minutes in (15, 60, 120, 240, 480, 1440, 2880, 10080)), math.inf)
"""Seconds up to which an answer belongs to a bucket of the distribution (A46)."""
_RECOUNTED = 1.0
"""Seconds by which a recounted working time must differ to be called changed."""


def arrived(frame: Clocks, since: datetime | None, until: datetime | None) -> slice:
    """The rows that came from `since` to before `until`."""
    return slice(*(None if at is None else int(np.searchsorted(frame.received, micros(at))) for at in (since, until)))


def heat(timed: Timed, walls: Instants) -> Iterable[HeatCell]:
    codes = hours_of_week(walls)
    due = np.bincount(codes, minlength=1)
    medians = timed.took.elapsed.medians(codes[timed.answers], HOURS_OF_WEEK)
    for code in np.flatnonzero(due).tolist():
        yield HeatCell(code // 24, code % 24, int(due[code]), medians.get(code))


def distribution(timed: Timed) -> tuple[Bucket, ...]:
    took = timed.took
    if not len(took.elapsed.values):
        return ()
    counts = [_in_buckets(each.values) for each in (took.elapsed, took.working, took.buyer)]
    return tuple(Bucket(upto, *found) for upto, *found in zip(BOUNDS, *counts, strict=True))


def _in_buckets(took: Seconds) -> list[int]:
    upto = [int(np.count_nonzero(took <= bound)) for bound in BOUNDS]
    return [count - before for before, count in itertools.pairwise((0, *upto))]


def stages(frame: Frame, calendars: Calendars) -> Iterable[Stage]:
    """Of the answers that were drafted and approved here (A25)."""
    ours = np.flatnonzero((frame.proposed != NO_INSTANT) & (frame.approved != NO_INSTANT) & frame.is_answered)
    mailboxes = frame.words["account_id"].rows(ours)
    moments = [each[ours] for each in (frame.received, frame.proposed, frame.approved, frame.answered)]
    took = [spread(elapsed(starts, ends)) for starts, ends in itertools.pairwise(moments)]
    worked = desk_seconds(mailboxes, calendars, *moments)
    del moments  # of a million rows they are much memory
    for name, passed, seconds in zip(("drafting", "review", "sending"), took, worked, strict=True):
        yield Stage(name, len(ours), passed, spread(seconds))


def resolution(frame: Frame, calendars: Calendars) -> Resolution:
    """A conversation is resolved when none of its mails waits; its last answer ends it (A26)."""
    if not len(frame):
        return Resolution(0, 0, None, None)
    order = np.argsort(frame.conversations, kind="stable")
    begun = begins(frame.conversations[order])
    earliest = order[begun]  # rows stand in the order of arrival
    never = np.iinfo(np.int64).max
    last = np.zeros(len(earliest), np.int64)
    np.maximum.at(last, np.cumsum(begun) - 1, np.where(frame.is_answered, frame.answered, never)[order])
    resolved = last != never
    earliest, last = earliest[resolved], last[resolved]
    first = frame.received[earliest]
    (worked,) = desk_seconds(frame.words["account_id"].rows(earliest), calendars, first, last)
    unresolved = len(resolved) - len(first)
    return Resolution(len(first), unresolved, spread(elapsed(first, last)), spread(worked))


def edits(shares: Seconds) -> Edits:
    if not len(shares):
        return Edits(0, 0, None, None)
    unedited = int(np.count_nonzero(shares == 0))
    return Edits(len(shares), unedited, Measure(shares).median(), float(shares.mean()))


def marketplaces(frame: Frame, end: datetime) -> Marketplaces:
    until = end - _REPLY_RATE_LAG
    asked = frame.of(arrived(frame, until - _REPLY_RATE_DAYS, until))
    first = asked.words["turn"].where(FIRST)
    in_a_day = elapsed(asked.received, asked.answered) <= timedelta(hours=24).total_seconds()
    replied = int(np.count_nonzero(first & asked.is_answered & in_a_day))
    recent = frame.of(arrived(frame, end - _FASTEST_DAYS, end))
    took = np.sort(elapsed(recent.received, recent.answered)[recent.is_answered])
    fastest = took[: max(1, int(len(took) * _FASTEST))]
    return Marketplaces(replied, int(np.count_nonzero(first)), float(fastest.mean()) if len(fastest) else None)


def recount(counted: Seconds, worked: Seconds) -> Recount:
    known = counted != NO_FIGURE
    changed = int(np.count_nonzero((np.abs(counted - worked) >= _RECOUNTED) & known))
    return Recount(changed, spread(counted[known]) if changed else None)
