"""Who is answered first (R13, R24)."""

from collections.abc import Iterator, Mapping, Set

from triage.scoring.fraud_words import cards_for_cash, fraud_words
from triage.scoring.links import link_elsewhere, mostly_a_link, says_nothing
from triage.vocabulary.inquiry import (
    KINDS_ZH,
    SIGNALS,
    SIGNALS_ZH,
    BuyerScore,
    FactName,
    History,
    Kind,
    KindPrediction,
    MarketScore,
    Priority,
    Reading,
    Reason,
    Stage,
    Tier,
)
from triage.vocabulary.mail import ParsedMail
from triage.vocabulary.policy import TierRule

URGENCY: Mapping[str, tuple[float, str, str]] = {
    "deadline": (0.10, "has a deadline", "有期限"),
    "follow_up": (0.10, "asks again", "再次来信催问"),
    "urgency": (0.05, "presses for haste", "催促"),
}
"""Shares by which the product of market and quality grows."""

FLOORS: Mapping[Kind, tuple[float, str, str]] = {
    Kind.COMPLAINT: (90.0, "complaints come first", "投诉优先"),
    Kind.ORDER: (76.0, "an order waits", "有订单等待处理"),
    Kind.PAYMENT: (66.0, "a payment waits", "有款项等待处理"),
    Kind.LOGISTICS: (64.0, "a running order waits", "有在途订单等待处理"),
    Kind.AFTER_SALE: (60.0, "a customer needs help", "客户需要帮助"),
    Kind.NEGOTIATION: (56.0, "a deal is near", "接近成交"),
}
"""At least this much, whatever market and buyer (R24, R25)."""
_PROOF_NEEDED = frozenset({Kind.ORDER, Kind.PAYMENT, Kind.LOGISTICS})
"""A stranger may claim these: the floor needs a classifier that is sure and a buyer who does not look doubtful."""
DOUBTFUL_BUYER = 40.0

FRAUD_DOUBT, FRAUD_DOUBT_WITH_SIGN = 0.012, 0.0015
"""Likelihood of scam and phishing from which a mail is kept out of tiers A and B; the least will do beside a sign of
it, or a stranger's link to another site. Chosen on the corpus, held out: benchmarks/kinds.py."""
FRAUD_DOUBT_OF_KNOWN = 0.06
"""The same for people whom we have written to before."""
FRAUD_SIGNS = frozenset(
    {
        "authentication_failed", "reply_to_elsewhere", "undisclosed_recipients", "hidden_characters", "bank_change",
        "too_good", "visa_invitation", "names_our_address",
    }
)  # fmt: skip
FRAUD_PROOFS = frozenset(
    {
        "advance_fee", "credential_bait", "fake_tender", "lookalike_domain", "name_hides_address",
        "borrowed_name", "free_mail_big_company", "active_attachment",
    }
)  # fmt: skip
"""Signs that keep a mail out of tiers A and B whatever the classifier says: honest buyers hardly ever show them."""
BUYER_DOUBT = 0.2
"""Likelihood of a buyer from which an unsure mail is not put aside."""

STANDING: tuple[tuple[int, float, str, str], ...] = (
    (1, 0.10, "has ordered before", "曾经下单"),
    (3, 0.20, "a loyal customer", "老客户"),
)
"""Orders so far, and the share by which the score grows from that many on: existing customers before strangers."""
CUSTOMERS_PROBLEM = 80.0, "a customer with orders needs help", "老客户需要帮助"
"""Floor of after-sale mail by someone who has ordered before (R24)."""


PLAIN_TIERS = TierRule()
NEW = History()
NO_MAIL = ParsedMail()


def priority(
    kind: KindPrediction,
    buyer: BuyerScore,
    market: MarketScore,
    reading: Reading,
    stage: Stage,
    history: History = NEW,
    tiers: TierRule = PLAIN_TIERS,
    mail: ParsedMail = NO_MAIL,
) -> Priority:
    """0-100 and the tier; the reasons' effects add up to the score. docs/scoring.md explains it with examples.

    score = sqrt(market x buyer quality) x (1 + urgency) x (1 + standing), at most 100: a great buyer from a small
    market and a middling buyer from a great one meet in the middle, and a nought on either side is a nought. Then
    - complaints, orders, payments and running business have a floor (R24, R25), whatever the market;
    - mail that may well be fraud, and mail from sanctioned markets, is kept out of A and B;
    - mail of kinds that no buyer writes gets 0 and D;
    - where the classifier is unsure and a buyer is possible, a person looks: never D.
    """
    if not kind.kind.is_buyer and not (kind.unsure and _buyer_share(kind) >= BUYER_DOUBT):
        words = f"no answer due: {kind.kind.replace('_', ' ')}"
        return Priority(0.0, Tier.D, (Reason("kind", 0.0, words, f"无需回复:{KINDS_ZH[kind.kind]}"),))
    reasons: list[Reason] = []
    score = 0.0
    for factor, target, words, zh, *span in _steps(kind, buyer, market, reading, stage, history, tiers.just_c, mail):
        if target != score or factor == "market_x_buyer":
            reasons.append(Reason(factor, round(target - score, 6), words, zh, *span))
        score = target
    return Priority(score, tiers.tier(score), tuple(reasons))


