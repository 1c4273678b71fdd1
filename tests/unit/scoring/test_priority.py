import pytest

from triage.scoring import priority
from triage.scoring.priority import FLOORS, FRAUD_PROOFS
from triage.vocabulary.inquiry import (
    BuyerScore,
    BuyerType,
    FactName,
    History,
    Kind,
    KindPrediction,
    MarketScore,
    Priority,
    Quality,
    Reading,
    Reason,
    Signal,
    Stage,
    Tier,
    Told,
)
from triage.vocabulary.mail import Address, ParsedMail
from triage.vocabulary.policy import TierRule

SILENT = Reading()
NEW = History()
LONG = "We sell lamps in four towns and want to add yours to the spring catalogue. " * 4
HASTY = Reading(told=(Told(FactName.DEADLINE, "Friday"),), signals=(Signal("urgency", "asap", risk=True),))


def sure(kind: Kind) -> KindPrediction:
    return KindPrediction(kind, {kind: 1.0})


def torn(first: Kind, second: Kind, share: float) -> KindPrediction:
    return KindPrediction(first, {first: 1 - share, second: share}, unsure=True)


def rank(
    kind: KindPrediction,
    buyer: float = 50.0,
    market: float = 50.0,
    reading: Reading = SILENT,
    stage: Stage = Stage.FIRST_INQUIRY,
    history: History = NEW,
) -> Priority:
    quality = BuyerScore(buyer, Quality.MEDIUM, BuyerType.UNKNOWN)
    return priority(kind, quality, MarketScore(market), reading, stage, history)


def test_market_and_buyer_meet_in_their_geometric_mean() -> None:
    assert rank(sure(Kind.INQUIRY), buyer=90, market=40).score == pytest.approx(60.0)


def test_a_nought_on_either_side_leaves_an_answer_due_but_last() -> None:
    assert (rank(sure(Kind.INQUIRY), market=0).score, rank(sure(Kind.INQUIRY), market=0).tier) == (0.0, Tier.C)


def test_a_deadline_and_haste_raise_it() -> None:
    assert rank(sure(Kind.RFQ), reading=HASTY).score == pytest.approx(50 * 1.10 * 1.05)


def test_a_push_for_an_answer_raises_it() -> None:
    assert rank(sure(Kind.FOLLOW_UP)).score == pytest.approx(55.0)


@pytest.mark.parametrize("kind", FLOORS)
def test_running_business_has_a_floor_whatever_the_market(kind: Kind) -> None:
    assert rank(sure(kind), buyer=45, market=0).score == FLOORS[kind][0]


def test_a_complaint_comes_before_the_best_new_inquiry_of_a_middling_market() -> None:
    assert rank(sure(Kind.COMPLAINT), buyer=5, market=5).score > rank(sure(Kind.RFQ), buyer=100, market=60).score


def test_a_complaint_is_first_whatever_else_the_mail_is() -> None:
    assert rank(sure(Kind.ORDER), stage=Stage.COMPLAINT).score == FLOORS[Kind.COMPLAINT][0]


def test_a_doubtful_stranger_claims_no_floor_by_calling_it_an_order() -> None:
    assert rank(sure(Kind.ORDER), buyer=10, market=50).tier is Tier.C


def test_an_order_that_may_be_something_else_claims_no_floor() -> None:
    assert rank(torn(Kind.ORDER, Kind.PERSONAL, 0.45), buyer=50, market=50).score == pytest.approx(50.0)


@pytest.mark.parametrize("kind", [kind for kind in Kind if not kind.is_buyer])
def test_mail_that_needs_no_answer_is_d(kind: Kind) -> None:
    assert (rank(sure(kind)).score, rank(sure(kind)).tier) == (0.0, Tier.D)


@pytest.mark.parametrize("fraud", [Kind.SCAM, Kind.PHISHING])
@pytest.mark.parametrize("kind", [kind for kind in Kind if kind.is_buyer])
def test_what_may_be_fraud_is_never_a_or_b(kind: Kind, fraud: Kind) -> None:
    assert rank(torn(kind, fraud, 0.3), buyer=100, market=100, reading=HASTY, stage=Stage.COMPLAINT).tier is Tier.C


@pytest.mark.parametrize("name", sorted(FRAUD_PROOFS))
@pytest.mark.parametrize("kind", [Kind.RFQ, Kind.ORDER, Kind.COMPLAINT])
def test_proof_of_fraud_keeps_a_mail_behind_whatever_the_classifier_says(name: str, kind: Kind) -> None:
    proof = Reading(signals=(Signal(name, "words", risk=True),))
    result = rank(sure(kind), buyer=100, market=100, reading=proof)
    assert result.tier is Tier.C
    assert result.reasons[-1].factor == "fraud_doubt"


