"""Who asks: every route names the permission it needs, and gets the person (S04, S05)."""

from collections.abc import Callable
from typing import Protocol

from fastapi import Request

from triage.vocabulary.people import Permission, Person, Role

LOCAL = Person(0, "local", Role.ADMIN, None)
"""Whoever sits at this machine, where the configuration asks nobody to sign in (loopback only)."""


class NotSignedIn(Exception):
    """Nobody, or a session that ended."""


class NotAllowed(Exception):
    """The person's role does not include this."""


class Identities(Protocol):
    def person(self, request: Request) -> Person | None:
        """Who sends the request; None when nobody is signed in."""
        ...


class OpenToLocals:
    """Asks nobody: for the demo, and where the page listens on loopback and the configuration says so."""

    def person(self, request: Request) -> Person | None:
        return LOCAL


def require(permission: Permission) -> Callable[[Request], Person]:
    """A dependency: the signed-in person, who may do this. Raises NotSignedIn and NotAllowed."""

    def person(request: Request) -> Person:
        found: Person | None = request.app.state.identities.person(request)
        if found is None:
            raise NotSignedIn
        if not found.may(permission):
            raise NotAllowed
        return found

    return person
