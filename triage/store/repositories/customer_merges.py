"""Cards that look like one customer's, and putting them together so that it can be undone (R18)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, or_, select, update
from sqlalchemy.orm import aliased

from triage.errors import NotFound, ReviewConflict
from triage.store.repositories.customers import SqlCustomers
from triage.store.repositories.rows import chunks, columns, insert_row
from triage.store.tables import (
    ConversationRow,
    CustomerAddressRow,
    CustomerContactRow,
    CustomerMergeRow,
    CustomerRow,
    CustomerTraitRow,
)
from triage.vocabulary.customers import Duplicates, MergeRecord, Trait
from triage.vocabulary.records import CustomerRecord

MOST_SHARING = 12
"""A trait that more cards share tells nobody apart: a telephone exchange, a trade fair's domain."""
_RECORD = columns(MergeRecord, CustomerMergeRow)
_COUNTS = ("messages_in", "messages_out", "orders", "meetings", "value")
_VALUES = ("name", "company", "country", "type", "importance", "stage", "note", "do_not_contact", "greets")


class SqlCustomerMerges:
    def __init__(self, connection: Connection, customers: SqlCustomers) -> None:
        self._connection, self._customers = connection, customers

    def duplicates(self, limit: int = 100, customer_id: int | None = None) -> Sequence[Duplicates]:
        first, second = aliased(CustomerTraitRow), aliased(CustomerTraitRow)
        telling = select(CustomerTraitRow.kind, CustomerTraitRow.value)
        telling = telling.group_by(CustomerTraitRow.kind, CustomerTraitRow.value)
        shared = telling.having(func.count().between(2, MOST_SHARING)).subquery()
        same = (first.kind == second.kind) & (first.value == second.value) & (first.customer_id < second.customer_id)
        wanted = select(first.customer_id, second.customer_id, first.kind, first.value).join(second, same)
        wanted = wanted.join(shared, (shared.c.kind == first.kind) & (shared.c.value == first.value))
        if customer_id is not None:
            wanted = wanted.where(or_(first.customer_id == customer_id, second.customer_id == customer_id))
        pairs: dict[tuple[int, int], list[Trait]] = defaultdict(list)
        for one, other, kind, value in self._connection.execute(wanted.order_by(first.kind, first.value)):
            pairs[one, other].append(Trait(kind, value))
        ranked = sorted(pairs.items(), key=lambda item: (-len(item[1]), item[0]))
        return [Duplicates(*pair, tuple(found)) for pair, found in ranked[:limit]]

    def merge(self, kept_id: int, gone_id: int, by: str, at: datetime) -> int:
        if kept_id == gone_id:
            raise ReviewConflict(f"Customer {kept_id} can't be merged with itself.")
        kept, gone = self._both(kept_id, gone_id)
        moved = {
            "moved_addresses": tuple(self._move(CustomerAddressRow.address, CustomerAddressRow, gone_id, kept_id)),
            "moved_contacts": tuple(self._move(CustomerContactRow.id, CustomerContactRow, gone_id, kept_id)),
            "moved_conversations": tuple(self._move(ConversationRow.id, ConversationRow, gone_id, kept_id)),
        }
        self._customers.save(_filled(kept, gone))
        self._count(kept_id, {name: getattr(gone, name) for name in _COUNTS})
        self._set_dates(kept_id, _first(kept, gone), _last(kept, gone))
        self._hide(gone_id, kept_id)
        values = {"kept_id": kept_id, "gone_id": gone_id, "by": by, "at": at, "before": kept, **moved}
        merge_id: int = self._connection.execute(insert_row(CustomerMergeRow, "id"), values).scalar_one()
        return merge_id

    def of(self, customer_id: int) -> Sequence[MergeRecord]:
        wanted = select(*_RECORD).where(CustomerMergeRow.kept_id == customer_id, CustomerMergeRow.undone_at.is_(None))
        return [MergeRecord(*row) for row in self._connection.execute(wanted.order_by(CustomerMergeRow.id.desc()))]

    def undo(self, merge_id: int, at: datetime) -> MergeRecord:
        row = self._connection.execute(
            select(CustomerMergeRow.__table__).where(CustomerMergeRow.id == merge_id)
        ).first()
        if row is None:
            raise NotFound(f"There is no merge {merge_id}.", "`triage customers show` lists those of a card.")
        if row.undone_at is not None:
            raise ReviewConflict(f"Merge {merge_id} is undone already.")
        try:
            kept = self._customers.get(row.kept_id, for_change=True)
        except NotFound as error:
            raise ReviewConflict(
                f"Customer {row.kept_id} has itself been merged into another.", "Undo that merge first."
            ) from error
        self._connection.execute(update(CustomerRow).where(CustomerRow.id == row.gone_id).values(merged_into=None))
        gone = self._customers.get(row.gone_id)
        self._move_back(row, kept.id, gone.id)
        self._count(kept.id, {name: -getattr(gone, name) for name in _COUNTS})
        self._customers.save(_emptied(kept, gone, row.before))
        self._recount_since(row, kept, gone)
        self._customers.save(gone)
        undone = update(CustomerMergeRow).where(CustomerMergeRow.id == merge_id).values(undone_at=at)
        self._connection.execute(undone)
        return MergeRecord(merge_id, kept.id, gone.id, row.by, row.at, at)

    # ---- parts

    def _both(self, kept_id: int, gone_id: int) -> tuple[CustomerRecord, CustomerRecord]:
        """Locked in the order of their ids, so that two merges can't wait for each other."""
        cards = {key: self._customers.get(key, for_change=True) for key in sorted((kept_id, gone_id))}
        return cards[kept_id], cards[gone_id]

    def _move(self, key: Any, table: Any, owner: int, new_owner: int) -> list[Any]:  # noqa: ANN401 - any table's
        statement = update(table).where(table.customer_id == owner).values(customer_id=new_owner).returning(key)
        return list(self._connection.execute(statement).scalars())

    def _move_back(self, row: Any, kept_id: int, gone_id: int) -> None:  # noqa: ANN401
        for key, table, ids in (
            (CustomerAddressRow.address, CustomerAddressRow, row.moved_addresses),
            (CustomerContactRow.id, CustomerContactRow, row.moved_contacts),
            (ConversationRow.id, ConversationRow, row.moved_conversations),
        ):
            for some in chunks(ids):
                mine = update(table).where(key.in_(some), table.customer_id == kept_id)
                self._connection.execute(mine.values(customer_id=gone_id))

    def _recount_since(self, row: Any, kept: CustomerRecord, gone: CustomerRecord) -> None:  # noqa: ANN401
        """Contacts that came since, for the second card's addresses, are the second's; dates follow from what is left
        to each."""
        contacts = CustomerContactRow
        since = select(contacts.id).where(
            contacts.customer_id == kept.id, contacts.address.in_(row.moved_addresses), contacts.address != ""
        )
        for key in list(self._connection.execute(since).scalars()):
            self._customers.give_contact(key, kept.id, gone.id)
        for card, before in ((kept, row.before), (gone, gone)):
            dates = select(func.min(contacts.at), func.max(contacts.at)).where(
                contacts.customer_id == card.id, contacts.kind != "note"
            )
            first, last = self._connection.execute(dates).one()
            self._set_dates(
                card.id,
                min(filter(None, (first, before.first_contact_at)), default=None),
                max(filter(None, (last, before.last_contact_at)), default=None),
            )

    def _count(self, customer_id: int, more: Mapping[str, float]) -> None:
        values = {name: getattr(CustomerRow, name) + figure for name, figure in more.items()}
        self._connection.execute(update(CustomerRow).where(CustomerRow.id == customer_id).values(values))

    def _set_dates(self, customer_id: int, first: datetime | None, last: datetime | None) -> None:
        values = {"first_contact_at": first, "last_contact_at": last}
        self._connection.execute(update(CustomerRow).where(CustomerRow.id == customer_id).values(values))

    def _hide(self, gone_id: int, kept_id: int) -> None:
        self._connection.execute(delete(CustomerTraitRow).where(CustomerTraitRow.customer_id == gone_id))
        self._connection.execute(update(CustomerRow).where(CustomerRow.id == gone_id).values(merged_into=kept_id))


