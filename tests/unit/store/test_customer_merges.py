"""Duplicates, merging and taking apart again, on both databases."""

from dataclasses import replace

import pytest

from tests.unit.store.filling import ACCOUNT, NOW, inbox, minutes
from triage.errors import NotFound, ReviewConflict
from triage.store import SqlStore
from triage.vocabulary.customers import ContactKind, Duplicates, NewContact, Person, SavedFilter, Source, Trait
from triage.vocabulary.inquiry import FactName
from triage.vocabulary.ports import UnitOfWork
from triage.vocabulary.records import CustomerRecord

BLANK = CustomerRecord(0, "", "", None, ())


def two_cards(uow: UnitOfWork) -> tuple[int, int]:
    """Ana of the shop, who told little, and Luis of the shop, who told more; each with a conversation."""
    inbox(uow)
    ana = uow.customers.remember("ana@shop.example", "Ana", None, {FactName.COMPANY: "Shop SpA"}, NOW)
    told = {FactName.COMPANY: "SHOP", FactName.PHONE: "+56 2 5550 1234", FactName.ROLE: "owner"}
    luis = uow.customers.remember("luis@mail.example", "Luis", "CL", told, NOW + minutes(5))
    uow.customers.add_contact(NewContact(luis, ContactKind.ORDER, NOW + minutes(6), "li", amount=100.0))
    uow.conversations.create(ACCOUNT, "Ana's", ana, NOW)
    uow.conversations.create(ACCOUNT, "Luis's", luis, NOW)
    return ana, luis


def test_cards_that_share_a_trait_are_suggested(store: SqlStore) -> None:
    with store.begin() as uow:
        ana, luis = two_cards(uow)
        other = uow.customers.remember("x@y.example", "X", None, {FactName.PHONE: "0056 2 5550 1234"}, NOW)
        uow.customers.remember("z@y.example", "Z", None, {FactName.COMPANY: "Else"}, NOW)
        company = Duplicates(ana, luis, (Trait("company", "shop"),))
        phone = Duplicates(luis, other, (Trait("phone", "255501234"),))
        assert uow.merges.duplicates() == [company, phone]
        assert uow.merges.duplicates(customer_id=other) == [phone]


def test_a_trait_of_very_many_cards_says_nothing(store: SqlStore) -> None:
    with store.begin() as uow:
        uow.customers.add_cards([(replace(BLANK, company="Popular"), []) for _ in range(13)])
        assert uow.merges.duplicates() == []


def test_a_merge_takes_everything_along_and_keeps_the_first_cards_values(store: SqlStore) -> None:
    with store.begin() as uow:
        ana, luis = two_cards(uow)
        uow.merges.merge(ana, luis, "li", NOW)
        card = uow.customers.get(ana)
        assert (card.name, card.company, card.country) == ("Ana", "Shop SpA", "CL")
        assert card.facts[FactName.PHONE] == "+56 2 5550 1234"
        assert card.addresses == ("ana@shop.example", "luis@mail.example")
        assert (card.messages_in, card.orders, card.value) == (2, 1, 100.0)
        assert card.last_contact_at == NOW + minutes(6)
        assert [c.subject for c in (uow.conversations.get(1), uow.conversations.get(2)) if c.customer_id == ana] == [
            "Ana's",
            "Luis's",
        ]
        assert uow.merges.duplicates() == []
        assert [each.id for each in uow.customers.all()] == [ana]
        with pytest.raises(NotFound):
            uow.customers.get(luis)
        assert uow.customers.remember("luis@mail.example", "L", None, {}, NOW) == ana


def test_undoing_a_merge_brings_both_cards_back_as_they_were(store: SqlStore) -> None:
    with store.begin() as uow:
        ana, luis = two_cards(uow)
        before = [uow.customers.get(ana), uow.customers.get(luis)]
        contacts = [uow.customers.contacts(ana), uow.customers.contacts(luis)]
        suggested = uow.merges.duplicates()
        merge_id = uow.merges.merge(ana, luis, "li", NOW)
        (standing,) = uow.merges.of(ana)
        undone = uow.merges.undo(merge_id, NOW + minutes(1))
        assert (standing.id, undone.gone_id, undone.undone_at) == (merge_id, luis, NOW + minutes(1))
        assert [uow.customers.get(ana), uow.customers.get(luis)] == before
        assert [uow.customers.contacts(ana), uow.customers.contacts(luis)] == contacts
        assert [uow.conversations.get(number).customer_id for number in (1, 2)] == [ana, luis]
        assert uow.merges.duplicates() == suggested
        assert uow.merges.of(ana) == []


def test_what_happened_since_the_merge_goes_where_it_belongs(store: SqlStore) -> None:
    with store.begin() as uow:
        ana, luis = two_cards(uow)
        merge_id = uow.merges.merge(ana, luis, "li", NOW)
        uow.customers.remember("luis@mail.example", "Luis", None, {}, NOW + minutes(50))
        uow.customers.remember("ana@shop.example", "Ana", None, {}, NOW + minutes(40))
        by_li = Source(NOW, by="li")
        uow.customers.save(
            replace(uow.customers.get(ana), country="PE", sources={"country": by_li}, note="written since")
        )
        uow.merges.undo(merge_id, NOW)
        first, second = uow.customers.get(ana), uow.customers.get(luis)
        assert (first.messages_in, first.orders, first.last_contact_at) == (2, 0, NOW + minutes(40))
        assert (second.messages_in, second.orders, second.last_contact_at) == (2, 1, NOW + minutes(50))
        assert (first.country, first.note, second.country) == ("PE", "written since", "CL")
        assert first.facts == {FactName.COMPANY: "Shop SpA"}


def test_merges_that_can_not_be(store: SqlStore) -> None:
    with store.begin() as uow:
        ana, luis = two_cards(uow)
        (third,) = uow.customers.add_cards([(replace(BLANK, name="C"), [Person("c@c.example", 0)])])
        with pytest.raises(ReviewConflict, match="with itself"):
            uow.merges.merge(ana, ana, "li", NOW)
        first = uow.merges.merge(ana, luis, "li", NOW)
        with pytest.raises(NotFound, match=f"no customer {luis}"):
            uow.merges.merge(third, luis, "li", NOW)
        second = uow.merges.merge(third, ana, "li", NOW)
        with pytest.raises(ReviewConflict, match="Undo that merge first"):
            uow.merges.undo(first, NOW)
        uow.merges.undo(second, NOW)
        uow.merges.undo(first, NOW)
        with pytest.raises(ReviewConflict, match="undone already"):
            uow.merges.undo(first, NOW)
        with pytest.raises(NotFound, match="no merge 4711"):
            uow.merges.undo(4711, NOW)


def test_saved_filters(store: SqlStore) -> None:
    with store.begin() as uow:
        europe = SavedFilter("europe", "region=europe\ntraded=yes", "li", NOW)
        uow.saved_filters.save(replace(europe, words="x"))
        uow.saved_filters.save(europe)
        assert uow.saved_filters.all() == [europe]
        assert uow.saved_filters.get("europe") == europe
        assert (uow.saved_filters.drop("europe"), uow.saved_filters.drop("europe")) == (True, False)
        with pytest.raises(NotFound, match="no saved filter 'europe'"):
            uow.saved_filters.get("europe")
