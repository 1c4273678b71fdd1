"""Which cards are meant, in SQL: the same words as `CustomerFilter`, the same table as `triage.customers.segment`."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, case, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from triage.customers import countries
from triage.store.columns import UtcDateTime
from triage.store.tables import CustomerAddressRow, CustomerRow
from triage.vocabulary.customers import CustomerFilter, Patience, Period, Range, Segment, SortBy, SortKey, ValueClass
from triage.vocabulary.records import CustomerRecord

_CONTACTS = CustomerRow.messages_in + CustomerRow.messages_out + CustomerRow.meetings
_HIGH_SHARE = 0.8
_RANKED = (
    select(
        CustomerRow.value,
        func.sum(CustomerRow.value).over(order_by=CustomerRow.value.desc()).label("down_to_here"),
        func.sum(CustomerRow.value).over().label("in_all"),
    )
    .where(CustomerRow.merged_into.is_(None), CustomerRow.value > 0)
    .subquery()
)
_HIGH_FROM = (
    select(func.max(_RANKED.c.value)).where(_RANKED.c.down_to_here >= _HIGH_SHARE * _RANKED.c.in_all).scalar_subquery()
)
"""The least value of those who together bring `_HIGH_SHARE` of all (R20)."""
_NEVER = datetime.fromisoformat("0001-01-02T00:00:00+00:00")


def conditions(wanted: CustomerFilter, patience: Patience, now: datetime) -> Sequence[ColumnElement[bool]]:
    """All of them hold."""
    return [
        *_text(wanted.text),
        *_among(CustomerRow.importance, wanted.importance),
        *_among(CustomerRow.type, wanted.type),
        *_among(CustomerRow.country, wanted.country),
        *_among(CustomerRow.stage, wanted.stage),
        *_region(wanted),
        *_segments(wanted, patience, now),
        *_value_classes(wanted.value_class),
        *_yes(CustomerRow.orders > 0, wanted.traded),
        *_yes(CustomerRow.messages_out + CustomerRow.meetings > 0, wanted.contacted),
        *_yes(CustomerRow.do_not_contact.is_(True), wanted.do_not_contact),
        *_yes(CustomerRow.greets != "", wanted.greets),
        *_within(_CONTACTS, wanted.contacts),
        *_within(CustomerRow.orders, wanted.orders),
        *_within(CustomerRow.value, wanted.value),
        *_during(CustomerRow.first_contact_at, wanted.first_contact),
        *_during(CustomerRow.last_contact_at, wanted.last_contact),
    ]


def order(sort: SortBy) -> Sequence[ColumnElement[Any]]:
    """The sort key, then the id: no two cards share a place."""
    key = _SORT[sort.key]
    return [key.desc(), CustomerRow.id.desc()] if sort.descending else [key.asc(), CustomerRow.id.asc()]


def start_after(sort: SortBy, last: CustomerRecord | None) -> Iterator[ColumnElement[bool]]:
    """Cards behind that one: its values as they were when it was read, so that a page neither repeats nor skips."""
    if last is None:
        return
    key, value = _SORT[sort.key], _value(sort.key, last)
    if sort.descending:
        yield or_(key < value, and_(key == value, CustomerRow.id < last.id))
    else:
        yield or_(key > value, and_(key == value, CustomerRow.id > last.id))


def segment_of(patience: Patience, now: datetime) -> ColumnElement[str]:
    """As `triage.customers.segment`, row by row."""
    last = CustomerRow.last_contact_at
    return case(
        (last <= now - patience.lost_after, Segment.LOST.value),
        (last <= now - patience.dormant_after, Segment.DORMANT.value),
        (CustomerRow.orders >= patience.loyal_orders, Segment.KEY.value),
        (CustomerRow.orders > 0, Segment.DEVELOPING.value),
        (patience.contacts <= _CONTACTS, Segment.SET_ASIDE.value),
        (CustomerRow.messages_in > 1, Segment.DEVELOPING.value),
        else_=Segment.NEW.value,
    )


def _segments(wanted: CustomerFilter, patience: Patience, now: datetime) -> Iterator[ColumnElement[bool]]:
    if wanted.segment:
        yield segment_of(patience, now).in_([segment.value for segment in wanted.segment])
    silent = func.coalesce(CustomerRow.last_contact_at <= now - patience.dormant_after, False)
    yield from _yes(silent, wanted.dormant)
    yield from _yes(CustomerRow.orders >= patience.loyal_orders, wanted.loyal)
    yield from _yes(and_(CustomerRow.orders == 0, patience.contacts <= _CONTACTS), wanted.set_aside)


def _value_classes(wanted: frozenset[ValueClass]) -> Iterator[ColumnElement[bool]]:
    if wanted:
        bought = CustomerRow.value > 0
        of_class = {
            ValueClass.HIGH: and_(bought, CustomerRow.value >= _HIGH_FROM),
            ValueClass.MIDDLE: and_(bought, CustomerRow.value < _HIGH_FROM),
            ValueClass.LOW: ~bought,
        }
        yield or_(*(of_class[each] for each in sorted(wanted)))


def _text(text: str) -> Iterator[ColumnElement[bool]]:
    """SQLite folds the case of ASCII alone, so that other scripts are asked for in the forms they are written in."""
    if not text:
        return
    forms = sorted({text, text.lower(), text.upper(), text.title()})
    addresses = select(CustomerAddressRow.customer_id).where(
        CustomerAddressRow.address.contains(text.lower(), autoescape=True)
    )
    named = [
        column.icontains(form, autoescape=True) for column in (CustomerRow.name, CustomerRow.company) for form in forms
    ]
    yield or_(*named, CustomerRow.id.in_(addresses))


def _region(wanted: CustomerFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.region:
        known = [code for region in wanted.region if region is not None for code in sorted(countries()[region])]
        elsewhere = CustomerRow.country.not_in([code for codes in countries().values() for code in sorted(codes)])
        unknown = [CustomerRow.country.is_(None), elsewhere] if None in wanted.region else []
        yield or_(CustomerRow.country.in_(known), *unknown)


def _among(column: InstrumentedAttribute[Any], wanted: frozenset[Any]) -> Iterator[ColumnElement[bool]]:
    if wanted:
        known = column.in_([value for value in wanted if value is not None])
        yield or_(known, column.is_(None)) if None in wanted else known


def _yes(condition: ColumnElement[bool], wanted: bool | None) -> Iterator[ColumnElement[bool]]:
    if wanted is not None:
        yield condition if wanted else ~condition


def _within(figure: SQLColumnExpression[Any], bounds: Range) -> Iterator[ColumnElement[bool]]:
    if bounds.least is not None:
        yield figure >= bounds.least
    if bounds.most is not None:
        yield figure <= bounds.most


def _during(moment: InstrumentedAttribute[Any], period: Period) -> Iterator[ColumnElement[bool]]:
    if period.since is not None:
        yield moment >= period.since
    if period.until is not None:
        yield moment < period.until


_SORT: dict[SortKey, SQLColumnExpression[Any]] = {
    SortKey.ID: CustomerRow.id,
    SortKey.COMPANY: CustomerRow.company,
    SortKey.COUNTRY: func.coalesce(CustomerRow.country, ""),
    SortKey.FIRST_CONTACT: func.coalesce(CustomerRow.first_contact_at, literal(_NEVER, UtcDateTime())),
    SortKey.LAST_CONTACT: func.coalesce(CustomerRow.last_contact_at, literal(_NEVER, UtcDateTime())),
    SortKey.CONTACTS: _CONTACTS,
    SortKey.ORDERS: CustomerRow.orders,
    SortKey.VALUE: CustomerRow.value,
}


def _value(key: SortKey, card: CustomerRecord) -> object:
    values: dict[SortKey, object] = {
        SortKey.ID: card.id,
        SortKey.COMPANY: card.company,
        SortKey.COUNTRY: card.country or "",
        SortKey.FIRST_CONTACT: card.first_contact_at or _NEVER,
        SortKey.LAST_CONTACT: card.last_contact_at or _NEVER,
        SortKey.CONTACTS: card.messages_in + card.messages_out + card.meetings,
        SortKey.ORDERS: card.orders,
        SortKey.VALUE: card.value,
    }
    return values[key]
