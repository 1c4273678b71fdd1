"""What the desk's own dealings teach: labels, scores as they were, like mails, experience by country."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, case, delete, func, insert, or_, select, update

from triage.store.repositories.rows import columns
from triage.store.tables import (
    ConversationRow,
    CustomerContactRow,
    CustomerRow,
    DraftRow,
    EarlierScoreRow,
    LabelRow,
    MessageLikenessRow,
    MessageRow,
    ModelVersionRow,
    PredictionRow,
    TierLabelRow,
)
from triage.vocabulary.customers import ContactKind
from triage.vocabulary.inquiry import Assessment, Kind, Stage, Tier
from triage.vocabulary.policy import Experience
from triage.vocabulary.records import EarlierScore, TierLabel
from triage.vocabulary.states import Direction, DraftStatus

_OUTCOMES = (ContactKind.ORDER, ContactKind.SAMPLE, ContactKind.LOST)
"""The best first."""
_APPROVED = (DraftStatus.APPROVED, DraftStatus.CLAIMED, DraftStatus.SENT)


class SqlLearning:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def confirmed(self) -> Sequence[tuple[int, Kind]]:
        """Messages whose first draft a person approved without a change: the kind was right."""
        wanted = (
            select(MessageRow.id, MessageRow.kind)
            .join(DraftRow, DraftRow.message_id == MessageRow.id)
            .where(
                DraftRow.status.in_(_APPROVED),
                DraftRow.revision == 1,
                DraftRow.approved_by != "",
                MessageRow.kind.is_not(None),
            )
            .order_by(MessageRow.id)
        )
        found = {key: kind for key, kind in self._connection.execute(wanted) if kind is not None}
        return list(found.items())

    def unlabelled(self, limit: int) -> Sequence[tuple[int, Assessment]]:
        """Processed incoming mails without a label, the unsure and the newest first."""
        wanted = (
            select(PredictionRow.message_id, PredictionRow.assessment)
            .join(MessageRow, MessageRow.id == PredictionRow.message_id)
            .where(
                MessageRow.direction == Direction.IN,
                MessageRow.automatic.is_(None),
                ~select(LabelRow.id).where(LabelRow.message_id == MessageRow.id).exists(),
            )
            .order_by(PredictionRow.unsure.desc(), MessageRow.received_at.desc())
            .limit(limit)
        )
        return [(key, found) for key, found in self._connection.execute(wanted)]

    def scored(self, after: int, limit: int) -> Sequence[int]:
        """Ids of incoming mails that carry a score, ascending, from `after` on."""
        wanted = (
            select(PredictionRow.message_id)
            .join(MessageRow, MessageRow.id == PredictionRow.message_id)
            .where(PredictionRow.message_id > after, MessageRow.automatic.is_(None))
            .order_by(PredictionRow.message_id)
            .limit(limit)
        )
        return self._connection.execute(wanted).scalars().all()

    def rescore(
        self, message_id: int, new: Assessment, label: Kind | None, rank: tuple[Tier, float], at: datetime
    ) -> None:
        """The new score takes the place of the old one, which stays readable. `label`: a person's word on the kind;
        `rank`: tier and priority that the mail stands at."""
        old = self._connection.execute(
            select(PredictionRow.model, PredictionRow.assessment).where(PredictionRow.message_id == message_id)
        ).one()
        was: Assessment = old.assessment
        self._connection.execute(
            insert(EarlierScoreRow).values(
                message_id=message_id,
                model=old.model or "",
                kind=was.kind.kind,
                tier=was.priority.tier,
                priority=was.priority.score,
                buyer_score=was.buyer.score,
                market_score=was.market.score,
                replaced_at=at,
            )
        )
        self._name_model(new.kind.model)
        self._connection.execute(
            update(PredictionRow)
            .where(PredictionRow.message_id == message_id)
            .values(
                model=new.kind.model or None,
                kind=new.kind.kind,
                unsure=new.kind.unsure,
                stage=new.stage,
                facts=new.reading.facts,
                assessment=new,
            )
        )
        kind = label or new.kind.kind
        self._connection.execute(update(MessageRow).where(MessageRow.id == message_id).values(kind=kind))
        self.rank(message_id, *rank)

    def say_tier(self, message_id: int, tier: Tier | None, by: str, at: datetime, reason: str) -> None:
        values = {"message_id": message_id, "tier": tier, "by": by, "at": at, "reason": reason}
        self._connection.execute(insert(TierLabelRow).values(**values))

    def rank(self, message_id: int, tier: Tier, priority: float) -> None:
        mail = update(MessageRow).where(MessageRow.id == message_id)
        self._connection.execute(mail.values(tier=tier, priority=priority))
        self._connection.execute(update(DraftRow).where(DraftRow.message_id == message_id).values(priority=priority))

    def outcomes(self) -> Sequence[tuple[int, ContactKind]]:
        """An order that only the machine read counts for nothing: a stranger may claim one."""
        ordering = {key for key, kind in self.confirmed() if kind is Kind.ORDER}
        labels = self._connection.execute(select(LabelRow.message_id, LabelRow.kind).order_by(LabelRow.id))
        last = dict(labels.all())
        ordering = {key for key in ordering if key not in last} | {k for k, kind in last.items() if kind is Kind.ORDER}
        contact = CustomerContactRow
        wanted = (
            select(MessageRow.id, contact.kind, contact.by, contact.message_id)
            .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
            .join(contact, contact.customer_id == ConversationRow.customer_id)
            .where(
                contact.kind.in_(_OUTCOMES), MessageRow.direction == Direction.IN, MessageRow.received_at <= contact.at
            )
        )
        found: dict[int, ContactKind] = {}
        for key, kind, by, mail in self._connection.execute(wanted):
            if by or mail in ordering:
                found[key] = min(found.get(key, kind), kind, key=_OUTCOMES.index)
        return sorted(found.items())

    def tier_labels(self, message_id: int | None = None) -> Mapping[int, TierLabel]:
        """The last word on each holds."""
        row = TierLabelRow
        wanted = select(row.message_id, row.tier, row.reason, row.by, row.at).order_by(row.id)
        if message_id is not None:
            wanted = wanted.where(row.message_id == message_id)
        last = {found.message_id: found for found in self._connection.execute(wanted)}
        return {
            key: TierLabel(found.tier, found.reason, found.by, found.at)
            for key, found in last.items()
            if found.tier is not None
        }

    def earlier_scores(self, message_id: int) -> Sequence[EarlierScore]:
        wanted = select(*columns(EarlierScore, EarlierScoreRow)).where(EarlierScoreRow.message_id == message_id)
        return [EarlierScore(*row) for row in self._connection.execute(wanted.order_by(EarlierScoreRow.id))]

    def remember_likeness(self, message_id: int, bands: tuple[int, int, int, int]) -> None:
        self._connection.execute(delete(MessageLikenessRow).where(MessageLikenessRow.message_id == message_id))
        values = dict(zip(("first", "second", "third", "fourth"), bands, strict=True))
        self._connection.execute(insert(MessageLikenessRow).values(message_id=message_id, **values))

    def alike(self, bands: tuple[int, int, int, int], since: datetime) -> Sequence[tuple[int, str, tuple[int, ...]]]:
        """(message, sender, bands) of incoming mails since then that share a band, newest first, at most 50."""
        row = MessageLikenessRow
        own = (row.first, row.second, row.third, row.fourth)
        wanted = (
            select(row.message_id, MessageRow.sender, *own)
            .join(MessageRow, MessageRow.id == row.message_id)
            .where(
                or_(*(column == band for column, band in zip(own, bands, strict=True))),
                MessageRow.received_at >= since,
                MessageRow.direction == Direction.IN,
            )
            .order_by(MessageRow.received_at.desc())
            .limit(50)
        )
        return [(key, sender, tuple(found)) for key, sender, *found in self._connection.execute(wanted)]

    def experience(self) -> Mapping[str, Experience]:
        """What became of the customers of each country."""
        sampled = (
            select(ConversationRow.customer_id)
            .join(MessageRow, MessageRow.conversation_id == ConversationRow.id)
            .join(PredictionRow, PredictionRow.message_id == MessageRow.id)
            .where(PredictionRow.stage == Stage.SAMPLE)
        )
        noted = select(CustomerContactRow.customer_id).where(CustomerContactRow.kind == ContactKind.SAMPLE)
        wanted = (
            select(
                CustomerRow.country,
                func.count(),
                _count((CustomerRow.messages_in > 1) & (CustomerRow.messages_out > 0)),
                _count(CustomerRow.id.in_(sampled.union(noted))),
                _count(CustomerRow.orders > 0),
            )
            .where(CustomerRow.country.is_not(None), CustomerRow.merged_into.is_(None))
            .group_by(CustomerRow.country)
        )
        return {row[0]: Experience(*row[1:]) for row in self._connection.execute(wanted) if row[0] is not None}

    def _name_model(self, model: str) -> None:
        known = select(ModelVersionRow.version).where(ModelVersionRow.version == model)
        if model and self._connection.execute(known).first() is None:
            self._connection.execute(insert(ModelVersionRow).values(version=model))


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
