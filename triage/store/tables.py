"""The tables. Words are those of docs/glossary.md; the legal moves between states are `triage.vocabulary.states`."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from triage.store.base import Facts, Numbers, Table, Texts, WordLists, partial_index
from triage.store.columns import Json, Word
from triage.vocabulary.access import HookEvent
from triage.vocabulary.customers import ContactKind, Source
from triage.vocabulary.inquiry import Assessment, BuyerType, Kind, Quality, Stage, Tier
from triage.vocabulary.letter import Letter
from triage.vocabulary.mail import Automatic, ParsedMail, Screening
from triage.vocabulary.people import Role
from triage.vocabulary.records import CustomerRecord, FolderRole, Outcome, Via
from triage.vocabulary.states import (
    Direction,
    DraftStatus,
    Fault,
    MessageStatus,
    Occasion,
    PromiseStatus,
    SentCopyStatus,
)


class AccountRow(Table):
    __tablename__ = "account"
    id: Mapped[str] = mapped_column(Word, primary_key=True)
    address: Mapped[str]
    last_round_trip_at: Mapped[datetime | None]
    refused_logins: Mapped[int] = mapped_column(default=0)
    stopped_reason: Mapped[str] = mapped_column(default="")
    credentials_digest: Mapped[str] = mapped_column(default="")
    throttled_until: Mapped[datetime | None]
    sending_refused_logins: Mapped[int] = mapped_column(default=0)
    sending_stopped_reason: Mapped[str] = mapped_column(default="")
    sending_credentials_digest: Mapped[str] = mapped_column(default="")


class FolderRow(Table):
    __tablename__ = "folder"
    __table_args__ = (UniqueConstraint("account_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(Word, ForeignKey("account.id"))
    name: Mapped[str]
    role: Mapped[FolderRole]
    uidvalidity: Mapped[int | None] = mapped_column(BigInteger)
    last_uid: Mapped[int] = mapped_column(BigInteger, default=0)
    gaps: Mapped[Numbers] = mapped_column(default=())
    stopped_reason: Mapped[str] = mapped_column(default="")


class RawMessageRow(Table):
    """The bytes as they came, once for all copies of a mail (I1)."""

    __tablename__ = "raw_message"
    sha256: Mapped[str] = mapped_column(Word, primary_key=True)
    size: Mapped[int]
    data: Mapped[bytes] = mapped_column(LargeBinary)


class MessageRow(Table):
    """One row per copy. The identity is the server's, never a value the sender chose (I4)."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("folder_id", "uidvalidity", "uid"),
        partial_index("ix_message_waiting", "received_at", "id", where="status = 'stored'"),
        Index("ix_message_conversation_id", "conversation_id", "received_at"),
        Index("ix_message_sender", "sender", "received_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(Word, ForeignKey("account.id"))
    folder_id: Mapped[int] = mapped_column(ForeignKey("folder.id"))
    direction: Mapped[Direction]
    uidvalidity: Mapped[int] = mapped_column(BigInteger)
    uid: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(Word, ForeignKey("raw_message.sha256"), index=True)
    size: Mapped[int]
    received_at: Mapped[datetime]
    status: Mapped[MessageStatus]
    attempts: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[datetime | None]
    fault: Mapped[str] = mapped_column(default="")
    rfc_message_id: Mapped[str | None] = mapped_column(index=True)
    subject: Mapped[str] = mapped_column(default="")
    sender: Mapped[str] = mapped_column(default="")
    sender_name: Mapped[str] = mapped_column(default="")
    recipients: Mapped[Texts] = mapped_column(default=())
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"))
    duplicate_of: Mapped[int | None] = mapped_column(ForeignKey("message.id"))
    automatic: Mapped[Automatic | None]
    screening_reason: Mapped[str] = mapped_column(default="")
    kind: Mapped[Kind | None]
    tier: Mapped[Tier | None]
    priority: Mapped[float | None]
    country: Mapped[str | None]
    language: Mapped[str | None]


class MessageReferenceRow(Table):
    """Which Message-IDs a message names as its predecessors: a question may be read after its answer."""

    __tablename__ = "message_reference"
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    rfc_message_id: Mapped[str] = mapped_column(primary_key=True, index=True)


class MessageContentRow(Table):
    """What parsing and screening made of a message: apart, so that lists stay narrow."""

    __tablename__ = "message_content"
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    mail: Mapped[ParsedMail] = mapped_column(Json(ParsedMail))
    screening: Mapped[Screening] = mapped_column(Json(Screening))


class AttachmentRow(Table):
    __tablename__ = "attachment"
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    content_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(Word)
    inline: Mapped[bool]


class ModelVersionRow(Table):
    __tablename__ = "model_version"
    version: Mapped[str] = mapped_column(Word, primary_key=True)


class PredictionRow(Table):
    """The machine's word on a message. People's words are labels and stay apart (R28)."""

    __tablename__ = "prediction"
    __table_args__ = (partial_index("ix_prediction_unsure", "message_id", where="unsure"),)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    model: Mapped[str | None] = mapped_column(Word, ForeignKey("model_version.version"))
    kind: Mapped[Kind]
    unsure: Mapped[bool]
    stage: Mapped[Stage]
    facts: Mapped[Facts]
    assessment: Mapped[Assessment] = mapped_column(Json(Assessment))


class LabelRow(Table):
    __tablename__ = "label"
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    kind: Mapped[Kind]
    by: Mapped[str]
    at: Mapped[datetime]


class EarlierScoreRow(Table):
    """What a message was worth before history was scored again."""

    __tablename__ = "earlier_score"
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    model: Mapped[str] = mapped_column(Word)
    kind: Mapped[Kind]
    tier: Mapped[Tier]
    priority: Mapped[float]
    buyer_score: Mapped[float]
    market_score: Mapped[float]
    replaced_at: Mapped[datetime]


class MessageLikenessRow(Table):
    """A fingerprint in four bands of 30 bits: texts that are nearly the same share at least one of them."""

    __tablename__ = "message_likeness"
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    first: Mapped[int] = mapped_column(index=True)
    second: Mapped[int] = mapped_column(index=True)
    third: Mapped[int] = mapped_column(index=True)
    fourth: Mapped[int] = mapped_column(index=True)


class ParkedMessageRow(Table):
    __tablename__ = "parked_message"
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    step: Mapped[str]
    error: Mapped[str]
    attempts: Mapped[int]
    parked_at: Mapped[datetime]


class ConversationRow(Table):
    __tablename__ = "conversation"
    __table_args__ = (partial_index("ix_conversation_snoozed", "snoozed_until", where="snoozed_until IS NOT NULL"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(Word, ForeignKey("account.id"))
    subject: Mapped[str]
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), index=True)
    version: Mapped[int] = mapped_column(default=0)
    last_message_at: Mapped[datetime]
    assignee: Mapped[str] = mapped_column(default="", server_default="")
    snoozed_until: Mapped[datetime | None]


class CustomerRow(Table):
    """The card. The counts are those of the contacts below, and what an import brought along. A card that was merged
    into another stays, hidden, so that the merge can be undone."""

    __tablename__ = "customer"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(default="")
    company: Mapped[str] = mapped_column(default="")
    country: Mapped[str | None]
    facts: Mapped[Facts]
    first_contact_at: Mapped[datetime | None]
    last_contact_at: Mapped[datetime | None]
    messages_in: Mapped[int] = mapped_column(default=0)
    messages_out: Mapped[int] = mapped_column(default=0)
    orders: Mapped[int] = mapped_column(default=0)
    do_not_contact: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(default="")
    type: Mapped[BuyerType | None]
    importance: Mapped[Quality | None]
    stage: Mapped[Stage | None]
    meetings: Mapped[int] = mapped_column(default=0)
    value: Mapped[float] = mapped_column(default=0.0)
    sources: Mapped[Mapping[str, Source]] = mapped_column(Json(dict[str, Source]), default=dict)
    greets: Mapped[str] = mapped_column(default="", server_default="")
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), index=True)


