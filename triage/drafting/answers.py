"""One answer per point: a fact of the catalogue or a sentence of the company, else openly deferred (R3, R9)."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from triage.drafting import catalogue as look
from triage.drafting.claims import certificates
from triage.drafting.formats import Count, Items, Money
from triage.drafting.tokens import has_cjk, tokens
from triage.vocabulary.inquiry import FactName, Point
from triage.vocabulary.letter import AnswerStatus, LetterRequest
from triage.vocabulary.policy import PriceTier, Product

_TIERS_SHOWN = 4
_QUOTED = 3
_TRIED = 3
_REPEATED_WORDS = 8
_WANTED = re.compile(r"[^\W_][\w .,/&+'’\"°%×-]{1,58}")


@dataclass(frozen=True, slots=True)
class Topic:
    """What a letter leaves open: `name` picks the words in `topic.j2`, `detail` is a product or a certificate."""

    name: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """Words to be: a template and its values."""

    block: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the letter says to a point. A DEFERRED one names its open topics; what is known is said all the same."""

    point: Point
    status: AnswerStatus
    passage: Passage | None = None
    topics: tuple[Topic, ...] = ()


@dataclass(frozen=True, slots=True)
class Matter:
    """What the mail is about, seen against the catalogue."""

    request: LetterRequest
    language: str
    on: date
    """The day of writing, ours: prices are valid or not on it."""
    products: tuple[Product, ...] = ()
    nearest: bool = False
    """True when `products` holds the nearest model to one we do not have (R7)."""
    wanted: str = ""
    """The buyer's words for the product, when they can be repeated in a letter."""
    unknown: bool = False
    """True when the buyer names a product that the catalogue has nothing like."""
    quantities: tuple[int, ...] = ()

    def name(self, product: Product) -> str:
        return look.name_in(product, self.language)


def matter_of(request: LetterRequest, language: str, on: date) -> Matter:
    """Match the mail against the catalogue: the product words first, then subject and text."""
    told = [item.text for item in request.reading.told if item.fact is FactName.PRODUCT]
    carried = [request.history.facts[FactName.PRODUCT]] if FactName.PRODUCT in request.history.facts else []
    fields = [
        text
        for label, text in (request.mail.wrapped.fields if request.mail.wrapped else ())
        if label.lower() == "product"
    ]
    asked_for = told or fields
    found = look.find_products(asked_for, request.catalogue)
    other = len(found) == 1 and look.differs(" ".join(asked_for), found[0])
    if not found:
        found = look.find_products((request.mail.subject, request.mail.message), request.catalogue)
    if not found and not asked_for:
        found = look.find_products(carried, request.catalogue)
    tries = [(words, look.nearest(words, request.catalogue)) for words in asked_for[:_TRIED]] if not found else []
    words, near = next((pair for pair in tries if pair[1] is not None), (asked_for[0] if asked_for else "", None))
    wanted = _repeatable(words, request, trusted=bool(found or near or not told))
    counted = [item.text for item in request.reading.told if item.fact is FactName.QUANTITY]
    return Matter(
        request=request,
        language=language,
        on=on,
        products=found[:6] or ((near,) if near is not None else ()),
        nearest=near is not None or other,
        wanted=wanted,
        unknown=bool(wanted and request.catalogue.products) and not found and near is None,
        quantities=look.quantities(counted)[:_QUOTED],
    )


def _repeatable(words: str, request: LetterRequest, trusted: bool) -> str:
    """The buyer's words for the product where they may stand in our letter: short, one line, words and measures only
    (H22), and surely a product: the subject speaks of it too, or the catalogue, or a form says so."""
    words = " ".join(words.split()).strip(" .,;:")
    in_subject = set(tokens(words)) & {word for word in tokens(request.mail.subject) if has_cjk(word) or len(word) > 3}
    short = len(tokens(words)) <= _REPEATED_WORDS
    return words if short and _WANTED.fullmatch(words) and (trusted or in_subject) else ""


def answer(point: Point, matter: Matter) -> Answer:
    """The answer to one point. Whatever the catalogue is silent on is deferred, never invented."""
    by_product = _BY_PRODUCT.get(point)
    sentence = look.policy(matter.request.catalogue, point, matter.language)
    company = _of_company(point, matter)
    if by_product is not None and matter.products:
        items = [(product, by_product(product, matter)) for product in matter.products]
        known = [item for _, item in items if item is not None]
        silent = [product for product, item in items if item is None]
        passage = Passage(f"answer_{point}", {"items": known}) if known else None
        topics = _missing_certificates(matter) if point is Point.CERTIFICATION and known else ()
        if passage is not None and not silent and not topics:
            return Answer(point, AnswerStatus.ANSWERED, passage)
        if passage is not None or not (sentence or company):
            topics += tuple(Topic(point, matter.name(product)) for product in silent)
            return Answer(point, AnswerStatus.DEFERRED, passage, topics)
    if sentence:
        return Answer(point, AnswerStatus.ANSWERED, Passage("answer_policy", {"sentence": sentence}))
    if company is not None:
        return Answer(point, AnswerStatus.ANSWERED, company)
    return Answer(point, AnswerStatus.DEFERRED, None, (Topic(point),))


