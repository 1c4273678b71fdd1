"""Drafts, what people decided on them, the exact bytes that leave, and what we promised."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from triage.store.base import Table, Texts, partial_index
from triage.store.columns import Json, Word
from triage.vocabulary.letter import Letter
from triage.vocabulary.records import Outcome
from triage.vocabulary.states import DraftStatus, Occasion, PromiseStatus, SentCopyStatus


class DraftRow(Table):
    """`priority` and `received_at` are the answered message's, kept here so that the queue reads one index; a letter
    that opens its conversation answers none, and stands last, from when it was made."""

    __tablename__ = "draft"
    __table_args__ = (
        Index("ix_draft_conversation_id", "conversation_id", "status"),
        Index("ix_draft_queue", "status", text("priority DESC"), "received_at", "id"),
        partial_index("ix_draft_sent", "sent_at", "id", where="status = 'sent'"),
        partial_index("ix_draft_sent_copy", "id", where="sent_copy = 'pending'"),
        partial_index("ix_draft_follow_up", "conversation_id", "status", where="occasion <> 'reply'"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), index=True)
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


class FirstApprovalRow(Table):
    """A draft that waits for its second person."""

    __tablename__ = "first_approval"
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"), primary_key=True)
    by: Mapped[str] = mapped_column(Word)
    content_hash: Mapped[str] = mapped_column(Word)
    at: Mapped[datetime]