class CustomerAddressRow(Table):
    """A person by their address, lower case; it belongs to one card. `domain` is empty for free mail."""

    __tablename__ = "customer_address"
    address: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    name: Mapped[str] = mapped_column(default="")
    role: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    domain: Mapped[str] = mapped_column(default="", index=True)


class CustomerContactRow(Table):
    """What happened with a customer, mails and notes by hand alike (R18). A mail or a letter counts once for each
    address, however often it is processed."""

    __tablename__ = "customer_contact"
    __table_args__ = (
        UniqueConstraint("message_id", "kind", "address"),
        UniqueConstraint("draft_id", "address"),
        Index("ix_customer_contact_customer_id", "customer_id", "at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    kind: Mapped[ContactKind]
    at: Mapped[datetime]
    by: Mapped[str]
    text: Mapped[str]
    address: Mapped[str]
    amount: Mapped[float | None]
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"))
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("draft.id"))


class CustomerTraitRow(Table):
    """What cards are compared by, so that duplicates are found by an index."""

    __tablename__ = "customer_trait"
    __table_args__ = (Index("ix_customer_trait_kind", "kind", "value"),)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(Word, primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)


class CustomerMergeRow(Table):
    """All that is needed to take a merged card out again."""

    __tablename__ = "customer_merge"
    id: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    gone_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    by: Mapped[str]
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    before: Mapped[CustomerRecord] = mapped_column(Json(CustomerRecord))
    moved_addresses: Mapped[Texts]
    moved_contacts: Mapped[Numbers]
    moved_conversations: Mapped[Numbers]


class SavedFilterRow(Table):
    __tablename__ = "saved_filter"
    name: Mapped[str] = mapped_column(Word, primary_key=True)
    words: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]


