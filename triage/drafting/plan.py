"""What the letter says, before any words: the same plan in every language."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from triage.drafting import catalogue as look
from triage.drafting.answers import Answer, Naming, Passage, Topic, answer, below_minimum, product_facts, proof
from triage.drafting.formats import Count, Items, Money
from triage.drafting.matter import Matter, matter_of
from triage.drafting.office_hours import OfficeHours, office_hours
from triage.drafting.questions import Known, choose
from triage.drafting.references import reference_of
from triage.drafting.salutation import Salutation, salutation
from triage.drafting.tokens import reads_in
from triage.drafting.zones import buyer_zone
from triage.vocabulary.inquiry import BuyerType, Kind, Point, Stage, Tier
from triage.vocabulary.letter import LetterRequest
from triage.vocabulary.policy import Product

_LETTER_OF_KIND = {
    Kind.RFQ: "quotation",
    Kind.SAMPLE_REQUEST: "sample",
    Kind.NEGOTIATION: "negotiation",
    Kind.ORDER: "order",
    Kind.PAYMENT: "payment",
    Kind.LOGISTICS: "shipment",
    Kind.COMPLAINT: "complaint",
    Kind.AFTER_SALE: "after_sale",
    Kind.FOLLOW_UP: "follow_up",
    Kind.COOPERATION: "cooperation",
}
_OWN_STAGE = {
    "quotation": Stage.QUOTATION,
    "sample": Stage.SAMPLE,
    "negotiation": Stage.NEGOTIATION,
    "order": Stage.ORDER,
    "payment": Stage.SHIPMENT,
    "shipment": Stage.SHIPMENT,
    "after_sale": Stage.AFTER_SALE,
    "complaint": Stage.COMPLAINT,
}
_IMPLIED = {Kind.RFQ: Point.PRICE, Kind.SAMPLE_REQUEST: Point.SAMPLE}
"""What a kind asks for by being what it is, even when no sentence says so."""
_OWED = {"order": "order", "payment": "payment", "complaint": "complaint"}
"""Letters that owe an answer whatever else was asked (R24, R25): the topic that stays open."""
TOPICS = (*dict.fromkeys(_OWED.values()), "follow_up", "supply", "certificate", *map(str, Point))
"""What a letter can leave open: a point, or what the letter's kind or the product asked for leaves to be found out."""
_SELLING = frozenset({"first_inquiry", "quotation", "sample", "negotiation", "cooperation", "dormant", "follow_up"})
LETTERS = (*dict.fromkeys(_LETTER_OF_KIND.values()), "first_inquiry", "dormant", "decline", "thanks")
REFUSALS = ("market", "minimum", "product")
"""Why we decline."""
_NAMING = frozenset({"first_inquiry", "quotation", "sample", "order", "after_sale", "cooperation"})
"""Letters whose opening names the products."""
_NAMED = 3
"""Products that an opening may name."""
_MIDDLEMEN = frozenset({BuyerType.AGENT, BuyerType.DISTRIBUTOR, BuyerType.WHOLESALER, BuyerType.NEWCOMER})
_CREDIBLE = timedelta(days=3)
"""A Date header further than this from the arrival is a wrong clock or a lie (H21)."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until when the open topics are answered, on the reader's clock and on ours; zones are IANA names."""

    at: datetime
    zone: str
    our_zone: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The letter's content: answers in the order asked, what stays open and until when, what we offer and ask."""

    language: str
    letter: str
    salutation: Salutation
    mail_date: date
    waited: bool
    """True when the buyer wrote before and never had a letter of ours."""
    reference: str
    """Number of the order or invoice that the mail speaks of."""
    products: tuple[str, ...]
    """Products that the opening names."""
    answers: tuple[Answer, ...]
    topics: tuple[Topic, ...]
    deadline: Deadline | None
    offers: tuple[Passage, ...]
    background: tuple[Passage, ...]
    proof: Passage | None
    grievance: str
    """What a complaint is about, where it shows."""
    questions: tuple[str, ...]
    hours: OfficeHours | None
    known: Known
    matter: Matter


def make_plan(request: LetterRequest, language: str, grievance: str = "") -> Plan:
    """Decide what to say. Pure: looks at nothing but the request, and what a complaint is about."""
    letter = _letter(request)
    home = ZoneInfo(request.calendar.time_zone)
    matter = matter_of(request, language, request.now.astimezone(home).date())
    named = matter.products if letter in _NAMING and not matter.nearest and len(matter.products) <= _NAMED else ()
    naming = Naming(matter, bool(named) or (matter.nearest and letter in _SELLING))
    answers = tuple(answer(point, matter, naming) for point in _points(request))
    topics = _topics(letter, matter, answers)
    zone = buyer_zone(request.reading.country, _trusted_date(request))
    clock = zone or home
    selling = letter in _SELLING
    known = Known(request, bool(matter.products))
    return Plan(
        language=language,
        letter=letter,
        salutation=salutation(request),
        mail_date=_mail_date(request, clock),
        waited=request.history.messages_in > 0 and request.history.messages_out == 0,
        reference=reference_of(request.mail),
        products=tuple(map(matter.name, named)),
        answers=answers,
        topics=topics,
        deadline=Deadline(request.answer_by.astimezone(clock), clock.key, home.key) if topics else None,
        offers=_offers(matter, answers, naming) if selling else (),
        background=_background(letter, matter, answers) if selling else (),
        proof=_proof(letter, matter, answers) if selling else None,
        grievance=grievance,
        questions=choose(request, _question_stage(request, letter), known, grievance),
        known=known,
        hours=office_hours(request.calendar, zone, request.now) if request.calendar.windows else None,
        matter=matter,
    )


