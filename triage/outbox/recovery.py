"""After a crash or a silence: what provably did not leave is tried again, what may have left waits for knowledge."""

from datetime import datetime, timedelta

from triage.errors import IllegalMove, TriageError
from triage.outbox.moves import FOUND_IN_SENT, Moves, found_in_sent
from triage.outbox.smtp import DIALOGUE_SECONDS
from triage.vocabulary.ports import Clock, Store, UnitOfWork
from triage.vocabulary.records import DraftRecord, Outcome
from triage.vocabulary.states import DraftStatus

CLAIM_DEADLINE = timedelta(seconds=DIALOGUE_SECONDS) + timedelta(minutes=10)
ANSWER_DEADLINE = timedelta(minutes=25)
"""Twice the ten minutes of RFC 5321, for body and answer, and some. An answer that comes later still counts."""


class Recovery:
    def __init__(self, store: Store, clock: Clock, moves: Moves) -> None:
        self._store = store
        self._clock = clock
        self._moves = moves

    def sweep(self, now: datetime) -> None:
        """End every claim and every wait that is past its deadline (F33)."""
        self._end_claims(now - CLAIM_DEADLINE, now)
        self._end_waits(now - ANSWER_DEADLINE, now)

    def recover(self, started_at: datetime) -> None:
        """End those of a process that is no more: everything from before `started_at`."""
        now = self._clock.now()
        self._end_claims(started_at, now)
        self._end_waits(started_at, now)

    def distrust(self, started_at: datetime) -> int:
        """The database is a restored copy: what waits to be sent in it may have been sent since (F39). How many."""
        note = "The database was restored from a copy; the letter may have been sent since."
        now, doubted = self._clock.now(), 0
        with self._store.begin() as uow:
            for status in (DraftStatus.APPROVED, DraftStatus.RETRY_LATER):
                for draft_id in uow.drafts.stale(status, started_at):
                    doubted += self._moves.move(uow, uow.drafts.get(draft_id), DraftStatus.UNCERTAIN, now, note=note)
            uow.commit()
        return doubted

    def resolve_uncertain(self, draft_id: int, delivered: bool, by: str, reason: str) -> None:
        """A person's word ends the doubt (I7). Not delivered: the draft is REFUSED and can be approved anew.

        Raises `IllegalMove` when the draft is not UNCERTAIN, `TriageError` when nobody or no reason is named.
        """
        if not (by.strip() and reason.strip()):
            raise TriageError("An uncertain letter is resolved by name and with a reason.", "Add both.")
        now = self._clock.now()
        with self._store.begin() as uow:
            draft = uow.drafts.get(draft_id)
            after = DraftStatus.SENT if delivered else DraftStatus.REFUSED
            note = f"{by}: {reason}"
            if draft.status is not DraftStatus.UNCERTAIN or not self._moves.move(
                uow, draft, after, now, actor=by, note=note
            ):
                raise IllegalMove(f"Draft {draft_id} is {draft.status}, not uncertain.", "Nothing was changed.")
            if delivered:
                self._moves.after_sent(uow, draft, _left_at(uow, draft))
            uow.commit()

    def note_sent_evidence(self, rfc_message_id: str, evidence: str = FOUND_IN_SENT) -> bool:
        """Something proves that the letter left: its copy in Sent, a bounce, the buyer's reply. True when that ended a
        doubt. Give the id of the letter as `headers.sent_message_id` reads it."""
        with self._store.begin() as uow:
            draft = uow.drafts.by_rfc_id(rfc_message_id)
            if draft is None or draft.status is not DraftStatus.UNCERTAIN:
                return False
            self._prove(uow, draft, evidence, self._clock.now())
            uow.commit()
            return True

    def _end_claims(self, before: datetime, now: datetime) -> None:
        note = "The sending was interrupted before anything left."
        with self._store.begin() as uow:
            for draft_id in uow.drafts.stale(DraftStatus.CLAIMED, before):
                self._moves.move(uow, uow.drafts.get(draft_id), DraftStatus.RETRY_LATER, now, note=note)
            uow.commit()

    def _end_waits(self, before: datetime, now: datetime) -> None:
        note = "The connection was lost, or the program stopped, before the server's answer came."
        with self._store.begin() as uow:
            for draft_id in uow.drafts.stale(DraftStatus.BODY_MAY_HAVE_LEFT, before):
                draft = uow.drafts.get(draft_id)
                if found_in_sent(uow, draft):
                    self._prove(uow, draft, FOUND_IN_SENT, now)
                else:
                    self._moves.move(uow, draft, DraftStatus.UNCERTAIN, now, note=note)
            uow.commit()

    def _prove(self, uow: UnitOfWork, draft: DraftRecord, evidence: str, now: datetime) -> None:
        left_at = _left_at(uow, draft)
        if self._moves.move(uow, draft, DraftStatus.SENT, now, note=evidence):
            self._moves.after_sent(uow, draft, left_at)


def _left_at(uow: UnitOfWork, draft: DraftRecord) -> datetime:
    """When an uncertain letter left, if it did: the try without an answer, or, after a crash, the last change."""
    unanswered = [attempt.ended_at for attempt in uow.drafts.attempts(draft.id) if attempt.outcome is Outcome.UNKNOWN]
    return unanswered[-1] if unanswered else draft.changed_at
