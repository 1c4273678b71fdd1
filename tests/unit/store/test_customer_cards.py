"""The customer's card on both databases: sources, people, contacts, filters, pages."""

from dataclasses import replace
from datetime import UTC, timedelta
from itertools import product

import pytest

from tests.unit.store.filling import NOW, minutes, put_message
from triage.customers import parse_filter, segment
from triage.store import SqlStore
from triage.vocabulary.customers import (
    PATIENCE,
    ContactKind,
    CustomerFilter,
    NewContact,
    Person,
    Seen,
    Segment,
    SortBy,
    SortKey,
    Source,
)
from triage.vocabulary.inquiry import BuyerType, FactName, Quality, Stage
from triage.vocabulary.ports import UnitOfWork
from triage.vocabulary.records import CustomerRecord

COMPANY, ROLE, PHONE = FactName.COMPANY, FactName.ROLE, FactName.PHONE
BLANK = CustomerRecord(0, "", "", None, ())


def seen(uow: UnitOfWork, number: int = 1, **others: object) -> Seen:
    message_id, _ = put_message(uow, number)
    return replace(Seen(message_id), **others)  # type: ignore[arg-type]


def test_the_same_mail_counts_once_however_often_it_is_processed(store: SqlStore) -> None:
    with store.begin() as uow:
        mail = seen(uow, is_order=True)
        for _ in range(3):
            customer_id = uow.customers.remember("ana@shop.example", "Ana", "CL", {}, NOW, seen=mail)
        uow.customers.remember("ana@shop.example", "Ana", "CL", {}, NOW + minutes(1), seen=seen(uow, 2))
        card = uow.customers.get(customer_id)
        assert (card.messages_in, card.orders) == (2, 1)
        kinds = [contact.kind for contact in uow.customers.contacts(customer_id)]
        assert sorted(kinds) == [ContactKind.MAIL_IN, ContactKind.MAIL_IN, ContactKind.ORDER]
        uow.customers.drop_order(mail.message_id)
        assert uow.customers.get(customer_id).orders == 0


def test_every_value_tells_its_mail_and_where_in_it(store: SqlStore) -> None:
    with store.begin() as uow:
        mail = seen(uow, spans={ROLE: (10, 15)}, buyer_type=BuyerType.IMPORTER, stage=Stage.QUOTATION)
        customer_id = uow.customers.remember("a@b.example", "Ana", "CL", {ROLE: "buyer"}, NOW, seen=mail)
        card = uow.customers.get(customer_id)
        outside = Source(NOW, mail.message_id)
        assert card.sources == {
            "name": outside,
            "country": outside,
            "role": Source(NOW, mail.message_id, 10, 15),
            "type": outside,
            "stage": outside,
        }
        assert (card.type, card.stage) == (BuyerType.IMPORTER, Stage.QUOTATION)


def test_a_persons_entry_outranks_the_machine_were_it_empty(store: SqlStore) -> None:
    with store.begin() as uow:
        first = seen(uow, buyer_type=BuyerType.AGENT, importance=Quality.LOW)
        customer_id = uow.customers.remember("a@b.example", "Ana", "CL", {COMPANY: "Shop"}, NOW, seen=first)
        by_li = Source(NOW, by="li")
        written = replace(
            uow.customers.get(customer_id),
            company="",
            facts={},
            type=BuyerType.RETAILER,
            sources={"company": by_li, "type": by_li},
        )
        uow.customers.save(written)
        second = seen(uow, 2, buyer_type=BuyerType.IMPORTER, importance=Quality.HIGH)
        facts = {COMPANY: "Shop SpA", ROLE: "owner"}
        uow.customers.remember("a@b.example", "A.", "PE", facts, NOW + minutes(1), seen=second)
        card = uow.customers.get(customer_id)
        assert (card.name, card.company, card.country, card.type) == ("Ana", "", "CL", BuyerType.RETAILER)
        assert card.facts == {ROLE: "owner"}
        assert card.importance is Quality.HIGH
        assert card.sources["company"] == by_li


