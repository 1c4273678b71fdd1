"""Response times: the clock of every mail that needs an answer (R1, R26)."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, select, text, update

from triage.store.repositories.rows import changed, columns, insert_if_new
from triage.store.tables import MessageRow, ResponseRow
from triage.vocabulary.records import NewResponse, ResponseRecord, Via

_WAITING = and_(text("response.answered_at IS NULL"), text("response.closed_reason = ''"))
"""As the partial index has it, word for word: SQLite uses it for nothing else."""
_STREAM_ROWS = 2_000
_RESPONSES = (
    select(*columns(ResponseRecord, ResponseRow, subject=MessageRow.subject, sender=MessageRow.sender))
    .join(MessageRow, MessageRow.id == ResponseRow.message_id)
    .order_by(ResponseRow.received_at, ResponseRow.id)
)
"""Oldest first, with what their messages say."""
_WAITING_IN = _RESPONSES.where(ResponseRow.conversation_id == bindparam("conversation"), _WAITING)


class SqlResponses:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open(self, new: NewResponse) -> int:
        statement = insert_if_new(self._connection, ResponseRow, ("message_id",), "id")
        made: int | None = self._connection.execute(statement, asdict(new)).scalar()
        if made is not None:
            return made
        known = select(ResponseRow.id).where(ResponseRow.message_id == new.message_id)
        return self._connection.execute(known).scalar_one()

    def waiting(self) -> Sequence[ResponseRecord]:
        return self._all(_RESPONSES.where(_WAITING))

    def waiting_in(self, conversation_id: int) -> Sequence[ResponseRecord]:
        return self._all(_WAITING_IN, conversation=conversation_id)

    def answer(self, response_id: int, at: datetime, via: Via, person: str, elapsed: float, working: float) -> bool:
        waiting = update(ResponseRow).where(ResponseRow.id == response_id, _WAITING)
        return changed(
            self._connection,
            waiting.values(answered_at=at, via=via, person=person, elapsed_seconds=elapsed, working_seconds=working),
        )

    def holding(self, response_id: int, at: datetime) -> None:
        first = update(ResponseRow).where(ResponseRow.id == response_id, ResponseRow.holding_at.is_(None))
        self._connection.execute(first.values(holding_at=at))

    def close(self, response_id: int, reason: str) -> None:
        waiting = update(ResponseRow).where(ResponseRow.id == response_id, _WAITING)
        self._connection.execute(waiting.values(closed_reason=reason))

    def between(self, since: datetime | None, until: datetime | None) -> Iterator[ResponseRecord]:
        wanted = _RESPONSES
        if since is not None:
            wanted = wanted.where(ResponseRow.received_at >= since)
        if until is not None:
            wanted = wanted.where(ResponseRow.received_at < until)
        streamed = self._connection.execute(wanted, execution_options={"yield_per": _STREAM_ROWS})
        return (ResponseRecord(*row) for row in streamed)

    def _all(self, wanted: Select[Any], **asked: object) -> list[ResponseRecord]:
        return [ResponseRecord(*row) for row in self._connection.execute(wanted, asked)]
