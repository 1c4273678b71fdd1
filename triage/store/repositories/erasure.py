"""Erasing people's content: mails, letters and cards go; hashes, ids, times, kinds and figures stay (S20)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, exists, or_, select, update

from triage.store.repositories.rows import chunks
from triage.store.tables import (
    AlertRow,
    AttachmentRow,
    ComplaintRow,
    ConversationRow,
    CustomerAddressRow,
    CustomerContactRow,
    CustomerMergeRow,
    CustomerRow,
    CustomerTraitRow,
    DeliveryAttemptRow,
    DraftRevisionRow,
    DraftRow,
    KeptAnswerRow,
    MessageContentRow,
    MessageLikenessRow,
    MessageReferenceRow,
    MessageRow,
    OutgoingRow,
    ParkedMessageRow,
    PredictionRow,
    PromiseRow,
    RawMessageRow,
    ReviewRow,
    TierLabelRow,
)
from triage.vocabulary.inquiry import Reason
from triage.vocabulary.letter import Letter
from triage.vocabulary.states import MessageStatus

FORGOTTEN = (
    MessageContentRow,
    MessageReferenceRow,
    MessageLikenessRow,
    AttachmentRow,
    PredictionRow,
    ParkedMessageRow,
    TierLabelRow,
)
"""What goes whole with a message; the search forgets it with its content."""


class SqlErasure:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def messages_of(self, customer_id: int) -> Sequence[int]:
        addresses = select(CustomerAddressRow.address).where(CustomerAddressRow.customer_id == customer_id)
        told = select(CustomerContactRow.message_id).where(CustomerContactRow.customer_id == customer_id)
        return self._messages(
            or_(
                MessageRow.conversation_id.in_(_conversations(customer_id)),
                MessageRow.sender.in_(addresses),
                MessageRow.id.in_(told),
            )
        )

    def messages_with(self, address: str) -> Sequence[int]:
        told = select(CustomerContactRow.message_id).where(CustomerContactRow.address == address)
        return self._messages(or_(MessageRow.sender == address, MessageRow.id.in_(told)))

    def _messages(self, mine: ColumnElement[bool]) -> Sequence[int]:
        return list(self._connection.execute(select(MessageRow.id).where(mine).order_by(MessageRow.id)).scalars())

    def drafts_answering(self, message_ids: Sequence[int]) -> Sequence[int]:
        found: list[int] = []
        for ids in chunks(message_ids):
            found += self._connection.execute(select(DraftRow.id).where(DraftRow.message_id.in_(ids))).scalars()
        return sorted(found)

    def drafts_of(self, customer_id: int) -> Sequence[int]:
        wanted = select(DraftRow.id).where(DraftRow.conversation_id.in_(_conversations(customer_id)))
        return list(self._connection.execute(wanted.order_by(DraftRow.id)).scalars())

    def loose_messages(self, before: datetime, limit: int) -> Sequence[int]:
        owned = exists().where(
            ConversationRow.id == MessageRow.conversation_id, ConversationRow.customer_id.is_not(None)
        )
        filled = or_(
            exists().where(RawMessageRow.sha256 == MessageRow.sha256, RawMessageRow.data != b""),
            exists().where(MessageContentRow.message_id == MessageRow.id),
        )
        wanted = select(MessageRow.id).where(MessageRow.received_at < before, ~owned, filled)
        return list(self._connection.execute(wanted.order_by(MessageRow.id).limit(limit)).scalars())

    def erase_messages(self, message_ids: Sequence[int], note: str) -> None:
        self._erase_kept_answers()
        for ids in chunks(message_ids):
            for table in FORGOTTEN:
                self._connection.execute(delete(table).where(table.message_id.in_(ids)))
            told = update(ComplaintRow).where(ComplaintRow.message_id.in_(ids))
            self._connection.execute(told.values(cause="", remedy=""))
            hashes = select(MessageRow.sha256).where(MessageRow.id.in_(ids))
            talks = select(MessageRow.conversation_id).where(MessageRow.id.in_(ids))
            self._connection.execute(update(ConversationRow).where(ConversationRow.id.in_(talks)).values(subject=""))
            self._connection.execute(update(RawMessageRow).where(RawMessageRow.sha256.in_(hashes)).values(data=b""))
            self._connection.execute(
                update(MessageRow)
                .where(MessageRow.id.in_(ids))
                .values(
                    status=MessageStatus.PROCESSED,
                    retry_at=None,
                    fault=note,
                    rfc_message_id=None,
                    subject="",
                    sender="",
                    sender_name="",
                    recipients=(),
                    screening_reason="",
                )
            )

    def _erase_kept_answers(self) -> None:
        """All of them: they hold letters as the API told them, and nobody misses them for longer than a day."""
        self._connection.execute(delete(KeptAnswerRow))

    def erase_drafts(self, draft_ids: Sequence[int]) -> None:
        self._erase_kept_answers()
        for ids in chunks(draft_ids):
            self._connection.execute(delete(OutgoingRow).where(OutgoingRow.draft_id.in_(ids)))
            revisions = select(DraftRevisionRow.draft_id, DraftRevisionRow.revision, DraftRevisionRow.letter)
            for key, revision, letter in self._connection.execute(
                revisions.where(DraftRevisionRow.draft_id.in_(ids))
            ).all():
                same = and_(DraftRevisionRow.draft_id == key, DraftRevisionRow.revision == revision)
                self._connection.execute(update(DraftRevisionRow).where(same).values(letter=_blank(letter)))
            talks = select(DraftRow.conversation_id).where(DraftRow.id.in_(ids), DraftRow.message_id.is_(None))
            for statement in (
                update(ConversationRow).where(ConversationRow.id.in_(talks)).values(subject=""),
                update(DraftRow)
                .where(DraftRow.id.in_(ids))
                .values(in_reply_to=None, references=(), server_reply="", note=""),
                update(ReviewRow).where(ReviewRow.draft_id.in_(ids)).values(reason=""),
                update(DeliveryAttemptRow).where(DeliveryAttemptRow.draft_id.in_(ids)).values(reply=""),
                update(PromiseRow).where(PromiseRow.draft_id.in_(ids)).values(text=""),
                delete(AlertRow).where(or_(*(AlertRow.key.like(f"draft:{key}:%") for key in ids))),
            ):
                self._connection.execute(statement)

    def erase_person(self, customer_id: int, address: str) -> None:
        for table in (CustomerAddressRow, CustomerContactRow):
            self._connection.execute(delete(table).where(table.address == address))
        self._erase_cards(self._merged_into(customer_id))

    def erase_reasons(self, customer_id: int, told: Sequence[str]) -> None:
        talks = MessageRow.conversation_id.in_(_conversations(customer_id))
        wanted = select(PredictionRow.message_id, PredictionRow.assessment).join(MessageRow).where(talks)
        for key, assessment in self._connection.execute(wanted).all():
            reasons = tuple(_without_words(reason, told) for reason in assessment.buyer.reasons)
            if reasons != assessment.buyer.reasons:
                changed = replace(assessment, buyer=replace(assessment.buyer, reasons=reasons))
                mine = update(PredictionRow).where(PredictionRow.message_id == key)
                self._connection.execute(mine.values(assessment=changed))

    def erase_card(self, customer_id: int) -> int:
        ids = [customer_id, *self._merged_into(customer_id)]
        self._erase_cards(ids)
        return len(ids)

    def _merged_into(self, customer_id: int) -> list[int]:
        """Cards that became part of this one, and of those, and so on."""
        found, last = [], [customer_id]
        while last:
            wanted = select(CustomerRow.id).where(CustomerRow.merged_into.in_(last))
            last = list(self._connection.execute(wanted).scalars())
            found += last
        return found

    def _erase_cards(self, ids: Sequence[int]) -> None:
        talks = update(ConversationRow).where(ConversationRow.customer_id.in_(ids))
        self._connection.execute(talks.values(customer_id=None, subject=""))
        for table in (CustomerAddressRow, CustomerContactRow, CustomerTraitRow):
            self._connection.execute(delete(table).where(table.customer_id.in_(ids)))
        both = or_(CustomerMergeRow.kept_id.in_(ids), CustomerMergeRow.gone_id.in_(ids))
        self._connection.execute(delete(CustomerMergeRow).where(both))
        for key in reversed(ids):  # those merged into others first
            self._connection.execute(delete(CustomerRow).where(CustomerRow.id == key))


def _conversations(customer_id: int) -> Select[int]:
    return select(ConversationRow.id).where(ConversationRow.customer_id == customer_id)


def _without_words(reason: Reason, told: Sequence[str]) -> Reason:
    cites = any(words in text for words in told for text in (reason.text, reason.zh))
    return replace(reason, text="erased", zh="已删除", start=-1, end=-1) if cites else reason


def _blank(letter: Letter) -> Letter:
    """What stays of a letter: its language and template."""
    return replace(Letter((), "", letter.language, "", ""), template=letter.template, holding=letter.holding)
