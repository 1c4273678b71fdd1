"""Filters that people named."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Connection, delete, select

from triage.errors import NotFound
from triage.store.repositories.rows import changed, columns, insert
from triage.store.tables import SavedFilterRow
from triage.vocabulary.customers import SavedFilter

_RECORD = columns(SavedFilter, SavedFilterRow)


class SqlSavedFilters:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, saved: SavedFilter) -> None:
        values = asdict(saved)
        statement = insert(self._connection, SavedFilterRow).values(values)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))

    def all(self) -> Sequence[SavedFilter]:
        wanted = select(*_RECORD).order_by(SavedFilterRow.name)
        return [SavedFilter(*row) for row in self._connection.execute(wanted)]

    def get(self, name: str) -> SavedFilter:
        row = self._connection.execute(select(*_RECORD).where(SavedFilterRow.name == name)).first()
        if row is None:
            raise NotFound(f"There is no saved filter {name!r}.", "`triage customers filters` lists them.")
        return SavedFilter(*row)

    def drop(self, name: str) -> bool:
        return changed(self._connection, delete(SavedFilterRow).where(SavedFilterRow.name == name))
