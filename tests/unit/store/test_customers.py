import pytest

from tests.unit.store.filling import NOW, minutes
from triage.errors import NotFound
from triage.store import SqlStore
from triage.vocabulary.inquiry import FactName
from triage.vocabulary.records import CustomerRecord

COMPANY, ROLE, PHONE = FactName.COMPANY, FactName.ROLE, FactName.PHONE


def test_a_new_address_gets_a_card(store: SqlStore) -> None:
    with store.begin() as uow:
        customer_id = uow.customers.remember("Ana@Shop.Example", "Ana", "CL", {COMPANY: "Shop SpA", ROLE: "buyer"}, NOW)
        expected = CustomerRecord(
            id=customer_id,
            name="Ana",
            company="Shop SpA",
            country="CL",
            addresses=("ana@shop.example",),
            facts={COMPANY: "Shop SpA", ROLE: "buyer"},
            first_contact_at=NOW,
            last_contact_at=NOW,
            messages_in=1,
        )
        assert uow.customers.get(customer_id) == uow.customers.by_address("ANA@shop.example") == expected


def test_a_known_card_gains_what_is_new_and_keeps_what_stands(store: SqlStore) -> None:
    with store.begin() as uow:
        customer_id = uow.customers.remember("ana@shop.example", "", None, {ROLE: "buyer"}, NOW)
        facts = {ROLE: "owner", COMPANY: "Shop SpA", PHONE: "+56 2 5550 1234"}
        assert uow.customers.remember("ana@shop.example", "Ana", "CL", facts, NOW + minutes(5)) == customer_id
        uow.customers.remember("ana@shop.example", "A.", "PE", {COMPANY: "Other"}, NOW - minutes(5))
        assert uow.customers.get(customer_id) == CustomerRecord(
            id=customer_id,
            name="Ana",
            company="Shop SpA",
            country="CL",
            addresses=("ana@shop.example",),
            facts={ROLE: "buyer", COMPANY: "Shop SpA", PHONE: "+56 2 5550 1234"},
            first_contact_at=NOW - minutes(5),
            last_contact_at=NOW + minutes(5),
            messages_in=3,
        )


def test_two_addresses_are_never_joined_by_guess(store: SqlStore) -> None:
    with store.begin() as uow:
        first = uow.customers.remember("ana@shop.example", "Ana", "CL", {COMPANY: "Shop SpA"}, NOW)
        second = uow.customers.remember("ana@other.example", "Ana", "CL", {COMPANY: "Shop SpA"}, NOW)
        assert first != second
        assert [(card.id, card.addresses) for card in uow.customers.all()] == [
            (first, ("ana@shop.example",)),
            (second, ("ana@other.example",)),
        ]


def test_our_letters_are_counted_on_the_card(store: SqlStore) -> None:
    with store.begin() as uow:
        customer_id = uow.customers.remember("ana@shop.example", "Ana", None, {}, NOW)
        uow.customers.count_out("Ana@Shop.example", NOW + minutes(3))
        uow.customers.count_out("ana@shop.example", NOW + minutes(1))
        uow.customers.count_out("nobody@shop.example", NOW)
        card = uow.customers.get(customer_id)
        assert (card.messages_in, card.messages_out, card.last_contact_at) == (1, 2, NOW + minutes(3))


def test_an_unknown_customer_is_not_found(store: SqlStore) -> None:
    with store.begin() as uow:
        assert uow.customers.by_address("nobody@shop.example") is None
        with pytest.raises(NotFound, match="no customer 4711"):
            uow.customers.get(4711)
