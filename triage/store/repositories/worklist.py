"""The reviewer's lists: a page of ids, dressed with what a line shows: it costs what the page costs, not the store."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Connection,
    Row,
    Select,
    Subquery,
    and_,
    delete,
    func,
    literal,
    select,
    union_all,
    update,
)

from triage.errors import NotFound
from triage.store.repositories.rows import columns, insert
from triage.store.repositories.tabs import NEWEST_FIRST, Given, page_of, values_of
from triage.store.search import matching
from triage.store.tables import (
    ConversationRow,
    CustomerRow,
    DraftRevisionRow,
    DraftRow,
    MessageRow,
    ParkedMessageRow,
    PredictionRow,
    PromiseRow,
    ResponseRow,
    SavedViewRow,
)
from triage.vocabulary.records import DraftRecord, MessageRecord, ParkedRecord, PromiseRecord
from triage.vocabulary.worklist import Filter, Place, SavedView, Tab, WorkItem

_MESSAGE = columns(MessageRecord, MessageRow, sha256=func.coalesce(MessageRow.sha256, ""))
_DRAFT = columns(DraftRecord, DraftRow, letter=DraftRevisionRow.letter)
_PROMISE = columns(PromiseRecord, PromiseRow)
_PARKED = columns(ParkedRecord, ParkedMessageRow)
_CUSTOMER = func.coalesce(func.nullif(CustomerRow.company, ""), func.nullif(CustomerRow.name, ""), "")
_RUNS = and_(ResponseRow.answered_at.is_(None), ResponseRow.closed_reason == "")
MOST_FOUND = 1_000
"""A search looks at so many mails, the newest that hold its words."""


class SqlWorklist:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def page(
        self, tab: Tab, wanted: Filter, now: datetime, *, after: Place | None = None, limit: int = 50
    ) -> Sequence[WorkItem]:
        values = values_of(wanted, self._found(wanted), now, after, limit)
        return [_item(row) for row in self._connection.execute(_lines(tab, frozenset(values)), _bound(values))]

    def counts(self, wanted: Filter, now: datetime, most: int = 100) -> Mapping[Tab, int]:
        values = values_of(wanted, self._found(wanted), now, None, most)
        found = self._connection.execute(_counting(frozenset(values)), _bound(values))
        return {Tab(name): number for name, number in found}

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

    def _found(self, wanted: Filter) -> Sequence[int] | None:
        """Words to search for are looked up once; how many mails they may be is bounded."""
        if not wanted.search:
            return None
        return (
            self._connection.execute(matching(self._connection.dialect.name, wanted.search, MOST_FOUND)).scalars().all()
        )

    def _change(self, conversation_id: int, **values: object) -> None:
        changed = update(ConversationRow).where(ConversationRow.id == conversation_id).values(**values)
        if self._connection.execute(changed).rowcount == 0:
            raise NotFound(f"There is no conversation {conversation_id}.")


@cache
def _lines(tab: Tab, given: Given) -> Select[Any]:
    return _dressed(tab, page_of(tab, given).subquery("page"))


@cache
def _counting(given: Given) -> CompoundSelect[Any]:
    counted = (
        select(literal(tab.value), func.count()).select_from(page_of(tab, given).subquery())
        for tab in Tab
        if tab is not Tab.ALL
    )
    return union_all(*counted)


def _bound(values: Mapping[str, object]) -> dict[str, object]:
    return {name: sorted(value) if isinstance(value, frozenset) else value for name, value in values.items()}


def _dressed(tab: Tab, page: Subquery) -> Select[Any]:
    """Each id with all that its line shows, in the tab's order."""
    within = (page.c.id,) if tab in (Tab.UNSURE, Tab.ALL) else (page.c.at, page.c.id)
    order = (page.c.rank.desc(), *(column.desc() if tab in NEWEST_FIRST else column for column in within))
    standing = and_(DraftRevisionRow.draft_id == DraftRow.id, DraftRevisionRow.revision == DraftRow.revision)
    runs = and_(ResponseRow.message_id == MessageRow.id, _RUNS)
    conversation = func.coalesce(MessageRow.conversation_id, DraftRow.conversation_id)
    return (
        select(
            page.c.rank,
            page.c.at,
            page.c.id,
            _CUSTOMER,
            CustomerRow.country,
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
        .join(MessageRow, MessageRow.id == page.c.message_id, isouter=True)
        .join(DraftRow, DraftRow.id == page.c.draft_id, isouter=True)
        .join(DraftRevisionRow, standing, isouter=True)
        .join(ConversationRow, ConversationRow.id == conversation, isouter=True)
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
    rank, at, key, customer, country, target, unsure, assignee, snoozed, *rest = tuple(row)
    parts: list[Any] = []
    for record, width in _PARTS:
        values, rest = rest[:width], rest[width:]
        parts.append(None if values[0] is None else record(*values))
    message, draft, promise, parked = parts
    return WorkItem(
        place=Place(rank, at, key),
        message=message,
        customer=customer,
        country=country,
        draft=draft,
        target_seconds=target,
        unsure=unsure,
        assignee=assignee,
        snoozed_until=snoozed,
        promise=promise,
        parked=parked,
    )
