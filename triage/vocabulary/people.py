"""Who works at the review page, and what each role may do (S05)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Permission(StrEnum):
    VIEW = "view"
    """See mails, drafts and reports of one's mailboxes."""
    REVIEW = "review"
    """Edit, hold, relabel, assign, snooze."""
    APPROVE = "approve"
    """Approve, reject, undo, end an uncertain sending."""
    MANAGE = "manage"
    """Users, accounts, parked mails."""


class Role(StrEnum):
    VIEWER = "viewer"
    REVIEWER = "reviewer"
    APPROVER = "approver"
    ADMIN = "admin"

    @property
    def permissions(self) -> frozenset[Permission]:
        return ALLOWED[self]


_VIEWER = frozenset({Permission.VIEW})
_REVIEWER = _VIEWER | {Permission.REVIEW}
_APPROVER = _REVIEWER | {Permission.APPROVE}
ALLOWED: Mapping[Role, frozenset[Permission]] = {
    Role.VIEWER: _VIEWER,
    Role.REVIEWER: _REVIEWER,
    Role.APPROVER: _APPROVER,
    Role.ADMIN: _APPROVER | {Permission.MANAGE},
}
"""Each role may do what the one before may, and more."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in. `mailboxes` are account ids; None: all of them."""

    id: int
    name: str
    role: Role
    mailboxes: frozenset[str] | None

    def may(self, permission: Permission) -> bool:
        return permission in self.role.permissions

    @property
    def may_manage(self) -> bool:
        """Users, tokens, health: an admin of some mailboxes only would let themselves into the others (S04)."""
        return self.may(Permission.MANAGE) and self.mailboxes is None


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """A person as stored. Without `password_hash` (argon2id) nobody can sign in as them yet."""

    id: int
    name: str
    role: Role
    mailboxes: tuple[str, ...] | None
    password_hash: str
    active: bool
    created_at: datetime
    email: str | None = None
    """How an identity provider names them; lower case."""

    @property
    def person(self) -> Person:
        return Person(self.id, self.name, self.role, None if self.mailboxes is None else frozenset(self.mailboxes))


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """A browser that is signed in. Only the hash of its cookie is stored (S02)."""

    token_hash: str
    person_id: int
    csrf: str
    created_at: datetime
    seen_at: datetime
