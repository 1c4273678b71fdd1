"""Rows as values: what the store hands out and takes in. All datetimes are aware UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from triage.vocabulary.customers import Source
from triage.vocabulary.inquiry import Assessment, BuyerType, FactName, Kind, Quality, Stage, Tier
from triage.vocabulary.letter import Letter
from triage.vocabulary.mail import Automatic, ParsedMail, Screening
from triage.vocabulary.states import (
    Direction,
    DraftStatus,
    Fault,
    MessageStatus,
    Occasion,
    PromiseStatus,
    SentCopyStatus,
)


class FolderRole(StrEnum):
    INBOX = "inbox"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class AccountState:
    """What the daemon remembers of an account between runs; its settings live in the configuration."""

    id: str
    address: str
    last_round_trip_at: datetime | None = None
    refused_logins: int = 0
    stopped_reason: str = ""
    """Non-empty: stopped until credentials change or a person resumes it (F19)."""
    credentials_digest: str = ""
    """Keyed digest of the credentials that were refused, so that new ones are noticed without storing any."""
    throttled_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SendingState:
    """The same of the account's SMTP server: reading and sending stop apart, and neither overwrites the other."""

    account_id: str
    refused_logins: int = 0
    stopped_reason: str = ""
    credentials_digest: str = ""


@dataclass(frozen=True, slots=True)
class FolderState:
    """How far a folder has been read (F04). `gaps` are UIDs below `last_uid` not yet stored or listed unfetchable."""

    id: int
    account_id: str
    name: str
    role: FolderRole
    uidvalidity: int | None = None
    last_uid: int = 0
    gaps: tuple[int, ...] = ()
    stopped_reason: str = ""


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A mail as fetched. (folder_id, uidvalidity, uid) is its identity (I4); `raw` None means it could not be
    fetched."""

    folder_id: int
    uidvalidity: int
    uid: int
    received_at: datetime
    """INTERNALDATE: where the response clock starts (R1)."""
    raw: bytes | None
    size: int
    fault: str = ""
    """Why `raw` is missing or partial: `too large: 150000000 bytes`, `expunged before fetch`."""


@dataclass(frozen=True, slots=True)
class MessageRecord:
    """A stored mail. One row per copy; copies of one mail share `conversation_id`, later ones carry `duplicate_of`."""

    id: int
    account_id: str
    folder_id: int
    direction: Direction
    uidvalidity: int
    uid: int
    sha256: str
    size: int
    received_at: datetime
    status: MessageStatus
    attempts: int = 0
    fault: str = ""
    rfc_message_id: str | None = None
    subject: str = ""
    sender: str = ""
    sender_name: str = ""
    recipients: tuple[str, ...] = ()
    """To and Cc, lower case."""
    conversation_id: int | None = None
    duplicate_of: int | None = None
    automatic: Automatic | None = None
    screening_reason: str = ""
    kind: Kind | None = None
    tier: Tier | None = None
    priority: float | None = None
    country: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Processed:
    """The outcome of the pipeline's pure steps for one message, to be saved in one transaction."""

    mail: ParsedMail
    screening: Screening
    assessment: Assessment | None
    duplicate_of: int | None = None


@dataclass(frozen=True, slots=True)
class EarlierScore:
    """What a message was worth before history was scored again. Scores 0-100."""

    model: str
    kind: Kind
    tier: Tier
    priority: float
    buyer_score: float
    market_score: float
    replaced_at: datetime


@dataclass(frozen=True, slots=True)
class ConversationRecord:
    """`version` grows with every message that joins: an approval is bound to it (I11)."""

    id: int
    account_id: str
    subject: str
    customer_id: int | None
    version: int
    last_message_at: datetime
    assignee: str = ""
    """Name of the person who looks after it."""
    snoozed_until: datetime | None = None
    """Put off: hidden from the queue until then."""


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """The card (R18)."""

    id: int
    name: str
    company: str
    country: str | None
    addresses: tuple[str, ...]
    facts: Mapping[FactName, str] = field(default_factory=dict)
    first_contact_at: datetime | None = None
    last_contact_at: datetime | None = None
    messages_in: int = 0
    messages_out: int = 0
    orders: int = 0
    do_not_contact: bool = False
    note: str = ""
    type: BuyerType | None = None
    importance: Quality | None = None
    stage: Stage | None = None
    meetings: int = 0
    """Calls, meetings and chats that people noted."""
    value: float = 0.0
    """Of all orders whose amount is known, in the currency the desk keeps its books in."""
    sources: Mapping[str, Source] = field(default_factory=dict)
    """Where each value comes from, by the name of the field or fact."""
    greets: str = ""
    """Faiths whose holidays this customer keeps, as a person noted: `christian, muslim`."""


