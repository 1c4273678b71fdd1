"""One move of a letter with all that belongs to it, inside the caller's transaction."""

from collections.abc import Callable, Mapping
from datetime import datetime

from triage.vocabulary.policy import SentCopy
from triage.vocabulary.ports import UnitOfWork
from triage.vocabulary.records import DraftRecord
from triage.vocabulary.servers import SendingPlan
from triage.vocabulary.states import Direction, DraftStatus, SentCopyStatus

OnSent = Callable[[UnitOfWork, DraftRecord, datetime], None]
"""What else belongs to a sent letter (response times, promises), in the same transaction, and when the letter left."""

FOUND_IN_SENT = "It was found in the Sent folder."


class Moves:
    """Compare-and-set, audit event and alert in one. Commits nothing."""

    def __init__(self, plan_for: Callable[[str], SendingPlan], on_sent: OnSent) -> None:
        self._plan_for = plan_for
        self._on_sent = on_sent

    def move(
        self,
        uow: UnitOfWork,
        draft: DraftRecord,
        after: DraftStatus,
        now: datetime,
        *,
        actor: str = "outbox",
        attempt: int | None = None,
        note: str = "",
        reply: str | None = None,
        not_before: datetime | None = None,
        data: Mapping[str, str] | None = None,
    ) -> bool:
        """From `draft.status` to `after`. False, and nothing done, when the row is elsewhere by now."""
        moved = uow.drafts.move(
            draft.id,
            draft.status,
            after,
            now,
            attempt=attempt,
            note=note,
            server_reply=reply,
            not_before=not_before,
        )
        if moved:
            details = {"before": str(draft.status), "message_id": draft.rfc_message_id, "note": note, **(data or {})}
            uow.audit.append(now, actor, f"draft.{after}", f"draft:{draft.id}", details)
            self._alert(uow, draft, after, now, note)
        return moved

    def after_sent(self, uow: UnitOfWork, draft: DraftRecord, left_at: datetime) -> None:
        """Plan the copy for Sent, unless it is there, and tell the rest of the house."""
        found = found_in_sent(uow, draft)
        if found or self._plan_for(draft.account_id).sent_copy is SentCopy.APPEND:
            copy = SentCopyStatus.FILED if found else SentCopyStatus.PENDING
            uow.drafts.set_sent_copy(draft.id, SentCopyStatus.NONE, copy)
        self._on_sent(uow, uow.drafts.get(draft.id), left_at)

    @staticmethod
    def _alert(uow: UnitOfWork, draft: DraftRecord, after: DraftStatus, now: datetime, note: str) -> None:
        key = f"uncertain:{draft.id}"
        if after is DraftStatus.UNCERTAIN:
            text = f"Letter {draft.id} may or may not have arrived; it will not be sent again by itself. {note}"
            uow.alerts.raise_(key, text, now)
        elif draft.status is DraftStatus.UNCERTAIN:
            uow.alerts.clear(key, now)


def found_in_sent(uow: UnitOfWork, draft: DraftRecord) -> bool:
    """Whether the account's Sent folder holds the letter: only we and the server write there, so it did leave."""
    return any(
        message.direction is Direction.OUT and message.account_id == draft.account_id
        for message in uow.messages.by_rfc_ids([draft.rfc_message_id])
    )
