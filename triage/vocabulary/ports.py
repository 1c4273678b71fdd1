"""What services need from the outside, as protocols. The store and the edges fulfil them; `triage.app` brings them
together."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from triage.vocabulary.access_ports import Approvals, SignIns, Tokens, Webhooks
from triage.vocabulary.customers import (
    LATEST_FIRST,
    ContactRecord,
    CustomerFilter,
    Duplicates,
    MergeRecord,
    NewContact,
    Patience,
    Person,
    SavedFilter,
    Seen,
    SortBy,
)
from triage.vocabulary.inquiry import Assessment, FactName, History, Kind
from triage.vocabulary.letter import Letter
from triage.vocabulary.people import PersonRecord, Role, SessionRecord
from triage.vocabulary.policy import Experience
from triage.vocabulary.records import (
    AccountState,
    AlertRecord,
    AuditEvent,
    ComplaintRecord,
    ConversationRecord,
    CustomerRecord,
    Delivery,
    DeliveryAttempt,
    DraftHistory,
    DraftRecord,
    DraftRevision,
    EarlierScore,
    FolderRole,
    FolderState,
    FollowUp,
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
    ReviewRecord,
    SendingState,
    Silence,
    TemplateUse,
    Via,
)
from triage.vocabulary.responses import DeskCounts, ResponseColumns
from triage.vocabulary.states import DraftStatus, PromiseStatus, SentCopyStatus
from triage.vocabulary.worklist import Filter, Place, SavedView, Tab, WorkItem


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
    """The customer book. Cards that were merged into others are not seen."""

    def by_address(self, address: str) -> CustomerRecord | None: ...
    def get(self, customer_id: int, *, for_change: bool = False) -> CustomerRecord: ...
    def get_many(self, customer_ids: Iterable[int]) -> Mapping[int, CustomerRecord]:
        """Those there are."""
        ...

    def all(self) -> Sequence[CustomerRecord]: ...
    def page(
        self,
        wanted: CustomerFilter,
        patience: Patience,
        now: datetime,
        sort: SortBy = LATEST_FIRST,
        after: CustomerRecord | None = None,
        limit: int = 100,
    ) -> Sequence[CustomerRecord]:
        """The cards that the filter means, behind `after` in that order."""
        ...

    def count(self, wanted: CustomerFilter, patience: Patience, now: datetime) -> int: ...
    def people(self, customer_ids: Iterable[int]) -> Mapping[int, Sequence[Person]]:
        """By address. Customers without addresses are left out."""
        ...

    def owners(self) -> tuple[Mapping[str, int], Mapping[str, Sequence[int]]]:
        """Whose each address is, and whose each company domain."""
        ...

    def domains_like(self, domain: str) -> Collection[str]:
        """Customers' company domains of about that length; only the domain itself when it is a customer's."""
        ...

    def remember(
        self,
        address: str,
        name: str,
        country: str | None,
        facts: Mapping[FactName, str],
        at: datetime,
        *,
        seen: Seen | None = None,
    ) -> int:
        """Find or make the card of that address, add what is new (never overwriting what is there), count the mail,
        return the card's id. An address of a company domain that exactly one card has joins that card. With `seen` the
        same mail counts once, however often it is processed."""
        ...

    def count_out(
        self, address: str, at: datetime, *, message_id: int | None = None, draft_id: int | None = None
    ) -> None:
        """A letter of ours went to that address; the same letter counts once."""
        ...

    def add_contact(self, new: NewContact) -> int | None:
        """Keep and count it; None when the same mail or letter is counted already."""
        ...

    def contacts(self, customer_id: int, limit: int = 1000) -> Sequence[ContactRecord]:
        """Newest first."""
        ...

    def drop_order(self, message_id: int) -> None:
        """That mail is no order after all."""
        ...

    def save(self, card: CustomerRecord) -> None:
        """Write the card's values; the counts stay as they are."""
        ...

    def save_people(self, people: Sequence[Person]) -> None:
        """Add or change them; an address that belongs to another card is left alone."""
        ...

    def add_cards(self, cards: Sequence[tuple[CustomerRecord, Sequence[Person]]]) -> Sequence[int]:
        """New cards with their counts, ids given anew; returns those."""
        ...


class CustomerMerges(Protocol):
    def duplicates(self, limit: int = 100, customer_id: int | None = None) -> Sequence[Duplicates]:
        """Pairs of cards that share traits, those that share most first; of one card if named."""
        ...

    def merge(self, kept_id: int, gone_id: int, by: str, at: datetime) -> int:
        """The second card's people, contacts and conversations go to the first, whose values stand; returns the id
        of the merge."""
        ...

    def of(self, customer_id: int) -> Sequence[MergeRecord]:
        """Merges into that card that stand, newest first."""
        ...

    def undo(self, merge_id: int, at: datetime) -> MergeRecord:
        """Take the second card out again, with what came for its addresses since. Raises `NotFound`,
        `ReviewConflict`."""
        ...


