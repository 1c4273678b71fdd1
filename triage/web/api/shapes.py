"""What the API answers: the words of the glossary as JSON. Instants in ISO 8601, durations in seconds.

Texts come from mails: whoever shows them escapes them.
"""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from triage.viewing.case import Authentication
from triage.viewing.clocks import Pace
from triage.vocabulary.access import HookEvent, Scope
from triage.vocabulary.customers import ContactKind, Segment
from triage.vocabulary.inquiry import Kind, Point, Stage, Tier
from triage.vocabulary.letter import AnswerStatus
from triage.vocabulary.mail import Automatic
from triage.vocabulary.people import Role
from triage.vocabulary.states import Direction, DraftStatus, MessageStatus, Occasion, PromiseStatus

Next = Annotated[
    str | None, Field(description="Give it back as `cursor` for the next page; null at the end.", examples=["mQx3Yw"])
]


class Shape(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class ClockShape(Shape):
    """The response clock: `left` is working time in seconds, negative once the target is missed."""

    due: datetime
    left: float
    target: float
    pace: Pace
    running: bool


class BuyerTimeShape(Shape):
    now: datetime
    zone: str = Field(examples=["Europe/Berlin"])
    awake: bool
    morning: datetime


class QueueRow(Shape):
    """Of a letter that answers no mail `message_id` is null, and `sender` is whom it goes to."""

    message_id: int | None
    draft_id: int | None
    occasion: Occasion
    mailbox: str = Field(examples=["sales"])
    sender: str = Field(examples=["karl@muster.example"])
    sender_name: str
    customer: str
    subject: str = Field(examples=["Inquiry about LED bulbs"])
    received_at: datetime
    kind: Kind | None
    unsure: bool
    tier: Tier | None
    priority: float
    country: str | None
    language: str | None
    points: tuple[Point, ...]
    status: DraftStatus | None
    content_hash: str
    note: str
    warnings: int
    blocking: bool
    promise_text: str
    promise_due: datetime | None
    sent_at: datetime | None
    not_before: datetime | None
    clock: ClockShape | None
    buyer: BuyerTimeShape | None
    assignee: str
    snoozed_until: datetime | None
    fault: str


class QueuePage(Shape):
    items: list[QueueRow]
    next: Next


class AddressShape(Shape):
    name: str
    email: str


class AttachmentShape(Shape):
    name: str
    content_type: str
    size: int
    sha256: str
    inline: bool


class ReasonShape(Shape):
    factor: str
    effect: float
    text: str


class AskedShape(Shape):
    """A point with the buyer's words; offsets into `words`, or -1."""

    point: Point
    text: str
    start: int
    end: int


class ToldShape(Shape):
    fact: str
    text: str
    start: int
    end: int


class AssessmentShape(Shape):
    kind: Kind
    probabilities: dict[Kind, float]
    unsure: bool
    model: str
    stage: Stage
    tier: Tier
    priority: float
    buyer_score: float
    buyer_type: str
    market_score: float
    asked: list[AskedShape]
    told: list[ToldShape]
    signals: list[str]
    reasons: list[ReasonShape]


class ThreadMailShape(Shape):
    message_id: int
    direction: Direction
    who: str
    at: datetime
    text: str


class PromiseShape(Shape):
    id: int
    draft_id: int
    conversation_id: int
    text: str
    due: datetime
    status: PromiseStatus
    changed_at: datetime


class PromisePage(Shape):
    """The earliest due first."""

    items: list[PromiseShape]
    next: Next


class CardShape(Shape):
    """The customer's card as a mail shows it."""

    id: int
    name: str
    company: str
    country: str | None
    addresses: tuple[str, ...]
    facts: dict[str, str]
    messages_in: int
    messages_out: int
    orders: int
    do_not_contact: bool
    note: str


class MessageShape(Shape):
    """A mail as it was read. Its HTML is not here: take it from `raw`, and never show it as it is."""

    id: int
    mailbox: str
    direction: Direction
    status: MessageStatus
    fault: str
    received_at: datetime
    subject: str
    sender: str
    sender_name: str
    to: list[AddressShape]
    cc: list[AddressShape]
    words: str = Field(description="What the writer wrote this time.")
    quoted: str = Field(description="Quotes, history and signature.")
    attachments: list[AttachmentShape]
    defects: list[str]
    authentication: Authentication
    automatic: Automatic | None
    conversation_id: int | None
    assignee: str
    snoozed_until: datetime | None
    assessment: AssessmentShape | None
    clock: ClockShape | None
    buyer: BuyerTimeShape | None
    customer: CardShape | None
    promises: list[PromiseShape]
    thread: list[ThreadMailShape]
    draft_id: int | None = Field(description="The newest draft that answers it.")


class WarningShape(Shape):
    code: str
    text: str
    place: str
    remedy: str
    blocking: bool


class PointShape(Shape):
    """Where the letter answers a point; -1 where it does not."""

    point: Point
    status: AnswerStatus
    sentence: str
    start: int
    end: int


class QuestionShape(Shape):
    id: str
    text: str
    asked: bool


class PromiseMadeShape(Shape):
    text: str
    due: datetime


class AttemptShape(Shape):
    started_at: datetime
    ended_at: datetime
    phase: str
    outcome: str
    code: int | None
    reply: str


class ReviewShape(Shape):
    action: str
    by: str
    at: datetime
    reason: str
    content_hash: str


class DraftShape(Shape):
    """A letter as it stands. Approve it with its `content_hash`, which covers recipients, subject and text."""

    id: int
    message_id: int | None
    conversation_id: int
    mailbox: str
    revision: int
    status: DraftStatus
    content_hash: str = Field(examples=["5f1d…"])
    to: list[AddressShape]
    subject: str
    language: str
    text: str
    points: list[PointShape]
    questions: list[QuestionShape]
    promises: list[PromiseMadeShape]
    warnings: list[WarningShape]
    attachments: list[str]
    created_at: datetime
    changed_at: datetime
    edited_by: str
    approved_by: str
    approved_at: datetime | None
    first_approved_by: str = Field(description="Who approved this very letter, where two people must.")
    not_before: datetime | None
    sent_at: datetime | None
    server_reply: str
    note: str
    attempts: list[AttemptShape]
    reviews: list[ReviewShape]


class Relabelled(Shape):
    draft_id: int | None = Field(description="The new draft; null when none is due.")


class TierHolds(Shape):
    tier: Tier = Field(description="The tier that holds now.")


class ParkedShape(Shape):
    message_id: int
    step: str
    error: str
    attempts: int
    parked_at: datetime


class ParkedList(Shape):
    items: list[ParkedShape]


class AuditReport(Shape):
    """The response times, as `triage audit --format json` gives them: durations in seconds, shares from 0 to 1. The
    fields declared here are in every report; a brief one has no others, and no figures of the buyer's hours."""

    model_config = ConfigDict(extra="allow")

    now: datetime
    time_zone: str
    since: datetime | None
    until: datetime | None
    percentiles: str = Field(description="How they are made.")
    by: list[str]
    total: dict[str, object]
    groups: list[dict[str, object]]


class AccountShape(Shape):
    id: str
    ok: bool
    round_trip_age: float | None
    text: str


class HealthShape(Shape):
    ok: bool
    accounts: list[AccountShape]
    alerts: list[str]


class UserShape(Shape):
    name: str
    role: Role
    mailboxes: list[str] | None = Field(description="Null: all of them.")
    active: bool
    email: str | None
    password_set: bool
    second_factor: bool


class UserList(Shape):
    items: list[UserShape]


class NewUser(Shape):
    user: UserShape
    link: str = Field(description="One use, 24 hours: there the person sets the password.")


class TokenShape(Shape):
    id: int
    name: str
    owner: str
    scopes: list[Scope]
    created_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


class TokenList(Shape):
    items: list[TokenShape]


class NewToken(Shape):
    name: str
    token: str = Field(description="Shown this once.", examples=["tri_3q2…"])


class WebhookShape(Shape):
    id: int
    url: str = Field(examples=["https://hooks.example.com/triage"])
    events: list[HookEvent]
    created_at: datetime


class WebhookList(Shape):
    items: list[WebhookShape]


class NewWebhook(Shape):
    webhook: WebhookShape
    secret: str = Field(description="Signs every delivery. Shown this once.", examples=["whsec_9a…"])


class HookDeliveryShape(Shape):
    event_id: str
    event: HookEvent
    created_at: datetime
    due_at: datetime | None
    attempts: int
    delivered_at: datetime | None
    note: str


class HookDeliveryList(Shape):
    items: list[HookDeliveryShape]


class CustomerLine(Shape):
    card: CardShape
    segment: Segment


class CustomerPage(Shape):
    items: list[CustomerLine]
    total: int = Field(description="How many cards the filters mean in all.")
    next: Next


class PersonShape(Shape):
    address: str
    name: str
    role: str
    phone: str


class ContactShape(Shape):
    id: int
    kind: ContactKind
    at: datetime
    by: str
    text: str
    amount: float | None
    message_id: int | None
    draft_id: int | None


class CustomerShape(Shape):
    card: CardShape
    segment: Segment
    people: list[PersonShape]
    contacts: list[ContactShape]
    may_be_the_same: list[int] = Field(description="Other cards that share a company, domain, phone or site.")


class Noted(Shape):
    contact_id: int


class Merged(Shape):
    merge_id: int = Field(description="Undo it with this number.")
