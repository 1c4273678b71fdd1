"""The columns of a customer table: what stands in each, of which type."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

from triage.customers.fields import FACTS, value_of
from triage.customers.regions import region_of
from triage.customers.segments import contacts
from triage.vocabulary.customers import Segment
from triage.vocabulary.records import CustomerRecord

Cell = str | float | int | bool | datetime | None
"""Dates are UTC, to the second."""
CUSTOMERS, PEOPLE = "Customers", "People"
"""The names of the sheets."""
PEOPLE_HEAD = ("customer_id", "company", "address", "name", "role", "phone")


@dataclass(frozen=True, slots=True)
class Column:
    """`width` in characters."""

    name: str
    value: Callable[[CustomerRecord, Segment], Cell]
    width: int = 14


def _of(field: str) -> Callable[[CustomerRecord, Segment], Cell]:
    return lambda card, _segment: value_of(card, field) or None  # type: ignore[return-value]


def _date(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC).replace(microsecond=0) if moment is not None else None


COLUMNS: tuple[Column, ...] = (
    Column("id", lambda card, _: card.id, 8),
    Column("name", _of("name"), 24),
    Column("company", _of("company"), 28),
    Column("country", _of("country"), 8),
    Column("region", lambda card, _: region_of(card.country)),
    Column("addresses", lambda card, _: "; ".join(card.addresses), 32),
    Column("type", _of("type")),
    Column("importance", _of("importance")),
    Column("stage", _of("stage")),
    Column("segment", lambda _, segment: segment),
    Column("contacts", lambda card, _: contacts(card), 9),
    Column("first_contact", lambda card, _: _date(card.first_contact_at), 19),
    Column("last_contact", lambda card, _: _date(card.last_contact_at), 19),
    Column("mails_in", lambda card, _: card.messages_in, 9),
    Column("mails_out", lambda card, _: card.messages_out, 9),
    Column("meetings", lambda card, _: card.meetings, 9),
    Column("orders", lambda card, _: card.orders, 9),
    Column("value", lambda card, _: round(card.value, 2), 12),
    Column("do_not_contact", lambda card, _: card.do_not_contact),
    Column("note", _of("note"), 40),
    Column("greets", _of("greets"), 20),
    *(Column(fact.value, _of(fact.value), 20) for fact in FACTS),
)
BY_NAME: Mapping[str, Column] = MappingProxyType({column.name: column for column in COLUMNS})
