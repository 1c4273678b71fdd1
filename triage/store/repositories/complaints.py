"""The cases of complaints (R24)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from triage.store.repositories.rows import changed, columns, insert_if_new
from triage.store.tables import ComplaintRow, MessageRow
from triage.vocabulary.records import ComplaintRecord

_COMPLAINT = columns(
    ComplaintRecord,
    ComplaintRow,
    subject=MessageRow.subject,
    sender=MessageRow.sender,
    account_id=MessageRow.account_id,
)
_CASES = select(*_COMPLAINT).join(MessageRow, MessageRow.id == ComplaintRow.message_id)
_WRITTEN = ("cause", "fault", "remedy", "remedy_at", "closed_at", "by")


class SqlComplaints:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open(self, message_id: int, conversation_id: int, received_at: datetime, sort: str) -> None:
        mine = (ComplaintRow.conversation_id == conversation_id, ComplaintRow.closed_at.is_(None))
        if self._connection.execute(select(ComplaintRow.message_id).where(*mine)).first() is not None:
            return
        new = insert_if_new(self._connection, ComplaintRow, ("message_id",))
        values = {"message_id": message_id, "conversation_id": conversation_id, "received_at": received_at}
        self._connection.execute(new, values | {"sort": sort, "cause": "", "remedy": "", "by": ""})

    def get(self, message_id: int) -> ComplaintRecord | None:
        row = self._connection.execute(_CASES.where(ComplaintRow.message_id == message_id)).first()
        return None if row is None else ComplaintRecord(*row)

    def of_conversation(self, conversation_id: int) -> ComplaintRecord | None:
        newest = _CASES.where(ComplaintRow.conversation_id == conversation_id).order_by(ComplaintRow.message_id.desc())
        row = self._connection.execute(newest.limit(1)).first()
        return None if row is None else ComplaintRecord(*row)

    def all(self, *, open_only: bool = False) -> Sequence[ComplaintRecord]:
        wanted = _CASES.order_by(ComplaintRow.received_at, ComplaintRow.message_id)
        if open_only:
            wanted = wanted.where(ComplaintRow.closed_at.is_(None))
        return [ComplaintRecord(*row) for row in self._connection.execute(wanted)]

    def between(self, since: datetime | None, until: datetime | None) -> Sequence[ComplaintRecord]:
        wanted = _CASES.order_by(ComplaintRow.received_at, ComplaintRow.message_id)
        if since is not None:
            wanted = wanted.where(ComplaintRow.received_at >= since)
        if until is not None:
            wanted = wanted.where(ComplaintRow.received_at < until)
        return [ComplaintRecord(*row) for row in self._connection.execute(wanted)]

    def drop(self, message_id: int) -> bool:
        return changed(self._connection, delete(ComplaintRow).where(ComplaintRow.message_id == message_id))

    def save(self, case: ComplaintRecord) -> bool:
        values = {name: getattr(case, name) for name in _WRITTEN}
        mine = update(ComplaintRow).where(ComplaintRow.message_id == case.message_id)
        return changed(self._connection, mine.values(**values))
