"""Conversations, and what was said in them before."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, case, func, insert, or_, select, update

from triage.errors import NotFound
from triage.store.repositories.rows import columns
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


Scope = Sequence[int] | Select[int]


class SqlConversations:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def create(self, account_id: str, subject: str, customer_id: int | None, at: datetime) -> int:
        new = insert(ConversationRow).values(
            account_id=account_id, subject=subject, customer_id=customer_id, last_message_at=at
        )
        return self._connection.execute(new.returning(ConversationRow.id)).scalar_one()

    def get(self, conversation_id: int) -> ConversationRecord:
        wanted = select(*columns(ConversationRecord, ConversationRow)).where(ConversationRow.id == conversation_id)
        row = self._connection.execute(wanted).first()
        if row is None:
            raise _missing(conversation_id)
        return ConversationRecord(*row)

    def join(self, conversation_id: int, at: datetime) -> int:
        last = ConversationRow.last_message_at
        bump = update(ConversationRow).where(ConversationRow.id == conversation_id)
        bump = bump.values(version=ConversationRow.version + 1, last_message_at=case((last < at, at), else_=last))
        version = self._connection.execute(bump.returning(ConversationRow.version)).scalar()
        if version is None:
            raise _missing(conversation_id)
        return version

    def participants(self, conversation_id: int) -> frozenset[str]:
        messages = select(MessageRow.direction, MessageRow.sender, MessageRow.recipients)
        found: set[str] = set()
        for direction, sender, recipients in self._connection.execute(
            messages.where(MessageRow.conversation_id == conversation_id)
        ):
            found.update(recipients if direction is Direction.OUT else (sender, *recipients))
        letters = select(OutgoingRow.recipients).join(DraftRow)
        letters = letters.where(DraftRow.conversation_id == conversation_id, DraftRow.status.in_(_GONE_OUT))
        for recipients in self._connection.execute(letters).scalars():
            found.update(address.lower() for address in recipients)
        ours = self._connection.execute(select(AccountRow.address)).scalars()
        return frozenset(found - {address.lower() for address in ours} - {""})

    def history(self, conversation_id: int, before: datetime) -> History:
        """Counts and questions range over all conversations of the customer, the stage over this one alone.

        Of a fact told twice the newest in this conversation stands, else the card's.
        """
        about = self._connection.execute(_about(conversation_id)).first()
        if about is None:
            raise _missing(conversation_id)
        customer_id, card, orders = about
        scope = _scope(conversation_id, customer_id)
        messages_in, messages_out, letters = self._connection.execute(_counts(scope, before)).one()
        facts: dict[FactName, str] = dict(card or {})
        stage: Stage | None = None
        if messages_in:
            for stage, told in self._connection.execute(_told(conversation_id, before)):  # noqa: B007 - the last stands
                facts.update(told)
        return History(
            messages_in=messages_in,
            messages_out=messages_out,
            facts=facts,
            asked_questions=self._questions(scope, before) if letters else frozenset(),
            stage=stage,
            orders=orders or 0,
        )

    def _questions(self, scope: Scope, before: datetime) -> frozenset[str]:
        letters = select(DraftRevisionRow.letter).join(
            DraftRow, (DraftRow.id == DraftRevisionRow.draft_id) & (DraftRow.revision == DraftRevisionRow.revision)
        )
        letters = letters.where(*_put_to_the_buyer(scope, before))
        return frozenset(
            question.id for letter in self._connection.execute(letters).scalars() for question in letter.questions
        )


def _about(conversation_id: int) -> Select[int | None, Mapping[FactName, str], int]:
    return (
        select(ConversationRow.customer_id, CustomerRow.facts, CustomerRow.orders)
        .join(CustomerRow, CustomerRow.id == ConversationRow.customer_id, isouter=True)
        .where(ConversationRow.id == conversation_id)
    )


def _scope(conversation_id: int, customer_id: int | None) -> Scope:
    """This conversation, or all of the customer's."""
    if customer_id is None:
        return [conversation_id]
    return select(ConversationRow.id).where(ConversationRow.customer_id == customer_id)


def _counts(scope: Scope, before: datetime) -> Select[int, int, int]:
    """The buyer's mails, our letters (found in Sent, or sent by us and not seen there), and letters with questions."""
    people = (MessageRow.conversation_id.in_(scope), MessageRow.received_at < before, MessageRow.automatic.is_(None))
    theirs = select(func.count()).where(
        *people, MessageRow.direction == Direction.IN, MessageRow.duplicate_of.is_(None)
    )
    ours = select(func.count()).where(*people, MessageRow.direction == Direction.OUT)
    seen = select(MessageRow.id).where(
        MessageRow.rfc_message_id == DraftRow.rfc_message_id, MessageRow.direction == Direction.OUT
    )
    unseen = select(func.count()).where(DraftRow.conversation_id.in_(scope), DraftRow.sent_at < before, ~seen.exists())
    letters = select(func.count()).where(*_put_to_the_buyer(scope, before))
    return select(
        theirs.scalar_subquery(), ours.scalar_subquery() + unseen.scalar_subquery(), letters.scalar_subquery()
    )


def _put_to_the_buyer(scope: Scope, before: datetime) -> tuple[ColumnElement[bool], ...]:
    approved_before = or_(DraftRow.approved_at.is_(None), DraftRow.approved_at < before)
    return DraftRow.conversation_id.in_(scope), DraftRow.status.in_(_PUT_TO_THE_BUYER), approved_before


def _told(conversation_id: int, before: datetime) -> Select[Stage, Mapping[FactName, str]]:
    return (
        select(PredictionRow.stage, PredictionRow.facts)
        .join(MessageRow, MessageRow.id == PredictionRow.message_id)
        .where(
            MessageRow.conversation_id == conversation_id,
            MessageRow.received_at < before,
            MessageRow.automatic.is_(None),
            MessageRow.direction == Direction.IN,
        )
        .order_by(MessageRow.received_at, MessageRow.id)
    )


def _missing(conversation_id: int) -> NotFound:
    return NotFound(f"There is no conversation {conversation_id}.")
