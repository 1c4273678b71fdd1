"""Who asks: every route names the permission it needs, and gets the person (S04, S05)."""

import hmac
import secrets
from collections.abc import Callable
from typing import Annotated, Protocol

from fastapi import Depends, Request

from triage.people import People, Signed
from triage.vocabulary.people import Permission, Person, Role
from triage.web.security import CSRF_FIELD, CSRF_HEADER, SAFE_METHODS

LOCAL = Person(0, "local", Role.ADMIN, None)
"""Whoever sits at this machine, where the configuration asks nobody to sign in (loopback only)."""


class NotSignedIn(Exception):
    """Nobody, or a session that ended."""


class NotAllowed(Exception):
    """The person's role does not include this, or the form is not one of ours."""


class Identities(Protocol):
    def signed(self, request: Request) -> Signed | None:
        """Who sends the request; None when nobody is signed in."""
        ...


class OpenToLocals:
    """Asks nobody: for the demo, and where the page listens on loopback and the configuration says so."""

    def __init__(self) -> None:
        self._csrf = secrets.token_urlsafe(24)

    def signed(self, request: Request) -> Signed | None:
        return Signed(LOCAL, self._csrf)


class Sessions:
    """By the cookie of a session that the server keeps (S02)."""

    def __init__(self, people: People, cookie: str) -> None:
        self._people, self._cookie = people, cookie

    def signed(self, request: Request) -> Signed | None:
        token = request.cookies.get(self._cookie)
        return self._people.signed(token) if token else None


def signed(request: Request) -> Signed | None:
    """Asked once a request; pages find the secret for their forms in the request's state."""
    if not hasattr(request.state, "signed"):
        request.state.signed = request.app.state.identities.signed(request)
        request.state.csrf = request.state.signed.csrf if request.state.signed else ""
    found: Signed | None = request.state.signed
    return found


def require(permission: Permission) -> Callable[[Request], Person]:
    """A dependency: the signed-in person, who may do this. Raises NotSignedIn and NotAllowed."""

    def person(request: Request) -> Person:
        found = signed(request)
        if found is None:
            raise NotSignedIn
        if not found.person.may(permission):
            raise NotAllowed
        return found.person

    return person


Viewer = Annotated[Person, Depends(require(Permission.VIEW))]
Reviewer = Annotated[Person, Depends(require(Permission.REVIEW))]
Approver = Annotated[Person, Depends(require(Permission.APPROVE))]
"""Parameters of a route: who asks, and that they may."""


async def genuine(request: Request) -> None:
    """A dependency of every router with forms: a write carries the session's secret (S07). Raises NotAllowed."""
    if request.method in SAFE_METHODS:
        return
    found = signed(request)
    if found is None:
        raise NotSignedIn
    told = request.headers.get(CSRF_HEADER) or (await request.form()).get(CSRF_FIELD)
    if not isinstance(told, str) or not hmac.compare_digest(told.encode(), found.csrf.encode()):
        raise NotAllowed
