"""How we connect. SQLite: WAL, synchronous=FULL, immediate writers (F36). PostgreSQL: checked connections (F37)."""

import sqlite3
import time
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, ExecutionContext, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from triage.errors import StoreError
from triage.store.faults import raise_fault

if TYPE_CHECKING:
    from psycopg import Cursor

_PAUSE = 0.01
"""Seconds between two tries to switch to WAL."""
WRITES = "triage_writes"
"""Execution option of connections whose transactions may write."""
AS_BYTES = {"triage_bytes": True}
"""Execution options of statements that ask for many bytes: PostgreSQL sends them as they are, not in hexadecimal."""


def database_url(url: str) -> URL:
    """Raises `StoreError` for anything but an SQLite file or PostgreSQL."""
    remedy = "Use sqlite:///path/to/triage.db or postgresql://user@host/name."
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError("The database URL can't be read.", remedy) from error
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    in_memory = parsed.drivername == "sqlite" and parsed.database in {None, "", ":memory:"}
    if parsed.drivername not in {"sqlite", "postgresql+psycopg"} or in_memory:
        raise StoreError(f"The database {parsed.render_as_string(hide_password=True)} can't be used.", remedy)
    return parsed


def connect(url: str, busy_timeout: float = 15.0, pool_size: int = 10) -> Engine:
    """An engine; nothing is opened yet. `busy_timeout`, in seconds, is how long a locked database is waited for.

    Parameters are kept out of error messages, because these are logged and parameters hold mails (H25).
    """
    target = database_url(url)
    if target.drivername == "sqlite":
        engine = create_engine(
            target, pool_size=pool_size, hide_parameters=True, connect_args={"timeout": busy_timeout}
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        milliseconds = int(busy_timeout * 1000)
        options = f"-c timezone=UTC -c synchronous_commit=on -c lock_timeout={milliseconds}"
        engine = create_engine(
            target,
            pool_size=pool_size,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"connect_timeout": 10, "application_name": "triage", "options": options},
        )
        event.listen(engine, "before_cursor_execute", _choose_format)
    event.listen(engine, "handle_error", raise_fault)
    return engine


def readers(engine: Engine) -> Engine:
    """The same pool for units of work that only read: one snapshot, and the database refuses writes."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**{WRITES: False})
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver's own BEGIN is deferred; `_begin_sqlite` says it instead
    _switch_to_wal(connection)
    # secure_delete from the first write on: an erasure can't reach the copies that earlier updates left in free space.
    for pragma in ("foreign_keys = ON", "synchronous = FULL", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Waits as long as for any lock. SQLite itself does not: beside another process that makes the database just now
    the switch fails at once, whatever the timeout."""
    (milliseconds,) = connection.execute("PRAGMA busy_timeout").fetchone()
    until = time.monotonic() + milliseconds / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(_PAUSE)
        else:
            return


def _choose_format(
    _connection: Connection,
    cursor: "Cursor[Any]",
    _statement: str,
    _parameters: object,
    context: ExecutionContext,
    _many: bool,
) -> None:
    if AS_BYTES.items() <= context.execution_options.items():
        from psycopg.pq import Format

        cursor.format = Format.BINARY


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, True)
    connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
