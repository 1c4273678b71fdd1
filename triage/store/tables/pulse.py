"""Response times, complaints, alerts and the log."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from triage.store.base import Table, WordLists, partial_index
from triage.store.columns import Json, Word
from triage.vocabulary.inquiry import Kind, Tier
from triage.vocabulary.records import Via
from triage.vocabulary.states import Fault


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
