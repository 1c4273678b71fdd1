"""Which items a tab holds, in its order, from where the last page ended: each a walk along one index."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Integer,
    Select,
    SQLColumnExpression,
    and_,
    bindparam,
    func,
    literal,
    null,
    or_,
    select,
    text,
    union_all,
)

from triage.store.columns import UtcDateTime
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


Given = frozenset[str]
"""Names of the values that a question comes with: a statement is made once for each set of them, and kept."""
_FILTERS = ("mailboxes", "mailbox", "tier", "kind", "country", "language", "assignee")
_NOW = bindparam("now", type_=UtcDateTime)
_RANK, _AT, _ID = bindparam("rank", type_=Float), bindparam("at", type_=UtcDateTime), bindparam("id", type_=Integer)
"""Where the last page ended."""
_MOST = bindparam("most", type_=Integer)


def values_of(
    wanted: Filter, found: Sequence[int] | None, now: datetime, after: Place | None, most: int
) -> Mapping[str, object]:
    """What a statement of `page_of` is asked with. `found`: the messages that hold the words searched for."""
    told = {name: getattr(wanted, name) for name in _FILTERS}
    values: dict[str, object] = {name: value for name, value in told.items() if value or value == frozenset()}
    if found is not None:
        values["found"] = found
    if after is not None:
        values |= {"rank": after.rank, "at": after.at, "id": after.id}
    return {**values, "now": now, "most": most}


Column = SQLColumnExpression[Any]
Ids = Select[Any]
"""rank, at, id, message_id, draft_id, promise_id: in the order of their tab."""


def page_of(tab: Tab, given: Given) -> Ids:
    """The statement for that tab, to be asked with values of these names."""
    if tab in _BY_PRIORITY:
        return _of_statuses(tab, given)
    return _OTHERS[tab](given)


def _of_statuses(tab: Tab, given: Given) -> Ids:
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
            .where(DraftRow.status == status, *_fits(given, DraftRow.account_id, DraftRow.message_id))
            .order_by(DraftRow.priority.desc(), DraftRow.received_at, DraftRow.id)
            .limit(_MOST)
        )
        if tab is Tab.REVIEW:
            branch = branch.where(or_(ConversationRow.snoozed_until.is_(None), ConversationRow.snoozed_until <= _NOW))
        if "at" in given:
            branch = branch.where(
                DraftRow.priority <= _RANK,
                or_(DraftRow.priority < _RANK, _later(DraftRow.received_at, DraftRow.id)),
            )
        branches.append(branch.subquery())
    merged = union_all(*(select(branch) for branch in branches)).subquery()
    return select(merged).order_by(merged.c.rank.desc(), merged.c.at, merged.c.id).limit(_MOST)


def _snoozed(given: Given) -> Ids:
    until = ConversationRow.snoozed_until
    found = _drafts(until).join(ConversationRow, ConversationRow.id == DraftRow.conversation_id)
    found = found.where(until > _NOW, DraftRow.status.in_(_BY_PRIORITY[Tab.REVIEW]))
    found = found.where(*_fits(given, DraftRow.account_id, DraftRow.message_id))
    if "at" in given:
        found = found.where(_later(until, DraftRow.id))
    return found.order_by(until, DraftRow.id).limit(_MOST)


def _waiting(given: Given) -> Ids:
    """Sent letters whose conversation has had no new mail since; the newest first."""
    found = _drafts(DraftRow.sent_at).join(ConversationRow, ConversationRow.id == DraftRow.conversation_id)
    found = found.where(_SENT, ConversationRow.version == DraftRow.conversation_version)
    found = found.where(*_fits(given, DraftRow.account_id, DraftRow.message_id))
    if "at" in given:
        found = found.where(_earlier(DraftRow.sent_at, DraftRow.id))
    return found.order_by(DraftRow.sent_at.desc(), DraftRow.id.desc()).limit(_MOST)


def _promises(given: Given) -> Ids:
    found = (
        _row(PromiseRow.due, PromiseRow.id, DraftRow.message_id, DraftRow.id, PromiseRow.id)
        .select_from(PromiseRow)
        .join(DraftRow, DraftRow.id == PromiseRow.draft_id)
        .join(ConversationRow, ConversationRow.id == DraftRow.conversation_id)
        .where(PromiseRow.status.in_((PromiseStatus.OPEN, PromiseStatus.BROKEN)))
        .where(*_fits(given, DraftRow.account_id, DraftRow.message_id))
    )
    if "at" in given:
        found = found.where(_later(PromiseRow.due, PromiseRow.id))
    return found.order_by(PromiseRow.due, PromiseRow.id).limit(_MOST)


def _parked(given: Given) -> Ids:
    found = (
        _row(ParkedMessageRow.parked_at, MessageRow.id, MessageRow.id, _NOTHING, _NOTHING)
        .select_from(ParkedMessageRow)
        .join(MessageRow, MessageRow.id == ParkedMessageRow.message_id)
        .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id, isouter=True)
        .where(*_fits(given, MessageRow.account_id, ParkedMessageRow.message_id))
    )
    if "at" in given:
        found = found.where(_later(ParkedMessageRow.parked_at, MessageRow.id))
    return found.order_by(ParkedMessageRow.parked_at, MessageRow.id).limit(_MOST)


def _unsure(given: Given) -> Ids:
    """The newest stored first; a label of a person takes a mail off the list (R28)."""
    labelled = select(LabelRow.id).where(LabelRow.message_id == PredictionRow.message_id)
    found = (
        _row(MessageRow.received_at, MessageRow.id, MessageRow.id, _LAST_DRAFT, _NOTHING)
        .select_from(PredictionRow)
        .join(MessageRow, MessageRow.id == PredictionRow.message_id)
        .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id, isouter=True)
        .where(_UNSURE, ~labelled.exists())
        .where(*_fits(given, MessageRow.account_id, PredictionRow.message_id))
    )
    if "at" in given:
        found = found.where(PredictionRow.message_id < _ID)
    return found.order_by(PredictionRow.message_id.desc()).limit(_MOST)


def _all(given: Given) -> Ids:
    """Every mail that came in, the newest stored first."""
    found = (
        _row(MessageRow.received_at, MessageRow.id, MessageRow.id, _LAST_DRAFT, _NOTHING)
        .select_from(MessageRow)
        .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id, isouter=True)
        .where(MessageRow.direction == Direction.IN, MessageRow.duplicate_of.is_(None))
        .where(*_fits(given, MessageRow.account_id, MessageRow.id))
    )
    if "at" in given:
        found = found.where(MessageRow.id < _ID)
    return found.order_by(MessageRow.id.desc()).limit(_MOST)


_OTHERS: Mapping[Tab, Callable[[Given], Ids]] = {
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


def _later(at: Column, id_: Column) -> ColumnElement[bool]:
    return and_(at >= _AT, or_(at > _AT, id_ > _ID))


def _earlier(at: Column, id_: Column) -> ColumnElement[bool]:
    return and_(at <= _AT, or_(at < _AT, id_ < _ID))


def _fits(given: Given, account: Column, message_id: Column) -> list[ColumnElement[bool]]:
    possible = {
        "found": message_id.in_(bindparam("found", expanding=True)),
        "mailboxes": account.in_(bindparam("mailboxes", expanding=True)),
        "mailbox": account == bindparam("mailbox"),
        "assignee": ConversationRow.assignee == bindparam("assignee"),
    }
    conditions = [condition for name, condition in possible.items() if name in given]
    of_message = {
        "tier": MessageRow.tier,
        "kind": MessageRow.kind,
        "country": MessageRow.country,
        "language": MessageRow.language,
    }
    asked = [column == bindparam(name) for name, column in of_message.items() if name in given]
    if asked:
        same = MessageRow.id == message_id
        conditions.append(select(MessageRow.id).where(same, *asked).exists() if _foreign(message_id) else and_(*asked))
    return conditions


def _foreign(message_id: Column) -> bool:
    """Whether the statement reads the message's own columns only through this id."""
    return message_id is DraftRow.message_id
