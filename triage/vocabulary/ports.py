"""What services need from the outside, as protocols. The store and the edges fulfil them; `triage.app` brings them
together."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from triage.vocabulary.inquiry import FactName, History, Kind
from triage.vocabulary.letter import Letter
from triage.vocabulary.records import (
    AccountState,
    AlertRecord,
    AuditEvent,
    ConversationRecord,
    CustomerRecord,
    Delivery,
    DeliveryAttempt,
    DraftRecord,
    DraftRevision,
    FolderRole,
    FolderState,
    MessageRecord,
    NewDraft,
    NewMessage,
    NewResponse,
    Outgoing,
    ParkedRecord,
    Processed,
    PromiseRecord,
    QueueItem,
    ResponseRecord,
    SendingState,
    TemplateUse,
    Via,
)
from triage.vocabulary.states import DraftStatus, PromiseStatus, SentCopyStatus


class Clock(Protocol):
    """The only source of the present moment, so that tests can move it."""

    def now(self) -> datetime:
        """Aware UTC."""
        ...


class Accounts(Protocol):
    def ensure(self, account_id: str, address: str) -> AccountState: ...
    def get(self, account_id: str) -> AccountState: ...
    def all(self) -> Sequence[AccountState]: ...
    def save(self, state: AccountState) -> None: ...
    def sending(self, account_id: str) -> SendingState: ...
    def save_sending(self, state: SendingState) -> None: ...
    def folder(self, account_id: str, name: str, role: FolderRole) -> FolderState:
        """The folder's state, made on first use."""
        ...

    def folders(self, account_id: str) -> Sequence[FolderState]: ...
    def save_folder(self, state: FolderState) -> None: ...


class Messages(Protocol):
    def add(self, new: Sequence[NewMessage]) -> Sequence[int]:
        """Store raw bytes and rows; ids of those not known before. Those without `raw` are listed, status PARKED."""
        ...

    def get(self, message_id: int) -> MessageRecord: ...
    def get_many(self, message_ids: Sequence[int]) -> Sequence[MessageRecord]:
        """In the order asked for. Raises `NotFound` when one is missing."""
        ...

    def raw(self, message_id: int) -> bytes | None: ...
    def raw_many(self, message_ids: Sequence[int]) -> Mapping[int, bytes]:
        """Id to bytes of those that have any."""
        ...

    def waiting(self, now: datetime, limit: int) -> Sequence[int]:
        """Ids with status STORED whose next try is due, oldest first."""
        ...

    def by_rfc_ids(self, rfc_ids: Sequence[str]) -> Sequence[MessageRecord]:
        """Messages, ours and theirs, that carry one of these Message-IDs."""
        ...

    def referring_to(self, rfc_id: str) -> Sequence[MessageRecord]:
        """Processed messages whose References or In-Reply-To name that id: the answer may be read before the
        question."""
        ...

    def recent_from(self, account_id: str, sender: str, since: datetime) -> Sequence[MessageRecord]:
        """Incoming mails of that address (lower case) received since then, newest first, at most 20."""
        ...

    def in_folder(self, folder_id: int, uidvalidity: int) -> Sequence[MessageRecord]:
        """What is stored of that folder, by UID: for re-matching after a UIDVALIDITY change (F04)."""
        ...

    def rekey(self, message_id: int, uidvalidity: int, uid: int) -> None:
        """The same mail has a new UID (F04)."""
        ...

    def in_conversation(self, conversation_id: int) -> Sequence[MessageRecord]:
        """By received_at."""
        ...

    def save_processed(self, message_id: int, outcome: Processed, conversation_id: int | None) -> None:
        """Columns, attachments, prediction and status PROCESSED in one go."""
        ...

    def save_processed_many(self, outcomes: Sequence[tuple[int, Processed, int | None]]) -> None:
        """`save_processed` for many at once: (message_id, outcome, conversation_id)."""
        ...

    def assessment_of(self, message_id: int) -> Processed | None:
        """What `save_processed` was given, or None."""
        ...

    def label(self, message_id: int, kind: Kind, by: str, at: datetime) -> None:
        """A person's word (R28), kept apart from the prediction; also updates the message's kind."""
        ...

    def labels(self) -> Sequence[tuple[int, Kind]]: ...
    def fail(self, message_id: int, step: str, error: str, retry_at: datetime | None) -> None:
        """Count a failed try; `retry_at` None parks the message."""
        ...

    def parked(self) -> Sequence[ParkedRecord]: ...
    def replay(self, message_id: int) -> None:
        """Back to STORED, tries forgotten."""
        ...

    def counts(self) -> Mapping[str, int]:
        """Messages by status."""
        ...