def _filled(kept: CustomerRecord, gone: CustomerRecord) -> CustomerRecord:
    """What the first card does not know, the second tells."""
    gained = {name: getattr(gone, name) for name in _VALUES if not getattr(kept, name) and getattr(gone, name)}
    facts = {**gone.facts, **kept.facts}
    known = {*gained, *(fact for fact in facts if fact not in kept.facts)}
    sources = {name: source for name, source in gone.sources.items() if name in known}
    return replace(kept, **gained, facts=facts, sources={**sources, **kept.sources})


def _emptied(kept: CustomerRecord, gone: CustomerRecord, before: CustomerRecord) -> CustomerRecord:
    """The first card without what the second told, unless it was changed since."""
    lent = {
        name: getattr(before, name)
        for name in _VALUES
        if not getattr(before, name) and getattr(kept, name) == getattr(gone, name)
    }
    facts = {fact: text for fact, text in kept.facts.items() if fact in before.facts or text != gone.facts.get(fact)}
    returned = {
        name for name in gone.sources if name not in before.sources and gone.sources[name] == kept.sources.get(name)
    }
    sources = {name: source for name, source in kept.sources.items() if name not in returned}
    return replace(kept, **lent, facts=facts, sources=sources)


def _first(kept: CustomerRecord, gone: CustomerRecord) -> datetime | None:
    return min(filter(None, (kept.first_contact_at, gone.first_contact_at)), default=None)


def _last(kept: CustomerRecord, gone: CustomerRecord) -> datetime | None:
    return max(filter(None, (kept.last_contact_at, gone.last_contact_at)), default=None)
