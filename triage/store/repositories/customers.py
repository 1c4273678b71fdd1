"""The customer book: one card for each customer, however many addresses (R18)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, case, delete, func, select, update

from triage.errors import NotFound
from triage.store.columns import CleanText, UtcDateTime
from triage.store.repositories.processed import LONGEST_ADDRESS
from triage.store.repositories.rows import columns, insert_if_new, insert_row
from triage.store.tables import CustomerAddressRow, CustomerRow
from triage.vocabulary.inquiry import FactName
from triage.vocabulary.records import CustomerRecord


class SqlCustomers:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def by_address(self, address: str) -> CustomerRecord | None:
        card = self._connection.execute(_CARD, {"address": _key(address)}).first()
        return None if card is None else self.get(card.id)

    def get(self, customer_id: int) -> CustomerRecord:
        found = self._select([CustomerRow.id == customer_id])
        if not found:
            raise NotFound(f"There is no customer {customer_id}.")
        return found[0]

    def all(self) -> Sequence[CustomerRecord]:
        return self._select([])

    def remember(
        self, address: str, name: str, country: str | None, facts: Mapping[FactName, str], at: datetime
    ) -> int:
        key = _key(address)
        card = self._connection.execute(_CARD_TO_CHANGE, {"address": key}).first() or self._make(key, at)
        values: dict[str, Any] = {
            "customer": card.id,
            "name": card.name or name,
            "company": card.company or facts.get(FactName.COMPANY, ""),
            "country": card.country or country,
            "facts": {**facts, **card.facts},
            "first_contact_at": min(card.first_contact_at or at, at),
            "last_contact_at": max(card.last_contact_at or at, at),
        }
        self._connection.execute(_ADD_TO_CARD, values)
        customer_id: int = card.id
        return customer_id

    def count_out(self, address: str, at: datetime) -> None:
        self._connection.execute(_COUNT_OUT, {"address": _key(address), "at": at})

    def _make(self, key: str, at: datetime) -> Row[*tuple[Any, ...]]:
        """A new card, or the one that another process made for this address in the same moment."""
        new = {"facts": {}, "first_contact_at": at, "last_contact_at": at}
        mine = self._connection.execute(insert_row(CustomerRow, "id"), new).scalar_one()
        claim = insert_if_new(self._connection, CustomerAddressRow, ("address",), "customer_id")
        if self._connection.execute(claim, {"address": key, "customer_id": mine}).first() is None:
            self._connection.execute(delete(CustomerRow).where(CustomerRow.id == mine))
        return self._connection.execute(_CARD_TO_CHANGE, {"address": key}).one()

    def _select(self, conditions: Sequence[ColumnElement[bool]]) -> list[CustomerRecord]:
        addresses: dict[int, list[str]] = defaultdict(list)
        owned = select(CustomerAddressRow.customer_id, CustomerAddressRow.address)
        owned = owned.join(CustomerRow).where(*conditions).order_by(CustomerAddressRow.address)
        for customer_id, address in self._connection.execute(owned):
            addresses[customer_id].append(address)
        wanted = select(*columns(CustomerRecord, CustomerRow, addresses=CustomerRow.id))
        wanted = wanted.where(*conditions).order_by(CustomerRow.id)
        cards = (CustomerRecord(*row) for row in self._connection.execute(wanted))
        return [replace(card, addresses=tuple(addresses[card.id])) for card in cards]


def _key(address: str) -> str:
    return address.lower()[:LONGEST_ADDRESS]


_ADDRESS = bindparam("address", type_=CleanText)
_AT = bindparam("at", type_=UtcDateTime)
_CARD = (
    select(
        CustomerRow.id,
        CustomerRow.name,
        CustomerRow.company,
        CustomerRow.country,
        CustomerRow.facts,
        CustomerRow.first_contact_at,
        CustomerRow.last_contact_at,
    )
    .join(CustomerAddressRow, CustomerAddressRow.customer_id == CustomerRow.id)
    .where(CustomerAddressRow.address == _ADDRESS)
)
_CARD_TO_CHANGE = _CARD.with_for_update(of=CustomerRow)
_ADD_TO_CARD = (
    update(CustomerRow).where(CustomerRow.id == bindparam("customer")).values(messages_in=CustomerRow.messages_in + 1)
)
_LAST = func.coalesce(CustomerRow.last_contact_at, _AT)
_COUNT_OUT = (
    update(CustomerRow)
    .where(
        CustomerRow.id
        == select(CustomerAddressRow.customer_id).where(CustomerAddressRow.address == _ADDRESS).scalar_subquery()
    )
    .values(
        messages_out=CustomerRow.messages_out + 1,
        first_contact_at=func.coalesce(CustomerRow.first_contact_at, _AT),
        last_contact_at=case((_LAST < _AT, _AT), else_=_LAST),
    )
)
