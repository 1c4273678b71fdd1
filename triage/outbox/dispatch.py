"""Send each approved letter once, and know afterwards what became of it (FAILURES 0, I5-I9, I11).

The row is the truth. Every step is a compare-and-set in a short transaction of its own; none stays open while we talk
to a server (F36). Between the claim and the mark a crash is harmless: nothing left. After the mark only a stored
answer is knowledge; without one the letter is UNCERTAIN, shown, and never sent again by itself (F23).
"""

import random
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import structlog

from triage.errors import ReviewConflict
from triage.outbox.compose import outgoing_hash
from triage.outbox.filing import Filing
from triage.outbox.logins import may_log_in
from triage.outbox.moves import FOUND_IN_SENT, Moves, OnSent
from triage.outbox.pace import Pace
from triage.outbox.recovery import Recovery
from triage.outbox.settle import CONVERSATION_MOVED, Claim, Settling, give_up_at
from triage.vocabulary.ports import Clock, Deliverer, SentFolder, Store, UnitOfWork
from triage.vocabulary.records import Delivery, DraftRecord, Outcome, Outgoing
from triage.vocabulary.servers import SendingPlan
from triage.vocabulary.states import DraftStatus, SentCopyStatus

log = structlog.get_logger()

_S, _O = DraftStatus, Outcome

_OTHER_BYTES = "The stored bytes or recipients are not those that were approved."
_GAVE_UP = "Given up: the server took it at no try in two days. Last words: "