Step = tuple[str, float, str, str] | tuple[str, float, str, str, int, int]
"""Factor, score after it, why in English and in Chinese, and where in the message."""


def _steps(
    kind: KindPrediction,
    buyer: BuyerScore,
    market: MarketScore,
    reading: Reading,
    stage: Stage,
    history: History,
    just_c: float,
    mail: ParsedMail,
) -> Iterator[Step]:
    """Each step starts from the score of the one before."""
    score = (market.score * buyer.score) ** 0.5
    words = f"market {market.score:.0f} with buyer quality {buyer.score:.0f}"
    yield "market_x_buyer", score, words, f"市场 {market.score:.0f} 与买家质量 {buyer.score:.0f}"
    for factor, span in _urgency(kind.kind, reading):
        share, words, zh = URGENCY[factor]
        score = min(100.0, score * (1 + share))
        yield factor, score, words, zh, *span
    for _, share, words, zh in [row for row in STANDING if history.orders >= row[0]][-1:]:
        score = min(100.0, score * (1 + share))
        yield "customer", score, words, zh
    floor, words, zh = _floor(kind, buyer, stage, history)
    score = max(score, floor)
    yield "standing", score, words, zh
    if not kind.kind.is_buyer:
        score = min(score, just_c)
        name = kind.kind.replace("_", " ")
        yield (
            "unsure",
            score,
            f"perhaps no buyer but {name}: please look",
            f"也许不是买家而是{KINDS_ZH[kind.kind]}:请查看",
        )
    if any(reason.factor == "sanctioned" for reason in market.reasons):
        score = min(score, just_c)
        yield (
            "sanctioned",
            score,
            "a sanctioned market: not before the sale is cleared",
            "受制裁市场:确认可成交后再处理",
        )
    if doubt := _fraud_doubt(kind, reading, history, mail):
        score = min(score, just_c)
        yield "fraud_doubt", score, *doubt


def _fraud_doubt(kind: KindPrediction, reading: Reading, history: History, mail: ParsedMail) -> tuple[str, str] | None:
    """Why the mail may be fraud, in both languages; None when nothing speaks for it."""
    share = sum(kind.probabilities.get(each, 0.0) for each in (Kind.SCAM, Kind.PHISHING))
    names = {signal.name for signal in reading.signals}
    for name in sorted(FRAUD_PROOFS & names):
        return f"a sign of fraud: {SIGNALS[name]}", f"诈骗迹象:{SIGNALS_ZH[name]}"
    if service := cards_for_cash(mail):
        return f"a sign of fraud: a card charged, and cash by {service}", f"诈骗迹象:刷卡付款并要求经 {service} 转现金"
    said = fraud_words(mail)
    if not history.messages_out and (doubt := _doubtful_stranger(share, names, said, mail)):
        return doubt
    plain = FRAUD_DOUBT_OF_KNOWN if history.messages_out else FRAUD_DOUBT
    if share >= (FRAUD_DOUBT_WITH_SIGN if FRAUD_SIGNS & names or said else plain):
        return f"may be fraud ({share:.0%}): not before a person has looked", f"可能是诈骗({share:.0%}):须先由人查看"
    return None


def _doubtful_stranger(share: float, names: Set[str], said: str, mail: ParsedMail) -> tuple[str, str] | None:
    """Why a mail waits whose writer we have never written to; `said` are words of fraud."""
    host, little = link_elsewhere(mail), share >= FRAUD_DOUBT_WITH_SIGN
    if host and (little or says_nothing(mail)):
        words = f"a stranger's link to {host[:60]}: not before a person has looked"
        return words, f"陌生人来信含指向 {host[:60]} 的链接:须先由人查看"
    if little and mostly_a_link(mail):
        return (
            "a stranger's few words around a link: not before a person has looked",
            "陌生人来信除链接外几乎没有内容:须先由人查看",
        )
    if said:
        return f"a stranger who writes {said!r}: not before a person has looked", f"陌生人来信写着“{said}”:须先由人查看"
    if "own_domain" in names:
        return "from our own domain: a colleague, or one who poses as one", "发自本公司域名:同事,或冒充同事的人"
    return None


def _floor(kind: KindPrediction, buyer: BuyerScore, stage: Stage, history: History) -> tuple[float, str, str]:
    standing = Kind.COMPLAINT if stage is Stage.COMPLAINT else kind.kind
    if standing in _PROOF_NEEDED and (kind.unsure or buyer.score < DOUBTFUL_BUYER):
        return 0.0, "", ""
    if standing is Kind.AFTER_SALE and history.orders:
        return CUSTOMERS_PROBLEM
    return FLOORS.get(standing, (0.0, "", ""))


def _urgency(kind: Kind, reading: Reading) -> Iterator[tuple[str, tuple[int, int]]]:
    for told in reading.told:
        if told.fact is FactName.DEADLINE:
            yield "deadline", (told.start, told.end)
            break
    if kind is Kind.FOLLOW_UP:
        yield "follow_up", (-1, -1)
    if any(signal.name == "urgency" for signal in reading.signals):
        yield "urgency", (-1, -1)


def _buyer_share(kind: KindPrediction) -> float:
    return sum(share for each, share in kind.probabilities.items() if each.is_buyer)
