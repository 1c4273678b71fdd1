"""Response figures made anew from the chained events, and compared with the table (A21, I14).

Only instants count, so that the result is the same in whatever time zone the check runs. The log is append-only and
sealed: where the two differ, the table was changed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from triage.audit.business_hours import digest, working_seconds
from triage.audit.log import Fault
from triage.vocabulary.policy import Calendars
from triage.vocabulary.records import AuditEvent, ResponseRecord

_TOLERANCE = 1e-5
"""Seconds: the log holds six digits after the point."""


@dataclass(slots=True)
class Recorded:
    """One response as the log tells it; instants in ISO 8601, empty for what it does not tell."""

    seq: int
    received_at: str = ""
    answered_at: str = ""
    holding_at: str = ""
    closed_reason: str = ""
    via: str = ""
    elapsed: str = ""
    working: str = ""
    calendar: str = ""
    mailbox: str = ""
    kind: str = ""
    tier: str = ""
    turn: str = ""


def recorded(events: Iterable[AuditEvent]) -> Iterator[tuple[int, Recorded]]:
    """The responses by id, as all their events together tell. `events` of one response stand together, in order."""
    for subject, told in groupby(events, key=lambda event: event.subject):
        number = subject.removeprefix("response:")
        row: Recorded | None = None
        for event in told:
            if event.name == "response.started":
                row = row or Recorded(event.seq)
            if row is not None and event.name.startswith("response."):
                _take(row, event)
        if row is not None and number.isascii() and number.isdigit():
            yield int(number), row


def _take(row: Recorded, event: AuditEvent) -> None:
    row.seq = event.seq
    for name, value in event.data.items():
        field = "closed_reason" if (event.name, name) == ("response.closed", "reason") else name
        if field in _FIELDS:
            setattr(row, field, value)


_FIELDS = frozenset(Recorded.__dataclass_fields__) - {"seq"}


def compare(events: Iterable[AuditEvent], rows: Iterable[ResponseRecord], calendars: Calendars) -> Iterator[Fault]:
    """Each response of which table and log differ, or whose figure does not follow from its instants.

    Both come by the responses' ids, ascending, and are walked side by side: no more than one of each is in memory.
    """
    told = recorded(events)
    known = next(told, None)
    for row in rows:
        while known is not None and known[0] < row.id:
            yield _removed(*known)
            known = next(told, None)
        if known is None or known[0] != row.id:
            yield Fault(0, "unlogged", f"Response {row.id} stands in the table, but the log knows nothing of it.")
            continue
        for what in (*_differences(row, known[1]), *_miscounted(known[1], calendars)):
            yield Fault(known[1].seq, "figure", f"Response {row.id}: {what}.")
        known = next(told, None)
    while known is not None:
        yield _removed(*known)
        known = next(told, None)


def _removed(number: int, known: Recorded) -> Fault:
    return Fault(known.seq, "removed", f"Response {number} stands in the log, but not in the table.")


def _differences(row: ResponseRecord, known: Recorded) -> Iterator[str]:
    for name in ("received_at", "answered_at", "holding_at"):
        stored, logged = getattr(row, name), _instant(getattr(known, name))
        if stored != logged:
            yield f"{name} is {_shown(stored)} in the table and {_shown(logged)} in the log"
    for name, stored in (("elapsed", row.elapsed_seconds), ("working", row.working_seconds)):
        logged_figure = float(getattr(known, name)) if getattr(known, name) else None
        if not _same(stored, logged_figure):
            yield f"{name} is {stored} s in the table and {logged_figure} s in the log"
    words = {"mailbox": row.account_id, "kind": row.kind.value, "tier": row.tier.value, "via": row.via or ""}
    for name, word in (words | {"closed_reason": row.closed_reason}).items():
        if word != getattr(known, name) and (getattr(known, name) or name in ("via", "closed_reason")):
            yield f"{name} is {word!r} in the table and {getattr(known, name)!r} in the log"


def _miscounted(known: Recorded, calendars: Calendars) -> Iterator[str]:
    """Working time can be counted anew only by the calendar it was counted by."""
    received, answered = _instant(known.received_at), _instant(known.answered_at)
    if received is None or answered is None:
        return
    elapsed = (answered - received).total_seconds()
    if not _same(elapsed, float(known.elapsed or "nan")):
        yield f"its instants make {elapsed} s elapsed, and {known.elapsed} s was counted"
    calendar = calendars.of(known.mailbox)
    if known.calendar == digest(calendar):
        working = working_seconds(calendar, received, answered)
        if not _same(working, float(known.working or "nan")):
            yield f"its instants make {working} s of working time, and {known.working} s was counted"


def _same(one: float | None, other: float | None) -> bool:
    return one == other if one is None or other is None else abs(one - other) <= _TOLERANCE


def _instant(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _shown(at: datetime | None) -> str:
    return at.isoformat() if at else "not set"
