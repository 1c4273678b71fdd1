"""Accounts, folders, mails as they came, what was read in them, and the conversations they make."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from triage.store.base import Numbers, Table, Texts, partial_index
from triage.store.columns import Json, Word
from triage.vocabulary.inquiry import Kind, Tier
from triage.vocabulary.mail import Automatic, ParsedMail, Screening
from triage.vocabulary.records import FolderRole
from triage.vocabulary.states import Direction, MessageStatus


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
    holding: Mapped[bool] = mapped_column(default=False, server_default=false())


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