class Dispatcher:
    """Moves letters from APPROVED to an end. Safe to call from many threads and processes, and twice.

    `sender_for`, `plan_for` and `folder_for` are asked by account id. `enabled=False` is the kill switch: nothing
    leaves, and an alert says so. `witness` is called after each mark, before a byte of the body leaves: it notes
    outside of the database how far the log had come, so that a restored copy is known as one (F39). `chance` yields
    0-1 and spreads retries.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        sender_for: Callable[[str], Deliverer],
        plan_for: Callable[[str], SendingPlan],
        folder_for: Callable[[str], SentFolder],
        on_sent: OnSent,
        witness: Callable[[], None] = lambda: None,
        enabled: bool = True,
        per_minute: int = 20,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._store = store
        self._clock = clock
        self._sender_for = sender_for
        self._witness = witness
        self._enabled = enabled
        self._pace = Pace(per_minute)
        self._moves = Moves(plan_for, on_sent)
        self._settling = Settling(store, clock, self._moves, chance)
        self._recovery = Recovery(store, clock, self._moves)
        self._filing = Filing(store, clock, folder_for)
        self._started_at = clock.now()
        self._guard = threading.Lock()
        self._busy: set[str] = set()

    def dispatch(self, draft_id: int) -> DraftStatus:
        """Try to send one letter, if it is due, and return the state it is in then.

        Does nothing while another letter of the account is on its way (one connection an account, F29): the row stays
        due, the caller asks again.
        """
        if self._enabled:
            account_id = self._row(draft_id).account_id
            with self._alone(account_id) as alone:
                if alone:
                    self._send(draft_id, self._sender_for(account_id))
        else:
            self._say_disabled()
        return self._row(draft_id).status

    def recover(self) -> None:
        """Once, at the start, and only in the one process that sends: what an earlier process left behind is ended."""
        if self._enabled:
            with self._store.begin() as uow:
                uow.alerts.clear("sending:off", self._clock.now())
                uow.commit()
        else:
            self._say_disabled()
        self._recovery.recover(self._started_at)

    def distrust(self) -> int:
        """See `Recovery.distrust`."""
        return self._recovery.distrust(self._started_at)

    def sweep(self, now: datetime) -> None:
        """See `Recovery.sweep`."""
        self._recovery.sweep(now)

    def resolve_uncertain(self, draft_id: int, delivered: bool, by: str, reason: str) -> None:
        """See `Recovery.resolve_uncertain`."""
        self._recovery.resolve_uncertain(draft_id, delivered, by, reason)

    def note_sent_evidence(self, rfc_message_id: str, evidence: str = FOUND_IN_SENT) -> bool:
        """See `Recovery.note_sent_evidence`."""
        return self._recovery.note_sent_evidence(rfc_message_id, evidence)

    def file_copy(self, draft_id: int) -> SentCopyStatus:
        """See `Filing.file_copy`."""
        return self._filing.file_copy(draft_id)

    def _send(self, draft_id: int, sender: Deliverer) -> None:
        claim = self._claim(draft_id, sender.credentials_digest())
        if claim is not None:
            self._settling.settle(claim, self._deliver(claim, sender))

    def _claim(self, draft_id: int, digest: str) -> Claim | None:
        """Take the row, then look once more before anything happens: nobody can change it under our eyes then."""
        now = self._clock.now()
        with self._store.begin() as uow:
            draft = uow.drafts.get(draft_id)
            if not (
                _is_due(draft, now)
                and may_log_in(uow, draft.account_id, digest, now)
                and self._pace.take(draft.account_id, now)
                and uow.drafts.move(draft_id, draft.status, _S.CLAIMED, now)
            ):
                return None
            server_words = draft.server_reply
            draft, outgoing = uow.drafts.get(draft_id), uow.drafts.outgoing(draft_id)
            claim = None
            if outgoing is None or not _is_approved(draft, outgoing):
                self._moves.move(uow, draft, _S.HELD, now, note=_OTHER_BYTES)
                text = f"Draft {draft_id} was not sent: {_OTHER_BYTES} Approve it anew."
                uow.alerts.raise_(f"outgoing:{draft_id}", text, now)
            elif _conversation_moved(uow, draft):
                self._moves.move(uow, draft, _S.HELD, now, note=CONVERSATION_MOVED)
            elif now >= give_up_at(uow, draft, now):
                self._moves.move(uow, draft, _S.REFUSED, now, note=_GAVE_UP + server_words, reply=server_words)
            else:
                claim = Claim(draft, draft.attempts, outgoing, now, digest)
            uow.commit()
            return claim

    def _mark(self, claim: Claim) -> None:
        """The one mark that matters: after it the letter counts as gone. The conversation is looked at once more,
        because talking to the server may have taken minutes (F30)."""
        with self._store.begin() as uow:
            if _conversation_moved(uow, claim.draft):
                claim.conversation_moved = True
                raise ReviewConflict(CONVERSATION_MOVED)
            now = self._clock.now()
            if not uow.drafts.move(claim.draft.id, _S.CLAIMED, _S.BODY_MAY_HAVE_LEFT, now, attempt=claim.attempt):
                raise ReviewConflict("Another process took the letter over.")
            uow.audit.append(now, "outbox", "draft.body_may_have_left", f"draft:{claim.draft.id}")
            uow.commit()
        self._witness()

    def _deliver(self, claim: Claim, sender: Deliverer) -> Delivery:
        marked = False

        def mark() -> None:
            nonlocal marked
            self._mark(claim)
            marked = True

        try:
            return sender.deliver(claim.outgoing, mark)
        except Exception as error:  # a fault of ours: the letter must reach a state all the same
            # No `log.exception`: a renderer that shows local variables would show the letter, or a password (H25).
            log.error("sending failed", draft=claim.draft.id, trace=traceback.format_exc())
            outcome, phase = (_O.UNKNOWN, "body") if marked else (_O.TRANSIENT, "data")
            return Delivery(outcome, phase, None, f"{type(error).__name__}: {error}")

    def _row(self, draft_id: int) -> DraftRecord:
        with self._store.begin(write=False) as uow:
            return uow.drafts.get(draft_id)

    def _say_disabled(self) -> None:
        with self._store.begin() as uow:
            text = "Sending is switched off: approved letters wait."
            if uow.alerts.raise_("sending:off", text, self._clock.now()):
                uow.commit()

    @contextmanager
    def _alone(self, account_id: str) -> Iterator[bool]:
        """True for one caller at a time of those that name the account."""
        with self._guard:
            alone = account_id not in self._busy
            self._busy.add(account_id)
        try:
            yield alone
        finally:
            if alone:
                with self._guard:
                    self._busy.discard(account_id)


def _is_due(draft: DraftRecord, now: datetime) -> bool:
    return draft.status in {_S.APPROVED, _S.RETRY_LATER} and (draft.not_before is None or draft.not_before <= now)


def _is_approved(draft: DraftRecord, outgoing: Outgoing) -> bool:
    """Whether these are the very bytes and recipients that the person approved (I5)."""
    found = outgoing_hash(outgoing.sender, outgoing.recipients, outgoing.data)
    return bool(draft.approved_by) and draft.outgoing_sha256 == outgoing.sha256 == found


def _conversation_moved(uow: UnitOfWork, draft: DraftRecord) -> bool:
    return uow.conversations.get(draft.conversation_id).version != draft.conversation_version
