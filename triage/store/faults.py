"""What database drivers say, as `StoreError` with a remedy (F35-F37)."""

import sqlite3

from sqlalchemy import URL
from sqlalchemy.engine import ExceptionContext

from triage.errors import StoreError

_LOCKED = ("is locked by another writer", "Wait, or find the process that holds the lock.")
_SQLITE = {
    sqlite3.SQLITE_NOTADB: ("is not a database", "Point the configuration at another file, or restore a backup."),
    sqlite3.SQLITE_CORRUPT: ("is damaged", "Stop the daemon and restore a backup; keep the damaged file."),
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: ("is locked", "Wait, or find the process that holds it open."),
    sqlite3.SQLITE_FULL: ("can't grow: the disk is full", "Free some space; work goes on by itself."),
    sqlite3.SQLITE_IOERR: (
        "can't be read or written",
        "Check the disk, and that the folder is on a local file system.",
    ),
    sqlite3.SQLITE_CANTOPEN: ("can't be opened", "Check that its folder exists and that this user may write there."),
    sqlite3.SQLITE_READONLY: ("may only be read", "Give this user the right to write the file and its folder."),
    sqlite3.SQLITE_PERM: ("may not be used", "Give this user the right to write the file and its folder."),
}
_POSTGRES = {
    "53100": ("can't grow: the disk is full", "Free some space; work goes on by itself."),
    "53300": ("has no connection left", "Raise max_connections, or run fewer workers."),
    "55P03": _LOCKED,
    "40P01": ("broke a deadlock", "Nothing was done; it is tried again by itself."),
    "40001": ("broke a conflict between two writers", "Nothing was done; it is tried again by itself."),
    "57P": ("is shutting down or starting", "It is tried again by itself once the server is back."),
    "42501": ("refused a right", "Give the database user the right to create and change its tables."),
}


def fault_of(error: BaseException, url: URL, lost: bool) -> StoreError | None:
    """The fault in words, or None when the error is a programming fault. `lost`: the connection is gone."""
    said = _sqlite(error) if isinstance(error, sqlite3.Error) else _postgres(error, lost)
    if said is None:
        return None
    return _in_words(url, *said)


def damaged(url: URL) -> StoreError:
    """An SQLite file whose structure is broken."""
    return _in_words(url, *_SQLITE[sqlite3.SQLITE_CORRUPT])


def locked(url: URL) -> StoreError:
    """The other writer is a thread of our own."""
    return _in_words(url, *_LOCKED)


def raise_fault(context: ExceptionContext) -> None:
    """For SQLAlchemy's `handle_error` event: raises in place of the driver's error."""
    if context.engine is None:
        return
    fault = fault_of(context.original_exception, context.engine.url, context.is_disconnect)
    if fault is not None:
        raise fault from context.original_exception


def _in_words(url: URL, what: str, remedy: str) -> StoreError:
    return StoreError(f"The database {url.render_as_string(hide_password=True)} {what}.", remedy)


def _sqlite(error: sqlite3.Error) -> tuple[str, str] | None:
    code: int = getattr(error, "sqlite_errorcode", 0)
    return _SQLITE.get(code & 0xFF)


def _postgres(error: BaseException, lost: bool) -> tuple[str, str] | None:
    import psycopg

    if not isinstance(error, psycopg.Error):
        return None
    state = error.sqlstate or ""
    for length in (5, 3, 2):
        if state[:length] in _POSTGRES:
            return _POSTGRES[state[:length]]
    if lost or (not state and isinstance(error, psycopg.OperationalError)):
        return (
            f"can't be reached ({_one_line(error)})",
            "Check that the server runs and that the database URL is right.",
        )
    return None


def _one_line(error: BaseException) -> str:
    """The driver's words; they hold no password."""
    return " ".join(str(error).split())[:300]
