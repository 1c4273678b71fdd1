"""SERVICE: programs come in with a token that a person owns: it never may more than its owner, nor longer (S15)."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from triage.errors import NotFound
from triage.people import digest
from triage.vocabulary.access import Scope, TokenRecord
from triage.vocabulary.people import Permission, Person, Role
from triage.vocabulary.ports import Clock, Store

PREFIX = "tri_"
"""So that scanners find tokens that were published by mistake."""
USED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who a token speaks for, and what it may do now."""

    token_id: int
    person: Person
    permissions: frozenset[Permission]


@dataclass(frozen=True, slots=True)
class Listed:
    """A token as people see it: without its hash, with its owner's name."""

    id: int
    name: str
    owner: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


class ApiTokens:
    """Shared between threads."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def add(self, name: str, owner: str, scopes: Sequence[Scope], by: str) -> str:
        """A new token of that user, to be shown this once. Raises NotFound, Taken."""
        now, token = self._clock.now(), PREFIX + secrets.token_urlsafe(32)
        with self._store.begin() as uow:
            person = uow.people.by_name(owner)
            if person is None:
                raise NotFound(f"There is no user {owner!r}.", "`triage users list` names them.")
            kept = tuple(sorted({scope.value for scope in scopes}))
            token_id = uow.tokens.add(name, digest(token), person.id, kept, now)
            told = {"name": name, "owner": owner, "scopes": " ".join(kept)}
            uow.audit.append(now, by, "token.added", f"token:{token_id}", told)
            uow.commit()
        return token

    def all(self) -> Sequence[Listed]:
        with self._store.begin(write=False) as uow:
            owners = {person.id: person.name for person in uow.people.all()}
            return [_listed(token, owners[token.person_id]) for token in uow.tokens.all()]

    def revoke(self, token_id: int, by: str) -> None:
        """From the next request on. Raises NotFound when there is no such token, or it was revoked before."""
        now = self._clock.now()
        with self._store.begin() as uow:
            if not uow.tokens.revoke(token_id, now):
                raise NotFound(f"There is no token {token_id} in use.", "`triage token list` shows them.")
            uow.audit.append(now, by, "token.revoked", f"token:{token_id}")
            uow.commit()

    def id_of(self, name: str) -> int:
        """Raises NotFound."""
        found = next((token.id for token in self.all() if token.name == name), None)
        if found is None:
            raise NotFound(f"There is no token {name!r}.", "`triage token list` shows them.")
        return found

    def holder(self, token: str) -> Holder | None:
        """None for a token that is unknown or revoked, or whose owner is shut out."""
        now = self._clock.now()
        with self._store.begin(write=False) as uow:
            found = uow.tokens.by_hash(digest(token))
            if found is None or found.revoked_at is not None:
                return None
            owner = uow.people.get(found.person_id)
        if not owner.active:
            return None
        if found.used_at is None or now - found.used_at > USED_EVERY:
            with self._store.begin() as uow:
                uow.tokens.used(found.id, now)
                uow.commit()
        return Holder(found.id, owner.person, granted(found.scopes, owner.role))


def _listed(token: TokenRecord, owner: str) -> Listed:
    scopes = tuple(Scope(scope) for scope in token.scopes)
    return Listed(token.id, token.name, owner, scopes, token.created_at, token.used_at, token.revoked_at)


def granted(scopes: Sequence[str], role: Role) -> frozenset[Permission]:
    """What the scopes grant, as far as the role has it."""
    wanted = frozenset[Permission]().union(*(Scope(scope).permissions for scope in scopes))
    return wanted & role.permissions
