from dataclasses import replace

import pytest

from triage.scoring import buyer_score, scorecard
from triage.scoring.quality import quality_of
from triage.vocabulary.inquiry import (
    SIGNALS,
    Asked,
    BuyerType,
    FactName,
    History,
    Kind,
    Point,
    Quality,
    Reading,
    Signal,
    Told,
)
from triage.vocabulary.mail import ParsedMail

NEW = History()
SHORT = ParsedMail(newest_text="Price for gloves?")
PLAIN = Reading(asked=(Asked(Point.PRICE, "price"),))
RICH = Reading(
    asked=tuple(Asked(point, point.value) for point in (Point.PRICE, Point.MOQ, Point.LEAD_TIME, Point.CERTIFICATION)),
    told=tuple(Told(fact, f"some {fact.value}") for fact in FactName),
    signals=tuple(Signal(name, "words") for name in ("money", "authority", "need", "company_domain")),
)
BUYERS = [kind for kind in Kind if kind.is_buyer]


def score(reading: Reading, kind: Kind = Kind.INQUIRY, mail: ParsedMail = SHORT, history: History = NEW) -> float:
    return buyer_score(mail, reading, kind, history).score


def raw(reading: Reading, kind: Kind, history: History = NEW) -> float:
    """The score before it is cut to 0-100, where differences still show."""
    return sum(reason.effect for reason in buyer_score(SHORT, reading, kind, history).reasons)


def test_a_full_introduction_is_high_and_a_bare_word_low() -> None:
    assert buyer_score(SHORT, RICH, Kind.RFQ, NEW).quality is Quality.HIGH
    assert buyer_score(SHORT, PLAIN, Kind.INQUIRY, NEW).quality is Quality.LOW


@pytest.mark.parametrize("kind", [kind for kind in Kind if not kind.is_buyer])
def test_mail_that_no_buyer_writes_scores_nought(kind: Kind) -> None:
    result = buyer_score(SHORT, RICH, kind, NEW)
    assert (result.score, result.quality) == (0.0, Quality.NONE)
    assert result.reasons[0].text == f"no buyer: {kind.value.replace('_', ' ')}"


@pytest.mark.parametrize("kind", BUYERS)
@pytest.mark.parametrize("reading", [Reading(), PLAIN, RICH])
def test_the_effects_add_up_to_the_score_before_clipping(kind: Kind, reading: Reading) -> None:
    result = buyer_score(SHORT, reading, kind, NEW)
    assert result.score == min(100.0, max(0.0, sum(reason.effect for reason in result.reasons)))


@pytest.mark.parametrize("kind", BUYERS)
@pytest.mark.parametrize("fact", list(FactName))
@pytest.mark.parametrize("before", [Reading(), PLAIN])
def test_telling_more_never_lowers_the_score(kind: Kind, fact: FactName, before: Reading) -> None:
    after = replace(before, told=(*before.told, Told(fact, "told")))
    assert raw(after, kind) >= raw(before, kind)


@pytest.mark.parametrize("kind", BUYERS)
@pytest.mark.parametrize("name", scorecard.SHIPPED.signals)
def test_a_buying_signal_never_lowers_the_score(kind: Kind, name: str) -> None:
    assert raw(replace(PLAIN, signals=(Signal(name, "words"),)), kind) >= raw(PLAIN, kind)


@pytest.mark.parametrize("kind", BUYERS)
@pytest.mark.parametrize("name", scorecard.SHIPPED.risks)
def test_a_sign_of_risk_never_raises_the_score(kind: Kind, name: str) -> None:
    assert raw(replace(PLAIN, signals=(Signal(name, "words", risk=True),)), kind) <= raw(PLAIN, kind)


def test_every_signal_has_exactly_one_weight() -> None:
    assert sorted([*scorecard.SHIPPED.signals, *scorecard.SHIPPED.risks]) == sorted(SIGNALS)


def test_every_fact_and_every_buyer_kind_has_a_weight() -> None:
    assert set(scorecard.SHIPPED.facts) == set(FactName)
    assert set(scorecard.SHIPPED.kinds) == set(BUYERS)


def test_money_authority_and_need_together_count_more_than_each_alone() -> None:
    three = replace(PLAIN, signals=tuple(Signal(name, "words") for name in ("money", "authority", "need")))
    result = buyer_score(SHORT, three, Kind.INQUIRY, NEW)
    assert [reason.text for reason in result.reasons if reason.factor == "man"] == [
        "has money, authority and need together"
    ]


def test_what_the_card_knows_counts_as_told() -> None:
    known = History(facts={FactName.COMPANY: "Muster GmbH", FactName.PHONE: "+49 555 0100"})
    assert score(PLAIN, history=known) > score(PLAIN)


def test_a_customer_outranks_a_returning_stranger_who_outranks_a_new_one() -> None:
    order = [
        score(PLAIN, history=history) for history in (History(orders=3), History(orders=1), History(messages_in=2), NEW)
    ]
    assert order == sorted(order, reverse=True)
    assert len(set(order)) == 4


def test_a_customer_need_not_introduce_themselves() -> None:
    factors = {reason.factor for reason in buyer_score(SHORT, Reading(), Kind.ORDER, NEW).reasons}
    assert "introduction" not in factors


def test_reasons_cite_the_words_they_came_from_on_one_short_line() -> None:
    reading = Reading(told=(Told(FactName.COMPANY, "Muster\n GmbH " + "x" * 200),))
    (text,) = [r.text for r in buyer_score(SHORT, reading, Kind.INQUIRY, NEW).reasons if r.factor == "company"]
    assert text == "names the company: Muster GmbH " + "x" * 47 + "\u2026"


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("We are a distributor of tools in Kenya.", BuyerType.DISTRIBUTOR),
        ("I have never imported before and want to sell bags.", BuyerType.NEWCOMER),
        ("Somos importadores de herramientas.", BuyerType.IMPORTER),
        ("Wir sind ein Großhändler aus Tirol.", BuyerType.WHOLESALER),
        ("我们是越南的经销商", BuyerType.DISTRIBUTOR),
        ("We need them for our hotel.", BuyerType.END_USER),
        ("Please send the price.", BuyerType.UNKNOWN),
        ("A workshop is no shop-keeper, nor is photoshop.", BuyerType.RETAILER),
    ],
)
def test_the_buyer_type_follows_from_the_words(message: str, expected: BuyerType) -> None:
    assert buyer_score(ParsedMail(newest_text=message), Reading(), Kind.INQUIRY, NEW).buyer_type is expected


def test_the_facts_on_the_business_outweigh_the_message() -> None:
    mail = ParsedMail(newest_text="Our shop needs bags.")
    reading = Reading(told=(Told(FactName.BUSINESS, "importer of bags"),))
    assert buyer_score(mail, reading, Kind.INQUIRY, NEW).buyer_type is BuyerType.IMPORTER


def test_the_steps_of_quality_stand_at_the_thresholds() -> None:
    card = scorecard.SHIPPED
    assert [quality_of(s) for s in (card.high, card.high - 0.1, card.medium, 0.0)] == [
        Quality.HIGH,
        Quality.MEDIUM,
        Quality.MEDIUM,
        Quality.LOW,
    ]
