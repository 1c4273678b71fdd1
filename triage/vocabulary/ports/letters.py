"""What the store offers for drafts and what we owe, and the way out for letters."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from triage.vocabulary.letter import Letter
from triage.vocabulary.records import (
    Delivery,
    DeliveryAttempt,
    DraftRecord,
    DraftRevision,
    FollowUp,
    NewDraft,
    Outgoing,
    PromiseRecord,
    QueueItem,
    ReviewRecord,
    Silence,
    TemplateUse,
)
from triage.vocabulary.states import DraftStatus, PromiseStatus, SentCopyStatus


class Drafts(Protocol):
    def add(self, new: NewDraft, at: datetime) -> int: ...
    def get(self, draft_id: int) -> DraftRecord: ...
    def of_conversation(self, conversation_id: int) -> Sequence[DraftRecord]: ...
    def of_message(self, message_id: int) -> Sequence[DraftRecord]: ...
    def queue(self, statuses: Sequence[DraftStatus], limit: int = 100, offset: int = 0) -> Sequence[QueueItem]:
        """By priority, then oldest first."""
        ...

    def move(
        self,
        draft_id: int,
        before: DraftStatus,
        after: DraftStatus,
        at: datetime,
        *,
        revision: int | None = None,
        attempt: int | None = None,
        note: str = "",
        not_before: datetime | None = None,
        server_reply: str | None = None,
    ) -> bool:
        """Compare-and-set: True when exactly this call made the move, False when the draft was not in `before`
        (or not at `revision`, or not at its `attempt`-th claim: a dispatcher that was overtaken can't act on a later
        claim). Raises `IllegalMove` when the table of moves forbids it. Sets `sent_at` on SENT
        and counts `attempts` on CLAIMED. `not_before` is overwritten (None clears it)."""
        ...

    def revise(
        self,
        draft_id: int,
        revision: int,
        letter: Letter,
        content_hash: str,
        conversation_version: int,
        at: datetime,
        by: str = "",
    ) -> bool:
        """A new revision of a PROPOSED draft, if it still stands at `revision`. `by` is who edited."""
        ...

    def approve(
        self,
        draft_id: int,
        revision: int,
        content_hash: str,
        conversation_version: int,
        outgoing: Outgoing,
        by: str,
        at: datetime,
        not_before: datetime | None,
    ) -> bool:
        """PROPOSED to APPROVED with the exact bytes, only if revision, hash and the conversation's current version
        are these."""
        ...

    def revisions(self, draft_id: int) -> Sequence[DraftRevision]:
        """Every letter this draft has been, oldest first, so that edits can be compared (R28)."""
        ...

    def outgoing(self, draft_id: int) -> Outgoing | None: ...
    def due(self, now: datetime, limit: int, account_id: str | None = None) -> Sequence[int]:
        """APPROVED or RETRY_LATER with `not_before` past or none, oldest approval first; of one account if named."""
        ...

    def stale(self, status: DraftStatus, changed_before: datetime) -> Sequence[int]: ...
    def add_attempt(self, attempt: DeliveryAttempt) -> None: ...
    def attempts(self, draft_id: int) -> Sequence[DeliveryAttempt]: ...
    def copies_to_file(self, limit: int) -> Sequence[int]:
        """SENT with sent_copy PENDING."""
        ...

    def set_sent_copy(self, draft_id: int, before: SentCopyStatus, after: SentCopyStatus) -> bool:
        """Compare-and-set that cannot touch the send state (I9). From PENDING to PENDING counts a try."""
        ...

    def counts(self) -> Mapping[str, int]:
        """Drafts by status."""
        ...

    def by_rfc_id(self, rfc_message_id: str) -> DraftRecord | None: ...
    def bounced(self, draft_id: int, at: datetime, note: str) -> None: ...
    def add_review(
        self,
        draft_id: int,
        action: str,
        by: str,
        at: datetime,
        reason: str,
        content_hash: str,
        template: str = "",
        changed: float | None = None,
    ) -> None:
        """`template` and `changed` (0-1) of an approval: how much of the template's words a person changed (R28)."""
        ...

    def template_use(self) -> Sequence[TemplateUse]:
        """Approved letters by template, the most changed first."""

    def reviews(self, draft_id: int) -> Sequence[ReviewRecord]:
        """What people decided on it, oldest first."""
        ...


class FollowUps(Protocol):
    """What we write of our own accord (R20-R22)."""

    def silences(self, customer_ids: Sequence[int]) -> Mapping[int, Silence]:
        """Of each customer the last mail that a person wrote us, if any, and whether we owe them anything."""
        ...

    def of_customers(self, customer_ids: Sequence[int]) -> Mapping[int, Sequence[FollowUp]]:
        """All that were ever proposed for them, oldest first."""
        ...

    def standing(self, statuses: Sequence[DraftStatus]) -> Sequence[FollowUp]:
        """Those of all customers in these states."""
        ...

    def proposed_since(self, since: datetime) -> int: ...


class Promises(Protocol):
    def add(self, draft_id: int, conversation_id: int, text: str, due: datetime, at: datetime) -> int: ...
    def get(self, promise_id: int) -> PromiseRecord | None: ...
    def list(self, status: PromiseStatus | None = None) -> Sequence[PromiseRecord]: ...
    def of_conversation(self, conversation_id: int) -> Sequence[PromiseRecord]: ...
    def set_status(self, promise_id: int, before: PromiseStatus, after: PromiseStatus, at: datetime) -> bool: ...


class Deliverer(Protocol):
    """The way out for one account's letters."""

    def credentials_digest(self) -> str:
        """As `Credentials.digest`; empty when no login is needed."""
        ...

    def deliver(self, outgoing: Outgoing, mark: Callable[[], None]) -> Delivery:
        """Hand one letter over, to all its recipients or to none.

        `mark` is called once, after the server asked for the body and before its first byte leaves. If it raises,
        nothing of the body leaves and the outcome is TRANSIENT. Network faults are outcomes, not exceptions.
        """
        ...


class SentFolder(Protocol):
    """An account's folder of sent letters. Faults raise `MailboxError`."""

    def find(self, message_id: str) -> bool: ...
    def append(self, raw: bytes, when: datetime) -> None: ...