class DraftRow(Table):
    """`priority` and `received_at` are the answered message's, kept here so that the queue reads one index."""

    __tablename__ = "draft"
    __table_args__ = (
        Index("ix_draft_conversation_id", "conversation_id", "status"),
        Index("ix_draft_queue", "status", text("priority DESC"), "received_at", "id"),
        partial_index("ix_draft_sent", "sent_at", "id", where="status = 'sent'"),
        partial_index("ix_draft_sent_copy", "id", where="sent_copy = 'pending'"),
        partial_index("ix_draft_follow_up", "conversation_id", "status", where="occasion <> 'reply'"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    account_id: Mapped[str] = mapped_column(Word, ForeignKey("account.id"))
    revision: Mapped[int]
    status: Mapped[DraftStatus]
    priority: Mapped[float]
    received_at: Mapped[datetime]
    rfc_message_id: Mapped[str] = mapped_column(unique=True)
    in_reply_to: Mapped[str | None]
    references: Mapped[Texts]
    content_hash: Mapped[str] = mapped_column(Word)
    conversation_version: Mapped[int]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    approved_by: Mapped[str] = mapped_column(default="")
    approved_at: Mapped[datetime | None]
    outgoing_sha256: Mapped[str] = mapped_column(Word, default="")
    not_before: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    server_reply: Mapped[str] = mapped_column(default="")
    sent_copy: Mapped[SentCopyStatus] = mapped_column(default=SentCopyStatus.NONE)
    sent_copy_attempts: Mapped[int] = mapped_column(default=0)
    bounced_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="")
    occasion: Mapped[Occasion] = mapped_column(default=Occasion.REPLY, server_default=Occasion.REPLY.value)


class DraftRevisionRow(Table):
    """Every letter a draft has been."""

    __tablename__ = "draft_revision"
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    letter: Mapped[Letter] = mapped_column(Json(Letter))
    content_hash: Mapped[str] = mapped_column(Word)
    by: Mapped[str]
    at: Mapped[datetime]


class OutgoingRow(Table):
    """The bytes a person approved (I5). Gone as soon as the approval no longer stands."""

    __tablename__ = "outgoing"
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"), primary_key=True)
    sender: Mapped[str]
    recipients: Mapped[Texts]
    data: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(Word)


class ReviewRow(Table):
    __tablename__ = "review"
    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"), index=True)
    action: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]
    reason: Mapped[str]
    content_hash: Mapped[str] = mapped_column(Word)
    template: Mapped[str] = mapped_column(Word, default="", server_default="")
    """Of an approval: the letter's template."""
    changed: Mapped[float | None]
    """Of an approval: the share of the template's words that the person changed (R28)."""


class DeliveryAttemptRow(Table):
    __tablename__ = "delivery_attempt"
    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"), index=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    phase: Mapped[str]
    outcome: Mapped[Outcome]
    code: Mapped[int | None]
    reply: Mapped[str]


class PromiseRow(Table):
    __tablename__ = "promise"
    __table_args__ = (Index("ix_promise_status", "status", "due"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"), index=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), index=True)
    text: Mapped[str]
    due: Mapped[datetime]
    status: Mapped[PromiseStatus]
    changed_at: Mapped[datetime]


class ComplaintRow(Table):
    """A complaint's case (R24), opened with the mail; cause and remedy are people's words."""

    __tablename__ = "complaint"
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), index=True)
    received_at: Mapped[datetime] = mapped_column(index=True)
    sort: Mapped[str] = mapped_column(Word)
    cause: Mapped[str] = mapped_column(default="")
    fault: Mapped[Fault | None]
    remedy: Mapped[str] = mapped_column(default="")
    remedy_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    by: Mapped[str] = mapped_column(default="")


class ResponseRow(Table):
    __tablename__ = "response"
    __table_args__ = (
        Index("ix_response_received_at", "received_at", "id"),
        partial_index("ix_response_waiting", "received_at", "id", where="answered_at IS NULL AND closed_reason = ''"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), unique=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), index=True)
    account_id: Mapped[str] = mapped_column(Word, ForeignKey("account.id"))
    first: Mapped[bool]
    received_at: Mapped[datetime]
    kind: Mapped[Kind]
    tier: Mapped[Tier]
    country: Mapped[str | None]
    target_seconds: Mapped[float]
    answered_at: Mapped[datetime | None]
    via: Mapped[Via | None]
    person: Mapped[str] = mapped_column(default="")
    holding_at: Mapped[datetime | None]
    elapsed_seconds: Mapped[float | None]
    working_seconds: Mapped[float | None]
    closed_reason: Mapped[str] = mapped_column(default="")
    proposed_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    edited_share: Mapped[float | None]


