"""Users of the review page, their sessions, and one-time links (S01-S03)."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from triage.errors import NotFound, Taken
from triage.store.repositories.rows import changed, columns, insert_if_new
from triage.store.tables import InvitationRow, PersonRow, SessionRow
from triage.vocabulary.people import PersonRecord, Role, SessionRecord

_PERSON = columns(PersonRecord, PersonRow)
_SESSION = columns(SessionRecord, SessionRow)


class SqlPeople:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, name: str, role: Role, mailboxes: Sequence[str] | None, at: datetime) -> int:
        new = insert_if_new(self._connection, PersonRow, ("name",), "id")
        values = {"name": name, "role": role, "mailboxes": _kept(mailboxes), "password_hash": "", "active": True}
        made: int | None = self._connection.execute(new, {**values, "created_at": at}).scalar()
        if made is None:
            raise Taken(f"There is a user {name!r} already.", "Choose another name, or change that user.")
        return made

    def get(self, person_id: int) -> PersonRecord:
        row = self._connection.execute(select(*_PERSON).where(PersonRow.id == person_id)).first()
        if row is None:
            raise NotFound(f"There is no user {person_id}.")
        return PersonRecord(*row)

    def by_name(self, name: str) -> PersonRecord | None:
        row = self._connection.execute(select(*_PERSON).where(PersonRow.name == name)).first()
        return None if row is None else PersonRecord(*row)

    def by_email(self, email: str) -> PersonRecord | None:
        row = self._connection.execute(select(*_PERSON).where(PersonRow.email == email)).first()
        return None if row is None else PersonRecord(*row)

    def set_email(self, person_id: int, email: str | None) -> None:
        self._connection.execute(update(PersonRow).where(PersonRow.id == person_id).values(email=email))

    def all(self) -> Sequence[PersonRecord]:
        return [PersonRecord(*row) for row in self._connection.execute(select(*_PERSON).order_by(PersonRow.name))]

    def change(
        self,
        person_id: int,
        *,
        role: Role | None = None,
        mailboxes: Sequence[str] | None = None,
        all_mailboxes: bool = False,
        password_hash: str | None = None,
        active: bool | None = None,
    ) -> None:
        given: dict[str, Any] = {"role": role, "password_hash": password_hash, "active": active}
        values = {name: value for name, value in given.items() if value is not None}
        if mailboxes is not None or all_mailboxes:
            values["mailboxes"] = None if all_mailboxes else _kept(mailboxes)
        if values and not changed(
            self._connection, update(PersonRow).where(PersonRow.id == person_id).values(**values)
        ):
            raise NotFound(f"There is no user {person_id}.")

    def open_session(self, session: SessionRecord) -> None:
        self._connection.execute(insert(SessionRow).values(asdict(session)))

    def session(self, token_hash: str) -> SessionRecord | None:
        row = self._connection.execute(select(*_SESSION).where(SessionRow.token_hash == token_hash)).first()
        return None if row is None else SessionRecord(*row)

    def touch(self, token_hash: str, at: datetime) -> None:
        self._connection.execute(update(SessionRow).where(SessionRow.token_hash == token_hash).values(seen_at=at))

    def end_session(self, token_hash: str) -> None:
        self._connection.execute(delete(SessionRow).where(SessionRow.token_hash == token_hash))

    def end_sessions(self, person_id: int) -> None:
        self._connection.execute(delete(SessionRow).where(SessionRow.person_id == person_id))

    def forget_sessions(self, created_before: datetime) -> None:
        self._connection.execute(delete(SessionRow).where(SessionRow.created_at < created_before))

    def invite(self, person_id: int, token_hash: str, ends_at: datetime) -> None:
        self._connection.execute(delete(InvitationRow).where(InvitationRow.person_id == person_id))
        new = insert(InvitationRow).values(token_hash=token_hash, person_id=person_id, ends_at=ends_at)
        self._connection.execute(new)

    def invited(self, token_hash: str, now: datetime) -> PersonRecord | None:
        wanted = select(*_PERSON).join(InvitationRow, InvitationRow.person_id == PersonRow.id)
        wanted = wanted.where(InvitationRow.token_hash == token_hash, InvitationRow.ends_at > now, PersonRow.active)
        row = self._connection.execute(wanted).first()
        return None if row is None else PersonRecord(*row)

    def use_invitation(self, token_hash: str) -> bool:
        return changed(self._connection, delete(InvitationRow).where(InvitationRow.token_hash == token_hash))


def _kept(mailboxes: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if mailboxes is None else tuple(sorted(set(mailboxes)))
