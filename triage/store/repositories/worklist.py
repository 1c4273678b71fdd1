"""The reviewer's lists. A page is found by walking one index from where the last page ended, then dressed with what a
line shows: its cost depends on the page, not on how much is stored."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    SQLColumnExpression,
    Subquery,
    and_,
    delete,
    func,
    literal,
    null,
    or_,
    select,
    text,
    union_all,
    update,
)

from triage.errors import NotFound
from triage.store.repositories.rows import columns, insert
from triage.store.search import matching
from triage.store.tables import (
    ConversationRow,
    CustomerRow,
    DraftRevisionRow,
    DraftRow,
    LabelRow,
    MessageRow,
    ParkedMessageRow,
    PredictionRow,
    PromiseRow,
    ResponseRow,
    SavedViewRow,
)
from triage.vocabulary.records import DraftRecord, MessageRecord, ParkedRecord, PromiseRecord
from triage.vocabulary.states import Direction, DraftStatus, PromiseStatus
from triage.vocabulary.worklist import Filter, Place, SavedView, Tab, WorkItem

_MESSAGE = columns(MessageRecord, MessageRow, sha256=func.coalesce(MessageRow.sha256, ""))
_DRAFT = columns(DraftRecord, DraftRow, letter=DraftRevisionRow.letter)
_PROMISE = columns(PromiseRecord, PromiseRow)
_PARKED = columns(ParkedRecord, ParkedMessageRow)
_CUSTOMER = func.coalesce(func.nullif(CustomerRow.company, ""), func.nullif(CustomerRow.name, ""), "")
_RUNS = and_(ResponseRow.answered_at.is_(None), ResponseRow.closed_reason == "")
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


MOST_FOUND = 1_000
"""A search looks at so many mails, the newest that hold its words."""
_LAST_DRAFT = (
    select(func.max(DraftRow.id)).where(DraftRow.message_id == MessageRow.id).correlate(MessageRow).scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A filter, and the messages that hold its words (None: none were given)."""

    filter: Filter
    found: Sequence[int] | None


class SqlWorklist:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def page(
        self, tab: Tab, wanted: Filter, now: datetime, *, after: Place | None = None, limit: int = 50
    ) -> Sequence[WorkItem]:
        found = _page(tab, self._understood(wanted), now, after, limit).subquery("page")
        return [_item(row) for row in self._connection.execute(_dressed(tab, found))]

    def counts(self, wanted: Filter, now: datetime, most: int = 100) -> Mapping[Tab, int]:
        asked = self._understood(wanted)
        found = [
            select(literal(tab.value), func.count()).select_from(_page(tab, asked, now, None, most).subquery())
            for tab in Tab
            if tab is not Tab.ALL
        ]
        return {Tab(name): number for name, number in self._connection.execute(union_all(*found))}

    def assign(self, conversation_id: int, assignee: str) -> None:
        self._change(conversation_id, assignee=assignee)

    def snooze(self, conversation_id: int, until: datetime | None) -> None:
        self._change(conversation_id, snoozed_until=until)

    def views(self, person_id: int) -> Sequence[SavedView]:
        wanted = select(*columns(SavedView, SavedViewRow)).where(SavedViewRow.person_id == person_id)
        return [SavedView(*row) for row in self._connection.execute(wanted.order_by(SavedViewRow.name))]

    def keep_view(self, person_id: int, name: str, query: str) -> None:
        new = insert(self._connection, SavedViewRow).values(person_id=person_id, name=name, query=query)
        self._connection.execute(new.on_conflict_do_update(index_elements=["person_id", "name"], set_={"query": query}))

    def forget_view(self, person_id: int, view_id: int) -> None:
        mine = (SavedViewRow.id == view_id) & (SavedViewRow.person_id == person_id)
        self._connection.execute(delete(SavedViewRow).where(mine))

    def _understood(self, wanted: Filter) -> _Asked:
        """Words to search for are looked up once; how many mails they may be is bounded."""
        if not wanted.search:
            return _Asked(wanted, None)
        found = matching(self._connection.dialect.name, wanted.search, MOST_FOUND)
        return _Asked(wanted, self._connection.execute(found).scalars().all())

    def _change(self, conversation_id: int, **values: object) -> None:
        changed = update(ConversationRow).where(ConversationRow.id == conversation_id).values(**values)
        if self._connection.execute(changed).rowcount == 0:
            raise NotFound(f"There is no conversation {conversation_id}.")


Column = SQLColumnExpression[Any]
Ids = Select[Any]
"""rank, at, id, message_id, draft_id, promise_id: in the order of their tab."""


def _page(tab: Tab, wanted: _Asked, now: datetime, after: Place | None, limit: int) -> Ids:
    if tab in _BY_PRIORITY:
        return _of_statuses(tab, wanted, now, after, limit)
    return _OTHERS[tab](wanted, now, after, limit)


def _of_statuses(tab: Tab, wanted: _Asked, now: datetime, after: Place | None, limit: int) -> Ids:
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