class SavedFilters(Protocol):
    def save(self, saved: SavedFilter) -> None: ...
    def all(self) -> Sequence[SavedFilter]: ...
    def get(self, name: str) -> SavedFilter: ...
    def drop(self, name: str) -> bool: ...


class Erasure(Protocol):
    """Content goes, hashes and counts stay (S20)."""

    def messages_of(self, customer_id: int) -> Sequence[int]:
        """All mails and letters found in the customer's conversations, and of its addresses elsewhere."""
        ...

    def messages_with(self, address: str) -> Sequence[int]:
        """Mails from that address, and letters that are counted as contacts with it."""
        ...

    def drafts_of(self, customer_id: int) -> Sequence[int]: ...
    def drafts_answering(self, message_ids: Sequence[int]) -> Sequence[int]: ...
    def loose_messages(self, before: datetime, limit: int) -> Sequence[int]:
        """Mails with content that are on no customer's card, received before then."""
        ...

    def erase_messages(self, message_ids: Sequence[int], note: str) -> None: ...
    def erase_drafts(self, draft_ids: Sequence[int]) -> None: ...
    def erase_person(self, customer_id: int, address: str) -> None:
        """The address with its contacts; the card stays, and what was merged into it stays so for good."""
        ...

    def erase_reasons(self, customer_id: int, told: Sequence[str]) -> None:
        """Scores of the card's other mails no longer cite these words."""
        ...

    def erase_card(self, customer_id: int) -> int:
        """The card, and those merged into it; returns how many."""
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

    def reviews(self, draft_id: int) -> Sequence[ReviewRecord]:
        """What people decided on it, oldest first."""
        ...


class Worklist(Protocol):
    """The reviewer's lists (R25): each tab in its own order, a page at a time."""

    def page(
        self, tab: Tab, wanted: Filter, now: datetime, *, after: Place | None = None, limit: int = 50
    ) -> Sequence[WorkItem]:
        """The items behind `after` that fit the filter."""
        ...

    def counts(self, wanted: Filter, now: datetime, most: int = 100) -> Mapping[Tab, int]:
        """How many items each tab but ALL has; `most` stands for that many or more, so that counting costs little."""
        ...

    def assign(self, conversation_id: int, assignee: str) -> None: ...
    def snooze(self, conversation_id: int, until: datetime | None) -> None: ...
    def views(self, person_id: int) -> Sequence[SavedView]:
        """By name."""
        ...

    def keep_view(self, person_id: int, name: str, query: str) -> None:
        """Under a name in use the new one takes the old one's place."""
        ...

    def forget_view(self, person_id: int, view_id: int) -> None: ...


class People(Protocol):
    """Users, sessions and one-time links. Tokens come hashed: what is stored opens nothing (S02, S03)."""

    def add(self, name: str, role: Role, mailboxes: Sequence[str] | None, at: datetime) -> int:
        """Raises `Taken` when the name is in use."""
        ...

    def get(self, person_id: int) -> PersonRecord: ...
    def by_name(self, name: str) -> PersonRecord | None: ...
    def by_email(self, email: str) -> PersonRecord | None: ...
    def set_email(self, person_id: int, email: str | None) -> None:
        """Lower case; nobody else's."""
        ...

    def all(self) -> Sequence[PersonRecord]: ...
    def change(
        self,
        person_id: int,
        *,
        role: Role | None = None,
        mailboxes: Sequence[str] | None = None,
        all_mailboxes: bool = False,
        password_hash: str | None = None,
        active: bool | None = None,
    ) -> None:
        """Only what is given; `all_mailboxes` takes every restriction away."""
        ...

    def open_session(self, session: SessionRecord) -> None: ...
    def session(self, token_hash: str) -> SessionRecord | None: ...
    def touch(self, token_hash: str, at: datetime) -> None: ...
    def end_session(self, token_hash: str) -> None: ...
    def end_sessions(self, person_id: int) -> None: ...
    def forget_sessions(self, created_before: datetime) -> None: ...
    def invite(self, person_id: int, token_hash: str, ends_at: datetime) -> None:
        """The newest link is the only one that works."""
        ...

    def invited(self, token_hash: str, now: datetime) -> PersonRecord | None:
        """Whose link it is, while it may be used."""
        ...

    def use_invitation(self, token_hash: str) -> bool:
        """True for the one caller that used it."""
        ...


