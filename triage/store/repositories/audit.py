"""The append-only log (I14). Appends wait for each other, so that every event seals the one before."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol

from sqlalchemy import Connection, insert, select

from triage.store.columns import storable
from triage.store.repositories.rows import columns
from triage.store.tables import AuditEventRow
from triage.vocabulary.records import AuditEvent

_APPEND_LOCK = 0x7472_6961_6765
"""PostgreSQL advisory lock, held to the end of the transaction. On SQLite BEGIN IMMEDIATE has the same effect."""


class Seal(Protocol):
    """Makes an event's MAC from the one before and all of its own fields."""

    def __call__(
        self, previous_mac: str, seq: int, at: datetime, actor: str, name: str, subject: str, data: Mapping[str, str]
    ) -> str: ...


class SqlAuditLog:
    def __init__(self, connection: Connection, seal: Seal) -> None:
        self._connection, self._seal = connection, seal

    def append(self, at: datetime, actor: str, name: str, subject: str, data: Mapping[str, str] | None = None) -> None:
        if self._connection.dialect.name == "postgresql":
            self._connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_APPEND_LOCK})")
        last, previous_mac = self.head()
        told = {storable(key): storable(value) for key, value in (data or {}).items()}
        event = (last + 1, at.astimezone(UTC), storable(actor), storable(name), storable(subject), told)
        mac = self._seal(previous_mac, *event)
        self._connection.execute(insert(AuditEventRow).values(dict(zip(_FIELDS, (*event, mac), strict=True))))

    def events(self, after_seq: int = 0, limit: int = 10_000) -> Sequence[AuditEvent]:
        wanted = select(*_COLUMNS).where(AuditEventRow.seq > after_seq).order_by(AuditEventRow.seq).limit(limit)
        return [AuditEvent(*row) for row in self._connection.execute(wanted)]

    def head(self) -> tuple[int, str]:
        wanted = select(AuditEventRow.seq, AuditEventRow.mac).order_by(AuditEventRow.seq.desc()).limit(1)
        row = self._connection.execute(wanted).first()
        return (0, "") if row is None else (row.seq, row.mac)


_COLUMNS = columns(AuditEvent, AuditEventRow)
_FIELDS = [column.key for column in _COLUMNS]
