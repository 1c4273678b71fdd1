"""Customer books of any size in which every field says something."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from triage.store import SqlStore
from triage.vocabulary.customers import Person
from triage.vocabulary.inquiry import BuyerType, FactName, Quality, Stage
from triage.vocabulary.records import CustomerRecord

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
BLANK = CustomerRecord(0, "", "", None, ())


def full_book(size: int) -> list[tuple[CustomerRecord, list[Person]]]:
    """Cards in which every field says something, hostile texts among them."""
    texts = ["=1+1", "+49", "Müller & Co", "示例公司", "مثال", 'O\'Neil, "Bob"', "'=x", "_x0041_", "a\nb"]
    return [
        (
            replace(
                BLANK,
                name=f"{texts[n % len(texts)]} {n}".replace("\n", " "),
                company=f"Company {n}",
                country=["DE", "CL", None][n % 3],
                facts={
                    FactName.COMPANY: f"Company {n}",
                    FactName.PHONE: f"+49 30 {n:08}",
                    FactName.WEBSITE: f"https://c{n}.example",
                    FactName.VOLUME_PER_YEAR: "-5%",
                },
                type=list(BuyerType)[n % len(BuyerType)],
                importance=[None, *Quality][n % 5],
                stage=[None, *Stage][n % 10],
                do_not_contact=n % 7 == 0,
                note=texts[n % len(texts)],
                first_contact_at=START - timedelta(seconds=n * 997),
                last_contact_at=START if n % 11 else None,
                messages_in=n % 5,
                messages_out=n % 4,
                meetings=n % 3,
                orders=n % 6,
                value=round(n * 1.37, 2),
            ),
            [
                Person(f"p{n}.{m}@c{n}.example", 0, f"P {m}", "buyer", f"+1 617 {n:07}", f"c{n}.example")
                for m in range(n % 3)
            ],
        )
        for n in range(size)
    ]


def values(store: SqlStore) -> list[tuple[object, ...]]:
    """All that the book holds, but for numbers of rows and for who wrote what."""
    with store.begin(write=False) as uow:
        cards = uow.customers.all()
        people = uow.customers.people(card.id for card in cards)
    plain = [
        (
            replace(card, id=0, sources={}, facts=dict(sorted(card.facts.items()))),
            [replace(person, customer_id=0) for person in people.get(card.id, ())],
        )
        for card in cards
    ]
    return sorted(plain, key=lambda pair: pair[0].company)
