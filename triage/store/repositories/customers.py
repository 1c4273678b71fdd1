"""The customer book: one card for each customer, however many addresses (R18)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, Select, bindparam, delete, func, insert, select, update

from triage.customers import person_told, traits, with_told
from triage.errors import NotFound
from triage.store.columns import CleanText
from triage.store.repositories.customer_contacts import SqlContacts
from triage.store.repositories.customer_filter import conditions, order, start_after
from triage.store.repositories.processed import LONGEST_ADDRESS
from triage.store.repositories.rows import chunks, columns, insert_if_new, insert_row
from triage.store.tables import CustomerAddressRow, CustomerRow, CustomerTraitRow
from triage.vocabulary.customers import (
    LATEST_FIRST,
    ContactKind,
    CustomerFilter,
    NewContact,
    Patience,
    Person,
    Seen,
    SortBy,
)
from triage.vocabulary.inquiry import FactName
from triage.vocabulary.records import CustomerRecord

_CARD = columns(CustomerRecord, CustomerRow, addresses=CustomerRow.id)
_PERSON = columns(Person, CustomerAddressRow)
_LIVE = CustomerRow.merged_into.is_(None)
_IDS = bindparam("ids", expanding=True, type_=Integer)
_KEY = bindparam("key", type_=Integer)
_ADDRESS = bindparam("at_address", type_=CleanText)
_CARDS = select(*_CARD).where(CustomerRow.id.in_(_IDS), _LIVE)
_BY_ID = select(*_CARD).where(CustomerRow.id == _KEY, _LIVE)
_TO_CHANGE = _BY_ID.with_for_update()
_PEOPLE = select(*_PERSON).where(CustomerAddressRow.customer_id.in_(_IDS)).order_by(CustomerAddressRow.address)
_PERSON_AT = select(*_PERSON).where(CustomerAddressRow.address == _ADDRESS)
_OWNER = select(CustomerAddressRow.customer_id).where(CustomerAddressRow.address == _ADDRESS)
_OWNERS_OF_DOMAIN = (
    select(CustomerAddressRow.customer_id)
    .where(CustomerAddressRow.domain == bindparam("domain", type_=CleanText))
    .distinct()
    .limit(2)
)
_LENGTHS_APART = 8
"""Domains further apart in length are no imitation of each other, whatever they end in."""
_DOMAINS_OF_LENGTH = (
    select(CustomerAddressRow.domain)
    .where(
        CustomerAddressRow.domain != "",
        func.length(CustomerAddressRow.domain).between(bindparam("shortest"), bindparam("longest")),
    )
    .distinct()
)
_WRITE_CARD = update(CustomerRow).where(CustomerRow.id == _KEY)
_WRITE_PERSON = update(CustomerAddressRow).where(
    CustomerAddressRow.address == _ADDRESS, CustomerAddressRow.customer_id == _KEY
)
_NEW_CARDS = insert(CustomerRow).returning(CustomerRow.id, sort_by_parameter_order=True)
_FORGET_TRAITS = delete(CustomerTraitRow).where(CustomerTraitRow.customer_id == _KEY)
_NOTHING: Mapping[str, object] = {}
_WRITTEN = (
    "name",
    "company",
    "country",
    "facts",
    "do_not_contact",
    "note",
    "type",
    "importance",
    "stage",
    "sources",
    "greets",
)
_COUNTED = ("first_contact_at", "last_contact_at", "messages_in", "messages_out", "orders", "meetings", "value")
"""Set when a card is made; afterwards only contacts change them."""


class SqlCustomers(SqlContacts):
    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._connection = connection

    # ---- finding

    def by_address(self, address: str) -> CustomerRecord | None:
        owner = self._owner(_key(address))
        return None if owner is None else self.get(owner)

    def get(self, customer_id: int, *, for_change: bool = False) -> CustomerRecord:
        found = self._cards(_TO_CHANGE if for_change else _BY_ID, {"key": customer_id})
        if not found:
            raise NotFound(f"There is no customer {customer_id}.")
        return found[0]

    def get_many(self, customer_ids: Iterable[int]) -> Mapping[int, CustomerRecord]:
        found: dict[int, CustomerRecord] = {}
        for ids in chunks(customer_ids):
            found |= {card.id: card for card in self._cards(_CARDS, {"ids": ids})}
        return found

    def all(self) -> Sequence[CustomerRecord]:
        return self._cards(select(*_CARD).where(_LIVE).order_by(CustomerRow.id))

    def page(
        self,
        wanted: CustomerFilter,
        patience: Patience,
        now: datetime,
        sort: SortBy = LATEST_FIRST,
        after: CustomerRecord | None = None,
        limit: int = 100,
    ) -> Sequence[CustomerRecord]:
        where = [_LIVE, *conditions(wanted, patience, now), *start_after(sort, after)]
        return self._cards(select(*_CARD).where(*where).order_by(*order(sort)).limit(limit))

    def count(self, wanted: CustomerFilter, patience: Patience, now: datetime) -> int:
        counted = select(func.count()).select_from(CustomerRow).where(_LIVE, *conditions(wanted, patience, now))
        return self._connection.execute(counted).scalar_one()

    def people(self, customer_ids: Iterable[int]) -> Mapping[int, Sequence[Person]]:
        found: dict[int, list[Person]] = defaultdict(list)
        for ids in chunks(customer_ids):
            for row in self._connection.execute(_PEOPLE, {"ids": ids}):
                found[row.customer_id].append(Person(*row))
        return found

    def owners(self) -> tuple[Mapping[str, int], Mapping[str, Sequence[int]]]:
        by_domain: dict[str, set[int]] = defaultdict(set)
        by_address: dict[str, int] = {}
        wanted = select(CustomerAddressRow.address, CustomerAddressRow.customer_id, CustomerAddressRow.domain)
        for address, owner, domain in self._connection.execute(wanted):
            by_address[address] = owner
            if domain:
                by_domain[domain].add(owner)
        return by_address, {domain: sorted(ids) for domain, ids in by_domain.items()}

    def domains_like(self, domain: str) -> Collection[str]:
        if self._connection.execute(_OWNERS_OF_DOMAIN, {"domain": domain}).first() is not None:
            return (domain,)
        near = {"shortest": len(domain) - _LENGTHS_APART, "longest": len(domain) + _LENGTHS_APART}
        return self._connection.execute(_DOMAINS_OF_LENGTH, near).scalars().all()

    # ---- what mails tell

    def remember(
        self,
        address: str,
        name: str,
        country: str | None,
        facts: Mapping[FactName, str],
        at: datetime,
        *,
        seen: Seen | None = None,
    ) -> int:
        key = _key(address)
        owner = self._owner(key) or self._join_company(key, seen) or self._make(key, at)
        (row,) = self._connection.execute(_TO_CHANGE, {"key": owner})
        card = replace(CustomerRecord(*row), addresses=())
        told = with_told(card, name, country, facts, at, seen)
        if told != card:
            self._write(told)
        changed = self._remember_person(owner, key, name, facts, seen)
        if changed or told.company != card.company or told.facts != card.facts:
            self._compare_by(owner)
        mail = NewContact(
            owner, ContactKind.MAIL_IN, at, address=key, message_id=seen.message_id if seen is not None else None
        )
        self.add_contact(mail)
        if seen is not None and seen.is_order:
            self.add_contact(replace(mail, kind=ContactKind.ORDER, amount=seen.order_amount))
        return owner

    def count_out(
        self, address: str, at: datetime, *, message_id: int | None = None, draft_id: int | None = None
    ) -> None:
        key = _key(address)
        owner = self._owner(key)
        if owner is not None:
            self.add_contact(
                NewContact(owner, ContactKind.MAIL_OUT, at, address=key, message_id=message_id, draft_id=draft_id)
            )

    # ---- what people tell

    def save(self, card: CustomerRecord) -> None:
        self._write(card)
        self._compare_by(card.id)

    def save_people(self, people: Sequence[Person]) -> None:
        for some in chunks(people):
            rows = [asdict(replace(person, address=_key(person.address))) for person in some]
            self._connection.execute(insert_if_new(self._connection, CustomerAddressRow, ("address",)), rows)
            changes = [{"at_address": row["address"], "key": row["customer_id"], **row} for row in rows]
            self._connection.execute(_WRITE_PERSON, changes)
        for owner in dict.fromkeys(person.customer_id for person in people):
            self._compare_by(owner)

    def add_cards(self, cards: Sequence[tuple[CustomerRecord, Sequence[Person]]]) -> Sequence[int]:
        made: list[int] = []
        for some in chunks(cards):
            rows = [{name: getattr(card, name) for name in (*_WRITTEN, *_COUNTED)} for card, _ in some]
            ids = list(self._connection.execute(_NEW_CARDS, rows).scalars())
            people = [
                replace(person, address=_key(person.address), customer_id=owner)
                for owner, (_, theirs) in zip(ids, some, strict=True)
                for person in theirs
            ]
            if people:
                self._connection.execute(insert_row(CustomerAddressRow), [asdict(person) for person in people])
            shared = [
                {"customer_id": owner, **asdict(trait)}
                for owner, (card, theirs) in zip(ids, some, strict=True)
                for trait in traits(card, theirs)
            ]
            if shared:
                self._connection.execute(insert_row(CustomerTraitRow), shared)
            made += ids
        return made

    # ---- parts

    def _owner(self, key: str) -> int | None:
        return self._connection.execute(_OWNER, {"at_address": key}).scalar()

    def _join_company(self, key: str, seen: Seen | None) -> int | None:
        """A colleague of someone we know: the card of the one customer that has this domain."""
        if seen is None or not seen.domain:
            return None
        owners = self._connection.execute(_OWNERS_OF_DOMAIN, {"domain": seen.domain}).scalars().all()
        if len(owners) != 1:
            return None
        claim = insert_if_new(self._connection, CustomerAddressRow, ("address",))
        self._connection.execute(claim, {"address": key, "customer_id": owners[0], "domain": seen.domain})
        return self._owner(key)

    def _make(self, key: str, at: datetime) -> int:
        """A new card, or the one that another process made for this address in the same moment."""
        new = {"facts": {}, "first_contact_at": at, "last_contact_at": at}
        mine = self._connection.execute(insert_row(CustomerRow, "id"), new).scalar_one()
        claim = insert_if_new(self._connection, CustomerAddressRow, ("address",), "customer_id")
        if self._connection.execute(claim, {"address": key, "customer_id": mine}).first() is None:
            self._connection.execute(delete(CustomerRow).where(CustomerRow.id == mine))
        return self._connection.execute(_OWNER, {"at_address": key}).scalar_one()

    def _remember_person(
        self, owner: int, key: str, name: str, facts: Mapping[FactName, str], seen: Seen | None
    ) -> bool:
        (known,) = self._connection.execute(_PERSON_AT, {"at_address": key})
        person = Person(*known)
        told = person_told(person, name, facts, seen)
        if told != person:
            self._connection.execute(_WRITE_PERSON, {"at_address": key, "key": owner, **asdict(told)})
        return told != person

    def _write(self, card: CustomerRecord) -> None:
        values = {name: getattr(card, name) for name in _WRITTEN}
        self._connection.execute(_WRITE_CARD, {"key": card.id, **values})

    def _compare_by(self, customer_id: int) -> None:
        """Write down anew what the card is compared by."""
        self._connection.execute(_FORGET_TRAITS, {"key": customer_id})
        found = traits(self.get(customer_id), self.people([customer_id]).get(customer_id, ()))
        if found:
            rows = [{"customer_id": customer_id, **asdict(trait)} for trait in found]
            self._connection.execute(insert_row(CustomerTraitRow), rows)

    def _cards(self, wanted: Select[Any], asked: Mapping[str, object] = _NOTHING) -> list[CustomerRecord]:
        cards = [CustomerRecord(*row) for row in self._connection.execute(wanted, asked)]
        people = self.people(card.id for card in cards)
        return [replace(card, addresses=tuple(p.address for p in people.get(card.id, ()))) for card in cards]


def _key(address: str) -> str:
    return address.lower()[:LONGEST_ADDRESS]
