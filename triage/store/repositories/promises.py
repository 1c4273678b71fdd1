"""What our letters promised (R2, R9)."""

from builtins import list as List
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, insert, select, update

from triage.store.repositories.rows import changed, columns
from triage.store.tables import PromiseRow
from triage.vocabulary.records import PromiseRecord
from triage.vocabulary.states import PromiseStatus

_PROMISE = columns(PromiseRecord, PromiseRow)


class SqlPromises:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, draft_id: int, conversation_id: int, text: str, due: datetime, at: datetime) -> int:
        new = insert(PromiseRow).values(
            draft_id=draft_id,
            conversation_id=conversation_id,
            text=text,
            due=due,
            status=PromiseStatus.OPEN,
            changed_at=at,
        )
        return self._connection.execute(new.returning(PromiseRow.id)).scalar_one()

    def get(self, promise_id: int) -> PromiseRecord | None:
        return next(iter(self._select([PromiseRow.id == promise_id])), None)

    def list(self, status: PromiseStatus | None = None) -> Sequence[PromiseRecord]:
        return self._select([] if status is None else [PromiseRow.status == status])

    def of_conversation(self, conversation_id: int) -> Sequence[PromiseRecord]:
        return self._select([PromiseRow.conversation_id == conversation_id])

    def set_status(self, promise_id: int, before: PromiseStatus, after: PromiseStatus, at: datetime) -> bool:
        standing = update(PromiseRow).where(PromiseRow.id == promise_id, PromiseRow.status == before)
        return changed(self._connection, standing.values(status=after, changed_at=at))

    def _select(self, conditions: List[ColumnElement[bool]]) -> List[PromiseRecord]:
        wanted = select(*_PROMISE).where(*conditions).order_by(PromiseRow.due, PromiseRow.id)
        return [PromiseRecord(*row) for row in self._connection.execute(wanted)]
