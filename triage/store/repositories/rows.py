"""From rows to the frozen records of the vocabulary, and statements that both databases understand."""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Delete, Update
from sqlalchemy.dialects import postgresql, sqlite

from triage.store.tables import Table

T = TypeVar("T")
AT_ONCE = 500
"""Values in one IN list: SQLite and PostgreSQL both have bounds on parameters."""


def columns(record: type[Any], table: type[Table], **others: Any) -> list[ColumnElement[Any]]:
    """The columns of a record's fields, in their order, so that `record(*row)` makes it. `others` come from elsewhere."""
    return [others[f.name] if f.name in others else getattr(table, f.name) for f in fields(record)]


def insert(connection: Connection, table: type[Table]) -> postgresql.Insert:
    """An INSERT that knows ON CONFLICT; SQLite's has the same methods."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)  # type: ignore[return-value]
    return postgresql.insert(table)


def changed(connection: Connection, statement: Update | Delete) -> bool:
    """Run it; True when it met exactly one row."""
    return connection.execute(statement).rowcount == 1


def chunks(items: Iterable[T], size: int = AT_ONCE) -> Iterator[list[T]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
