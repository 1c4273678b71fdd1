"""The weights of the buyer scorecard: points out of 100 for each thing a buyer tells, asks or shows (R13-R16).

Facts and buying signals are never negative, signs of risk never positive: tests hold that.
"""

from collections.abc import Mapping

from triage.vocabulary.inquiry import FactName, Kind

BASE = 12.0

FACTS: Mapping[FactName, tuple[float, str]] = {
    FactName.COMPANY: (7, "names the company"),
    FactName.PERSON: (3, "gives a name"),
    FactName.ROLE: (4, "tells the role"),
    FactName.BUSINESS: (6, "tells what the company does"),
    FactName.QUANTITY: (8, "gives a quantity"),
    FactName.PRODUCT: (5, "names the product"),
    FactName.DESTINATION: (5, "tells where the goods go"),
    FactName.TARGET_PRICE: (5, "has a target price"),
    FactName.DEADLINE: (4, "has a date in mind"),
    FactName.WEBSITE: (5, "gives a website"),
    FactName.PHONE: (4, "gives a telephone number"),
    FactName.EXPERIENCE_WITH_CHINA: (3, "tells of experience with imports"),
    FactName.CHANNELS: (5, "has sales channels"),
    FactName.VOLUME_PER_YEAR: (7, "tells the yearly volume"),
}

SIGNALS: Mapping[str, tuple[float, str]] = {
    "money": (5, "speaks of budget, volume or terms"),
    "authority": (5, "decides on the purchase"),
    "need": (4, "has a definite need"),
    "asks_use": (2, "asks about the use"),
    "asks_after_sales": (3, "asks about after-sales service"),
    "checks_advertisement": (2, "checks that the goods match what was shown"),
    "repeats": (2, "comes back to a key point"),
    "compares": (3, "compares with another supplier"),
    "asks_references": (3, "asks what others say"),
}
"""R14 and R15, by the name of the signal."""
OTHER_SIGNAL = 1.0

MAN = (5.0, "has money, authority and need together")
"""R14: a buyer with all three is first choice."""

RISKS: Mapping[str, tuple[float, str]] = {
    "mass_mail": (-15, "looks like mail to many suppliers"),
    "free_mail_big_company": (-10, "a big company that writes from a free mailbox"),
    "free_mail": (-2, "writes from a free mailbox"),
    "reply_to_elsewhere": (-10, "wants the answer at another domain"),
    "failed_authentication": (-20, "the sender's domain does not vouch for this mail"),
    "country_mismatch": (-8, "the claimed country does not fit telephone, domain or time zone"),
    "too_good": (-15, "the order is too good to be true"),
    "courier_account": (-6, "wants samples and freight for free"),
    "visa_invitation": (-15, "wants an invitation letter for a visa"),
    "advance_fee": (-40, "asks for a fee in advance"),
    "bank_change": (-40, "announces another bank account"),
}
"""R16, by the name of the signal."""
OTHER_RISK = -6.0

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

OWN_DOMAIN = (6.0, "writes from the company's own domain")
CAME_BACK = (4.0, "has written before")
CUSTOMER = (12.0, "has ordered before")
LOYAL = (18.0, "has ordered three times or more")
"""R20: the loyal buyer."""
HARDLY_A_WORD = (-6.0, "hardly says anything")
NOTHING_TOLD = (-8.0, "tells nothing about the buyer or the need")

HIGH, MEDIUM = 55.0, 32.0
"""From these scores up the quality is called high, or medium."""
