"""Promises: noted when the letter that makes them is sent, reminded of before they fall due, kept or broken (R2, R9).

The next letter of substance in the conversation keeps those that are not past due, but for those whose points it leaves
open again; a holding reply and a follow-up keep none. A promise past due without such a letter is broken, and stays so:
late is not kept. All functions work inside the caller's unit of work, do not commit, and change nothing when called
again for the same event.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from triage.errors import NotFound
from triage.vocabulary.inquiry import Point
from triage.vocabulary.letter import AnswerStatus
from triage.vocabulary.ports import UnitOfWork
from triage.vocabulary.records import DraftRecord, PromiseRecord
from triage.vocabulary.states import Occasion, PromiseStatus

REMIND_BEFORE = timedelta(hours=2)
_ACTOR = "triage"
_OPEN, _BROKEN = PromiseStatus.OPEN, PromiseStatus.BROKEN


@dataclass(frozen=True, slots=True)
class Line:
    """A promise as `triage promises` lists it."""

    promise: PromiseRecord
    subject: str
    remaining: timedelta
    """Until it falls due; negative when past."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a review found: newly reminded of, newly broken."""

    reminded: tuple[int, ...]
    broken: tuple[int, ...]


def letter_sent(uow: UnitOfWork, draft: DraftRecord, at: datetime) -> None:
    """All that a letter of ours does to promises: it keeps the earlier ones, then makes its own."""
    if not draft.letter.holding and draft.occasion is Occasion.REPLY:
        kept_by(uow, draft.conversation_id, at, draft.approved_by, letter=draft)
    record(uow, draft, at)


def record(uow: UnitOfWork, draft: DraftRecord, at: datetime) -> tuple[int, ...]:
    """Note what the sent letter promises; ids of the new rows. A letter that was noted before adds nothing."""
    if any(promise.draft_id == draft.id for promise in uow.promises.of_conversation(draft.conversation_id)):
        return ()
    made = []
    for promise in draft.letter.promises:
        promise_id = uow.promises.add(draft.id, draft.conversation_id, promise.text, promise.due, at)
        uow.audit.append(at, _ACTOR, "promise.made", _subject(promise_id), {"due": promise.due.isoformat()})
        made.append(promise_id)
    return tuple(made)


def kept_by(
    uow: UnitOfWork, conversation_id: int, at: datetime, by: str = "", *, letter: DraftRecord | None = None
) -> tuple[int, ...]:
    """A letter of substance went to the buyer, from here (`letter`) or from elsewhere: ids of the promises it keeps.

    One past due at that moment is broken instead, and a broken one no longer alarms: the buyer has been answered. A
    letter written here says which points it leaves open: what was promised on these stays open too.
    """
    kept = []
    still_open = _left_open(letter)
    promised = {draft.id: _left_open(draft) for draft in uow.drafts.of_conversation(conversation_id)}
    for promise in uow.promises.of_conversation(conversation_id):
        if (letter is not None and promise.draft_id == letter.id) or promise.changed_at > at:
            continue
        if promised.get(promise.draft_id, frozenset()) & still_open:
            continue
        if promise.status is _OPEN:
            after = PromiseStatus.KEPT if at <= promise.due else _BROKEN
            if _settle(uow, promise, after, by, at) and after is PromiseStatus.KEPT:
                kept.append(promise.id)
        uow.alerts.clear(_broken_key(promise.id), at)
    return tuple(kept)


def settle(uow: UnitOfWork, promise_id: int, status: PromiseStatus, by: str, at: datetime) -> bool:
    """A person says that an open promise is kept (by telephone, say) or dropped. False when it is not open.

    Raises `NotFound` for an unknown id.
    """
    promise = uow.promises.get(promise_id)
    if promise is None:
        raise NotFound(f"There is no promise {promise_id}.", "`triage promises` lists them with their numbers.")
    return promise.status is _OPEN and _settle(uow, promise, status, by, at)


def review(uow: UnitOfWork, now: datetime, remind_before: timedelta = REMIND_BEFORE) -> Reviewed:
    """Break what is past due, with an alert each; remind once of what falls due within `remind_before`."""
    reminded, broken = [], []
    for promise in uow.promises.list(_OPEN):
        if promise.due < now:
            if _settle(uow, promise, _BROKEN, _ACTOR, now):
                uow.alerts.raise_(_broken_key(promise.id), _words("A promise was not kept", uow, promise), now)
                broken.append(promise.id)
        elif promise.due - now <= remind_before and uow.alerts.raise_(
            _due_key(promise.id), _words("A promise falls due", uow, promise), now
        ):
            uow.audit.append(now, _ACTOR, "promise.reminded", _subject(promise.id))
            reminded.append(promise.id)
    return Reviewed(tuple(reminded), tuple(broken))


def listing(uow: UnitOfWork, now: datetime, status: PromiseStatus | None = _OPEN) -> Sequence[Line]:
    """Promises of that status (None: all), the soonest due first."""
    promises = sorted(uow.promises.list(status), key=lambda promise: (promise.due, promise.id))
    return [Line(promise, _conversation(uow, promise), promise.due - now) for promise in promises]


def _left_open(draft: DraftRecord | None) -> frozenset[Point]:
    points = () if draft is None else draft.letter.points
    return frozenset(item.point for item in points if item.status is AnswerStatus.DEFERRED)


def _settle(uow: UnitOfWork, promise: PromiseRecord, status: PromiseStatus, by: str, at: datetime) -> bool:
    if not uow.promises.set_status(promise.id, _OPEN, status, at):
        return False
    uow.alerts.clear(_due_key(promise.id), at)
    uow.audit.append(at, by or _ACTOR, f"promise.{status}", _subject(promise.id))
    return True


def _words(what: str, uow: UnitOfWork, promise: PromiseRecord) -> str:
    return f"{what} ({promise.due:%Y-%m-%d %H:%M} UTC, {_conversation(uow, promise)}): {promise.text}"


def _conversation(uow: UnitOfWork, promise: PromiseRecord) -> str:
    return uow.conversations.get(promise.conversation_id).subject


def _subject(promise_id: int) -> str:
    return f"promise:{promise_id}"


def _due_key(promise_id: int) -> str:
    return f"promise:{promise_id}:due"


def _broken_key(promise_id: int) -> str:
    return f"promise:{promise_id}:broken"