def _snoozed(wanted: _Asked, now: datetime, after: Place | None, limit: int) -> Ids:
    until = ConversationRow.snoozed_until
    found = _drafts(until).join(ConversationRow, ConversationRow.id == DraftRow.conversation_id)
    found = found.where(until > now, DraftRow.status.in_(_BY_PRIORITY[Tab.REVIEW]))
    found = found.where(*_fits(wanted, DraftRow.account_id, DraftRow.message_id))
    if after is not None:
        found = found.where(_later(until, DraftRow.id, after))
    return found.order_by(until, DraftRow.id).limit(limit)


def _waiting(wanted: _Asked, _now: datetime, after: Place | None, limit: int) -> Ids:
    """Sent letters whose conversation has had no new mail since; the newest first."""
    found = _drafts(DraftRow.sent_at).join(ConversationRow, ConversationRow.id == DraftRow.conversation_id)
    found = found.where(_SENT, ConversationRow.version == DraftRow.conversation_version)
    found = found.where(*_fits(wanted, DraftRow.account_id, DraftRow.message_id))
    if after is not None:
        found = found.where(_earlier(DraftRow.sent_at, DraftRow.id, after))
    return found.order_by(DraftRow.sent_at.desc(), DraftRow.id.desc()).limit(limit)


def _promises(wanted: _Asked, _now: datetime, after: Place | None, limit: int) -> Ids:
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


def _parked(wanted: _Asked, _now: datetime, after: Place | None, limit: int) -> Ids:
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


def _unsure(wanted: _Asked, _now: datetime, after: Place | None, limit: int) -> Ids:
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


def _all(wanted: _Asked, _now: datetime, after: Place | None, limit: int) -> Ids:
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


_OTHERS: Mapping[Tab, Callable[[_Asked, datetime, Place | None, int], Ids]] = {
    Tab.SNOOZED: _snoozed,
    Tab.WAITING: _waiting,
    Tab.PROMISES: _promises,
    Tab.PARKED: _parked,
    Tab.UNSURE: _unsure,
    Tab.ALL: _all,
}
_NEWEST_FIRST = frozenset({Tab.WAITING, Tab.UNSURE, Tab.ALL})


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


def _fits(wanted: _Asked, account: Column, message_id: Column) -> list[ColumnElement[bool]]:
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


def _dressed(tab: Tab, page: Subquery) -> Select[Any]:
    """Each id with all that its line shows, in the tab's order."""
    within = (page.c.id,) if tab in (Tab.UNSURE, Tab.ALL) else (page.c.at, page.c.id)
    order = (page.c.rank.desc(), *(column.desc() if tab in _NEWEST_FIRST else column for column in within))
    standing = and_(DraftRevisionRow.draft_id == DraftRow.id, DraftRevisionRow.revision == DraftRow.revision)
    runs = and_(ResponseRow.message_id == MessageRow.id, _RUNS)
    return (
        select(
            page.c.rank,
            page.c.at,
            page.c.id,
            _CUSTOMER,
            ResponseRow.target_seconds,
            func.coalesce(PredictionRow.unsure, False),
            func.coalesce(ConversationRow.assignee, ""),
            ConversationRow.snoozed_until,
            *_MESSAGE,
            *_DRAFT,
            *_PROMISE,
            *_PARKED,
        )
        .select_from(page)
        .join(MessageRow, MessageRow.id == page.c.message_id)
        .join(DraftRow, DraftRow.id == page.c.draft_id, isouter=True)
        .join(DraftRevisionRow, standing, isouter=True)
        .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id, isouter=True)
        .join(CustomerRow, CustomerRow.id == ConversationRow.customer_id, isouter=True)
        .join(ResponseRow, runs, isouter=True)
        .join(PredictionRow, PredictionRow.message_id == MessageRow.id, isouter=True)
        .join(PromiseRow, PromiseRow.id == page.c.promise_id, isouter=True)
        .join(ParkedMessageRow, ParkedMessageRow.message_id == MessageRow.id, isouter=True)
        .order_by(*order)
    )


_PARTS: tuple[tuple[Callable[..., Any], int], ...] = (
    (MessageRecord, len(_MESSAGE)),
    (DraftRecord, len(_DRAFT)),
    (PromiseRecord, len(_PROMISE)),
    (ParkedRecord, len(_PARKED)),
)


def _item(row: Row[Any]) -> WorkItem:
    rank, at, key, customer, target, unsure, assignee, snoozed, *rest = tuple(row)
    parts: list[Any] = []
    for record, width in _PARTS:
        values, rest = rest[:width], rest[width:]
        parts.append(None if values[0] is None else record(*values))
    message, draft, promise, parked = parts
    return WorkItem(
        place=Place(rank, at, key),
        message=message,
        customer=customer,
        draft=draft,
        target_seconds=target,
        unsure=unsure,
        assignee=assignee,
        snoozed_until=snoozed,
        promise=promise,
        parked=parked,
    )