@dataclass(frozen=True, slots=True)
class NewDraft:
    """A letter proposed for a message, with the headers it will carry (F28: the Message-ID is made before approval)."""

    message_id: int
    conversation_id: int
    account_id: str
    letter: Letter
    rfc_message_id: str
    in_reply_to: str | None
    references: tuple[str, ...]
    content_hash: str
    conversation_version: int
    occasion: Occasion = Occasion.REPLY
    not_before: datetime | None = None
    """Of a follow-up: the moment that suits the buyer."""


@dataclass(frozen=True, slots=True)
class DraftRecord:
    """A draft as it stands. `revision` grows with each edit; approval holds for exactly one `content_hash`."""

    id: int
    message_id: int
    conversation_id: int
    account_id: str
    revision: int
    status: DraftStatus
    letter: Letter
    rfc_message_id: str
    in_reply_to: str | None
    references: tuple[str, ...]
    content_hash: str
    conversation_version: int
    created_at: datetime
    changed_at: datetime
    approved_by: str = ""
    approved_at: datetime | None = None
    outgoing_sha256: str = ""
    not_before: datetime | None = None
    """Earliest moment of (re)sending: a scheduled letter, or the next try."""
    attempts: int = 0
    """Claims so far. Never reset, not even by a new approval: it fences off a dispatcher that was overtaken (I6)."""
    sent_at: datetime | None = None
    server_reply: str = ""
    sent_copy: SentCopyStatus = SentCopyStatus.NONE
    sent_copy_attempts: int = 0
    bounced_at: datetime | None = None
    note: str = ""
    """Why it is held, rejected, refused or uncertain, in words."""
    occasion: Occasion = Occasion.REPLY


@dataclass(frozen=True, slots=True)
class DraftRevision:
    """One state of a draft's letter. `by` is empty for the machine's own."""

    revision: int
    letter: Letter
    content_hash: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReviewRecord:
    """A person's decision on a draft. `action`: approve, edit, reject, hold."""

    action: str
    by: str
    at: datetime
    reason: str
    content_hash: str


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One line of the review queue: the draft's state with what it answers."""

    draft: DraftRecord
    message: MessageRecord
    customer: str


@dataclass(frozen=True, slots=True)
class TemplateUse:
    """How a letter's template fares with reviewers (R28)."""

    template: str
    approved: int
    untouched: int
    """Approvals in which no word was changed."""
    changed: float
    """Mean share of its words that were changed, 0-1."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """The exact bytes and recipients a person approved (I5). `sha256` covers both."""

    sender: str
    recipients: tuple[str, ...]
    data: bytes
    sha256: str


class Outcome(StrEnum):
    """How one delivery attempt ended."""

    ACCEPTED = "accepted"
    TRANSIENT = "transient"
    PERMANENT = "permanent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one hand-over to an SMTP server. Phases as in `DeliveryAttempt`; `reply` is cleaned and bounded.

    ACCEPTED: the server answered the final dot with 2xx. TRANSIENT and PERMANENT: provably not taken. UNKNOWN: the
    body may have left and no answer came.
    """

    outcome: Outcome
    phase: str
    code: int | None = None
    reply: str = ""
    refused: tuple[str, ...] = ()
    """Recipients that the server refused; none of the others got the letter either."""
    login_refused: bool = False
    """The server refused the credentials: counted, three stop sending (F19)."""


