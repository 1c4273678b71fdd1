"""Durability settings, and faults of the database in words (F35-F37)."""

import shutil
import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event, text

from tests.harness.postgres import CUT_OTHERS, Postgres
from tests.harness.stores import AUDIT_KEY
from tests.unit.store.filling import NOW, inbox, new_message, processed, put_message
from triage.audit.log import sealer
from triage.errors import StoreError
from triage.store import SqlStore, upgrade

SEAL = sealer(AUDIT_KEY)


@contextmanager
def opened(url: str, busy_timeout: float = 5) -> Iterator[SqlStore]:
    store = SqlStore(url, SEAL, busy_timeout=busy_timeout)
    try:
        yield store
    finally:
        store.close()


def test_sqlite_is_durable_and_patient(sqlite_store: SqlStore) -> None:
    for write in (True, False):
        with sqlite_store.begin(write) as uow:
            said = {
                name: uow._connection.execute(text(f"PRAGMA {name}")).scalar()
                for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys", "query_only")
            }
        assert said == {
            "journal_mode": "wal",
            "synchronous": 2,
            "busy_timeout": 10_000,
            "foreign_keys": 1,
            "query_only": 0 if write else 1,
        }


@pytest.mark.integration
def test_postgresql_is_durable_and_patient(postgres_url: str) -> None:
    with opened(postgres_url) as store:
        for write in (True, False):
            with store.begin(write) as uow:
                names = ("synchronous_commit", "timezone", "lock_timeout", "transaction_isolation")
                said = [uow._connection.execute(text(f"SHOW {name}")).scalar() for name in names]
                only_reads = uow._connection.execute(text("SHOW transaction_read_only")).scalar()
            isolation = "read committed" if write else "repeatable read"
            assert (said, only_reads) == (["on", "UTC", "5s", isolation], "off" if write else "on")


def test_leaving_without_commit_rolls_back(store: SqlStore) -> None:
    with store.begin() as uow:
        put_message(uow)
    with pytest.raises(RuntimeError), store.begin() as uow:
        put_message(uow)
        raise RuntimeError
    with store.begin(write=False) as uow:
        assert uow.messages.counts()["processed"] == 0


def test_a_unit_may_commit_more_than_once(store: SqlStore) -> None:
    with store.begin() as uow:
        put_message(uow, 1)
        uow.commit()
        put_message(uow, 2)
        uow.commit()
        put_message(uow, 3)
    with store.begin(write=False) as uow:
        assert uow.messages.counts()["processed"] == 2


def test_a_reading_unit_cannot_write(store: SqlStore) -> None:
    with store.begin(write=False) as uow, pytest.raises(Exception, match=r"read.?only|only be read"):
        inbox(uow)
    with store.begin() as uow:
        assert uow.accounts.all() == []


@pytest.mark.parametrize(
    "url", ["mysql://host/name", "sqlite://", "sqlite:///:memory:", "not a url", "postgresql+asyncpg://host/name"]
)
def test_other_databases_are_refused_with_a_remedy(url: str) -> None:
    with pytest.raises(StoreError) as caught:
        upgrade(url)
    assert caught.value.remedy == "Use sqlite:///path/to/triage.db or postgresql://user@host/name."


def test_the_file_is_for_its_owners_eyes_only(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    upgrade(f"sqlite:///{path}")
    with opened(f"sqlite:///{path}") as store, store.begin() as uow:
        put_message(uow)
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    assert modes == dict.fromkeys(("new.db", "new.db-wal", "new.db-shm"), 0o600)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sirs, this is no database. " * 200)
    for attempt in (upgrade, read):
        with pytest.raises(StoreError, match=r"letter\.txt is not a database\. Point the configuration") as caught:
            attempt(f"sqlite:///{path}")
        assert caught.value.remedy == "Point the configuration at another file, or restore a backup."
    assert path.read_text().startswith("Dear Sirs"), "left as it was"


def read(url: str) -> None:
    with opened(url) as store, store.begin(write=False) as uow:
        uow.messages.counts()


def test_a_damaged_file_is_named(sqlite_url: str) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    with opened(sqlite_url) as store, store.begin() as uow:
        folder = inbox(uow)
        uow.messages.add([new_message(folder, uid) for uid in range(1, 200)])
        uow.commit()
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    path.write_bytes(data)
    with pytest.raises(StoreError, match=r"triage\.db is damaged\. Stop the daemon and restore a backup"):
        read(sqlite_url)


def test_a_whole_database_passes_the_check(store: SqlStore) -> None:
    with store.begin() as uow:
        put_message(uow)
        uow.commit()
    store.check()
    with store.begin(write=False) as uow:
        assert uow.messages.counts()["processed"] == 1


def test_damage_where_nobody_reads_is_found_by_the_check(sqlite_url: str) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    with opened(sqlite_url) as store, store.begin() as uow:
        folder = inbox(uow)
        uow.messages.add([new_message(folder, uid, raw=bytes([uid]) * 9_000) for uid in range(1, 60)])
        uow.commit()
    data = bytearray(path.read_bytes())
    for page in range(4096 * 100, len(data) - 4096, 4096 * 3):
        data[page : page + 4096] = b"\xa5" * 4096
    path.write_bytes(data)
    with opened(sqlite_url) as store, pytest.raises(StoreError, match=r"triage\.db is damaged"):
        store.check()


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"can't be opened\. Check that its folder exists"):
        upgrade(f"sqlite:///{tmp_path}/missing/triage.db")


