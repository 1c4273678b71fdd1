from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, text

from tests.harness.postgres import Postgres
from tests.harness.stores import BOTH
from triage.errors import StoreError
from triage.store import downgrade, upgrade
from triage.store.migrate import HEAD, MIGRATIONS, revision_of
from triage.store.tables import METADATA


@pytest.fixture(params=BOTH)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables, on both in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/empty 100%.db"
        return
    server: Postgres = request.getfixturevalue("postgres")
    url = server.empty_database()
    yield url
    server.drop(url)


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            yield connection
            connection.commit()
    finally:
        engine.dispose()


def compared(_object: object, name: str | None, *_: object) -> bool:
    """SQLAlchemy can't read SQLite's descending indexes back; the queue's is asked for in `test_plans`. The tables of
    the full-text search are made by each database's own means."""
    return name != "ix_draft_queue" and not (name or "").startswith(("search", "ix_search"))


def differences(url: str) -> object:
    with connected(url) as connection:
        options = {"compare_type": True, "include_object": compared}
        return compare_metadata(MigrationContext.configure(connection, opts=options), METADATA)


def tables(url: str) -> set[str]:
    with connected(url) as connection:
        return {name for name in inspect(connection).get_table_names() if not name.startswith("search")}


def test_an_empty_database_gets_exactly_the_tables_of_this_version(empty_url: str) -> None:
    upgrade(empty_url)
    assert tables(empty_url) == {*METADATA.tables, "alembic_version"}
    assert differences(empty_url) == []


def test_upgrading_again_changes_nothing(empty_url: str) -> None:
    upgrade(empty_url)
    with connected(empty_url) as connection:
        connection.execute(text("INSERT INTO model_version VALUES ('kept')"))
    upgrade(empty_url)
    with connected(empty_url) as connection:
        assert connection.execute(text("SELECT version FROM model_version")).scalars().all() == ["kept"]
        assert revision_of(connection) == HEAD


def test_every_step_can_be_taken_down_and_up_again(empty_url: str) -> None:
    steps = [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()]
    upgrade(empty_url)
    for below in [*steps[1:], "base"]:
        downgrade(empty_url, below)
        upgrade(empty_url)
    assert differences(empty_url) == []
    downgrade(empty_url, "base")
    assert tables(empty_url) == {"alembic_version"}


def test_the_newest_revision_is_the_one_named() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_heads() == [HEAD]


def test_a_database_of_a_newer_version_is_left_alone(empty_url: str) -> None:
    upgrade(empty_url)
    with connected(empty_url) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match=r"made by a newer version of triage \(revision 9999\)") as caught:
        upgrade(empty_url)
    assert caught.value.remedy == "Install that version, or restore the backup made before it was upgraded."
    with pytest.raises(StoreError, match="newer version"):
        downgrade(empty_url, "base")
    assert tables(empty_url) == {*METADATA.tables, "alembic_version"}


def test_processes_that_start_together_upgrade_once(empty_url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(upgrade, empty_url) for _ in range(4)]:
            done.result(timeout=60)
    assert differences(empty_url) == []


def test_a_failed_upgrade_leaves_nothing_behind(empty_url: str) -> None:
    with connected(empty_url) as connection:
        connection.execute(text("CREATE TABLE review (id INTEGER)"))
    with pytest.raises(Exception, match="already exists"):
        upgrade(empty_url)
    assert tables(empty_url) == {"review"}
