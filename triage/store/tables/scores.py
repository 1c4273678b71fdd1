"""What machines and people said about a mail: predictions, labels, earlier scores."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from triage.store.base import Facts, Table, partial_index
from triage.store.columns import Json, Word
from triage.vocabulary.inquiry import Assessment, Kind, Stage, Tier


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


class TierLabelRow(Table):
    """A person's word on the tier, beside the computed one; the last one holds, and None takes it back."""

    __tablename__ = "tier_label"
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    tier: Mapped[Tier | None]
    reason: Mapped[str]
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