def test_importance_never_falls_and_the_stage_is_the_newest_mails(store: SqlStore) -> None:
    with store.begin() as uow:
        for number, (importance, stage, at) in enumerate(
            [
                (Quality.HIGH, Stage.SAMPLE, NOW),
                (Quality.LOW, Stage.FIRST_INQUIRY, NOW - minutes(9)),
                (Quality.MEDIUM, Stage.ORDER, NOW + minutes(9)),
            ]
        ):
            mail = seen(uow, number + 1, importance=importance, stage=stage)
            customer_id = uow.customers.remember("a@b.example", "Ana", None, {}, at, seen=mail)
        card = uow.customers.get(customer_id)
        assert (card.importance, card.stage) == (Quality.HIGH, Stage.ORDER)


def test_a_colleague_joins_the_card_of_the_company_domain(store: SqlStore) -> None:
    with store.begin() as uow:
        first = uow.customers.remember(
            "ana@shop.example", "Ana", "CL", {ROLE: "buyer"}, NOW, seen=seen(uow, 1, domain="shop.example")
        )
        second = uow.customers.remember(
            "luis@shop.example", "Luis", None, {PHONE: "+56 2 5550 1234"}, NOW, seen=seen(uow, 2, domain="shop.example")
        )
        free = uow.customers.remember("ana@mail.example", "Ana", "CL", {}, NOW, seen=seen(uow, 3))
        assert first == second != free
        assert uow.customers.get(first).messages_in == 2
        assert uow.customers.people([first])[first] == [
            Person("ana@shop.example", first, "Ana", "buyer", "", "shop.example"),
            Person("luis@shop.example", first, "Luis", "", "+56 2 5550 1234", "shop.example"),
        ]


def test_a_domain_of_two_cards_joins_neither(store: SqlStore) -> None:
    with store.begin() as uow:
        people = [[Person(f"{name}@shop.example", 0, domain="shop.example")] for name in ("a", "b")]
        made = uow.customers.add_cards([(replace(BLANK, name=str(n)), each) for n, each in enumerate(people)])
        third = uow.customers.remember("c@shop.example", "C", None, {}, NOW, seen=seen(uow, domain="shop.example"))
        assert third not in made
        (pair, *_) = uow.merges.duplicates()
        assert (pair.first_id, pair.second_id) == tuple(made)


def test_contacts_by_hand_count_and_remarks_do_not(store: SqlStore) -> None:
    with store.begin() as uow:
        customer_id = uow.customers.remember("a@b.example", "Ana", None, {}, NOW)
        for kind, at in (
            (ContactKind.CALL, NOW - minutes(5)),
            (ContactKind.MEETING, NOW + minutes(5)),
            (ContactKind.CHAT, NOW),
            (ContactKind.NOTE, NOW + minutes(60)),
        ):
            uow.customers.add_contact(NewContact(customer_id, kind, at, "li", "spoke of lamps"))
        uow.customers.add_contact(NewContact(customer_id, ContactKind.ORDER, NOW, "li", "PO 7", amount=1250.5))
        card = uow.customers.get(customer_id)
        assert (card.meetings, card.orders, card.value) == (3, 1, 1250.5)
        assert (card.first_contact_at, card.last_contact_at) == (NOW - minutes(5), NOW + minutes(5))
        newest = uow.customers.contacts(customer_id, 1)[0]
        assert (newest.kind, newest.by, newest.text) == (ContactKind.NOTE, "li", "spoke of lamps")


def many_cards(uow: UnitOfWork) -> list[CustomerRecord]:
    """Every mixture of counts and silences that the table of segments tells apart."""
    silences = [None, 1, 89.9, 90, 364.9, 365]
    mixtures = product([0, 1, 2, 12], [0, 11], [0, 1], [0, 1, 3], silences)
    cards = [
        replace(
            BLANK,
            name=f"card {number}",
            messages_in=mails_in,
            messages_out=mails_out,
            meetings=meetings,
            orders=orders,
            last_contact_at=None if silent is None else NOW - timedelta(days=silent),
        )
        for number, (mails_in, mails_out, meetings, orders, silent) in enumerate(mixtures)
    ]
    ids = uow.customers.add_cards([(card, []) for card in cards])
    return [replace(card, id=key) for key, card in zip(ids, cards, strict=True)]


def test_the_store_and_the_table_of_segments_agree(store: SqlStore) -> None:
    with store.begin() as uow:
        cards = many_cards(uow)
        for wanted in Segment:
            found = uow.customers.page(CustomerFilter(segment=frozenset({wanted})), PATIENCE, NOW, limit=1000)
            expected = {card.id for card in cards if segment(card, NOW) is wanted}
            assert {card.id for card in found} == expected != set()


