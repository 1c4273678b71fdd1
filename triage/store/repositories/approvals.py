"""The first of two approvals, where the desk asks for two."""

from dataclasses import asdict

from sqlalchemy import Connection, delete, insert, select

from triage.store.repositories.rows import columns
from triage.store.tables import FirstApprovalRow
from triage.vocabulary.access import FirstApproval

_FIRST = columns(FirstApproval, FirstApprovalRow)


class SqlApprovals:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def first(self, draft_id: int) -> FirstApproval | None:
        row = self._connection.execute(select(*_FIRST).where(FirstApprovalRow.draft_id == draft_id)).first()
        return None if row is None else FirstApproval(*row)

    def keep(self, approval: FirstApproval) -> None:
        """In place of an earlier one, whose letter is not the draft's any more."""
        self._connection.execute(delete(FirstApprovalRow).where(FirstApprovalRow.draft_id == approval.draft_id))
        self._connection.execute(insert(FirstApprovalRow).values(asdict(approval)))
