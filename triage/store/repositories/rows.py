"""From rows to the frozen records of the vocabulary, and statements that both databases understand.

Frequent statements are made once, at import, with named parameters: SQLAlchemy takes several times longer to make one
and to recognise it than SQLite takes to answer it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Delete, Insert, SQLColumnExpression, Update
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects import postgresql, sqlite

from triage.store.base import Table

T = TypeVar("T")
AT_ONCE = 500
"""Values in one IN list: SQLite and PostgreSQL both have bounds on parameters."""


def columns(
    record: type[Any], table: type[Table], **others: SQLColumnExpression[Any]
) -> list[SQLColumnExpression[Any]]:
    """The columns of a record's fields, in their order, so that `record(*row)` makes it; `others` from elsewhere."""
    return [others[f.name] if f.name in others else getattr(table, f.name) for f in fields(record)]


def insert(connection: Connection, table: type[Table]) -> postgresql.Insert:
    """An INSERT that knows ON CONFLICT; SQLite's has the same methods."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)  # type: ignore[return-value]
    return postgresql.insert(table)


@cache
def insert_row(table: type[Table], *returned: str) -> Insert:
    """An INSERT whose values come with its execution."""
    return (
        plain_insert(table).returning(*(getattr(table, name) for name in returned)) if returned else plain_insert(table)
    )


def insert_if_new(connection: Connection, table: type[Table], unique: tuple[str, ...], *returned: str) -> Insert:
    """An INSERT that skips rows whose `unique` columns are there already; it returns those of new rows only."""
    return _insert_if_new(connection.dialect.name, table, unique, returned)


@cache
def _insert_if_new(dialect: str, table: type[Table], unique: tuple[str, ...], returned: tuple[str, ...]) -> Insert:
    statement = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    skipping: Insert = statement.on_conflict_do_nothing(index_elements=unique)
    return skipping.returning(*(getattr(table, name) for name in returned)) if returned else skipping


def changed(connection: Connection, statement: Update | Delete) -> bool:
    """Run it; True when it met exactly one row."""
    return connection.execute(statement).rowcount == 1


def chunks(items: Iterable[T], size: int = AT_ONCE) -> Iterator[list[T]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