class Conversations(Protocol):
    def create(self, account_id: str, subject: str, customer_id: int | None, at: datetime) -> int: ...
    def get(self, conversation_id: int) -> ConversationRecord: ...
    def join(self, conversation_id: int, at: datetime) -> int:
        """A message joined: bump and return the version."""
        ...

    def participants(self, conversation_id: int) -> frozenset[str]:
        """Addresses (lower case) that wrote or were written to in it, ours excluded."""
        ...

    def history(self, conversation_id: int, before: datetime) -> History: ...


class Customers(Protocol):
    def by_address(self, address: str) -> CustomerRecord | None: ...
    def get(self, customer_id: int) -> CustomerRecord: ...
    def all(self) -> Sequence[CustomerRecord]: ...
    def remember(
        self, address: str, name: str, country: str | None, facts: Mapping[FactName, str], at: datetime
    ) -> int:
        """Find or make the card of that address, add what is new (never overwriting what is there), return its id."""
        ...

    def count_out(self, address: str, at: datetime) -> None:
        """A letter of ours went to that address."""
        ...


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
        ...


class Promises(Protocol):
    def add(self, draft_id: int, conversation_id: int, text: str, due: datetime, at: datetime) -> int: ...
    def list(self, status: PromiseStatus | None = None) -> Sequence[PromiseRecord]: ...
    def of_conversation(self, conversation_id: int) -> Sequence[PromiseRecord]: ...
    def set_status(self, promise_id: int, before: PromiseStatus, after: PromiseStatus, at: datetime) -> bool: ...


class Responses(Protocol):
    def open(self, new: NewResponse) -> int:
        """Start the clock; one row per message."""
        ...

    def waiting(self) -> Sequence[ResponseRecord]:
        """Unanswered and not closed, oldest first."""
        ...

    def waiting_in(self, conversation_id: int) -> Sequence[ResponseRecord]: ...
    def answer(self, response_id: int, at: datetime, via: Via, person: str, elapsed: float, working: float) -> bool: ...
    def holding(self, response_id: int, at: datetime) -> None: ...
    def close(self, response_id: int, reason: str) -> None: ...
    def between(self, since: datetime | None, until: datetime | None) -> Iterator[ResponseRecord]:
        """By received_at, streamed."""
        ...


class Alerts(Protocol):
    def raise_(self, key: str, text: str, at: datetime) -> bool:
        """True when it was not standing already."""
        ...

    def clear(self, key: str, at: datetime) -> None: ...
    def standing(self) -> Sequence[AlertRecord]: ...


class AuditLog(Protocol):
    def append(
        self, at: datetime, actor: str, name: str, subject: str, data: Mapping[str, str] | None = None
    ) -> None: ...
    def events(self, after_seq: int = 0, limit: int = 10_000) -> Sequence[AuditEvent]: ...
    def head(self) -> tuple[int, str]:
        """Last sequence number and MAC; (0, '') when empty. For anchoring outside the database."""
        ...


class Seal(Protocol):
    """Makes an audit event's MAC from the one before and all of its own fields (I14)."""

    def __call__(
        self, previous_mac: str, seq: int, at: datetime, actor: str, name: str, subject: str, data: Mapping[str, str]
    ) -> str: ...


class UnitOfWork(Protocol):
    """One short transaction. Leaving the block without `commit()` rolls back. Never held over network I/O (F36)."""

    @property
    def accounts(self) -> Accounts: ...
    @property
    def messages(self) -> Messages: ...
    @property
    def conversations(self) -> Conversations: ...
    @property
    def customers(self) -> Customers: ...
    @property
    def drafts(self) -> Drafts: ...
    @property
    def promises(self) -> Promises: ...
    @property
    def responses(self) -> Responses: ...
    @property
    def alerts(self) -> Alerts: ...
    @property
    def audit(self) -> AuditLog: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    def commit(self) -> None: ...


class Store(Protocol):
    def begin(self, write: bool = True) -> UnitOfWork:
        """A unit of work that may write; with `write=False` one that only reads, from one snapshot, and blocks
        nobody."""
        ...


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
