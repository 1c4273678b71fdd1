"""The append-only log (I14). Appends wait for each other, so that every event seals the one before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime

from sqlalchemy import Connection, func, insert, select

from triage.store.columns import storable
from triage.store.repositories.rows import columns
from triage.store.tables import AuditEventRow
from triage.vocabulary.ports import Seal
from triage.vocabulary.records import AuditEvent

_APPEND_LOCK = 0x7472_6961_6765
"""PostgreSQL advisory lock, held to the end of the transaction. On SQLite BEGIN IMMEDIATE has the same effect."""
_STREAM_ROWS = 2_000
_COLUMNS = columns(AuditEvent, AuditEventRow)
_FIELDS = [field.name for field in fields(AuditEvent)]
_Event = tuple[datetime, str, str, str, Mapping[str, str]]


class SqlAuditLog:
    """Events are kept back until the commit: the lock on the log is the last one taken, so that it can be part of no
    deadlock, and others wait for it a moment only."""

    def __init__(self, connection: Connection, seal: Seal) -> None:
        self._connection, self._seal = connection, seal
        self._kept: list[_Event] = []

    def append(self, at: datetime, actor: str, name: str, subject: str, data: Mapping[str, str] | None = None) -> None:
        told = {storable(key): storable(value) for key, value in (data or {}).items()}
        self._kept.append((at.astimezone(UTC), storable(actor), storable(name), storable(subject), told))

    def events(self, after_seq: int = 0, limit: int = 10_000) -> Sequence[AuditEvent]:
        self.flush()
        wanted = select(*_COLUMNS).where(AuditEventRow.seq > after_seq).order_by(AuditEventRow.seq).limit(limit)
        return [AuditEvent(*row) for row in self._connection.execute(wanted)]

    def by_subject(self, sort: str) -> Iterator[AuditEvent]:
        self.flush()
        subject = AuditEventRow.subject
        wanted = select(*_COLUMNS).where(subject.startswith(f"{sort}:", autoescape=True))
        wanted = wanted.order_by(func.length(subject), subject, AuditEventRow.seq)
        streamed = self._connection.execute(wanted, execution_options={"yield_per": _STREAM_ROWS})
        return (AuditEvent(*row) for row in streamed)

    def head(self) -> tuple[int, str]:
        self.flush()
        return self._head()

    def flush(self) -> None:
        """Seal and write what was kept back."""
        if not self._kept:
            return
        if self._connection.dialect.name == "postgresql":
            self._connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_APPEND_LOCK})")
        last, mac = self._head()
        rows = []
        for seq, event in enumerate(self._kept, last + 1):
            mac = self._seal(mac, seq, *event)
            rows.append(dict(zip(_FIELDS, (seq, *event, mac), strict=True)))
        self._connection.execute(insert(AuditEventRow), rows)
        self._kept.clear()

    def _head(self) -> tuple[int, str]:
        wanted = select(AuditEventRow.seq, AuditEventRow.mac).order_by(AuditEventRow.seq.desc()).limit(1)
        row = self._connection.execute(wanted).first()
        return (0, "") if row is None else (row.seq, row.mac)
