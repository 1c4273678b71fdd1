import pytest

from triage.scoring.fraud_words import cards_for_cash, fraud_words
from triage.vocabulary.mail import ParsedMail


@pytest.mark.parametrize(
    "text",
    [
        "Our account is under audit. Do not call as our lines are being changed.",
        "Please send it today and don\u2019t call, I am in meetings.",
        "bitte an den Fahrer per Western Union",
        "\u522b\u6253\u7535\u8bdd\uff0c\u6211\u8fd9\u8fb9\u4e0d\u65b9\u4fbf",
        "Gracias, no me llame por ahora",
    ],
)
def test_words_of_fraud_are_seen_in_many_languages(text: str) -> None:
    assert fraud_words(ParsedMail(newest_text=text))


@pytest.mark.parametrize(
    "text", ["Please call me tomorrow.", "We audited two factories.", "Payment by T/T, slip attached."]
)
def test_honest_words_are_none(text: str) -> None:
    assert fraud_words(ParsedMail(newest_text=text)) == ""


def test_cards_for_cash_need_both_the_card_and_the_transfer() -> None:
    both = "Charge my credit card and send the driver the rest by Western Union."
    assert cards_for_cash(ParsedMail(newest_text=both)) == "Western Union"
    assert cards_for_cash(ParsedMail(newest_text="Can we pay the sample by Western Union?")) == ""
    assert cards_for_cash(ParsedMail(newest_text="Here is my business card.")) == ""


def test_a_card_charged_with_more_for_the_writers_own_carrier() -> None:
    asked = "My carrier takes no cards: charge my credit card 1,500 extra and transfer it to him."
    assert cards_for_cash(ParsedMail(newest_text=asked)) == "extra and transfer"
    paid = "We pay the sample by credit card; the forwarder collects it. Please send more photos."
    assert cards_for_cash(ParsedMail(newest_text=paid)) == ""
    boxes = "We need 200 more cardboard boxes; please send the offer, our carrier collects."
    assert cards_for_cash(ParsedMail(newest_text=boxes)) == ""
