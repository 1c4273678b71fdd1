"""Which items a tab holds, in its order, from where the last page ended: each a walk along one index."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    SQLColumnExpression,
    and_,
    func,
    literal,
    null,
    or_,
    select,
    text,
    union_all,
)

from triage.store.tables import (
    ConversationRow,
    DraftRow,
    LabelRow,
    MessageRow,
    ParkedMessageRow,
    PredictionRow,
    PromiseRow,
)
from triage.vocabulary.states import Direction, DraftStatus, PromiseStatus
from triage.vocabulary.worklist import Filter, Place, Tab

_NOTHING = null().cast(Integer)
_SENT = text("draft.status = 'sent'")
_UNSURE = text("prediction.unsure")
"""As the partial indexes have it, word for word: SQLite uses them for nothing else."""

_BY_PRIORITY: Mapping[Tab, tuple[DraftStatus, ...]] = {
    Tab.REVIEW: (DraftStatus.PROPOSED, DraftStatus.HELD, DraftStatus.REFUSED),
    Tab.OUTGOING: (
        DraftStatus.APPROVED,
        DraftStatus.RETRY_LATER,
        DraftStatus.CLAIMED,
        DraftStatus.BODY_MAY_HAVE_LEFT,
    ),
    Tab.UNCERTAIN: (DraftStatus.UNCERTAIN,),
}

_LAST_DRAFT = (
    select(func.max(DraftRow.id)).where(DraftRow.message_id == MessageRow.id).correlate(MessageRow).scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A filter, and the messages that hold its words (None: none were given)."""

    filter: Filter
    found: Sequence[int] | None


Column = SQLColumnExpression[Any]
Ids = Select[Any]
"""rank, at, id, message_id, draft_id, promise_id: in the order of their tab."""


def page_of(tab: Tab, wanted: Asked, now: datetime, after: Place | None, limit: int) -> Ids:
    if tab in _BY_PRIORITY:
        return _of_statuses(tab, wanted, now, after, limit)
    return _OTHERS[tab](wanted, now, after, limit)


def _of_statuses(tab: Tab, wanted: Asked, now: datetime, after: Place | None, limit: int) -> Ids:
    """One walk of the index for each state, so that a rare state costs no more than a common one."""
    branches = []
    for status in _BY_PRIORITY[tab]:
        branch = (
            select(
                DraftRow.priority.label("rank"),
                DraftRow.received_at.label("at"),
                DraftRow.id.label("id"),
                DraftRow.message_id.label("message_id"),
                DraftRow.id.label("draft_id"),
                _NOTHING.label("promise_id"),
            )
            .join(ConversationRow, ConversationRow.id == DraftRow.conversation_id)
            .where(DraftRow.status == status, *_fits(wanted, DraftRow.account_id, DraftRow.message_id))
            .order_by(DraftRow.priority.desc(), DraftRow.received_at, DraftRow.id)
            .limit(limit)
        )
        if tab is Tab.REVIEW:
            branch = branch.where(or_(ConversationRow.snoozed_until.is_(None), ConversationRow.snoozed_until <= now))
        if after is not None:
            branch = branch.where(
                DraftRow.priority <= after.rank,
                or_(DraftRow.priority < after.rank, _later(DraftRow.received_at, DraftRow.id, after)),
            )
        branches.append(branch.subquery())
    merged = union_all(*(select(branch) for branch in branches)).subquery()
    return select(merged).order_by(merged.c.rank.desc(), merged.c.at, merged.c.id).limit(limit)


def _snoozed(wanted: Asked, now: datetime, after: Place | None, limit: int) -> Ids:
    until = ConversationRow.snoozed_until
    found = _drafts(until).join(ConversationRow, ConversationRow.id == DraftRow.conversation_id)
    found = found.where(until > now, DraftRow.status.in_(_BY_PRIORITY[Tab.REVIEW]))
    found = found.where(*_fits(wanted, DraftRow.account_id, DraftRow.message_id))
    if after is not None:
        found = found.where(_later(until, DraftRow.id, after))
    return found.order_by(until, DraftRow.id).limit(limit)


def _waiting(wanted: Asked, _now: datetime, after: Place | None, limit: int) -> Ids:
    """Sent letters whose conversation has had no new mail since; the newest first."""
    found = _drafts(DraftRow.sent_at).join(ConversationRow, ConversationRow.id == DraftRow.conversation_id)
    found = found.where(_SENT, ConversationRow.version == DraftRow.conversation_version)
    found = found.where(*_fits(wanted, DraftRow.account_id, DraftRow.message_id))
    if after is not None:
        found = found.where(_earlier(DraftRow.sent_at, DraftRow.id, after))
    return found.order_by(DraftRow.sent_at.desc(), DraftRow.id.desc()).limit(limit)


