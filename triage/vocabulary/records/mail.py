"""Accounts, folders, mails and conversations as the store keeps them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from triage.vocabulary.inquiry import Assessment, Kind, Tier
from triage.vocabulary.mail import Automatic, ParsedMail, Screening
from triage.vocabulary.states import Direction, MessageStatus


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
    holding: bool = False
    """A letter of ours, written elsewhere, that only says when the answer comes (A6)."""


@dataclass(frozen=True, slots=True)
class Processed:
    """The outcome of the pipeline's pure steps for one message, to be saved in one transaction."""

    mail: ParsedMail
    screening: Screening
    assessment: Assessment | None
    duplicate_of: int | None = None
    holding: bool = False


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
class TierLabel:
    """A person's word on the tier of a mail; it wins over the computed one until it is taken back."""

    tier: Tier
    reason: str
    by: str
    at: datetime


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
class ParkedRecord:
    """A message whose processing failed too often (F06)."""

    message_id: int
    step: str
    error: str
    attempts: int
    parked_at: datetime