def price_item(product: Product, matter: Matter) -> Mapping[str, object] | None:
    """Prices for the quantities asked, at least the minimum; without a quantity the tiers."""
    tiers = look.prices(product, matter.on)
    if not tiers:
        return None
    least = look.minimum(product) or 1
    asked = dict.fromkeys(max(quantity, least) for quantity in _for_product(product, matter))
    quotes = [(quantity, tier) for quantity in asked if (tier := look.price_at(tiers, quantity)) is not None]
    exact = bool(quotes)
    shown = quotes or [(tier.quantity, tier) for tier in tiers[:_TIERS_SHOWN]]
    return {
        "product": matter.name(product),
        "unit": Count(None, product.unit),
        "incoterm": product.incoterm,
        "valid_until": product.prices_valid_until or "",
        "exact": exact,
        "quotes": [_quote(product, quantity, tier) for quantity, tier in shown],
    }


def _quote(product: Product, quantity: int, tier: PriceTier) -> Mapping[str, object]:
    return {"count": Count(quantity, product.unit), "price": Money(tier.price, product.currency)}


def _for_product(product: Product, matter: Matter) -> Sequence[int]:
    """One quantity holds for all products; as many as products go one by one; otherwise none is certain."""
    if len(matter.products) <= 1 or len(matter.quantities) <= 1:
        return matter.quantities
    if len(matter.quantities) == len(matter.products):
        return (matter.quantities[matter.products.index(product)],)
    return ()


def below_minimum(matter: Matter) -> tuple[tuple[Product, int, int], ...]:
    """Products whose minimum is above the quantity asked: product, quantity, minimum."""
    short = []
    for product in matter.products:
        least = look.minimum(product)
        asked = max(_for_product(product, matter), default=None)
        if least is not None and asked is not None and asked < least:
            short.append((product, asked, least))
    return tuple(short)


def product_facts(product: Product, matter: Matter) -> Mapping[str, object]:
    """What a letter may say of a product at large; empty where the catalogue is silent."""
    tiers = look.prices(product, matter.on)
    least = look.minimum(product)
    return {
        "product": matter.name(product),
        "specs": _line(product.specs),
        "certificates": Items(product.certificates),
        "packing": _line(product.packing),
        "warranty": _line(product.warranty),
        "customization": _line(product.customization),
        "link": product.link,
        "moq": Count(least, product.unit) if least is not None else "",
        "price": Money(tiers[0].price, product.currency) if tiers else "",
        "unit": Count(None, product.unit),
        "lead_time": Count(product.lead_time_days, "day") if product.lead_time_days is not None else "",
    }


def _moq(product: Product, matter: Matter) -> Mapping[str, object] | None:
    if product.moq is None:
        return None
    return {"product": matter.name(product), "moq": Count(product.moq, product.unit)}


def _lead_time(product: Product, matter: Matter) -> Mapping[str, object] | None:
    if product.lead_time_days is None:
        return None
    return {"product": matter.name(product), "lead_time": Count(product.lead_time_days, "day")}


def _certificates(product: Product, matter: Matter) -> Mapping[str, object] | None:
    if not product.certificates:
        return None
    return {"product": matter.name(product), "certificates": Items(product.certificates)}


def _missing_certificates(matter: Matter) -> tuple[Topic, ...]:
    """Certificates asked for by name that a product's list lacks: absent from the list is not "no", it is open (R9)."""
    held = [{tokens(name) for name in product.certificates} for product in matter.products]
    words = " ".join(item.text for item in matter.request.reading.asked if item.point is Point.CERTIFICATION)
    return tuple(
        Topic("certificate", name)
        for name in certificates(words)
        if any(not _holds(names, tokens(name)) for names in held)
    )


def _holds(names: set[tuple[str, ...]], wanted: tuple[str, ...]) -> bool:
    return any(name[: len(wanted)] == wanted for name in names)


def _availability(product: Product, matter: Matter) -> Mapping[str, object] | None:
    lead_time = Count(product.lead_time_days, "day") if product.lead_time_days is not None else ""
    return {"product": matter.name(product), "lead_time": lead_time}


def _phrase(attribute: str) -> Callable[[Product, Matter], Mapping[str, object] | None]:
    def item(product: Product, matter: Matter) -> Mapping[str, object] | None:
        text = _line(getattr(product, attribute))
        return {"product": matter.name(product), attribute: text} if text else None

    return item


def _specs(product: Product, matter: Matter) -> Mapping[str, object] | None:
    text = _line(product.specs)
    return {"product": matter.name(product), "specs": text, "link": product.link} if text else None


_BY_PRODUCT: Mapping[Point, Callable[[Product, Matter], Mapping[str, object] | None]] = {
    Point.PRICE: price_item,
    Point.MOQ: _moq,
    Point.LEAD_TIME: _lead_time,
    Point.CERTIFICATION: _certificates,
    Point.SAMPLE: _phrase("sample"),
    Point.INCOTERM: _phrase("incoterm"),
    Point.CUSTOMIZATION: _phrase("customization"),
    Point.WARRANTY: _phrase("warranty"),
    Point.SPECS: _specs,
    Point.AVAILABILITY: _availability,
}


def _of_company(point: Point, matter: Matter) -> Passage | None:
    company = matter.request.company
    links = tuple(product.link for product in matter.products if product.link)
    if point is Point.CATALOG and (company.catalogue_link or links):
        return Passage("answer_catalog", {"link": company.catalogue_link, "product_links": links})
    if point is Point.COMPANY_INFO and company.profile:
        return Passage("answer_company_info", {"profile": _line(company.profile), "website": company.website})
    return None


def _line(text: str) -> str:
    return " ".join(text.split()).rstrip(".;。；")
