"""How programs and second factors get in: tokens of the API, kept answers, webhooks, pending sign-ins, approvals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from triage.vocabulary.people import Permission


class Scope(StrEnum):
    """What a token of the API may do, if its owner may do it too (S15)."""

    READ = "read"
    REVIEW = "review"
    APPROVE = "approve"
    ADMIN = "admin"

    @property
    def permissions(self) -> frozenset[Permission]:
        return GRANTED[self]


GRANTED: Mapping[Scope, frozenset[Permission]] = {
    Scope.READ: frozenset({Permission.VIEW}),
    Scope.REVIEW: frozenset({Permission.VIEW, Permission.REVIEW}),
    Scope.APPROVE: frozenset({Permission.VIEW, Permission.APPROVE}),
    Scope.ADMIN: frozenset({Permission.VIEW, Permission.MANAGE}),
}
"""Each scope reads; beyond that it grants one thing and no other, so that a token need hold no more than its work."""


@dataclass(frozen=True, slots=True)
class TokenRecord:
    """A token of a person. Only the hash of its random 256 bits is stored."""

    id: int
    name: str
    token_hash: str
    person_id: int
    scopes: tuple[str, ...]
    created_at: datetime
    used_at: datetime | None
    """Known to the minute."""
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What a POST with that key was answered. `status` 0: it is being worked on."""

    owner: str
    key: str
    request_hash: str
    status: int
    answer: str
    created_at: datetime


class HookEvent(StrEnum):
    """What webhooks tell of."""

    A_TIER_MAIL = "mail.a_tier"
    """A new mail of the first tier, with its draft."""
    RESPONSE_DUE = "response.due"
    """A mail's target is about to be missed, or is missed: see `level`."""
    SEND_UNCERTAIN = "send.uncertain"
    """Nobody knows whether a letter arrived (I7)."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that is told of events. Its signing key is derived from `salt` and the key file (S15)."""

    id: int
    url: str
    events: tuple[str, ...]
    salt: str
    seen_seq: int
    """The audit log's number up to which events were turned into deliveries."""
    created_at: datetime


@dataclass(frozen=True, slots=True)
class HookDelivery:
    """One event for one webhook, told at least once. `due_at` None: told, or given up."""

    id: int
    webhook_id: int
    event_id: str
    event: HookEvent
    body: str
    created_at: datetime
    due_at: datetime | None
    attempts: int
    delivered_at: datetime | None
    note: str


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """Six digits from an app (RFC 6238). The secret is derived from `salt` and the key file (S15)."""

    person_id: int
    salt: str
    confirmed_at: datetime | None
    last_step: int
    """The half minute whose digits were used last: they work once."""


@dataclass(frozen=True, slots=True)
class PendingSignIn:
    """A sign-in between its two steps: the password was right (`person_id`), or the identity provider is asked."""

    token_hash: str
    person_id: int | None
    nonce: str
    verifier: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class FirstApproval:
    """One of two people approved exactly that letter."""

    draft_id: int
    by: str
    content_hash: str
    at: datetime