def _letter(request: LetterRequest) -> str:
    """A complaint is one whatever else the mail says (R24); then the kind decides, for a bare inquiry the stage."""
    if Stage.COMPLAINT is request.stage:
        return "complaint"
    if request.kind in _LETTER_OF_KIND:
        return _LETTER_OF_KIND[request.kind]
    return request.stage.value


def _question_stage(request: LetterRequest, letter: str) -> Stage:
    return _OWN_STAGE.get(letter, request.stage)


def _points(request: LetterRequest) -> tuple[Point, ...]:
    implied = _IMPLIED.get(request.kind)
    return tuple(dict.fromkeys((*request.reading.points, *((implied,) if implied is not None else ()))))


def _topics(letter: str, matter: Matter, answers: tuple[Answer, ...]) -> tuple[Topic, ...]:
    owed = [Topic(_OWED[letter])] if letter in _OWED else []
    if letter == "follow_up" and not answers:
        owed.append(Topic("follow_up"))
    if letter in _SELLING and matter.unknown:
        owed.append(Topic("supply", matter.wanted))
    left = [topic for item in answers for topic in item.topics]
    if len(left) > 1 and len(matter.products) == 1:
        product = matter.name(matter.products[0])  # it need not be named with every point
        left = [replace(topic, detail="") if topic.detail == product else topic for topic in left]
    return tuple(dict.fromkeys((*owed, *left)))


def _trusted_date(request: LetterRequest) -> datetime | None:
    written = request.mail.date
    if request.mail.wrapped is not None:
        return None  # the platform's clock, not the buyer's
    if written is None or not request.mail.date_zone_known or abs(written - request.received_at) > _CREDIBLE:
        return None
    return written


def _mail_date(request: LetterRequest, clock: ZoneInfo) -> date:
    """The day on the buyer's calendar (R7)."""
    written = _trusted_date(request)
    return written.date() if written is not None else request.received_at.astimezone(clock).date()


def _offers(matter: Matter, answers: tuple[Answer, ...], naming: Naming) -> tuple[Passage, ...]:
    """A way out where the request can't be met as it stands; the choice stays with the buyer (R7)."""
    if matter.nearest:
        return (
            Passage(
                "offer_nearest", {"wanted": matter.wanted, **_unsaid_facts(matter.products[0], matter, _said(answers))}
            ),
        )
    return tuple(_offer_minimum(matter, naming, *short) for short in below_minimum(matter))


def _offer_minimum(matter: Matter, naming: Naming, product: Product, asked: int, least: int) -> Passage:
    others = look.alternatives(product, matter.request.catalogue, asked)
    choices = []
    for other in others[:2]:
        tier = look.price_at(look.prices(other, matter.on), asked)
        choices.append(
            {
                "product": matter.name(other),
                "from": Count(look.minimum(other), other.unit),
                "unit": Count(None, other.unit),
                "price": Money(tier.price, other.currency) if tier is not None else "",
            }
        )
    return Passage(
        "offer_minimum",
        {
            "product": naming.mention(product),
            "asked": Count(asked, product.unit),
            "minimum": Count(least, product.unit),
            "alternatives": choices,
        },
    )


def _said(answers: tuple[Answer, ...]) -> frozenset[Point]:
    return frozenset(item.point for item in answers if item.passage is not None)


def _background(letter: str, matter: Matter, answers: tuple[Answer, ...]) -> tuple[Passage, ...]:
    """More for those who must sell onwards or learn (R4), and for one who asks for nothing definite."""
    request, said = matter.request, _said(answers)
    link = request.company.catalogue_link
    middleman = _is_middleman(letter, request)
    bare = not answers and letter in {"first_inquiry", "dormant"}
    passages: list[Passage] = []
    if (middleman or bare) and not matter.nearest:
        shown = matter.products[: 2 if bare else 1]
        passages.extend(Passage("background", _unsaid_facts(product, matter, said)) for product in shown)
    if (middleman or bare or matter.unknown) and link and Point.CATALOG not in said:
        passages.append(Passage("answer_catalog", {"link": link, "product_links": ()}))
    return tuple(passages)


def _proof(letter: str, matter: Matter, answers: tuple[Answer, ...]) -> Passage | None:
    """Who we are, for a promising first contact and for those who sell onwards (R12)."""
    request = matter.request
    promising = request.history.messages_out == 0 and request.tier in {Tier.A, Tier.B}
    wanted = promising or _is_middleman(letter, request)
    return proof(matter) if wanted and Point.COMPANY_INFO not in _said(answers) else None


def _is_middleman(letter: str, request: LetterRequest) -> bool:
    return request.buyer_type in _MIDDLEMEN or letter == "cooperation"


_POINT_OF_FACT = {
    "specs": Point.SPECS,
    "certificates": Point.CERTIFICATION,
    "warranty": Point.WARRANTY,
    "customization": Point.CUSTOMIZATION,
    "price": Point.PRICE,
    "moq": Point.MOQ,
    "lead_time": Point.LEAD_TIME,
}


def _unsaid_facts(product: Product, matter: Matter, said: frozenset[Point]) -> Mapping[str, object]:
    """A product's facts, without those that an answer gives and those in another script than the letter's."""
    facts = dict(product_facts(product, matter))
    for key, value in facts.items():
        foreign = isinstance(value, str) and key != "product" and not reads_in(value, matter.language)
        if _POINT_OF_FACT.get(key) in said or foreign:
            facts[key] = Items(()) if isinstance(value, Items) else ""
    return facts