def test_a_customer_comes_before_a_stranger_and_their_problem_before_both() -> None:
    loyal = History(orders=3)
    assert rank(sure(Kind.RFQ), history=loyal).score == pytest.approx(60.0)
    assert rank(sure(Kind.AFTER_SALE), history=loyal).score > rank(sure(Kind.AFTER_SALE)).score


@pytest.mark.parametrize(
    ("text", "share", "tier"),
    [
        ("See https://pay.elsewhere.example/x for the invoice.", 0.002, Tier.C),
        (f"See https://www.buyer.example/x for our shop. {LONG}", 0.002, Tier.A),
        ("Pay 1.80 here: https://www.buyer.example/x", 0.002, Tier.C),
        ("Our shop: https://www.buyer.example/", 0.002, Tier.A),
        ("https://pay.elsewhere.example/x", 0.0, Tier.C),
        ("No link at all, but a long and honest text.", 0.002, Tier.A),
    ],
)
def test_a_strangers_link_to_another_site_makes_the_least_doubt_enough(text: str, share: float, tier: Tier) -> None:
    message = text.replace("https://pay.elsewhere.example/x", "") if share == 0.0 else text
    mail = ParsedMail(sender=Address("", "a@buyer.example"), newest_text=message, text=text)
    buyer = BuyerScore(90, Quality.HIGH, BuyerType.UNKNOWN)
    kind = torn(Kind.ORDER, Kind.PHISHING, share)
    assert priority(kind, buyer, MarketScore(90), SILENT, Stage.ORDER, mail=mail).tier is tier
    known = priority(kind, buyer, MarketScore(90), SILENT, Stage.ORDER, History(messages_out=1), mail=mail)
    assert known.tier is Tier.A


def test_a_sanctioned_market_stays_behind_and_says_so() -> None:
    market = MarketScore(100.0, (Reason("sanctioned", 0.0, "a sanctioned market"),))
    result = priority(sure(Kind.RFQ), BuyerScore(100, Quality.HIGH, BuyerType.UNKNOWN), market, SILENT, Stage.ORDER)
    assert (result.tier, result.reasons[-1].factor) == (Tier.C, "sanctioned")


def test_reasons_are_told_in_chinese_too() -> None:
    result = rank(sure(Kind.COMPLAINT), reading=HASTY)
    assert all(reason.zh for reason in result.reasons)


def test_a_sign_of_fraud_makes_a_little_doubt_enough() -> None:
    signed = Reading(signals=(Signal("reply_to_elsewhere", "x@mail.example", risk=True),))
    little = torn(Kind.ORDER, Kind.SCAM, 0.01)
    assert rank(little, buyer=90, market=90).tier is Tier.A
    assert rank(little, buyer=90, market=90, reading=signed).tier is Tier.C


@pytest.mark.parametrize(("said", "tier"), [("Please don't call, I am in meetings.", Tier.C), ("Please call.", Tier.A)])
def test_a_stranger_who_must_not_be_called_waits(said: str, tier: Tier) -> None:
    mail = ParsedMail(sender=Address("", "a@buyer.example"), newest_text=said, text=said)
    buyer = BuyerScore(90, Quality.HIGH, BuyerType.UNKNOWN)
    given = (sure(Kind.PAYMENT), buyer, MarketScore(90), SILENT, Stage.ORDER)
    assert priority(*given, mail=mail).tier is tier
    assert priority(*given, History(messages_out=1), mail=mail).tier is Tier.A


def test_who_writes_in_our_own_name_is_looked_at_before_any_buyer() -> None:
    own = Reading(signals=(Signal("own_domain", "seller.example"),))
    assert rank(sure(Kind.COMPLAINT), buyer=90, market=90, reading=own).tier is Tier.C


@pytest.mark.parametrize("kind", [kind for kind in Kind if not kind.is_buyer])
def test_an_unsure_mail_that_may_be_a_buyers_is_looked_at(kind: Kind) -> None:
    assert rank(torn(kind, Kind.RFQ, 0.4), buyer=0).tier is Tier.C


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("second", [Kind.SCAM, Kind.RFQ, Kind.OTHER])
@pytest.mark.parametrize("reading", [SILENT, HASTY])
@pytest.mark.parametrize(("buyer", "market"), [(0.0, 0.0), (10.0, 90.0), (64.0, 81.0), (100.0, 100.0)])
def test_the_effects_add_up_to_the_score(
    kind: Kind, second: Kind, reading: Reading, buyer: float, market: float
) -> None:
    result = rank(torn(kind, second, 0.3), buyer=buyer, market=market, reading=reading)
    assert sum(reason.effect for reason in result.reasons) == pytest.approx(result.score, abs=1e-4)
    assert 0.0 <= result.score <= 100.0


def test_tiers_start_at_their_thresholds() -> None:
    rule = TierRule(a=70, b=30)
    assert [rule.tier(score) for score in (100, 70, 69.9, 30, 29.9, 0)] == [*"AABBCC"]
