"""The buyer scorecard: points out of 100 for each thing a buyer tells, asks or shows (R13-R16), and the words for it.

The points are in scorecard.toml, fitted on the training mails by benchmarks/buyer_quality.py. Facts and buying signals
are never negative, signs of risk never positive: the fit and tests hold that.
"""

import tomllib
from collections.abc import Mapping
from importlib.resources import files

from triage.vocabulary.inquiry import FactName, Kind

_POINTS: Mapping[str, Mapping[str, float]] = tomllib.loads(
    files("triage.scoring").joinpath("scorecard.toml").read_text("utf-8")
)
_STEPS, _HISTORY = _POINTS["steps"], _POINTS["history"]

BASE = _POINTS["base"]["base"]
HIGH, MEDIUM = _POINTS["base"]["high"], _POINTS["base"]["medium"]
"""From these scores up the quality is called high, or medium."""

_FACT_WORDS: Mapping[FactName, tuple[str, str]] = {
    FactName.COMPANY: ("names the company", "说明公司名称"),
    FactName.PERSON: ("gives a name", "留下姓名"),
    FactName.ROLE: ("tells the role", "说明职务"),
    FactName.BUSINESS: ("tells what the company does", "说明公司业务"),
    FactName.QUANTITY: ("gives a quantity", "给出数量"),
    FactName.PRODUCT: ("names the product", "说明产品"),
    FactName.DESTINATION: ("tells where the goods go", "说明目的地"),
    FactName.TARGET_PRICE: ("has a target price", "有目标价"),
    FactName.ORDER_TOTAL: ("tells what the order comes to", "说明订单总额"),
    FactName.DEADLINE: ("has a date in mind", "有时间要求"),
    FactName.WEBSITE: ("gives a website", "给出网站"),
    FactName.PHONE: ("gives a telephone number", "留下电话"),
    FactName.ADDRESS: ("gives a postal address", "留下地址"),
    FactName.EXPERIENCE_WITH_CHINA: ("tells of experience with imports", "谈到进口经验"),
    FactName.CHANNELS: ("has sales channels", "有销售渠道"),
    FactName.VOLUME_PER_YEAR: ("tells the yearly volume", "说明年采购量"),
}
FACTS: Mapping[FactName, tuple[float, str, str]] = {
    fact: (_POINTS["facts"][fact], *words) for fact, words in _FACT_WORDS.items()
}

SIGNALS: Mapping[str, float] = _POINTS["signals"]
"""R14 and R15, by the name of the signal; the words are those of `vocabulary.inquiry.SIGNALS`."""
RISKS: Mapping[str, float] = _POINTS["risks"]
"""R16, likewise. Haste alone is no sin: it makes a mail urgent (priority.py)."""

MAN = (_STEPS["man"], "has money, authority and need together", "资金、决定权、需求三者俱备")
"""R14: a buyer with all three is first choice."""

POINT_STEPS = 4
POINT_STEP = _STEPS["points"] / POINT_STEPS
"""For each point asked beyond the first, and how many of them count."""

KINDS: Mapping[Kind, float] = {Kind(name): effect for name, effect in _POINTS["kinds"].items()}
"""How far along the way to a deal the mail itself shows the buyer to be."""

CAME_BACK = (_HISTORY["came_back"], "has written before", "曾经来信")
CUSTOMER = (_HISTORY["customer"], "has ordered before", "曾经下单")
LOYAL = (_HISTORY["loyal"], "has ordered three times or more", "下单三次以上")
"""R20: the loyal buyer. Set by hand: the training mails have no history."""
DETAIL = (
    (60, _STEPS["detail"] / 3, "writes a few sentences", "写了几句话"),
    (250, _STEPS["detail"] * 2 / 3, "explains the need", "说明了需求"),
    (600, _STEPS["detail"], "explains the need at length", "详细说明需求"),
)
"""Letters of the message from which on each holds; the last that does counts. Wide scripts count double."""
NOTHING_TOLD = (_STEPS["introduction"], "tells nothing about the buyer or the need", "没有介绍自己或需求")

STRANGERS = frozenset({Kind.INQUIRY, Kind.RFQ, Kind.SAMPLE_REQUEST, Kind.COOPERATION, Kind.FOLLOW_UP})
"""Kinds a stranger writes. In running business nobody introduces themselves or names the goods again."""
ASKED_OF_STRANGERS = frozenset({"no_name", "no_product"})


def most_effects() -> dict[str, float]:
    """Each line of the card that the training mails may speak about, by factor, and the most points it comes to."""
    facts = {str(fact): effect for fact, (effect, _, _) in FACTS.items()}
    return {**facts, **SIGNALS, **RISKS, **_STEPS}
