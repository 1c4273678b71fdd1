"""Store what became of a letter, whatever happens around it."""

import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog

from triage.outbox.logins import note_delivery
from triage.outbox.moves import Moves
from triage.outbox.pace import TRY_FOR, gap
from triage.vocabulary.ports import Clock, Store, UnitOfWork
from triage.vocabulary.records import Delivery, DeliveryAttempt, DraftRecord, Outcome, Outgoing
from triage.vocabulary.states import DraftStatus

log = structlog.get_logger()

_S, _O = DraftStatus, Outcome

AFTER_DELIVERY: Mapping[tuple[DraftStatus, Outcome], DraftStatus] = {
    (_S.CLAIMED, _O.TRANSIENT): _S.RETRY_LATER,
    (_S.CLAIMED, _O.PERMANENT): _S.REFUSED,
    (_S.BODY_MAY_HAVE_LEFT, _O.ACCEPTED): _S.SENT,
    (_S.BODY_MAY_HAVE_LEFT, _O.TRANSIENT): _S.RETRY_LATER,
    (_S.BODY_MAY_HAVE_LEFT, _O.PERMANENT): _S.REFUSED,
    (_S.BODY_MAY_HAVE_LEFT, _O.UNKNOWN): _S.UNCERTAIN,
    # The sweep was quicker than the answer, which is evidence all the same.
    (_S.UNCERTAIN, _O.ACCEPTED): _S.SENT,
    (_S.UNCERTAIN, _O.TRANSIENT): _S.REFUSED,
    (_S.UNCERTAIN, _O.PERMANENT): _S.REFUSED,
    (_S.RETRY_LATER, _O.PERMANENT): _S.REFUSED,
}
"""Where a letter goes from the state its row is in when the outcome is known. Not listed: it stays."""

CONVERSATION_MOVED = "A newer mail joined the conversation after the approval."

_NOTES: Mapping[DraftStatus, str] = {
    _S.RETRY_LATER: "Not sent yet: ",
    _S.REFUSED: "The server refused it: ",
    _S.UNCERTAIN: "It may have arrived: ",
}


@dataclass
class Claim:
    """One claim of one letter. `attempt` fences: an overtaken dispatcher can't act on a later claim."""

    draft: DraftRecord
    attempt: int
    outgoing: Outgoing
    at: datetime
    credentials_digest: str
    conversation_moved: bool = False
    """Set when the mark was refused because a newer mail had come (F30)."""


class Settling:
    """`chance` yields 0-1 and spreads the retries."""

    def __init__(self, store: Store, clock: Clock, moves: Moves, chance: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock
        self._moves = moves
        self._chance = chance

    def settle(self, claim: Claim, delivery: Delivery) -> None:
        """A fault in what follows a sent letter must not cost us the knowledge that it is sent (F24): the second time
        the rest is left out, and that is said. If the store itself fails, the sweep finds the letter uncertain."""
        try:
            self._record(claim, delivery, with_rest=True)
        except Exception:
            log.error(
                "not recorded whole", draft=claim.draft.id, outcome=delivery.outcome, trace=traceback.format_exc()
            )
            self._record(claim, delivery, with_rest=False)

    def _record(self, claim: Claim, delivery: Delivery, *, with_rest: bool) -> None:
        now = self._clock.now()
        with self._store.begin() as uow:
            tries = uow.drafts.attempts(claim.draft.id)
            if not with_rest and any(attempt.started_at == claim.at for attempt in tries):
                return  # the first time did succeed; only the answer to our commit was lost (F37)
            attempt = DeliveryAttempt(
                claim.draft.id, claim.at, now, delivery.phase, delivery.outcome, delivery.code, delivery.reply
            )
            uow.drafts.add_attempt(attempt)
            note_delivery(uow, claim.draft.account_id, delivery, claim.credentials_digest, now)
            after = self._move(uow, claim, delivery)
            if after is _S.SENT and with_rest:
                self._moves.after_sent(uow, claim.draft, now)
            elif after is _S.SENT:
                text = f"Letter {claim.draft.id} was sent, but its response time and Sent copy were not recorded."
                uow.alerts.raise_(f"after_sent:{claim.draft.id}", text, now)
            elif delivery.outcome is _O.ACCEPTED:
                text = f"The server took letter {claim.draft.id} after its sending had been given up: {delivery.reply}"
                uow.alerts.raise_(f"late_answer:{claim.draft.id}", text, now)
            uow.commit()

    def _move(self, uow: UnitOfWork, claim: Claim, delivery: Delivery) -> DraftStatus | None:
        """Make the move that the outcome asks for; None when the row is no longer this claim's."""
        now = self._clock.now()
        draft = uow.drafts.get(claim.draft.id)
        after = AFTER_DELIVERY.get((draft.status, delivery.outcome))
        note = _NOTES[after] + delivery.reply if after is not None and after in _NOTES else ""
        if claim.conversation_moved and draft.status is _S.CLAIMED:
            after, note = _S.HELD, CONVERSATION_MOVED
        if after is None:
            return None
        next_try = min(now + gap(claim.attempt, self._chance()), give_up_at(uow, draft, claim.at))
        moved = self._moves.move(
            uow,
            draft,
            after,
            now,
            attempt=claim.attempt,
            note=note,
            reply=delivery.reply,
            not_before=next_try if after is _S.RETRY_LATER else None,
            data={
                "attempt": str(claim.attempt),
                "phase": delivery.phase,
                "code": str(delivery.code or ""),
                "reply": delivery.reply,
                "refused": " ".join(delivery.refused),
            },
        )
        return after if moved else None


def give_up_at(uow: UnitOfWork, draft: DraftRecord, first_try: datetime) -> datetime:
    """When a person has to decide: some time after the first try of this approval, which is now if there was none."""
    since = draft.approved_at or draft.created_at
    tries = [attempt.started_at for attempt in uow.drafts.attempts(draft.id) if attempt.started_at >= since]
    return min(tries, default=first_try) + TRY_FOR