class ResponseBlockRow(Table):
    """A month of responses as columns, made for reports; gone as soon as one of its rows changes."""

    __tablename__ = "response_block"
    starts: Mapped[datetime] = mapped_column(primary_key=True)
    ends: Mapped[datetime]
    words: Mapped[WordLists]
    data: Mapped[bytes] = mapped_column(LargeBinary)


class AlertRow(Table):
    __tablename__ = "alert"
    key: Mapped[str] = mapped_column(Word, primary_key=True)
    text: Mapped[str]
    raised_at: Mapped[datetime]
    cleared_at: Mapped[datetime | None]


class AuditEventRow(Table):
    """Append-only: the migration adds triggers that refuse every change (I14)."""

    __tablename__ = "audit_event"
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str]
    name: Mapped[str]
    subject: Mapped[str]
    data: Mapped[Mapping[str, str]] = mapped_column(Json(dict[str, str]))
    mac: Mapped[str] = mapped_column(Word)


class PersonRow(Table):
    """Who may use the review page. `mailboxes` None: all of them."""

    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Word, unique=True)
    role: Mapped[Role]
    mailboxes: Mapped[Texts | None]
    password_hash: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    email: Mapped[str | None] = mapped_column(Word, unique=True)


class SessionRow(Table):
    """A signed-in browser, by the hash of its cookie (S02)."""

    __tablename__ = "session"
    token_hash: Mapped[str] = mapped_column(Word, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    csrf: Mapped[str] = mapped_column(Word)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class InvitationRow(Table):
    """A one-time link to set a password, by the hash of its token (S03)."""

    __tablename__ = "invitation"
    token_hash: Mapped[str] = mapped_column(Word, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    ends_at: Mapped[datetime]


class SavedViewRow(Table):
    """A tab with its filters under a name of the person's own. Without users, person 0."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("person_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int]
    name: Mapped[str]
    query: Mapped[str]


class ApiTokenRow(Table):
    """A program's way in, by the hash of its token."""

    __tablename__ = "api_token"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Word, unique=True)
    token_hash: Mapped[str] = mapped_column(Word, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    scopes: Mapped[Texts]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class KeptAnswerRow(Table):
    """Answers to POSTs with an Idempotency-Key, so that a repeated one does nothing twice."""

    __tablename__ = "kept_answer"
    owner: Mapped[str] = mapped_column(Word, primary_key=True)
    key: Mapped[str] = mapped_column(Word, primary_key=True)
    request_hash: Mapped[str] = mapped_column(Word)
    status: Mapped[int]
    answer: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(index=True)


class WebhookRow(Table):
    __tablename__ = "webhook"
    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str]
    events: Mapped[Texts]
    salt: Mapped[str] = mapped_column(Word)
    seen_seq: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]


class WebhookDeliveryRow(Table):
    """What a webhook is still to be told, and what it was told."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("webhook_id", "event_id"),
        partial_index("ix_webhook_delivery_due", "due_at", where="due_at IS NOT NULL"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id"))
    event_id: Mapped[str] = mapped_column(Word)
    event: Mapped[HookEvent]
    body: Mapped[str]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    delivered_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="")


class SecondFactorRow(Table):
    __tablename__ = "second_factor"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    salt: Mapped[str] = mapped_column(Word)
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)


class RecoveryCodeRow(Table):
    """A code for one sign-in without the app, by its hash."""

    __tablename__ = "recovery_code"
    code_hash: Mapped[str] = mapped_column(Word, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)


class PendingSignInRow(Table):
    __tablename__ = "pending_sign_in"
    token_hash: Mapped[str] = mapped_column(Word, primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    nonce: Mapped[str] = mapped_column(Word)
    verifier: Mapped[str] = mapped_column(Word)
    ends_at: Mapped[datetime]


class IdentityRow(Table):
    """Who somebody is at the identity provider."""

    __tablename__ = "identity"
    issuer: Mapped[str] = mapped_column(Word, primary_key=True)
    subject: Mapped[str] = mapped_column(Word, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)


class FirstApprovalRow(Table):
    """A draft that waits for its second person."""

    __tablename__ = "first_approval"
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"), primary_key=True)
    by: Mapped[str] = mapped_column(Word)
    content_hash: Mapped[str] = mapped_column(Word)
    at: Mapped[datetime]


METADATA = Table.metadata
"""All of the above."""
