"""Response times, complaints, alerts and the log."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from triage.vocabulary.inquiry import Kind, Tier
from triage.vocabulary.states import Fault


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
