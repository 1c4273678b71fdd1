"""People, their sessions and views; programs and their tokens and webhooks."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from triage.store.base import Table, Texts, partial_index
from triage.store.columns import Word
from triage.vocabulary.access import HookEvent
from triage.vocabulary.people import Role


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
