"""SERVICE: signing in and out, sessions, users, one-time links (S01-S03, S10). What happens stands in the audit log."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

from triage.errors import LinkExpired, NotFound, SignInRefused, Taken, WeakPassword
from triage.vocabulary.people import Person, PersonRecord, Role, SessionRecord
from triage.vocabulary.ports import Clock, Store, UnitOfWork

if TYPE_CHECKING:
    from argon2 import PasswordHasher
    from limits.strategies import MovingWindowRateLimiter

FIRST_ADMIN = "admin"
SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 200
LINK_LASTS = timedelta(hours=24)
TOUCH_AFTER = timedelta(minutes=1)
"""How exactly it is known when a session was used last: a write for each request would be too many."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A person with the secret that their forms must carry (S07)."""

    person: Person
    csrf: str


@dataclass(frozen=True, slots=True)
class SessionRules:
    """A session ends after `idle` without a request, and `lasts` after it began, whatever happens."""

    idle: timedelta
    lasts: timedelta

    def over(self, session: SessionRecord, now: datetime) -> bool:
        return now - session.seen_at > self.idle or now - session.created_at > self.lasts


class People:
    """Shared between threads."""

    def __init__(self, store: Store, clock: Clock, rules: SessionRules) -> None:
        self._store, self._clock, self._rules = store, clock, rules

    # ---- sessions ----------------------------------------------------------------------------------------------

    def prove(self, name: str, password: str, network: str) -> int:
        """Whose name and password these are. Raises SignInRefused, alike for wrong names, wrong passwords, too many
        tries."""
        if not self._may_try(name, network):
            raise _refused()
        with self._store.begin(write=False) as uow:
            found = uow.people.by_name(name)
        if not self._verified(found, password) or found is None:
            with self._store.begin() as uow:
                uow.audit.append(self._clock.now(), "page", "person.refused", f"network:{network}")
                uow.commit()
            raise _refused()
        return found.id

    def sign_in(self, name: str, password: str, network: str) -> str:
        """The token of a new session, for who has no second step. Raises like `prove`."""
        return self.open(self.prove(name, password, network))

    def signed(self, token: str) -> Signed | None:
        """Who holds a session's token; None when it ended."""
        now = self._clock.now()
        with self._store.begin(write=False) as uow:
            session = uow.people.session(digest(token))
            if session is None or self._rules.over(session, now):
                return None
            found = uow.people.get(session.person_id)
        if not found.active:
            return None
        if now - session.seen_at > TOUCH_AFTER:
            with self._store.begin() as uow:
                uow.people.touch(session.token_hash, now)
                uow.commit()
        return Signed(found.person, session.csrf)

    def sign_out(self, token: str) -> None:
        with self._store.begin() as uow:
            uow.people.end_session(digest(token))
            uow.commit()

    # ---- users -------------------------------------------------------------------------------------------------

    def first_link(self) -> str | None:
        """While nobody can sign in: the token of a new one-time link for the first admin."""
        with self._store.begin() as uow:
            everybody = uow.people.all()
            if any(person.password_hash for person in everybody):
                return None
            admin = next((person.id for person in everybody if person.name == FIRST_ADMIN), None)
            if admin is None:
                admin = uow.people.add(FIRST_ADMIN, Role.ADMIN, None, self._clock.now())
            token = self._invite(uow, admin, FIRST_ADMIN, "console")
            uow.commit()
        return token

    def add(self, name: str, role: Role, mailboxes: Sequence[str] | None, by: str) -> str:
        """A new user; the token of the one-time link with which they set their password. Raises Taken."""
        now = self._clock.now()
        with self._store.begin() as uow:
            person_id = uow.people.add(name, role, mailboxes, now)
            uow.audit.append(now, by, "person.added", f"person:{person_id}", {"name": name, "role": role})
            token = self._invite(uow, person_id, name, by)
            uow.commit()
        return token

    def new_link(self, name: str, by: str) -> str:
        """The password is forgotten or to be changed. Raises NotFound."""
        with self._store.begin() as uow:
            token = self._invite(uow, _known(uow, name).id, name, by)
            uow.commit()
        return token

    def change(
        self,
        name: str,
        by: str,
        *,
        role: Role | None = None,
        mailboxes: Sequence[str] | None = None,
        all_mailboxes: bool = False,
        active: bool | None = None,
    ) -> None:
        """Takes effect with the person's next request; whoever is shut out is signed out. Raises NotFound."""
        with self._store.begin() as uow:
            found = _known(uow, name)
            uow.people.change(found.id, role=role, mailboxes=mailboxes, all_mailboxes=all_mailboxes, active=active)
            if active is False:
                uow.people.end_sessions(found.id)
            told = {"role": role or found.role, "active": str(found.active if active is None else active)}
            uow.audit.append(self._clock.now(), by, "person.changed", f"person:{found.id}", told)
            uow.commit()

    def set_email(self, name: str, email: str | None, by: str) -> None:
        """How an identity provider names them; whoever was linked is not any more. Raises NotFound, Taken."""
        wanted = email.strip().lower() if email else None
        with self._store.begin() as uow:
            found = _known(uow, name)
            other = uow.people.by_email(wanted) if wanted else None
            if other is not None and other.id != found.id:
                raise Taken(f"{wanted} is the address of {other.name!r}.", "Change that user first.")
            uow.people.set_email(found.id, wanted)
            uow.sign_ins.unlink(found.id)
            uow.audit.append(self._clock.now(), by, "person.email_set", f"person:{found.id}")
            uow.commit()

    def open(self, person_id: int) -> str:
        """The token of a new session for somebody who has shown who they are. Raises SignInRefused when shut out."""
        with self._store.begin(write=False) as uow:
            found = uow.people.get(person_id)
        if not found.active:
            raise _refused()
        return self._open(found)

    def all(self) -> Sequence[PersonRecord]:
        with self._store.begin(write=False) as uow:
            return uow.people.all()

    # ---- one-time links ----------------------------------------------------------------------------------------

    def invited(self, token: str) -> str:
        """The name of whose link it is. Raises LinkExpired."""
        with self._store.begin(write=False) as uow:
            found = uow.people.invited(digest(token), self._clock.now())
        if found is None:
            raise LinkExpired("This link was used already or is too old.", "Ask for a new one: triage users link NAME.")
        return found.name

    def accept(self, token: str, password: str) -> int:
        """Set the password: every session of the person ends. Their id. Raises LinkExpired, WeakPassword."""
        name = self.invited(token)
        check_password(password, name)
        now = self._clock.now()
        hashed = self._hasher.hash(password)
        with self._store.begin() as uow:
            found = uow.people.invited(digest(token), now)
            if found is None or not uow.people.use_invitation(digest(token)):
                raise LinkExpired("This link was used already.", "Ask for a new one.")
            uow.people.change(found.id, password_hash=hashed)
            uow.people.end_sessions(found.id)
            uow.audit.append(now, found.name, "person.password_set", f"person:{found.id}")
            uow.commit()
        return found.id

    # ---- inside ------------------------------------------------------------------------------------------------

    def _open(self, found: PersonRecord) -> str:
        now, token = self._clock.now(), secrets.token_urlsafe(32)
        with self._store.begin() as uow:
            uow.people.forget_sessions(now - self._rules.lasts)
            uow.people.open_session(SessionRecord(digest(token), found.id, secrets.token_urlsafe(24), now, now))
            uow.audit.append(now, found.name, "person.signed_in", f"person:{found.id}")
            uow.commit()
        return token

    def _invite(self, uow: UnitOfWork, person_id: int, name: str, by: str) -> str:
        now, token = self._clock.now(), secrets.token_urlsafe(32)
        uow.people.invite(person_id, digest(token), now + LINK_LASTS)
        uow.audit.append(now, by, "person.invited", f"person:{person_id}", {"name": name})
        return token

    def _verified(self, found: PersonRecord | None, password: str) -> bool:
        """Takes as long for an unknown name as for a known one."""
        from argon2.exceptions import VerificationError

        usable = found is not None and found.active and found.password_hash
        expected = found.password_hash if found is not None and usable else self._nobodys_hash
        try:
            return self._hasher.verify(expected, password[:LONGEST_PASSWORD]) and bool(usable)
        except VerificationError:
            return False

    def _may_try(self, name: str, network: str) -> bool:
        from limits import RateLimitItemPerMinute

        tries = self._tries.hit(RateLimitItemPerMinute(10, 5), "name", name[:100])
        return self._tries.hit(RateLimitItemPerMinute(30, 5), "network", network) and tries

    @cached_property
    def _hasher(self) -> "PasswordHasher":
        from argon2 import PasswordHasher

        return PasswordHasher()

    @cached_property
    def _nobodys_hash(self) -> str:
        return self._hasher.hash(secrets.token_urlsafe(16))

    @cached_property
    def _tries(self) -> "MovingWindowRateLimiter":
        from limits.storage import MemoryStorage
        from limits.strategies import MovingWindowRateLimiter

        return MovingWindowRateLimiter(MemoryStorage())


def check_password(password: str, name: str) -> None:
    """Length is what counts; the rest are guesses that everybody makes first. Raises WeakPassword."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise WeakPassword(
            f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.", "Several words make a good one."
        )
    if name.lower() in password.lower() or len(set(password)) < 5:
        raise WeakPassword("This password is guessed too easily.", "Choose words that have nothing to do with you.")


def digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _refused() -> SignInRefused:
    return SignInRefused("Name and password don't belong together.", "After several tries, wait five minutes.")


def _known(uow: UnitOfWork, name: str) -> PersonRecord:
    found = uow.people.by_name(name)
    if found is None:
        raise NotFound(f"There is no user {name!r}.", "`triage users list` names them.")
    return found
