"""Who works at the review page, and what each role may do (S05)."""

from collections.abc import Mapping
from dataclasses import dataclass
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
