"""The customer book: one card for each customer, however many addresses (R18)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, case, delete, func, insert, select, update

from triage.errors import NotFound
from triage.store.repositories.processed import LONGEST_ADDRESS
from triage.store.repositories.rows import columns
from triage.store.repositories.rows import insert as insert_new
from triage.store.tables import CustomerAddressRow, CustomerRow
from triage.vocabulary.inquiry import FactName
from triage.vocabulary.records import CustomerRecord


class SqlCustomers:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def by_address(self, address: str) -> CustomerRecord | None:
        customer_id = self._id_of(_key(address))
        return None if customer_id is None else self.get(customer_id)

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
        customer_id = self._id_of(_key(address)) or self._make(_key(address))
        card = self._connection.execute(
            select(CustomerRow).where(CustomerRow.id == customer_id).with_for_update()
        ).one()
        change = update(CustomerRow).where(CustomerRow.id == customer_id)
        self._connection.execute(
            change.values(
                name=card.name or name,
                company=card.company or facts.get(FactName.COMPANY, ""),
                country=card.country or country,
                facts={**facts, **card.facts},
                first_contact_at=min(card.first_contact_at or at, at),
                last_contact_at=max(card.last_contact_at or at, at),
                messages_in=card.messages_in + 1,
            )
        )
        return customer_id

    def count_out(self, address: str, at: datetime) -> None:
        known = select(CustomerAddressRow.customer_id).where(CustomerAddressRow.address == _key(address))
        change = update(CustomerRow).where(CustomerRow.id == known.scalar_subquery())
        last = func.coalesce(CustomerRow.last_contact_at, at)
        self._connection.execute(
            change.values(
                messages_out=CustomerRow.messages_out + 1,
                first_contact_at=func.coalesce(CustomerRow.first_contact_at, at),
                last_contact_at=case((last < at, at), else_=last),
            )
        )

    def _id_of(self, key: str) -> int | None:
        wanted = select(CustomerAddressRow.customer_id).where(CustomerAddressRow.address == key)
        return self._connection.execute(wanted).scalar()

    def _make(self, key: str) -> int:
        """A new card, or the one that another process made for this address in the same moment."""
        mine = self._connection.execute(insert(CustomerRow).values(facts={}).returning(CustomerRow.id)).scalar_one()
        address = insert_new(self._connection, CustomerAddressRow).values(address=key, customer_id=mine)
        new = address.on_conflict_do_nothing().returning(CustomerAddressRow.customer_id)
        if self._connection.execute(new).first() is not None:
            return mine
        self._connection.execute(delete(CustomerRow).where(CustomerRow.id == mine))
        wanted = select(CustomerAddressRow.customer_id).where(CustomerAddressRow.address == key)
        return self._connection.execute(wanted).scalar_one()

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
