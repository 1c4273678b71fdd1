import pytest

from tests.harness.stores import SetClock
from tests.unit.outbox.desk import Desk
from triage.store import SqlStore


@pytest.fixture
def desk(sqlite_store: SqlStore, clock: SetClock) -> Desk:
    return Desk(sqlite_store, clock)


@pytest.fixture
def desk_on_both(store: SqlStore, clock: SetClock) -> Desk:
    """On SQLite and on PostgreSQL: for what two processes may do at once."""
    return Desk(store, clock)
