"""Stores with the tables of this version, fresh for each test: on SQLite, or on SQLite and PostgreSQL in turn."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.harness.postgres import Postgres
from triage.audit.log import sealer
from triage.store import SqlStore, upgrade

AUDIT_KEY = b"a key for tests only"
BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.integration)]


@dataclass
class SetClock:
    """A clock that stands until it is moved."""

    moment: datetime = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def pass_(self, time: timedelta) -> None:
        self.moment += time


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "triage.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A SQLite file with the tables of this version."""
    path = tmp_path / "triage.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """A PostgreSQL database with the tables of this version."""
    url = postgres.database()
    yield url
    postgres.give_back(url)


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest) -> str:
    """Both databases in turn."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture
def store(database_url: str, clock: SetClock) -> Iterator[SqlStore]:
    """A store on both databases in turn. Lock waits are short."""
    made = SqlStore(database_url, sealer(AUDIT_KEY), clock, busy_timeout=10)
    yield made
    made.close()


@pytest.fixture
def sqlite_store(sqlite_url: str, clock: SetClock) -> Iterator[SqlStore]:
    """A store on SQLite alone, for tests of other rooms."""
    made = SqlStore(sqlite_url, sealer(AUDIT_KEY), clock, busy_timeout=10)
    yield made
    made.close()


@pytest.fixture
def postgres_store(postgres_url: str, clock: SetClock) -> Iterator[SqlStore]:
    """A store on PostgreSQL alone, for what SQLite's single writer rules out."""
    made = SqlStore(postgres_url, sealer(AUDIT_KEY), clock, busy_timeout=10)
    yield made
    made.close()
