"""Response times: the clock of every mail that needs an answer (R1, R26)."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Update, and_, bindparam, func, select, text, update
from sqlalchemy.orm import InstrumentedAttribute

from triage.store.repositories import response_columns
from triage.store.repositories.rows import changed, columns, insert_if_new
from triage.store.tables import MessageRow, PromiseRow, ResponseRow, ReviewRow
from triage.vocabulary.inquiry import Tier
from triage.vocabulary.records import DraftHistory, NewResponse, ResponseRecord, Via
from triage.vocabulary.responses import DeskCounts, ResponseColumns, ReviewerCount

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
        response_columns.forget(self._connection, new.received_at)
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

    def answer(
        self,
        response_id: int,
        at: datetime,
        via: Via,
        person: str,
        elapsed: float,
        working: float,
        drafted: DraftHistory | None = None,
    ) -> bool:
        waiting = update(ResponseRow).where(ResponseRow.id == response_id, _WAITING)
        figures = {"elapsed_seconds": elapsed, "working_seconds": working}
        history = asdict(drafted) if drafted is not None else {}
        return self._change(response_id, waiting.values(answered_at=at, via=via, person=person, **figures, **history))

    def holding(self, response_id: int, at: datetime) -> None:
        first = update(ResponseRow).where(ResponseRow.id == response_id, ResponseRow.holding_at.is_(None))
        self._change(response_id, first.values(holding_at=at))

    def close(self, response_id: int, reason: str) -> None:
        waiting = update(ResponseRow).where(ResponseRow.id == response_id, _WAITING)
        self._change(response_id, waiting.values(closed_reason=reason))

    def retarget(self, response_id: int, tier: Tier, target_seconds: float) -> None:
        waiting = update(ResponseRow).where(ResponseRow.id == response_id, _WAITING)
        self._change(response_id, waiting.values(tier=tier, target_seconds=target_seconds))

    def between(self, since: datetime | None, until: datetime | None) -> Iterator[ResponseRecord]:
        wanted = _RESPONSES
        if since is not None:
            wanted = wanted.where(ResponseRow.received_at >= since)
        if until is not None:
            wanted = wanted.where(ResponseRow.received_at < until)
        streamed = self._connection.execute(wanted, execution_options={"yield_per": _STREAM_ROWS})
        return (ResponseRecord(*row) for row in streamed)

    def by_number(self) -> Iterator[ResponseRecord]:
        wanted = _RESPONSES.order_by(None).order_by(ResponseRow.id)
        streamed = self._connection.execute(wanted, execution_options={"yield_per": _STREAM_ROWS})
        return (ResponseRecord(*row) for row in streamed)

    def columns(self, since: datetime | None, until: datetime | None) -> Iterator[ResponseColumns]:
        return response_columns.columns(self._connection, since, until)

    def pack(self, before: datetime) -> bool:
        return response_columns.pack(self._connection, before)

    def named(self, response_ids: Sequence[int]) -> Sequence[ResponseRecord]:
        found = {row.id: row for row in self._all(_RESPONSES.where(ResponseRow.id.in_(response_ids)))}
        return [found[number] for number in response_ids]

    def counts(self, since: datetime | None, until: datetime | None) -> DeskCounts:
        reviews = select(ReviewRow.by, ReviewRow.action, func.count()).where(*_during(ReviewRow.at, since, until))
        decided: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for person, action, number in self._connection.execute(reviews.group_by(ReviewRow.by, ReviewRow.action)):
            decided[person][action] = number
        promises = select(PromiseRow.status, func.count()).where(*_during(PromiseRow.due, since, until))
        return DeskCounts(
            tuple(
                ReviewerCount(person, done["approve"], done["edit"], done["reject"])
                for person, done in sorted(decided.items(), key=lambda item: (-item[1].total(), item[0]))
            ),
            tuple((status.value, n) for status, n in self._connection.execute(promises.group_by(PromiseRow.status))),
        )

    def _change(self, response_id: int, statement: Update) -> bool:
        """Make the change, and forget the block of columns that the row is in."""
        if not changed(self._connection, statement):
            return False
        received = select(ResponseRow.received_at).where(ResponseRow.id == response_id)
        response_columns.forget(self._connection, self._connection.execute(received).scalar_one())
        return True

    def _all(self, wanted: Select[Any], **asked: object) -> list[ResponseRecord]:
        return [ResponseRecord(*row) for row in self._connection.execute(wanted, asked)]


def _during(
    moment: InstrumentedAttribute[datetime], since: datetime | None, until: datetime | None
) -> list[ColumnElement[bool]]:
    return [
        condition
        for condition in (
            None if since is None else moment >= since,
            None if until is None else moment < until,
        )
        if condition is not None
    ]