def test_new_cards_come_back_as_they_went_in(store: SqlStore) -> None:
    with store.begin() as uow:
        cards = many_cards(uow)
        assert list(uow.customers.all()) == cards


@pytest.mark.parametrize("key", list(SortKey))
@pytest.mark.parametrize("descending", [False, True])
def test_pages_hold_every_card_once(store: SqlStore, key: SortKey, descending: bool) -> None:
    with store.begin() as uow:
        expected = {card.id for card in many_cards(uow)}
        found: list[CustomerRecord] = []
        while page := uow.customers.page(
            CustomerFilter(), PATIENCE, NOW, SortBy(key, descending), found[-1] if found else None, 37
        ):
            found += page
        assert len(found) == len(expected)
        assert {card.id for card in found} == expected
        if key is SortKey.ID:
            assert [card.id for card in found] == sorted(expected, reverse=descending)


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("text=müller", ["Ä"]),
        ("text=MÜLLER", ["Ä"]),
        ("text=SHOP.example", ["B"]),
        ("text=100%", []),
        ("country=DE", ["Ä"]),
        ("country=unknown", ["C"]),
        ("region=europe", ["Ä"]),
        ("region=south_america,unknown", ["B", "C"]),
        ("type=importer", ["B"]),
        ("type=unknown", ["C", "Ä"]),
        ("importance=high", ["Ä"]),
        ("stage=sample", ["C"]),
        ("traded=yes", ["B"]),
        ("traded=no", ["C", "Ä"]),
        ("contacted=yes", ["C", "Ä"]),
        ("contacted=no", ["B"]),
        ("loyal=yes", ["B"]),
        ("set_aside=yes", ["C"]),
        ("dormant=yes", ["B"]),
        ("dormant=no", ["C", "Ä"]),
        ("do_not_contact=yes", ["C"]),
        ("contacts=1..5", ["Ä"]),
        ("orders=3 value=..100", ["B"]),
        ("last_contact=2026", ["Ä"]),
        ("last_contact=2025", ["B"]),
        ("first_contact=..2025", ["B"]),
    ],
)
def test_every_word_of_the_filter(store: SqlStore, words: str, names: list[str]) -> None:
    long_ago = NOW - timedelta(days=120)
    cards = [
        (replace(BLANK, name="Ä", company="Hans Müller", country="DE", importance=Quality.HIGH, messages_out=1,
                 first_contact_at=NOW, last_contact_at=NOW), []),
        (replace(BLANK, name="B", country="CL", type=BuyerType.IMPORTER, orders=3, value=99.5, messages_in=6,
                 first_contact_at=long_ago, last_contact_at=long_ago), [Person("b@shop.example", 0)]),
        (replace(BLANK, name="C", stage=Stage.SAMPLE, do_not_contact=True, meetings=12), []),
    ]  # fmt: skip
    with store.begin() as uow:
        uow.customers.add_cards(cards)
        wanted = parse_filter(words.split(), NOW.tzinfo or NOW.astimezone().tzinfo)  # type: ignore[arg-type]
        found = uow.customers.page(wanted, PATIENCE, NOW)
        assert sorted(card.name for card in found) == names
        assert uow.customers.count(wanted, PATIENCE, NOW) == len(names)


@pytest.mark.parametrize(
    ("values", "classes"),
    [
        ((500, 300, 100, 60, 40, 0, 0), ("high", "high", "middle", "middle", "middle", "low", "low")),
        ((900, 50, 50), ("high", "middle", "middle")),
        ((10, 10, 10), ("high", "high", "high")),
        ((0, 0), ("low", "low")),
    ],
)
def test_few_customers_bring_most_of_the_value(
    store: SqlStore, values: tuple[float, ...], classes: tuple[str, ...]
) -> None:
    """R20: 80/20, each customer in exactly one class."""
    with store.begin() as uow:
        ids = uow.customers.add_cards([(replace(BLANK, name=str(n), value=v), []) for n, v in enumerate(values)])
        for name in ("high", "middle", "low"):
            wanted = parse_filter([f"value_class={name}"], UTC)
            found = {card.id for card in uow.customers.page(wanted, PATIENCE, NOW)}
            expected = {key for key, each in zip(ids, classes, strict=True) if each == name}
            assert found == expected
