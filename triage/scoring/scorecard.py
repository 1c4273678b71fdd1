"""The weights of the buyer scorecard: points out of 100 for each thing a buyer tells, asks or shows (R13-R16).

Facts and buying signals are never negative, signs of risk never positive: tests hold that.
"""

from collections.abc import Mapping

from triage.vocabulary.inquiry import FactName, Kind

BASE = 20.0

FACTS: Mapping[FactName, tuple[float, str, str]] = {
    FactName.COMPANY: (7, "names the company", "说明公司名称"),
    FactName.PERSON: (3, "gives a name", "留下姓名"),
    FactName.ROLE: (4, "tells the role", "说明职务"),
    FactName.BUSINESS: (6, "tells what the company does", "说明公司业务"),
    FactName.QUANTITY: (8, "gives a quantity", "给出数量"),
    FactName.PRODUCT: (5, "names the product", "说明产品"),
    FactName.DESTINATION: (5, "tells where the goods go", "说明目的地"),
    FactName.TARGET_PRICE: (5, "has a target price", "有目标价"),
    FactName.DEADLINE: (4, "has a date in mind", "有时间要求"),
    FactName.WEBSITE: (5, "gives a website", "给出网站"),
    FactName.PHONE: (4, "gives a telephone number", "留下电话"),
    FactName.EXPERIENCE_WITH_CHINA: (3, "tells of experience with imports", "谈到进口经验"),
    FactName.CHANNELS: (5, "has sales channels", "有销售渠道"),
    FactName.VOLUME_PER_YEAR: (7, "tells the yearly volume", "说明年采购量"),
}

SIGNALS: Mapping[str, float] = {
    "asks_after_sales": 3,
    "asks_use": 2,
    "asks_delivery": 2,
    "asks_payment": 3,
    "checks_advertisement": 2,
    "repeats_point": 2,
    "compares": 3,
    "asks_references": 3,
    "money": 5,
    "authority": 5,
    "need": 4,
    "company_domain": 6,
    "authenticated": 1,
}
"""R14 and R15, by the name of the signal; the words are those of `vocabulary.inquiry.SIGNALS`."""

MAN = (5.0, "has money, authority and need together", "资金、决定权、需求三者俱备")
"""R14: a buyer with all three is first choice."""

RISKS: Mapping[str, float] = {
    "no_name": -4,
    "no_product": -5,
    "undisclosed_recipients": -12,
    "mass_mail": -12,
    "free_mail": -2,
    "free_mail_big_company": -12,
    "reply_to_elsewhere": -10,
    "authentication_failed": -15,
    "lookalike_domain": -30,
    "name_hides_address": -15,
    "hidden_characters": -10,
    "country_conflict": -8,
    "too_good": -15,
    "courier_account": -6,
    "advance_fee": -40,
    "fake_tender": -25,
    "bank_change": -40,
    "visa_invitation": -15,
    "urgency": 0,
    "credential_bait": -40,
}
"""R16, likewise. Haste alone is no sin: it makes a mail urgent (priority.py)."""

POINT_STEP, POINT_STEPS = 2.0, 4
"""For each point asked beyond the first, and how many of them count."""

KINDS: Mapping[Kind, float] = {
    Kind.INQUIRY: 0,
    Kind.RFQ: 10,
    Kind.SAMPLE_REQUEST: 8,
    Kind.NEGOTIATION: 15,
    Kind.ORDER: 25,
    Kind.PAYMENT: 25,
    Kind.LOGISTICS: 20,
    Kind.COMPLAINT: 20,
    Kind.AFTER_SALE: 18,
    Kind.FOLLOW_UP: 8,
    Kind.COOPERATION: 4,
}
"""How far along the way to a deal the mail itself shows the buyer to be."""

CAME_BACK = (4.0, "has written before", "曾经来信")
CUSTOMER = (12.0, "has ordered before", "曾经下单")
LOYAL = (18.0, "has ordered three times or more", "下单三次以上")
"""R20: the loyal buyer."""
DETAIL = (
    (60, 4.0, "writes a few sentences", "写了几句话"),
    (250, 8.0, "explains the need", "说明了需求"),
    (600, 12.0, "explains the need at length", "详细说明需求"),
)
"""Letters of the message from which on each holds; the last that does counts. Wide scripts count double."""
NOTHING_TOLD = (-8.0, "tells nothing about the buyer or the need", "没有介绍自己或需求")

STRANGERS = frozenset({Kind.INQUIRY, Kind.RFQ, Kind.SAMPLE_REQUEST, Kind.COOPERATION, Kind.FOLLOW_UP})
"""Kinds a stranger writes. In running business nobody introduces themselves or names the goods again."""
ASKED_OF_STRANGERS = frozenset({"no_name", "no_product"})

HIGH, MEDIUM = 58.0, 26.0
"""From these scores up the quality is called high, or medium."""
