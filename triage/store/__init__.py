"""The database: the only room that knows SQL. `SqlStore` fulfils `triage.vocabulary.ports.Store`."""

from triage.store.migrate import downgrade, upgrade
from triage.store.unit_of_work import SqlStore, SqlUnitOfWork

__all__ = ["SqlStore", "SqlUnitOfWork", "downgrade", "upgrade"]
