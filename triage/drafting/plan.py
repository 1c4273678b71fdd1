"""What the letter says, before any words: the same plan in every language."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from triage.drafting.answers import Answer, Naming, Passage, Topic, answer, left_open, names_other_terms
from triage.drafting.matter import Matter, matter_of
from triage.drafting.office_hours import OfficeHours, office_hours
from triage.drafting.options import Option, catalogue_link, enclosures, options, ticked
from triage.drafting.questions import Known, choose
from triage.drafting.references import reference_of
from triage.drafting.salutation import Salutation, salutation
from triage.drafting.zones import buyer_zone
from triage.vocabulary.inquiry import Kind, Point, Stage
from triage.vocabulary.letter import AnswerStatus, Choices, Letter, LetterRequest
from triage.vocabulary.policy import Enclosure

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
    Kind.VENDOR_PITCH: "thanks",
    Kind.JOB_APPLICATION: "thanks",
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
_OF_A_CASE = frozenset({Point.REFUND, Point.REPLACEMENT, Point.DOCUMENTS, Point.ORDER_STATUS})
"""Points that a complaint names apart; all others are part of the case."""
_IMPLIED = {Kind.RFQ: Point.PRICE, Kind.SAMPLE_REQUEST: Point.SAMPLE}
"""What a kind asks for by being what it is, even when no sentence says so."""
_OWED = {"order": "order", "payment": "payment", "complaint": "complaint"}
"""Letters that owe an answer whatever else was asked (R24, R25): the topic that stays open."""
TOPICS = (*dict.fromkeys(_OWED.values()), "follow_up", "supply", "certificate", *map(str, Point))
"""What a letter can leave open: a point, or what the letter's kind or the product asked for leaves to be found out."""
_SELLING = frozenset({"first_inquiry", "quotation", "sample", "negotiation", "cooperation", "dormant", "follow_up"})
CLOSED = frozenset({"decline", "thanks"})
"""Letters that end the matter: they answer no point apart and ask nothing."""
LETTERS = (*dict.fromkeys(_LETTER_OF_KIND.values()), "first_inquiry", "dormant", "decline")
FOLLOW_UPS = ("nudge", "wake", "greeting", "news", "after_complaint")
"""Letters of our own accord (R21, R22, R24): they answer no point and have nothing to leave open."""
MAILINGS = frozenset({"greeting", "news", "wake"})
"""Letters that go to many: each says how to get no more of them."""
_ASKS_NOTHING = frozenset({"greeting", "news", "after_complaint"})
"""Follow-ups whose own words are all they ask (R24: no business with a complaint)."""
_QUOTING = frozenset({"nudge"})
"""Follow-ups that show the mail they speak of."""
REFUSALS = ("market", "minimum", "product")
"""Why we decline."""
_ABOUT = {Kind.VENDOR_PITCH: "offer", Kind.JOB_APPLICATION: "application"}
_NAMING = frozenset({"first_inquiry", "quotation", "sample", "order", "after_sale", "cooperation"})
"""Letters whose opening names the products."""
_NAMED = 3
"""Products that an opening may name."""
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
    wrote: bool
    """False for a customer who never wrote: there is no mail to speak of."""
    reference: str
    """Number of the order or invoice that the mail speaks of."""
    products: tuple[str, ...]
    """Products that the opening names."""
    answers: tuple[Answer, ...]
    topics: tuple[Topic, ...]
    deadline: Deadline | None
    options: tuple[Option, ...]
    enclosures: tuple[tuple[Enclosure, bool], ...]
    """Files that go along, and others that could."""
    grievance: str
    """What a complaint is about, where it shows."""
    reason: str
    """Why we decline, or what we thank for."""
    questions: tuple[str, ...]
    spare: tuple[str, ...]
    """Questions that could be asked too."""
    hours: OfficeHours | None
    known: Known
    matter: Matter
    choices: Choices


def make_plan(request: LetterRequest, language: str, grievance: str = "", choices: Choices | None = None) -> Plan:
    """Decide what to say. Pure: looks at nothing but the request, what a complaint is about, and what a person
    decided."""
    choices = choices or Choices()
    letter = choices.letter if choices.letter in (*LETTERS, *FOLLOW_UPS) else _letter(request)
    home = ZoneInfo(request.calendar.time_zone)
    matter = matter_of(request, language, request.now.astimezone(home).date())
    named = matter.products if letter in _NAMING and not matter.nearest and len(matter.products) <= _NAMED else ()
    naming = Naming(matter, bool(named) or (matter.nearest and letter in _SELLING))
    answers = tuple(_answer(point, letter, matter, naming, choices) for point in _points(request, letter))
    topics = _topics(letter, matter, answers, choices)
    zone = buyer_zone(request.reading.country, _trusted_date(request))
    clock = zone or home
    known = Known(request, bool(matter.products))
    asked, spare = _questions(request, letter, known, grievance, choices)
    hours = bool(request.calendar.windows) and letter not in CLOSED
    shown = hours and ticked("hours", letter not in FOLLOW_UPS, choices)
    return Plan(
        language=language,
        letter=letter,
        salutation=salutation(request),
        mail_date=_mail_date(request, clock),
        waited=request.history.messages_in > 0 and request.history.messages_out == 0,
        wrote=not request.unheard,
        reference=reference_of(request.mail),
        products=tuple(map(matter.name, named)),
        answers=answers,
        topics=topics,
        deadline=Deadline(request.answer_by.astimezone(clock), clock.key, home.key) if topics else None,
        options=_options(letter, matter, answers, naming, choices),
        enclosures=enclosures(matter, choices, asked=letter not in FOLLOW_UPS) if letter not in CLOSED else (),
        grievance=grievance,
        reason=choices.reason or _reason(request, letter, matter),
        questions=asked,
        spare=spare,
        hours=office_hours(request.calendar, zone, request.now) if shown else None,
        known=known,
        matter=matter,
        choices=choices,
    )