def test_a_locked_sqlite_is_waited_for_and_then_named(sqlite_url: str) -> None:
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    with opened(sqlite_url, busy_timeout=0.05) as store:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="is locked by another writer"), store.begin() as uow:
            inbox(uow)
        with store.begin(write=False) as uow:
            assert uow.accounts.all() == [], "readers go on"
        other.execute("ROLLBACK")
        other.close()
        with store.begin() as uow:
            assert inbox(uow).name == "INBOX"


def test_a_database_that_another_process_is_making_is_waited_for_and_then_named(tmp_path: Path) -> None:
    """Not yet in WAL mode, with a writer at work: SQLite gives the switch up at once, whatever the timeout."""
    file = tmp_path / "new.db"
    maker = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    maker.execute("CREATE TABLE other (x)")
    maker.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(StoreError, match="is locked by another writer"):
            upgrade(f"sqlite:///{file}", busy_timeout=0.2)
        threading.Timer(0.3, maker.execute, ["COMMIT"]).start()
        upgrade(f"sqlite:///{file}", busy_timeout=10)
    finally:
        maker.close()
    with closing(sqlite3.connect(file)) as seen:
        assert seen.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_writer_of_the_same_process_is_waited_for_and_then_named(sqlite_url: str) -> None:
    with opened(sqlite_url, busy_timeout=0.05) as store:
        with store.begin() as uow:
            inbox(uow)
            with pytest.raises(StoreError, match="is locked by another writer"), store.begin():
                pass
            with store.begin(write=False) as reader:
                assert reader.accounts.all() == []
            uow.commit()
        with store.begin() as uow:
            assert len(uow.accounts.all()) == 1


@pytest.mark.integration
def test_a_locked_postgresql_is_waited_for_and_then_named(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as other, opened(postgres_url, busy_timeout=0.05) as store:
        other.execute("LOCK TABLE account")
        with pytest.raises(StoreError, match="is locked by another writer"), store.begin() as uow:
            inbox(uow)


def test_a_full_disk_loses_nothing_and_heals_by_itself(sqlite_url: str) -> None:
    with opened(sqlite_url) as store:
        pages = 1_000_000

        def limit(connection: sqlite3.Connection, *_: object) -> None:
            connection.execute(f"PRAGMA max_page_count = {pages}")

        event.listen(store._engine, "checkout", limit)
        with store.begin() as uow:
            folder = inbox(uow)
            (first,) = uow.messages.add([new_message(folder, 1)])
            uow.commit()
        pages = 1
        with pytest.raises(StoreError, match="the disk is full") as caught, store.begin() as uow:
            uow.messages.add([new_message(folder, 2, raw=b"x" * 1_000_000)])
        assert caught.value.remedy == "Free some space; work goes on by itself."
        with store.begin(write=False) as uow:
            assert (uow.messages.get(first).uid, uow.messages.counts()["stored"]) == (1, 1)
        pages = 1_000_000
        with store.begin() as uow:
            assert len(uow.messages.add([new_message(folder, 2, raw=b"x" * 1_000_000)])) == 1


def test_an_unreachable_server_is_named_without_the_password() -> None:
    with pytest.raises(StoreError, match="can't be reached") as caught:
        upgrade("postgresql://triage:secret@127.0.0.1:9/triage")
    assert "secret" not in str(caught.value)
    assert "127.0.0.1:9" in str(caught.value)


def test_errors_are_told_without_the_mails_in_their_parameters(sqlite_store: SqlStore) -> None:
    with sqlite_store.begin() as uow:
        message_id, _ = put_message(uow)
        with pytest.raises(Exception, match="FOREIGN KEY") as caught:
            uow.messages.save_processed(message_id, processed(1, subject="confidential"), 4711)
    assert "confidential" not in str(caught.value)


@pytest.mark.integration
def test_a_missing_database_is_named(postgres: Postgres) -> None:
    with pytest.raises(StoreError, match=r"can't be reached .*database \"no_such_database\" does not exist"):
        upgrade(postgres.url("no_such_database"))


@pytest.mark.integration
def test_a_lost_connection_is_named_and_the_next_unit_works(postgres_url: str) -> None:
    with opened(postgres_url) as store:
        with pytest.raises(StoreError), store.begin() as uow:
            put_message(uow)
            cut(postgres_url)
            uow.commit()
        with store.begin() as uow:
            put_message(uow)
            uow.commit()
        cut(postgres_url)
        with store.begin(write=False) as uow:
            assert uow.messages.counts()["processed"] == 1


def cut(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as other:
        other.execute(CUT_OTHERS)


def test_a_copied_database_file_is_whole(sqlite_store: SqlStore, tmp_path: Path) -> None:
    """As an operator restores it: the file alone, once the daemon has stopped."""
    with sqlite_store.begin() as uow:
        message_id, _ = put_message(uow, at=NOW)
        uow.commit()
    sqlite_store.close()
    shutil.copy(tmp_path / "triage.db", tmp_path / "copy.db")
    with opened(f"sqlite:///{tmp_path}/copy.db") as store, store.begin(write=False) as uow:
        assert uow.messages.get(message_id).received_at == NOW