class FollowUps(Protocol):
    """What we write of our own accord (R20-R22)."""

    def silences(self, customer_ids: Sequence[int]) -> Mapping[int, Silence]:
        """Of each customer the last mail that a person wrote us, and whether we owe them anything. Those who never
        wrote are left out."""
        ...

    def of_customers(self, customer_ids: Sequence[int]) -> Mapping[int, Sequence[FollowUp]]:
        """All that were ever proposed for them, oldest first."""
        ...

    def standing(self, statuses: Sequence[DraftStatus]) -> Sequence[FollowUp]:
        """Those of all customers in these states."""
        ...

    def proposed_since(self, since: datetime) -> int: ...


class Complaints(Protocol):
    """The cases of complaints (R24), by the complaint's message."""

    def open(self, message_id: int, conversation_id: int, received_at: datetime, sort: str) -> None:
        """Once; a further complaint of a conversation whose case is open belongs to that one."""
        ...

    def drop(self, message_id: int) -> bool:
        """That mail is no complaint after all."""
        ...

    def get(self, message_id: int) -> ComplaintRecord | None: ...
    def all(self, *, open_only: bool = False) -> Sequence[ComplaintRecord]:
        """Oldest first."""
        ...

    def between(self, since: datetime | None, until: datetime | None) -> Sequence[ComplaintRecord]:
        """Those that came from `since` to before `until`."""
        ...

    def save(self, case: ComplaintRecord) -> bool:
        """Write what people found and did."""
        ...


class Promises(Protocol):
    def add(self, draft_id: int, conversation_id: int, text: str, due: datetime, at: datetime) -> int: ...
    def get(self, promise_id: int) -> PromiseRecord | None: ...
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
    def answer(
        self,
        response_id: int,
        at: datetime,
        via: Via,
        person: str,
        elapsed: float,
        working: float,
        drafted: DraftHistory | None = None,
    ) -> bool: ...
    def holding(self, response_id: int, at: datetime) -> None: ...
    def close(self, response_id: int, reason: str) -> None: ...
    def between(self, since: datetime | None, until: datetime | None) -> Iterator[ResponseRecord]:
        """By received_at, streamed."""
        ...

    def columns(self, since: datetime | None, until: datetime | None) -> Iterator[ResponseColumns]:
        """All that are not closed and came from `since` to before `until`, and perhaps others of the same months."""
        ...

    def pack(self, before: datetime) -> bool:
        """Keep one more month that ended by then as columns, for reports; False when none is left that is worth it."""
        ...

    def named(self, response_ids: Sequence[int]) -> Sequence[ResponseRecord]:
        """In the order asked for."""
        ...

    def counts(self, since: datetime | None, until: datetime | None) -> DeskCounts:
        """Reviews and promises of that time."""
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


class Learning(Protocol):
    def confirmed(self) -> Sequence[tuple[int, Kind]]:
        """Messages whose first draft a person approved without a change: the kind was right (R28)."""
        ...

    def unlabelled(self, limit: int) -> Sequence[tuple[int, Assessment]]:
        """Incoming mails without a label, the unsure and the newest first."""
        ...

    def scored(self, after: int, limit: int) -> Sequence[int]:
        """Ids of incoming mails that carry a score, ascending, those above `after`."""
        ...

    def rescore(self, message_id: int, new: Assessment, label: Kind | None, at: datetime) -> None:
        """The new score takes the old one's place, which stays readable. `label`: a person's word on the kind."""
        ...

    def earlier_scores(self, message_id: int) -> Sequence[EarlierScore]: ...
    def remember_likeness(self, message_id: int, bands: tuple[int, int, int, int]) -> None: ...
    def alike(self, bands: tuple[int, int, int, int], since: datetime) -> Sequence[tuple[int, str, tuple[int, ...]]]:
        """(message, sender, bands) of incoming mails since then that share a band, newest first, at most 50."""
        ...

    def experience(self) -> Mapping[str, Experience]:
        """What became of the customers of each country."""
        ...


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
    def merges(self) -> CustomerMerges: ...
    @property
    def saved_filters(self) -> SavedFilters: ...
    @property
    def erasure(self) -> Erasure: ...
    @property
    def drafts(self) -> Drafts: ...
    @property
    def worklist(self) -> Worklist: ...
    @property
    def people(self) -> People: ...
    @property
    def follow_ups(self) -> FollowUps: ...
    @property
    def complaints(self) -> Complaints: ...
    @property
    def sign_ins(self) -> SignIns: ...
    @property
    def approvals(self) -> Approvals: ...
    @property
    def tokens(self) -> Tokens: ...
    @property
    def webhooks(self) -> Webhooks: ...
    @property
    def promises(self) -> Promises: ...
    @property
    def responses(self) -> Responses: ...
    @property
    def alerts(self) -> Alerts: ...
    @property
    def learning(self) -> Learning: ...
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
