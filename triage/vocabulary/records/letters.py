"""Drafts, what people decided on them, how they went out, what they promised."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from triage.vocabulary.inquiry import Kind
from triage.vocabulary.letter import Choices, Letter
from triage.vocabulary.records.mail import MessageRecord
from triage.vocabulary.states import DraftStatus, Occasion, PromiseStatus, SentCopyStatus


@dataclass(frozen=True, slots=True)
class NewDraft:
    """A letter proposed for a message, with the headers it will carry (F28: the Message-ID is made before approval).

    `message_id` None: it answers no mail and opens its conversation.
    """

    message_id: int | None
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
    """A draft as it stands. `revision` grows with each edit; approval holds for exactly one `content_hash`.

    `message_id` None: it answers no mail and opens its conversation.
    """

    id: int
    message_id: int | None
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
    """One line of the review queue: the draft's state with what it answers, if it answers a mail."""

    draft: DraftRecord
    message: MessageRecord | None
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
class Silence:
    """A customer's last mail and what became of it: what a follow-up is decided by. Of one who never wrote there is no
    mail, and nothing that belongs to one."""

    customer_id: int
    message_id: int | None
    account_id: str | None
    kind: Kind | None
    received_at: datetime | None
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
    heard_at: datetime | None
    """When the customer's mail came that it goes back to; None when it goes back to none."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A letter of our own accord that is due: to whom, why, and when it should leave.

    It goes into the thread of the customer's last mail; without one (`message_id` None) it opens a conversation.
    """

    customer_id: int
    message_id: int | None
    account_id: str
    occasion: Occasion
    choices: Choices
    not_before: datetime