@dataclass(frozen=True, slots=True)
class DeliveryAttempt:
    """One try, one row (I8). `phase`: connect, login, mail, rcpt, data, body. `reply` is the server's words."""

    draft_id: int
    started_at: datetime
    ended_at: datetime
    phase: str
    outcome: Outcome
    code: int | None
    reply: str


@dataclass(frozen=True, slots=True)
class PromiseRecord:
    id: int
    draft_id: int
    conversation_id: int
    text: str
    due: datetime
    status: PromiseStatus
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class ComplaintRecord:
    """A complaint's case: what the machine saw of it, and what people found and did (R24)."""

    message_id: int
    conversation_id: int
    received_at: datetime
    sort: str
    """`quality`, `quantity`, `delivery`, `documents`, `service`, `incident`; empty when it does not show."""
    cause: str = ""
    fault: Fault | None = None
    remedy: str = ""
    remedy_at: datetime | None = None
    """When the remedy has reached the buyer, or will have."""
    closed_at: datetime | None = None
    by: str = ""
    """Who wrote on it last."""
    subject: str = ""
    sender: str = ""
    account_id: str = ""


@dataclass(frozen=True, slots=True)
class Silence:
    """A customer's last mail and what became of it: what a follow-up is decided by."""

    customer_id: int
    message_id: int
    conversation_id: int
    account_id: str
    kind: Kind | None
    received_at: datetime
    answered_at: datetime | None
    owed: bool
    """We owe this customer something: an answer, a decision on a draft, or what we promised."""
    complains: bool
    """A complaint of this customer is still open."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A follow-up that was proposed once, whatever became of it."""

    draft_id: int
    customer_id: int
    occasion: Occasion
    status: DraftStatus
    created_at: datetime
    sent_at: datetime | None
    heard_at: datetime
    """When the customer's mail came that it goes back to."""


class Via(StrEnum):
    """Where an answer was sent from."""

    TOOL = "tool"
    ELSEWHERE = "elsewhere"
    """Found in Sent: a phone, Outlook, webmail (F30)."""


@dataclass(frozen=True, slots=True)
class NewResponse:
    """A buyer's mail that needs an answer: the clock starts at `received_at` (R1)."""

    message_id: int
    conversation_id: int
    account_id: str
    first: bool
    """True for the first answer of the conversation, False for a later one."""
    received_at: datetime
    kind: Kind
    tier: Tier
    country: str | None
    target_seconds: float


@dataclass(frozen=True, slots=True)
class ResponseRecord:
    """A response-time row. Seconds are None until answered; `working_seconds` by the desk's calendar."""

    id: int
    message_id: int
    conversation_id: int
    account_id: str
    first: bool
    received_at: datetime
    kind: Kind
    tier: Tier
    country: str | None
    target_seconds: float
    subject: str = ""
    sender: str = ""
    answered_at: datetime | None = None
    via: Via | None = None
    person: str = ""
    holding_at: datetime | None = None
    """A holding reply went out then: counted apart, does not stop the clock."""
    elapsed_seconds: float | None = None
    working_seconds: float | None = None
    closed_reason: str = ""
    """Non-empty: no answer is due after all (rejected draft, relabelled)."""
    proposed_at: datetime | None = None
    """When the draft was proposed whose letter became the answer; None for answers from elsewhere."""
    approved_at: datetime | None = None
    edited_share: float | None = None
    """How much of the draft people changed before it left, 0 to 1."""


@dataclass(frozen=True, slots=True)
class DraftHistory:
    """How the draft became the letter that answered."""

    proposed_at: datetime
    approved_at: datetime | None
    edited_share: float | None


@dataclass(frozen=True, slots=True)
class ParkedRecord:
    """A message whose processing failed too often (F06)."""

    message_id: int
    step: str
    error: str
    attempts: int
    parked_at: datetime


@dataclass(frozen=True, slots=True)
class AlertRecord:
    """Something a person should know (I15). `key` is stable: raising it again only refreshes the text."""

    key: str
    text: str
    raised_at: datetime


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One line of the append-only log, chained by a keyed MAC (I14). `data` holds ids and words, never bodies or
    secrets."""

    seq: int
    at: datetime
    actor: str
    name: str
    subject: str
    data: Mapping[str, str]
    mac: str
