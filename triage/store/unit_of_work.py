"""Short transactions over one connection (F36)."""

from functools import cached_property
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, text

from triage.clock import SystemClock
from triage.store.engine import connect, readers
from triage.store.faults import damaged, locked
from triage.store.repositories.accounts import SqlAccounts
from triage.store.repositories.alerts import SqlAlerts
from triage.store.repositories.approvals import SqlApprovals
from triage.store.repositories.audit import SqlAuditLog
from triage.store.repositories.complaints import SqlComplaints
from triage.store.repositories.conversations import SqlConversations
from triage.store.repositories.customer_merges import SqlCustomerMerges
from triage.store.repositories.customers import SqlCustomers
from triage.store.repositories.drafts import SqlDrafts
from triage.store.repositories.erasure import SqlErasure
from triage.store.repositories.follow_ups import SqlFollowUps
from triage.store.repositories.learning import SqlLearning
from triage.store.repositories.messages import SqlMessages
from triage.store.repositories.people import SqlPeople
from triage.store.repositories.programs import SqlTokens, SqlWebhooks
from triage.store.repositories.promises import SqlPromises
from triage.store.repositories.responses import SqlResponses
from triage.store.repositories.saved_filters import SqlSavedFilters
from triage.store.repositories.sign_ins import SqlSignIns
from triage.store.repositories.worklist import SqlWorklist
from triage.store.turns import Turns
from triage.vocabulary.ports import Clock, Seal


class SqlUnitOfWork:
    """Leaving the block without `commit()` rolls back. For one thread, and never inside another that writes."""

    def __init__(
        self, engine: Engine, seal: Seal, clock: Clock, turns: Turns | None = None, patience: float = 0
    ) -> None:
        self._engine, self._seal, self._clock = engine, seal, clock
        self._turns, self._patience = turns, patience

    def __enter__(self) -> Self:
        if self._turns is not None and not self._turns.take(self._patience):
            raise locked(self._engine.url)
        try:
            self._connection: Connection = self._engine.connect()
        except BaseException:
            self._end_turn()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._connection.close()
        finally:
            self._end_turn()

    def _end_turn(self) -> None:
        if self._turns is not None:
            self._turns.give_back()

    def commit(self) -> None:
        self.audit.flush()
        self._connection.commit()

    @cached_property
    def accounts(self) -> SqlAccounts:
        return SqlAccounts(self._connection)

    @cached_property
    def messages(self) -> SqlMessages:
        return SqlMessages(self._connection, self._clock)

    @cached_property
    def conversations(self) -> SqlConversations:
        return SqlConversations(self._connection)

    @cached_property
    def customers(self) -> SqlCustomers:
        return SqlCustomers(self._connection)

    @cached_property
    def merges(self) -> SqlCustomerMerges:
        return SqlCustomerMerges(self._connection, self.customers)

    @cached_property
    def saved_filters(self) -> SqlSavedFilters:
        return SqlSavedFilters(self._connection)

    @cached_property
    def erasure(self) -> SqlErasure:
        return SqlErasure(self._connection)

    @cached_property
    def drafts(self) -> SqlDrafts:
        return SqlDrafts(self._connection)

    @cached_property
    def worklist(self) -> SqlWorklist:
        return SqlWorklist(self._connection)

    @cached_property
    def people(self) -> SqlPeople:
        return SqlPeople(self._connection)

    @cached_property
    def follow_ups(self) -> SqlFollowUps:
        return SqlFollowUps(self._connection)

    @cached_property
    def complaints(self) -> SqlComplaints:
        return SqlComplaints(self._connection)

    @cached_property
    def sign_ins(self) -> SqlSignIns:
        return SqlSignIns(self._connection)

    @cached_property
    def approvals(self) -> SqlApprovals:
        return SqlApprovals(self._connection)

    @cached_property
    def tokens(self) -> SqlTokens:
        return SqlTokens(self._connection)

    @cached_property
    def webhooks(self) -> SqlWebhooks:
        return SqlWebhooks(self._connection)

    @cached_property
    def promises(self) -> SqlPromises:
        return SqlPromises(self._connection)

    @cached_property
    def responses(self) -> SqlResponses:
        return SqlResponses(self._connection)

    @cached_property
    def alerts(self) -> SqlAlerts:
        return SqlAlerts(self._connection)

    @cached_property
    def learning(self) -> SqlLearning:
        return SqlLearning(self._connection)

    @cached_property
    def audit(self) -> SqlAuditLog:
        return SqlAuditLog(self._connection, self._seal)


class SqlStore:
    """A database at `url`, already upgraded. `seal` makes the MACs of audit events: `triage.audit.log.sealer(key)`."""

    def __init__(self, url: str, seal: Seal, clock: Clock | None = None, *, busy_timeout: float = 15.0) -> None:
        self._engine = connect(url, busy_timeout)
        self._readers = readers(self._engine)
        self._seal = seal
        self._clock = clock or SystemClock()
        self._turns = Turns() if self._engine.dialect.name == "sqlite" else None
        self._patience = busy_timeout

    def begin(self, write: bool = True) -> SqlUnitOfWork:
        if write:
            return SqlUnitOfWork(self._engine, self._seal, self._clock, self._turns, self._patience)
        return SqlUnitOfWork(self._readers, self._seal, self._clock)

    def check(self) -> None:
        """Look at every page of a SQLite file, or ask PostgreSQL for an answer. Raises `StoreError` with what is
        wrong."""
        with self._readers.connect() as connection:
            if connection.dialect.name != "sqlite":
                connection.execute(text("SELECT 1"))
            elif connection.execute(text("PRAGMA quick_check(1)")).scalar() != "ok":
                raise damaged(self._engine.url)

    def settle(self) -> None:
        """Write SQLite's search index anew without the words of what is gone, bring the write-ahead log into the file
        and empty it, so that nothing erased lingers there."""
        if self._engine.dialect.name == "sqlite":
            with self._engine.connect() as connection:
                driver = connection.connection.driver_connection
                if driver is not None:
                    driver.execute("INSERT INTO search(search) VALUES ('optimize')")
                    driver.commit()
                    driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()
