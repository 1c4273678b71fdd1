"""Whom we could write to of our own accord, and what was proposed already (R20-R22)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, case, exists, func, or_, select, text

from triage.store.repositories.rows import columns
from triage.store.tables import (
    ComplaintRow,
    ConversationRow,
    CustomerRow,
    DraftRow,
    MessageRow,
    PromiseRow,
    ResponseRow,
)
from triage.vocabulary.records import FollowUp, Silence
from triage.vocabulary.states import Direction, DraftStatus, PromiseStatus

_DONE = (DraftStatus.SENT, DraftStatus.REJECTED, DraftStatus.SUPERSEDED)
_FOLLOW_UP = text("draft.occasion <> 'reply'")
"""Word for word as the partial index has it."""


class SqlFollowUps:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def silences(self, customer_ids: Sequence[int]) -> Mapping[int, Silence]:
        rows = self._connection.execute(_silences(customer_ids))
        return {row[0]: Silence(*row) for row in rows}

    def of_customers(self, customer_ids: Sequence[int]) -> Mapping[int, Sequence[FollowUp]]:
        found: dict[int, list[FollowUp]] = {customer_id: [] for customer_id in customer_ids}
        for row in self._connection.execute(_follow_ups().where(ConversationRow.customer_id.in_(customer_ids))):
            found[row.customer_id].append(FollowUp(*row))
        return found

    def standing(self, statuses: Sequence[DraftStatus]) -> Sequence[FollowUp]:
        return [FollowUp(*row) for row in self._connection.execute(_follow_ups().where(DraftRow.status.in_(statuses)))]

    def proposed_since(self, since: datetime) -> int:
        wanted = select(func.count()).select_from(DraftRow).where(_FOLLOW_UP, DraftRow.created_at >= since)
        return self._connection.execute(wanted).scalar_one()


def _follow_ups() -> Select[Any]:
    heard_at = case((DraftRow.message_id.is_not(None), DraftRow.received_at))
    of_customer = columns(
        FollowUp, DraftRow, draft_id=DraftRow.id, customer_id=ConversationRow.customer_id, heard_at=heard_at
    )
    joined = select(*of_customer).join(ConversationRow, ConversationRow.id == DraftRow.conversation_id)
    return joined.where(_FOLLOW_UP, ConversationRow.customer_id.is_not(None)).order_by(DraftRow.id)


def _silences(customer_ids: Sequence[int]) -> Select[Any]:
    """Of each customer the last mail that a person wrote, of all conversations; NULL where there is none."""
    newest = (MessageRow.received_at.desc(), MessageRow.id.desc())
    ranked = (
        select(
            ConversationRow.customer_id,
            MessageRow.id.label("message_id"),
            func.row_number().over(partition_by=ConversationRow.customer_id, order_by=newest).label("place"),
        )
        .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
        .where(
            ConversationRow.customer_id.in_(customer_ids),
            MessageRow.direction == Direction.IN,
            MessageRow.automatic.is_(None),
            MessageRow.duplicate_of.is_(None),
        )
        .subquery()
    )
    theirs = select(ConversationRow.id).where(ConversationRow.customer_id == CustomerRow.id).correlate(CustomerRow)
    owed = or_(
        exists().where(
            ResponseRow.conversation_id.in_(theirs), ResponseRow.answered_at.is_(None), ResponseRow.closed_reason == ""
        ),
        exists().where(DraftRow.conversation_id.in_(theirs), DraftRow.status.not_in(_DONE)),
        exists().where(PromiseRow.conversation_id.in_(theirs), PromiseRow.status == PromiseStatus.OPEN),
    )
    complains = exists().where(ComplaintRow.conversation_id.in_(theirs), ComplaintRow.closed_at.is_(None))
    taken = columns(
        Silence,
        MessageRow,
        customer_id=CustomerRow.id,
        message_id=MessageRow.id,
        answered_at=ResponseRow.answered_at,
        owed=owed.label("owed"),
        complains=complains.label("complains"),
    )
    return (
        select(*taken)
        .select_from(CustomerRow)
        .join(ranked, and_(ranked.c.customer_id == CustomerRow.id, ranked.c.place == 1), isouter=True)
        .join(MessageRow, MessageRow.id == ranked.c.message_id, isouter=True)
        .join(ResponseRow, ResponseRow.message_id == MessageRow.id, isouter=True)
        .where(CustomerRow.id.in_(customer_ids))
    )
