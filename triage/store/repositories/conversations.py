"""Conversations, and what was said in them before."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Select, bindparam, case, func, or_, select, update
from sqlalchemy.orm import aliased

from triage.errors import NotFound
from triage.store.columns import UtcDateTime
from triage.store.repositories.rows import columns, insert_row
from triage.store.tables import (
    AccountRow,
    ConversationRow,
    CustomerRow,
    DraftRevisionRow,
    DraftRow,
    MessageRow,
    OutgoingRow,
    PredictionRow,
)
from triage.vocabulary.inquiry import FactName, History, Stage
from triage.vocabulary.records import ConversationRecord
from triage.vocabulary.states import Direction, DraftStatus

_GONE_OUT = (DraftStatus.SENT, DraftStatus.UNCERTAIN)
_PUT_TO_THE_BUYER = (
    DraftStatus.APPROVED,
    DraftStatus.CLAIMED,
    DraftStatus.BODY_MAY_HAVE_LEFT,
    DraftStatus.RETRY_LATER,
    *_GONE_OUT,
)
"""Letters whose questions count as asked (R5)."""
_ID = bindparam("conversation", type_=Integer)
_AT = bindparam("at", type_=UtcDateTime)


class SqlConversations:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def create(self, account_id: str, subject: str, customer_id: int | None, at: datetime) -> int:
        values = {"account_id": account_id, "subject": subject, "customer_id": customer_id, "last_message_at": at}
        key: int = self._connection.execute(insert_row(ConversationRow, "id"), values).scalar_one()
        return key

    def get(self, conversation_id: int) -> ConversationRecord:
        row = self._connection.execute(_GET, {"conversation": conversation_id}).first()
        if row is None:
            raise _missing(conversation_id)
        return ConversationRecord(*row)

    def join(self, conversation_id: int, at: datetime) -> int:
        version = self._connection.execute(_JOIN, {"conversation": conversation_id, "at": at}).scalar()
        if version is None:
            raise _missing(conversation_id)
        return version

    def participants(self, conversation_id: int) -> frozenset[str]:
        asked = {"conversation": conversation_id}
        found: set[str] = set()
        for direction, sender, recipients in self._connection.execute(_CORRESPONDENTS, asked):
            found.update(recipients if direction is Direction.OUT else (sender, *recipients))
        for recipients in self._connection.execute(_WRITTEN_TO, asked).scalars():
            found.update(address.lower() for address in recipients)
        ours = self._connection.execute(_OURS).scalars()
        return frozenset(found - {address.lower() for address in ours} - {""})

    def history(self, conversation_id: int, before: datetime) -> History:
        """Counts and questions range over all conversations of the customer, the stage over this one alone.

        Of a fact told twice the newest in this conversation stands, else the card's.
        """
        asked = {"conversation": conversation_id, "at": before}
        row = self._connection.execute(_SUMMARY, asked).first()
        if row is None:
            raise _missing(conversation_id)
        card, orders, messages_in, messages_out, letters = row
        facts: dict[FactName, str] = dict(card or {})
        stage: Stage | None = None
        if messages_in:
            for earlier_stage, told in self._connection.execute(_TOLD, asked):
                stage = earlier_stage
                facts.update(told)
        return History(
            messages_in=messages_in,
            messages_out=messages_out,
            facts=facts,
            asked_questions=self._questions(asked) if letters else frozenset(),
            stage=stage,
            orders=orders or 0,
        )

    def _questions(self, asked: Mapping[str, Any]) -> frozenset[str]:
        letters = self._connection.execute(_LETTERS, asked).scalars()
        return frozenset(question.id for letter in letters for question in letter.questions)


def _missing(conversation_id: int) -> NotFound:
    return NotFound(f"There is no conversation {conversation_id}.")


def _of_customer() -> Select[int]:
    """This conversation and all others of its customer."""
    this, other = aliased(ConversationRow), aliased(ConversationRow)
    same = or_(other.id == this.id, other.customer_id == this.customer_id)
    return select(other.id).join(this, same).where(this.id == _ID)


def _put_to_the_buyer() -> tuple[ColumnElement[bool], ...]:
    approved_before = or_(DraftRow.approved_at.is_(None), DraftRow.approved_at < _AT)
    return DraftRow.conversation_id.in_(_of_customer()), DraftRow.status.in_(_PUT_TO_THE_BUYER), approved_before


def _summary() -> Select[Any]:
    """The card, the buyer's mails, our letters (found in Sent, or sent and not seen there), letters with questions."""
    people = (
        MessageRow.conversation_id.in_(_of_customer()),
        MessageRow.received_at < _AT,
        MessageRow.automatic.is_(None),
    )
    theirs = select(func.count()).where(
        *people, MessageRow.direction == Direction.IN, MessageRow.duplicate_of.is_(None)
    )
    ours = select(func.count()).where(*people, MessageRow.direction == Direction.OUT)
    seen = select(MessageRow.id).where(
        MessageRow.rfc_message_id == DraftRow.rfc_message_id, MessageRow.direction == Direction.OUT
    )
    unseen = select(func.count()).where(
        DraftRow.conversation_id.in_(_of_customer()), DraftRow.sent_at < _AT, ~seen.exists()
    )
    letters = select(func.count()).where(*_put_to_the_buyer())
    return (
        select(
            CustomerRow.facts,
            CustomerRow.orders,
            theirs.scalar_subquery(),
            ours.scalar_subquery() + unseen.scalar_subquery(),
            letters.scalar_subquery(),
        )
        .select_from(ConversationRow)
        .join(CustomerRow, CustomerRow.id == ConversationRow.customer_id, isouter=True)
        .where(ConversationRow.id == _ID)
    )


_GET = select(*columns(ConversationRecord, ConversationRow)).where(ConversationRow.id == _ID)
_LAST = ConversationRow.last_message_at
_JOIN = (
    update(ConversationRow)
    .where(ConversationRow.id == _ID)
    .values(version=ConversationRow.version + 1, last_message_at=case((_LAST < _AT, _AT), else_=_LAST))
    .returning(ConversationRow.version)
)
_CORRESPONDENTS = select(MessageRow.direction, MessageRow.sender, MessageRow.recipients).where(
    MessageRow.conversation_id == _ID
)
_WRITTEN_TO = (
    select(OutgoingRow.recipients)
    .join(DraftRow, DraftRow.id == OutgoingRow.draft_id)
    .where(DraftRow.conversation_id == _ID, DraftRow.status.in_(_GONE_OUT))
)
_OURS = select(AccountRow.address)
_SUMMARY = _summary()
_TOLD = (
    select(PredictionRow.stage, PredictionRow.facts)
    .join(MessageRow, MessageRow.id == PredictionRow.message_id)
    .where(
        MessageRow.conversation_id == _ID,
        MessageRow.received_at < _AT,
        MessageRow.automatic.is_(None),
        MessageRow.direction == Direction.IN,
    )
    .order_by(MessageRow.received_at, MessageRow.id)
)
_STANDING = (DraftRow.id == DraftRevisionRow.draft_id) & (DraftRow.revision == DraftRevisionRow.revision)
_LETTERS = select(DraftRevisionRow.letter).join(DraftRow, _STANDING).where(*_put_to_the_buyer())
