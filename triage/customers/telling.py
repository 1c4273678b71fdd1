"""What a mail adds to a card: the first finding stands, and a person's entry, were it empty, outranks the machine."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from triage.vocabulary.customers import Person, Seen, Source
from triage.vocabulary.inquiry import FactName, Quality
from triage.vocabulary.records import CustomerRecord

T = TypeVar("T")
_FACTS = frozenset(FactName)
_WORTH = {Quality.NONE: 0, Quality.LOW: 1, Quality.MEDIUM: 2, Quality.HIGH: 3}


class _Pen:
    """Writes into the fields that are free to be written, and notes where each value comes from."""

    def __init__(self, card: CustomerRecord, at: datetime, seen: Seen | None) -> None:
        self._at, self._seen = at, seen
        self._by_people = frozenset(name for name, source in card.sources.items() if source.by)
        self.sources = dict(card.sources)

    def fill(self, field: str, stands: T, told: T) -> T:
        """`told` where nothing stands yet."""
        return stands if stands else self.renew(field, stands, told)

    def renew(self, field: str, stands: T, told: T) -> T:
        """`told` over what stands, if it tells anything."""
        if not told or told == stands or field in self._by_people:
            return stands
        if self._seen is not None:
            start, end = self._seen.spans.get(FactName(field), (-1, -1)) if field in _FACTS else (-1, -1)
            self.sources[field] = Source(self._at, self._seen.message_id, start, end)
        return told


def with_told(
    card: CustomerRecord,
    name: str,
    country: str | None,
    facts: Mapping[FactName, str],
    at: datetime,
    seen: Seen | None,
) -> CustomerRecord:
    """The card with what is new in a mail received at `at`."""
    pen = _Pen(card, at, seen)
    company = pen.fill("company", card.company, facts.get(FactName.COMPANY, ""))
    known = {**facts, **card.facts}
    told = replace(
        card,
        name=pen.fill("name", card.name, name),
        company=company,
        country=pen.fill("country", card.country, country),
        facts={fact: text for fact in known if (text := pen.fill(fact, card.facts.get(fact, ""), known[fact]))},
    )
    if seen is not None:
        latest = card.last_contact_at is None or at >= card.last_contact_at
        told = replace(
            told,
            type=pen.renew("type", card.type, seen.buyer_type if latest else None),
            importance=pen.renew("importance", card.importance, _better(card.importance, seen.importance)),
            stage=pen.renew("stage", card.stage, seen.stage if latest else None),
        )
    return replace(told, sources=pen.sources)


def person_told(person: Person, name: str, facts: Mapping[FactName, str], seen: Seen | None) -> Person:
    """The person with what is new in their mail."""
    return replace(
        person,
        name=person.name or name or facts.get(FactName.PERSON, ""),
        role=person.role or facts.get(FactName.ROLE, ""),
        phone=person.phone or facts.get(FactName.PHONE, ""),
        domain=person.domain or (seen.domain if seen is not None else ""),
    )


def _better(stands: Quality | None, told: Quality | None) -> Quality | None:
    """What a buyer once proved is not unsaid by a short mail later."""
    return max((q for q in (stands, told) if q is not None), key=_WORTH.__getitem__, default=None)