def is_mailing(letter: Letter) -> bool:
    """Whether it goes to many."""
    return letter.template.partition("/")[2] in MAILINGS


def shows_mail(letter: str) -> bool:
    """Whether the buyer's mail stands below the letter."""
    return letter not in FOLLOW_UPS or letter in _QUOTING


def _options(
    letter: str, matter: Matter, answers: tuple[Answer, ...], naming: Naming, choices: Choices
) -> tuple[Option, ...]:
    if letter == "news":
        return catalogue_link(matter, choices)
    return options(letter, matter, answers, naming, choices) if letter in _SELLING else ()


def _letter(request: LetterRequest) -> str:
    """A complaint is one whatever else the mail says (R24), a market that we do not sell to is one too; then the kind
    decides, for a bare inquiry the stage."""
    if Stage.COMPLAINT is request.stage:
        return "complaint"
    if request.market_closed and request.kind.is_buyer and request.history.orders == 0:
        return "decline"
    if request.kind in _LETTER_OF_KIND:
        return _LETTER_OF_KIND[request.kind]
    return request.stage.value


def _reason(request: LetterRequest, letter: str, matter: Matter) -> str:
    if letter == "thanks":
        return _ABOUT.get(request.kind, "offer")
    if letter != "decline":
        return ""
    if request.market_closed:
        return "market"
    return "product" if matter.unknown else ""


def _points(request: LetterRequest, letter: str) -> tuple[Point, ...]:
    if letter in CLOSED or letter in FOLLOW_UPS:
        return ()
    points = [*request.reading.points]
    if request.kind in _IMPLIED:
        points.append(_IMPLIED[request.kind])
    if letter in _SELLING and Point.PRICE in points and names_other_terms(request):
        points.append(Point.INCOTERM)
    return tuple(dict.fromkeys(points))


def _answer(point: Point, letter: str, matter: Matter, naming: Naming, choices: Choices) -> Answer:
    """A person's own sentence goes before what the catalogue says. A complaint gets no sales talk (R24)."""
    if sentence := choices.answers.get(point, "").strip():
        return Answer(point, AnswerStatus.ANSWERED, Passage("answer_policy", {"sentence": sentence}))
    if letter == "complaint" and choices.remedy and point is not Point.WARRANTY:
        return Answer(point, AnswerStatus.ANSWERED, Passage("answer_policy", {"sentence": choices.remedy}))
    if letter == "complaint" and point is not Point.WARRANTY:
        topics = (Topic(point),) if point in _OF_A_CASE else ()
        return Answer(point, AnswerStatus.DEFERRED, None, topics or (Topic("complaint"),))
    return left_open(point, matter, naming) if point in choices.deferred else answer(point, matter, naming)


def _topics(letter: str, matter: Matter, answers: tuple[Answer, ...], choices: Choices) -> tuple[Topic, ...]:
    owed = [Topic(_OWED[letter])] if letter in _OWED and not choices.remedy else []
    if letter == "follow_up" and not answers:
        owed.append(Topic("follow_up"))
    if letter in _SELLING and matter.unknown:
        owed.append(Topic("supply", matter.wanted))
    left = [topic for item in answers for topic in item.topics]
    if len(left) > 1 and len(matter.products) == 1:
        product = matter.name(matter.products[0])  # it need not be named with every point
        left = [replace(topic, detail="") if topic.detail == product else topic for topic in left]
    return tuple(dict.fromkeys((*owed, *left)))


def _questions(
    request: LetterRequest, letter: str, known: Known, grievance: str, choices: Choices
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ids of the questions asked, and of those that could be asked too."""
    if letter in CLOSED or letter in _ASKS_NOTHING:
        return (), ()
    if letter == "wake":
        chosen, spare = choose(replace(request, kind=Kind.OTHER), Stage.DORMANT, known)
    else:
        chosen, spare = choose(request, _OWN_STAGE.get(letter, request.stage), known, grievance)
    if letter == "nudge":
        chosen, spare = chosen[:1], (*chosen[1:], *spare)
    asked = [name for name in chosen if ticked(f"question.{name}", True, choices)]
    asked += [name for name in spare if ticked(f"question.{name}", False, choices)]
    return tuple(asked), tuple(name for name in (*chosen, *spare) if name not in asked)


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