def _promises(wanted: Asked, _now: datetime, after: Place | None, limit: int) -> Ids:
    found = (
        _row(PromiseRow.due, PromiseRow.id, DraftRow.message_id, DraftRow.id, PromiseRow.id)
        .select_from(PromiseRow)
        .join(DraftRow, DraftRow.id == PromiseRow.draft_id)
        .join(ConversationRow, ConversationRow.id == DraftRow.conversation_id)
        .where(PromiseRow.status.in_((PromiseStatus.OPEN, PromiseStatus.BROKEN)))
        .where(*_fits(wanted, DraftRow.account_id, DraftRow.message_id))
    )
    if after is not None:
        found = found.where(_later(PromiseRow.due, PromiseRow.id, after))
    return found.order_by(PromiseRow.due, PromiseRow.id).limit(limit)


def _parked(wanted: Asked, _now: datetime, after: Place | None, limit: int) -> Ids:
    found = (
        _row(ParkedMessageRow.parked_at, MessageRow.id, MessageRow.id, _NOTHING, _NOTHING)
        .select_from(ParkedMessageRow)
        .join(MessageRow, MessageRow.id == ParkedMessageRow.message_id)
        .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id, isouter=True)
        .where(*_fits(wanted, MessageRow.account_id, ParkedMessageRow.message_id))
    )
    if after is not None:
        found = found.where(_later(ParkedMessageRow.parked_at, MessageRow.id, after))
    return found.order_by(ParkedMessageRow.parked_at, MessageRow.id).limit(limit)


def _unsure(wanted: Asked, _now: datetime, after: Place | None, limit: int) -> Ids:
    """The newest stored first; a label of a person takes a mail off the list (R28)."""
    labelled = select(LabelRow.id).where(LabelRow.message_id == PredictionRow.message_id)
    found = (
        _row(MessageRow.received_at, MessageRow.id, MessageRow.id, _LAST_DRAFT, _NOTHING)
        .select_from(PredictionRow)
        .join(MessageRow, MessageRow.id == PredictionRow.message_id)
        .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id, isouter=True)
        .where(_UNSURE, ~labelled.exists())
        .where(*_fits(wanted, MessageRow.account_id, PredictionRow.message_id))
    )
    if after is not None:
        found = found.where(PredictionRow.message_id < after.id)
    return found.order_by(PredictionRow.message_id.desc()).limit(limit)


def _all(wanted: Asked, _now: datetime, after: Place | None, limit: int) -> Ids:
    """Every mail that came in, the newest stored first."""
    found = (
        _row(MessageRow.received_at, MessageRow.id, MessageRow.id, _LAST_DRAFT, _NOTHING)
        .select_from(MessageRow)
        .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id, isouter=True)
        .where(MessageRow.direction == Direction.IN, MessageRow.duplicate_of.is_(None))
        .where(*_fits(wanted, MessageRow.account_id, MessageRow.id))
    )
    if after is not None:
        found = found.where(MessageRow.id < after.id)
    return found.order_by(MessageRow.id.desc()).limit(limit)


_OTHERS: Mapping[Tab, Callable[[Asked, datetime, Place | None, int], Ids]] = {
    Tab.SNOOZED: _snoozed,
    Tab.WAITING: _waiting,
    Tab.PROMISES: _promises,
    Tab.PARKED: _parked,
    Tab.UNSURE: _unsure,
    Tab.ALL: _all,
}
NEWEST_FIRST = frozenset({Tab.WAITING, Tab.UNSURE, Tab.ALL})


def _row(at: Column, id_: Column, message_id: Column, draft_id: Column, promise_id: Column) -> Ids:
    named = {"at": at, "id": id_, "message_id": message_id, "draft_id": draft_id, "promise_id": promise_id}
    shown: list[SQLColumnExpression[Any]] = [column.label(name) for name, column in named.items()]
    return select(literal(0.0).label("rank"), *shown)


def _drafts(at: Column) -> Ids:
    return _row(at, DraftRow.id, DraftRow.message_id, DraftRow.id, _NOTHING).select_from(DraftRow)


def _later(at: Column, id_: Column, after: Place) -> ColumnElement[bool]:
    return and_(at >= after.at, or_(at > after.at, id_ > after.id))


def _earlier(at: Column, id_: Column, after: Place) -> ColumnElement[bool]:
    return and_(at <= after.at, or_(at < after.at, id_ < after.id))


def _fits(wanted: Asked, account: Column, message_id: Column) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.found is not None:
        conditions.append(message_id.in_(wanted.found))
    asked_for = wanted.filter
    if asked_for.mailboxes is not None:
        conditions.append(account.in_(sorted(asked_for.mailboxes)))
    if asked_for.mailbox:
        conditions.append(account == asked_for.mailbox)
    if asked_for.assignee:
        conditions.append(ConversationRow.assignee == asked_for.assignee)
    of_message = {
        MessageRow.tier: asked_for.tier,
        MessageRow.kind: asked_for.kind,
        MessageRow.country: asked_for.country,
        MessageRow.language: asked_for.language,
    }
    asked = [column == value for column, value in of_message.items() if value]
    if asked:
        same = MessageRow.id == message_id
        conditions.append(select(MessageRow.id).where(same, *asked).exists() if _foreign(message_id) else and_(*asked))
    return conditions


def _foreign(message_id: Column) -> bool:
    """Whether the statement reads the message's own columns only through this id."""
    return message_id is DraftRow.message_id
