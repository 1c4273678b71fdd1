import pytest

from triage.customers import display, lasting
from triage.vocabulary.inquiry import FactName
from triage.vocabulary.records import CustomerRecord


def card(name: str = "", company: str = "", country: str | None = None, *addresses: str) -> CustomerRecord:
    return CustomerRecord(1, name, company, country, addresses)


def test_the_card_keeps_what_is_true_of_the_buyer_and_not_of_one_inquiry() -> None:
    told = dict.fromkeys(FactName, "told")
    assert sorted(set(told) - set(lasting(told))) == [
        "deadline",
        "destination",
        "order_total",
        "product",
        "quantity",
        "target_price",
    ]


def test_empty_facts_are_not_kept() -> None:
    assert lasting({FactName.COMPANY: " ", FactName.PHONE: "+1 617 555 0142"}) == {FactName.PHONE: "+1 617 555 0142"}


@pytest.mark.parametrize(
    ("known", "words"),
    [
        (card("Dana Whitfield", "Harborview", "US"), "Dana Whitfield, Harborview (US)"),
        (card("Dana Whitfield", "", None), "Dana Whitfield"),
        (card("", "Harborview", "US"), "Harborview (US)"),
        (card("Harborview", "Harborview", None), "Harborview"),
        (card(" ", "", "US", "dana@harborview.example", "d@example.com"), "dana@harborview.example (US)"),
        (card("", "", "US"), ""),
    ],
)
def test_a_card_is_named_by_what_is_known(known: CustomerRecord, words: str) -> None:
    assert display(known) == words
