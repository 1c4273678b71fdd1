"""SERVICE: the second step of signing in: six digits from an app (RFC 6238), or a recovery code (S01).

The secret follows from a salt in the database and the key file: neither alone opens anything (S15).
"""

import base64
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from triage.errors import NotFound, SignInRefused
from triage.people import digest
from triage.vocabulary.access import PendingSignIn, SecondFactor
from triage.vocabulary.ports import Clock, Store, UnitOfWork

if TYPE_CHECKING:
    from limits.strategies import MovingWindowRateLimiter

ISSUER = "triage"
STEP = 30
"""Seconds for which digits are good; those of the step before and after are taken too, for clocks differ."""
RECOVERY_CODES = 10
PENDING_LASTS = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the person types or scans into the app."""

    secret: str
    uri: str


class SecondFactors:
    """Shared between threads."""

    def __init__(self, store: Store, clock: Clock, key: bytes) -> None:
        self._store, self._clock, self._key = store, clock, key

    def on(self, person_id: int) -> bool:
        """Whether that person's sign-in has a second step."""
        with self._store.begin(write=False) as uow:
            factor = uow.sign_ins.factor(person_id)
        return factor is not None and factor.confirmed_at is not None

    def enrol(self, person_id: int, name: str) -> Enrolment:
        """A new secret, without effect until it is confirmed. Raises SignInRefused while a confirmed one stands."""
        import pyotp

        if self.on(person_id):
            raise SignInRefused("Your second step is on already.", "An admin can reset it: triage users reset-factor.")
        salt = secrets.token_hex(16)
        with self._store.begin() as uow:
            uow.sign_ins.begin_factor(person_id, salt)
            uow.commit()
        secret = self._secret(salt)
        return Enrolment(secret, pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER))

    def confirm(self, person_id: int, name: str, code: str) -> tuple[str, ...]:
        """The app shows the right digits: from now on they are asked for. Recovery codes, to be shown this once.

        Raises SignInRefused.
        """
        now = self._clock.now()
        codes = tuple(_recovery_code() for _ in range(RECOVERY_CODES))
        with self._store.begin() as uow:
            factor = uow.sign_ins.factor(person_id)
            if factor is None or factor.confirmed_at is not None or not self._use(uow, factor, code):
                raise _refused()
            uow.sign_ins.confirm_factor(person_id, now, [digest(plain(code)) for code in codes])
            uow.audit.append(now, name, "person.second_factor_on", f"person:{person_id}")
            uow.commit()
        return codes

    def reset(self, name: str, by: str) -> None:
        """For who lost app and codes: they sign in with the password alone again. Raises NotFound."""
        with self._store.begin() as uow:
            found = uow.people.by_name(name)
            if found is None:
                raise NotFound(f"There is no user {name!r}.", "`triage users list` names them.")
            uow.sign_ins.drop_factor(found.id)
            uow.people.end_sessions(found.id)
            uow.audit.append(self._clock.now(), by, "person.second_factor_off", f"person:{found.id}")
            uow.commit()

    # ---- between the two steps ----------------------------------------------------------------------------------

    def begin(self, person_id: int) -> str:
        """The password was right: a token for the second step, good for five minutes."""
        now, token = self._clock.now(), secrets.token_urlsafe(32)
        with self._store.begin() as uow:
            uow.sign_ins.begin(PendingSignIn(digest(token), person_id, "", "", now + PENDING_LASTS), now)
            uow.commit()
        return token

    def owner(self, token: str) -> int | None:
        """Whose second step it is, while it lasts."""
        with self._store.begin(write=False) as uow:
            pending = uow.sign_ins.pending(digest(token), self._clock.now())
        return pending.person_id if pending else None

    def finish(self, token: str, code: str) -> int:
        """The person's id, once: digits or a recovery code are right. Raises SignInRefused."""
        now = self._clock.now()
        with self._store.begin() as uow:
            pending = uow.sign_ins.pending(digest(token), now)
            factor = uow.sign_ins.factor(pending.person_id) if pending and pending.person_id is not None else None
            if factor is None or factor.confirmed_at is None or not self._may_try(factor.person_id):
                raise _refused()
            if not self._use(uow, factor, code):
                if not uow.sign_ins.use_recovery_code(factor.person_id, digest(plain(code))):
                    uow.audit.append(now, "page", "person.second_factor_refused", f"person:{factor.person_id}")
                    uow.commit()
                    raise _refused()
                uow.audit.append(now, "page", "person.recovery_code_used", f"person:{factor.person_id}")
            uow.sign_ins.end(digest(token))
            uow.commit()
        return factor.person_id

    def _use(self, uow: UnitOfWork, factor: SecondFactor, code: str) -> bool:
        """Whether these are the digits of now, not used before."""
        import pyotp

        totp, step = pyotp.TOTP(self._secret(factor.salt)), int(self._clock.now().timestamp()) // STEP
        right = [step + near for near in (0, -1, 1) if hmac.compare_digest(totp.generate_otp(step + near), plain(code))]
        return bool(right) and uow.sign_ins.use_step(factor.person_id, right[0])

    def _may_try(self, person_id: int) -> bool:
        """Digits are few: ten guesses in five minutes, whoever makes them (S10)."""
        from limits import RateLimitItemPerMinute

        return self._tries.hit(RateLimitItemPerMinute(10, 5), str(person_id))

    @cached_property
    def _tries(self) -> "MovingWindowRateLimiter":
        from limits.storage import MemoryStorage
        from limits.strategies import MovingWindowRateLimiter

        return MovingWindowRateLimiter(MemoryStorage())

    def _secret(self, salt: str) -> str:
        return base64.b32encode(hmac.digest(self._key, salt.encode(), "sha256")[:20]).decode()


def plain(code: str) -> str:
    """Without the spaces and dashes that people type; ASCII only, as digits and codes are."""
    return "".join(character for character in code.lower() if character.isascii() and character.isalnum())


def _recovery_code() -> str:
    """80 random bits in four groups."""
    text = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(text[at : at + 4] for at in range(0, 16, 4))


def _refused() -> SignInRefused:
    return SignInRefused("These digits are not right.", "Wait for the next ones, or use a recovery code.")
