"""What stands between a name and a session: second factors, sign-ins between two steps, identity providers."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from triage.store.repositories.rows import changed, columns, insert_if_new
from triage.store.tables import IdentityRow, PendingSignInRow, RecoveryCodeRow, SecondFactorRow
from triage.vocabulary.access import PendingSignIn, SecondFactor

_FACTOR = columns(SecondFactor, SecondFactorRow)
_PENDING = columns(PendingSignIn, PendingSignInRow)


class SqlSignIns:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def factor(self, person_id: int) -> SecondFactor | None:
        row = self._connection.execute(select(*_FACTOR).where(SecondFactorRow.person_id == person_id)).first()
        return None if row is None else SecondFactor(*row)

    def begin_factor(self, person_id: int, salt: str) -> None:
        """A factor that is not confirmed yet, in place of any other."""
        self.drop_factor(person_id)
        self._connection.execute(insert(SecondFactorRow).values(person_id=person_id, salt=salt, last_step=0))

    def confirm_factor(self, person_id: int, at: datetime, code_hashes: Sequence[str]) -> None:
        self._connection.execute(
            update(SecondFactorRow).where(SecondFactorRow.person_id == person_id).values(confirmed_at=at)
        )
        for code_hash in code_hashes:
            self._connection.execute(insert(RecoveryCodeRow).values(code_hash=code_hash, person_id=person_id))

    def use_step(self, person_id: int, step: int) -> bool:
        """True for the one caller that used the digits of that half minute, or of a later one than any before."""
        factor = SecondFactorRow.person_id == person_id, SecondFactorRow.last_step < step
        return changed(self._connection, update(SecondFactorRow).where(*factor).values(last_step=step))

    def use_recovery_code(self, person_id: int, code_hash: str) -> bool:
        code = RecoveryCodeRow.code_hash == code_hash, RecoveryCodeRow.person_id == person_id
        return changed(self._connection, delete(RecoveryCodeRow).where(*code))

    def drop_factor(self, person_id: int) -> None:
        self._connection.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.person_id == person_id))
        self._connection.execute(delete(SecondFactorRow).where(SecondFactorRow.person_id == person_id))

    def begin(self, pending: PendingSignIn, now: datetime) -> None:
        """Those that ended unused are forgotten on the way."""
        self._connection.execute(delete(PendingSignInRow).where(PendingSignInRow.ends_at <= now))
        self._connection.execute(insert(PendingSignInRow).values(asdict(pending)))

    def pending(self, token_hash: str, now: datetime) -> PendingSignIn | None:
        wanted = select(*_PENDING).where(PendingSignInRow.token_hash == token_hash, PendingSignInRow.ends_at > now)
        row = self._connection.execute(wanted).first()
        return None if row is None else PendingSignIn(*row)

    def end(self, token_hash: str) -> bool:
        """True for the one caller that ended it."""
        return changed(self._connection, delete(PendingSignInRow).where(PendingSignInRow.token_hash == token_hash))

    def person_of(self, issuer: str, subject: str) -> int | None:
        wanted = select(IdentityRow.person_id).where(IdentityRow.issuer == issuer, IdentityRow.subject == subject)
        found: int | None = self._connection.execute(wanted).scalar()
        return found

    def link(self, issuer: str, subject: str, person_id: int) -> None:
        new = insert_if_new(self._connection, IdentityRow, ("issuer", "subject"))
        self._connection.execute(new, {"issuer": issuer, "subject": subject, "person_id": person_id})

    def unlink(self, person_id: int) -> None:
        self._connection.execute(delete(IdentityRow).where(IdentityRow.person_id == person_id))
