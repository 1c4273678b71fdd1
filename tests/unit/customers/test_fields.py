from datetime import UTC, datetime

import pytest

from triage.customers.fields import READERS, value_of, with_value
from triage.vocabulary.customers import Source
from triage.vocabulary.inquiry import BuyerType, FactName, Quality, Stage
from triage.vocabulary.records import CustomerRecord

BLANK = CustomerRecord(1, "", "", None, ())
BY_LI = Source(datetime(2026, 3, 2, tzinfo=UTC), by="li")


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("name", "  Dana   Whitfield ", "Dana Whitfield"),
        ("country", "de", "DE"),
        ("country", "", None),
        ("type", "Importer", BuyerType.IMPORTER),
        ("importance", "high", Quality.HIGH),
        ("stage", "", None),
        ("stage", "sample", Stage.SAMPLE),
        ("do_not_contact", "yes", True),
        ("note", "two\nlines", "two\nlines"),
        ("role", "buyer", "buyer"),
    ],
)
def test_a_written_value_stands_with_who_wrote_it(field: str, text: str, value: object) -> None:
    card = with_value(BLANK, field, text, BY_LI)
    assert value_of(card, field) == value
    assert card.sources == {field: BY_LI}


def test_the_company_is_the_fact_too_so_that_it_is_not_asked_for() -> None:
    card = with_value(BLANK, "company", "Muster GmbH", BY_LI)
    assert (card.company, card.facts) == ("Muster GmbH", {FactName.COMPANY: "Muster GmbH"})
    assert with_value(card, "company", "", BY_LI).facts == {}


def test_without_a_source_the_machine_may_fill_it_again() -> None:
    card = with_value(BLANK, "phone", "+49 30 5550 1234", BY_LI)
    assert with_value(card, "phone", "", None) == BLANK


@pytest.mark.parametrize(
    ("field", "text", "told"),
    [
        ("country", "Germany", "is no country: 'Germany'; write two letters, such as DE"),
        ("type", "king", "may be end_user, retailer"),
        ("importance", "5", "may be high, medium, low, none, not '5'"),
        ("do_not_contact", "perhaps", "may be yes or no, not 'perhaps'"),
        ("name", "x" * 1001, "is longer than 1000 characters"),
        ("note", "x" * 30_001, "is longer than 30000 characters"),
    ],
)
def test_a_value_that_can_not_stand_is_told(field: str, text: str, told: str) -> None:
    with pytest.raises(ValueError, match="^" + told.split(":", maxsplit=1)[0].replace(".", r"\.")):
        with_value(BLANK, field, text, BY_LI)


def test_facts_of_one_inquiry_are_no_fields_of_a_card() -> None:
    assert {"quantity", "product", "destination", "target_price", "deadline", "id"}.isdisjoint(READERS)
    with pytest.raises(KeyError):
        with_value(BLANK, "quantity", "5", BY_LI)
