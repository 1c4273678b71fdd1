"""Who is answered first (R13, R24)."""

from collections.abc import Iterator, Mapping

from triage.vocabulary.inquiry import (
    BuyerScore,
    FactName,
    Kind,
    KindPrediction,
    MarketScore,
    Priority,
    Reading,
    Reason,
    Stage,
    Tier,
)

TIERS: Mapping[Tier, float] = {Tier.A: 60.0, Tier.B: 40.0}
"""The least score of a tier; every other buyer's mail is C."""

URGENCY: Mapping[str, tuple[float, str]] = {
    "deadline": (0.10, "has a deadline"),
    "follow_up": (0.10, "asks again"),
    "urgency": (0.05, "presses for haste"),
}
"""Shares by which the product of market and quality grows."""

FLOORS: Mapping[Kind, tuple[float, str]] = {
    Kind.COMPLAINT: (90.0, "complaints come first"),
    Kind.ORDER: (75.0, "an order waits"),
    Kind.PAYMENT: (70.0, "a payment waits"),
    Kind.LOGISTICS: (62.0, "a running order waits"),
    Kind.AFTER_SALE: (60.0, "a customer needs help"),
    Kind.NEGOTIATION: (45.0, "a deal is near"),
}
"""At least this much, whatever market and buyer (R24, R25)."""
_PROOF_NEEDED = frozenset({Kind.ORDER, Kind.PAYMENT, Kind.LOGISTICS})
"""A stranger may claim these: the floor needs a classifier that is sure and a buyer who does not look doubtful."""
DOUBTFUL_BUYER = 40.0

FRAUD_DOUBT, FRAUD_DOUBT_WITH_SIGN = 0.06, 0.02
"""Likelihood of scam and phishing from which a mail is kept out of tiers A and B; less will do beside a sign of it."""
FRAUD_SIGNS = frozenset(
    {"advance_fee", "bank_change", "credential_bait", "fake_tender", "lookalike_domain", "too_good"}
)
BUYER_DOUBT = 0.2
"""Likelihood of a buyer from which an unsure mail is not put aside."""
JUST_C = 39.0


def priority(kind: KindPrediction, buyer: BuyerScore, market: MarketScore, reading: Reading, stage: Stage) -> Priority:
    """0-100 and the tier; the reasons' effects add up to the score.

    score = sqrt(market x buyer quality) x (1 + urgency), at most 100: a great buyer from a small market and a middling
    buyer from a great one meet in the middle, and a nought on either side is a nought. Then
    - complaints, orders, payments and running business have a floor (R24, R25), whatever the market;
    - mail that may well be fraud is kept out of A and B, and mail of kinds that no buyer writes gets 0 and D;
    - where the classifier is unsure and a buyer is possible, a person looks: never D.
    """
    if not kind.kind.is_buyer and not (kind.unsure and _buyer_share(kind) >= BUYER_DOUBT):
        return Priority(0.0, Tier.D, (Reason("kind", 0.0, f"no answer due: {kind.kind.replace('_', ' ')}"),))
    reasons: list[Reason] = []
    score = 0.0
    for factor, target, words in _steps(kind, buyer, market, reading, stage):
        if target != score or factor == "market_x_buyer":
            reasons.append(Reason(factor, round(target - score, 6), words))
        score = target
    return Priority(score, _tier(score), tuple(reasons))


def _steps(
    kind: KindPrediction, buyer: BuyerScore, market: MarketScore, reading: Reading, stage: Stage
) -> Iterator[tuple[str, float, str]]:
    """Factor, score after it, and why: each step starts from the score of the one before."""
    score = (market.score * buyer.score) ** 0.5
    yield "market_x_buyer", score, f"market {market.score:.0f} with buyer quality {buyer.score:.0f}"
    for factor in _urgency(kind.kind, reading):
        share, words = URGENCY[factor]
        score = min(100.0, score * (1 + share))
        yield factor, score, words
    floor, words = _floor(kind, buyer, stage)
    score = max(score, floor)
    yield "standing", score, words
    if not kind.kind.is_buyer:
        score = min(score, JUST_C)
        yield "unsure", score, f"perhaps no buyer but {kind.kind.replace('_', ' ')}: please look"
    signs = FRAUD_SIGNS & {signal.name for signal in reading.signals}
    if _fraud_share(kind) >= (FRAUD_DOUBT_WITH_SIGN if signs else FRAUD_DOUBT):
        score = min(score, JUST_C)
        yield "fraud_doubt", score, f"may be fraud ({_fraud_share(kind):.0%}): not before a person has looked"


def _floor(kind: KindPrediction, buyer: BuyerScore, stage: Stage) -> tuple[float, str]:
    standing = Kind.COMPLAINT if stage is Stage.COMPLAINT else kind.kind
    if standing in _PROOF_NEEDED and (kind.unsure or buyer.score < DOUBTFUL_BUYER):
        return 0.0, ""
    return FLOORS.get(standing, (0.0, ""))


def _urgency(kind: Kind, reading: Reading) -> Iterator[str]:
    if FactName.DEADLINE in reading.facts:
        yield "deadline"
    if kind is Kind.FOLLOW_UP:
        yield "follow_up"
    if any(signal.name == "urgency" for signal in reading.signals):
        yield "urgency"


def _tier(score: float) -> Tier:
    return next((tier for tier, least in TIERS.items() if score >= least), Tier.C)


def _buyer_share(kind: KindPrediction) -> float:
    return sum(share for each, share in kind.probabilities.items() if each.is_buyer)


def _fraud_share(kind: KindPrediction) -> float:
    return sum(kind.probabilities.get(each, 0.0) for each in (Kind.SCAM, Kind.PHISHING))
