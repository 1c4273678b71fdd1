"""Who calls: the owner of a bearer token, or the person of a browser's session, whose writes carry its CSRF secret."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request

from triage.app import App
from triage.people import Signed
from triage.vocabulary.people import Permission, Person
from triage.web.identity import NotAllowed, NotSignedIn, signed
from triage.web.limits import Limits
from triage.web.security import CSRF_HEADER, SAFE_METHODS

BEARER = "bearer "


@dataclass(frozen=True, slots=True)
class Caller:
    """`key` names the token or the person, for rates and kept answers."""

    key: str
    person: Person
    permissions: frozenset[Permission]

    @property
    def name(self) -> str:
        """What stands in the audit log: a token acts as its owner."""
        return self.person.name


class Callers:
    """Finds out who calls, once a request."""

    def __init__(self, app: App, limits: Limits) -> None:
        self._app, self.limits = app, limits

    def of(self, request: Request) -> Caller:
        """Raises NotSignedIn; NotAllowed for a session's write without its secret; TooOften."""
        found = getattr(request.state, "caller", None)
        if not isinstance(found, Caller):
            found = request.state.caller = self._find(request)
        return found

    def require(self, permission: Permission) -> Callable[[Request], Caller]:
        """A dependency: the caller, who may do this."""

        def caller(request: Request) -> Caller:
            found = self.of(request)
            if permission not in found.permissions:
                raise NotAllowed
            return found

        return caller

    def _find(self, request: Request) -> Caller:
        told = request.headers.get("authorization")
        found = self._by_token(told) if told is not None else self._by_session(request)
        self.limits.request(found.key)
        return found

    def _by_token(self, told: str) -> Caller:
        """A header that is there is the only thing looked at: a wrong token is not saved by a cookie."""
        holder = self._app.tokens.holder(told[len(BEARER) :].strip()) if told[: len(BEARER)].lower() == BEARER else None
        if holder is None:
            raise NotSignedIn
        return Caller(f"token:{holder.token_id}", holder.person, holder.permissions)

    @staticmethod
    def _by_session(request: Request) -> Caller:
        found: Signed | None = signed(request)
        if found is None:
            raise NotSignedIn
        if request.method not in SAFE_METHODS:
            secret = request.headers.get(CSRF_HEADER, "")
            if not hmac.compare_digest(secret.encode(), found.csrf.encode()):
                raise NotAllowed
        return Caller(f"person:{found.person.id}", found.person, found.person.role.permissions)
