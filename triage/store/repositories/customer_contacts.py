"""What happened with customers: each contact is a row, and the card counts them."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Double,
    Insert,
    Integer,
    Update,
    bindparam,
    case,
    delete,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from triage.store.columns import UtcDateTime
from triage.store.repositories.rows import columns
from triage.store.tables import CustomerContactRow, CustomerRow
from triage.vocabulary.customers import BY_HAND, ContactKind, ContactRecord, NewContact

_RECORD = columns(ContactRecord, CustomerContactRow)
_COUNTER = {
    ContactKind.MAIL_IN: CustomerRow.messages_in,
    ContactKind.MAIL_OUT: CustomerRow.messages_out,
    ContactKind.ORDER: CustomerRow.orders,
    **dict.fromkeys(BY_HAND, CustomerRow.meetings),
}


class SqlContacts:
    """The part of the customer book that keeps contacts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_contact(self, new: NewContact) -> int | None:
        made: int | None = self._connection.execute(_insert_once(self._connection.dialect.name), asdict(new)).scalar()
        if made is not None:
            self._recount(new.customer_id, new, 1)
        return made

    def contacts(self, customer_id: int, limit: int = 1000) -> Sequence[ContactRecord]:
        wanted = select(*_RECORD).where(CustomerContactRow.customer_id == customer_id)
        wanted = wanted.order_by(CustomerContactRow.at.desc(), CustomerContactRow.id.desc()).limit(limit)
        return [ContactRecord(*row) for row in self._connection.execute(wanted)]

    def give_contact(self, contact_id: int, owner: int, new_owner: int) -> None:
        """Another card's from now on, and counted there."""
        mine = update(CustomerContactRow).where(CustomerContactRow.id == contact_id)
        row = self._connection.execute(mine.values(customer_id=new_owner).returning(*_RECORD)).one()
        contact = ContactRecord(*row)
        self._recount(owner, contact, -1)
        self._recount(new_owner, contact, 1)

    def set_amount(self, message_id: int, amount: float, by: str) -> int | None:
        """A person tells what that mail's order comes to; the contact's number, None where it is no order."""
        mine = _order_of(message_id)
        row = self._connection.execute(select(*_RECORD).where(mine)).one_or_none()
        if row is None:
            return None
        order = ContactRecord(*row)
        self._connection.execute(update(CustomerContactRow).where(mine).values(amount=amount, by=by))
        self._recount(order.customer_id, order, -1)
        self._recount(order.customer_id, replace(order, amount=amount), 1)
        return order.id

    def drop_order(self, message_id: int) -> None:
        dropped = delete(CustomerContactRow).where(_order_of(message_id)).returning(*_RECORD)
        for row in self._connection.execute(dropped).all():
            gone = ContactRecord(*row)
            self._recount(gone.customer_id, gone, -1)

    def _recount(self, customer_id: int, contact: NewContact | ContactRecord, by: int) -> None:
        if contact.kind in _COUNT:
            values = {"key": customer_id, "at": contact.at, "by": by, "amount": by * (contact.amount or 0.0)}
            self._connection.execute(_COUNT[contact.kind], values)


def _order_of(message_id: int) -> ColumnElement[bool]:
    return (CustomerContactRow.message_id == message_id) & (CustomerContactRow.kind == ContactKind.ORDER)


def _count(kind: ContactKind) -> Update:
    """The UPDATE that counts a contact on its card, or takes it back. The dates of contact only ever widen."""
    at = bindparam("at", type_=UtcDateTime)
    first, last, counter = CustomerRow.first_contact_at, CustomerRow.last_contact_at, _COUNTER[kind]
    values: dict[Any, Any] = {
        first: case((first.is_(None) | (first > at), at), else_=first),
        last: case((last.is_(None) | (last < at), at), else_=last),
        counter: counter + bindparam("by", type_=Integer),
    }
    if kind is ContactKind.ORDER:
        values[CustomerRow.value] = CustomerRow.value + bindparam("amount", type_=Double)
    return update(CustomerRow).where(CustomerRow.id == bindparam("key", type_=Integer)).values(values)


_COUNT = {kind: _count(kind) for kind in _COUNTER}


@cache
def _insert_once(dialect: str) -> Insert:
    """An INSERT that skips a mail or letter that is counted already."""
    statement = sqlite.insert(CustomerContactRow) if dialect == "sqlite" else postgresql.insert(CustomerContactRow)
    return statement.on_conflict_do_nothing().returning(CustomerContactRow.id)
