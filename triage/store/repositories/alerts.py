"""What a person should know (I15)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from triage.store.repositories.rows import changed, columns, insert
from triage.store.tables import AlertRow
from triage.vocabulary.records import AlertRecord


class SqlAlerts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def raise_(self, key: str, text: str, at: datetime) -> bool:
        standing = update(AlertRow).where(AlertRow.key == key, AlertRow.cleared_at.is_(None)).values(text=text)
        if changed(self._connection, standing):
            return False
        new = {"text": text, "raised_at": at, "cleared_at": None}
        statement = insert(self._connection, AlertRow).values(key=key, **new)
        statement = statement.on_conflict_do_update(
            index_elements=["key"], set_=new, where=AlertRow.cleared_at.is_not(None)
        )
        return self._connection.execute(statement.returning(AlertRow.key)).first() is not None

    def clear(self, key: str, at: datetime) -> None:
        standing = update(AlertRow).where(AlertRow.key == key, AlertRow.cleared_at.is_(None))
        self._connection.execute(standing.values(cleared_at=at))

    def standing(self) -> Sequence[AlertRecord]:
        wanted = select(*columns(AlertRecord, AlertRow)).where(AlertRow.cleared_at.is_(None))
        return [
            AlertRecord(*row) for row in self._connection.execute(wanted.order_by(AlertRow.raised_at, AlertRow.key))
        ]
