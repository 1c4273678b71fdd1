"""Bringing a database to the tables of this version. Alembic is loaded only when there is something to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from triage.errors import StoreError
from triage.store.engine import connect

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0012"
"""The newest revision in `migrations/versions`."""
MIGRATIONS = Path(__file__).parent / "migrations"
_UPGRADE_LOCK = 0x7472_6961_6768
"""PostgreSQL advisory lock. On SQLite BEGIN IMMEDIATE has the same effect."""


def upgrade(url: str, *, busy_timeout: float = 15.0) -> None:
    """Make or upgrade the database at `url`; several processes may start at once. Raises `StoreError`."""
    engine = connect(url, busy_timeout)
    try:
        _keep_private(engine)
        with engine.connect() as connection:
            if revision_of(connection) == HEAD:
                return
        with _migrating(engine) as connection:
            _refuse_newer(engine, connection)
            _run(connection, "upgrade", HEAD)
    finally:
        engine.dispose()


def downgrade(url: str, revision: str, *, busy_timeout: float = 15.0) -> None:
    """Back to an earlier revision, or `base` for an empty database. Data that it has no place for is lost."""
    engine = connect(url, busy_timeout)
    try:
        with _migrating(engine) as connection:
            _refuse_newer(engine, connection)
            _run(connection, "downgrade", revision)
    finally:
        engine.dispose()


def revision_of(connection: Connection) -> str | None:
    """The revision a database is at; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def configuration(connection: Connection) -> "Config":
    """Alembic's configuration for one connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _run(connection: Connection, direction: str, revision: str) -> None:
    from alembic import command

    step = command.upgrade if direction == "upgrade" else command.downgrade
    step(configuration(connection), revision)


@contextmanager
def _migrating(engine: Engine) -> Iterator[Connection]:
    """One transaction for all steps, alone on the database.

    SQLite has foreign keys off meanwhile: with them on, changing a table (copy, drop, rename) deletes or orphans the
    rows that point to it. They are checked before the commit.
    """
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_UPGRADE_LOCK})"))
            yield connection
            connection.commit()
            return
        driver = connection.connection.driver_connection
        assert driver is not None  # noqa: S101 - a fresh connection has one
        driver.execute("PRAGMA foreign_keys = OFF")
        try:
            yield connection
            orphans = connection.execute(text("PRAGMA foreign_key_check")).all()
            if orphans:
                raise StoreError(
                    f"The upgrade would orphan {len(orphans)} rows; nothing was changed.",
                    "Report this, with the versions before and after.",
                )
            connection.commit()
        finally:
            connection.rollback()
            driver.execute("PRAGMA foreign_keys = ON")


def _refuse_newer(engine: Engine, connection: Connection) -> None:
    from alembic.script import ScriptDirectory

    found = revision_of(connection)
    known = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    if found is not None and found not in known:
        raise StoreError(
            f"The database {engine.url.render_as_string(hide_password=True)} was made by a newer version of triage"
            f" (revision {found}).",
            "Install that version, or restore the backup made before it was upgraded.",
        )


def _keep_private(engine: Engine) -> None:
    """A new SQLite file is for its owner's eyes only: it holds the mails. Its WAL inherits the mode."""
    if engine.dialect.name != "sqlite" or engine.url.database is None:
        return
    path = Path(engine.url.database)
    if path.parent.is_dir() and not path.exists():
        path.touch(mode=0o600)
