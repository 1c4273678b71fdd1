"""One answer per point: a fact of the catalogue or a sentence of the company, else openly deferred (R3, R9)."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from triage.drafting import catalogue as look
from triage.drafting.claims import certificates
from triage.drafting.formats import Count, Items, Money
from triage.drafting.matter import Matter
from triage.drafting.tokens import reads_in, tokens
from triage.vocabulary.inquiry import Point
from triage.vocabulary.letter import AnswerStatus, LetterRequest
from triage.vocabulary.policy import CompanyFacts, PriceTier, Product

_TIERS_SHOWN = 4
_INCOTERM = re.compile(r"\b(?:EXW|FCA|FAS|FOB|CFR|C&F|CIF|CPT|CIP|DAP|DPU|DDP|DDU)\b")
_REPORT = re.compile(r"\b(?:reports?|rapports?|informes?|bericht|test)\b|报告|報告|보고서|отчет", re.IGNORECASE)
_TEXT_CAP = 20_000

Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Topic:
    """What a letter leaves open: `name` picks the words in `topic.j2`, `detail` is a product or a certificate."""

    name: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """Words to be: a template and its values."""

    block: str
    values: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the letter says to a point. A DEFERRED one names its open topics; what is known is said all the same."""

    point: Point
    status: AnswerStatus
    passage: Passage | None = None
    topics: tuple[Topic, ...] = ()
    enclosed: bool = False
    """Answered by a file that goes along."""
    within: Point | None = None
    """Answered by the words on another point."""


class Naming:
    """How a letter calls its products: each in full once, then by its model; one product alone is then not named."""

    def __init__(self, matter: Matter, named: bool) -> None:
        self._matter = matter
        self._named = set(matter.products) if named else set[Product]()

    def call(self, product: Product) -> str:
        """Empty when the letter speaks of this one product only and has named it."""
        if product not in self._named:
            self._named.add(product)
            return self._matter.name(product)
        return self._matter.short(product) if len(self._matter.products) > 1 else ""

    def mention(self, product: Product) -> str:
        """Its model in passing; nothing where the letter speaks of no other and has named it."""
        if len(self._matter.products) > 1:
            return self._matter.short(product)
        return "" if product in self._named else self._matter.name(product)

    def call_group(self, products: Sequence[Product]) -> Items | str:
        """Products that share a value; empty when they are all that the letter speaks of."""
        new = [product for product in products if product not in self._named]
        if len(products) == len(self._matter.products) and not new:
            return ""
        return Items(tuple(self.call(product) for product in products))


def answer(point: Point, matter: Matter, naming: Naming) -> Answer:
    """The answer to one point. Whatever the catalogue is silent on is deferred, never invented."""
    if point is Point.INCOTERM and matter.products:
        return _incoterm(matter, naming)
    fact = _FACTS.get(point)
    if fact is not None and matter.products:
        found = [(product, fact(product, matter)) for product in matter.products]
        known = [(product, values) for product, values in found if values is not None]
        silent = [product for product, values in found if values is None]
        topics = _missing_certificates(matter) if point is Point.CERTIFICATION and known else ()
        if known:
            told = _prices(known, naming) if point is Point.PRICE else _grouped(known, naming)
            passage = Passage(f"answer_{point}", told)
            topics += tuple(Topic(point, naming.mention(product)) for product in silent)
            return Answer(point, AnswerStatus.DEFERRED if topics else AnswerStatus.ANSWERED, passage, topics)
    company = _of_company(point, matter)
    if company is not None:
        return Answer(point, AnswerStatus.ANSWERED, company)
    if _is_enclosed(point, matter):
        return Answer(point, AnswerStatus.ANSWERED, enclosed=True)
    return left_open(point, matter, naming)


def _incoterm(matter: Matter, naming: Naming) -> Answer:
    """The terms of our prices. The price says them already where it stands; other terms that the buyer names stay
    open."""
    ours = _terms(" ".join(product.incoterm for product in matter.products))
    if not ours or _terms_named(matter.request) - ours:
        return left_open(Point.INCOTERM, matter, naming)
    if Point.PRICE in matter.request.reading.points and all(look.prices(p, matter.on) for p in matter.products):
        return Answer(Point.INCOTERM, AnswerStatus.ANSWERED, within=Point.PRICE)
    known = [(product, values) for product in matter.products if (values := _phrase("incoterm")(product, matter))]
    return Answer(Point.INCOTERM, AnswerStatus.ANSWERED, Passage("answer_incoterm", _grouped(known, naming)))


def names_other_terms(request: LetterRequest) -> bool:
    """Whether the mail speaks of delivery terms that no price of ours is on."""
    ours = _terms(" ".join(product.incoterm for product in request.catalogue.products))
    return bool(_terms_named(request) - ours)


def _terms_named(request: LetterRequest) -> frozenset[str]:
    asked = " ".join(item.text for item in request.reading.asked if item.point is Point.INCOTERM)
    return _terms(f"{asked}\n{request.mail.subject}\n{request.mail.message}"[:_TEXT_CAP])


def _terms(text: str) -> frozenset[str]:
    return frozenset(_INCOTERM.findall(text))


def left_open(point: Point, matter: Matter, naming: Naming) -> Answer:
    """The point deferred, for each product where it is a matter of products."""
    details = matter.products if point in _FACTS else ()
    topics = tuple(Topic(point, naming.mention(product)) for product in details) or (Topic(point),)
    return Answer(point, AnswerStatus.DEFERRED, None, topics)


def _grouped(known: Sequence[tuple[Product, Values]], naming: Naming) -> Values:
    """One item a value; products that share it are named together."""
    groups: list[tuple[list[Product], Values]] = []
    for product, values in known:
        same = next((group for group in groups if group[1] == values), None)
        if same is not None:
            same[0].append(product)
        else:
            groups.append(([product], values))
    return {"items": [{"product": naming.call_group(products), **values} for products, values in groups]}


_COMMON = ("unit", "incoterm", "valid_until")


def _prices(known: Sequence[tuple[Product, Values]], naming: Naming) -> Values:
    """One item a product; what holds for all of them is said once."""
    first = known[0][1]
    common = {key: first[key] for key in _COMMON if all(values[key] == first[key] for _, values in known)}
    items = [{"product": naming.call(product), **values, **dict.fromkeys(common, "")} for product, values in known]
    return {"items": items, **dict.fromkeys(_COMMON, ""), **common}


def price_facts(product: Product, matter: Matter) -> Values | None:
    """Prices for the quantities asked, at least the minimum; without a quantity the tiers."""
    tiers = look.prices(product, matter.on)
    if not tiers:
        return None
    least = look.minimum(product) or 1
    asked = dict.fromkeys(max(quantity, least) for quantity in matter.asked(product))
    quotes = [(quantity, tier) for quantity in asked if (tier := look.price_at(tiers, quantity)) is not None]
    shown = quotes or [(tier.quantity, tier) for tier in tiers[:_TIERS_SHOWN]]
    return {
        "unit": Count(None, product.unit),
        "incoterm": product.incoterm,
        "valid_until": product.prices_valid_until or "",
        "exact": bool(quotes) or len(tiers) == 1,
        "quotes": [_quote(product, quantity, tier) for quantity, tier in shown],
    }


def _quote(product: Product, quantity: int, tier: PriceTier) -> Values:
    return {"count": Count(quantity, product.unit), "price": Money(tier.price, product.currency)}


def below_minimum(matter: Matter) -> tuple[tuple[Product, int, int], ...]:
    """Products whose minimum is above the quantity asked: product, quantity, minimum."""
    short = []
    for product in matter.products:
        least = look.minimum(product)
        asked = max(matter.asked(product), default=None)
        if least is not None and asked is not None and asked < least:
            short.append((product, asked, least))
    return tuple(short)


def product_facts(product: Product, matter: Matter) -> Values:
    """What a letter may say of a product at large; empty where the catalogue is silent."""
    tiers = look.prices(product, matter.on)
    least = look.minimum(product)
    return {
        "product": matter.name(product),
        "specs": look.words(product, "specs", matter.language),
        "certificates": Items(product.certificates),
        "packing": look.words(product, "packing", matter.language),
        "warranty": look.words(product, "warranty", matter.language),
        "customization": look.words(product, "customization", matter.language),
        "hs_code": product.hs_code,
        "link": product.link,
        "moq": Count(least, product.unit) if least is not None else "",
        "price": Money(tiers[0].price, product.currency) if tiers else "",
        "unit": Count(None, product.unit),
        "lead_time": Count(product.lead_time_days, "day") if product.lead_time_days is not None else "",
    }


def _moq(product: Product, matter: Matter) -> Values | None:
    return {"moq": Count(product.moq, product.unit)} if product.moq is not None else None


def _lead_time(product: Product, matter: Matter) -> Values | None:
    return {"lead_time": Count(product.lead_time_days, "day")} if product.lead_time_days is not None else None


def _certificates(product: Product, matter: Matter) -> Values | None:
    return {"certificates": Items(product.certificates)} if product.certificates else None


def _missing_certificates(matter: Matter) -> tuple[Topic, ...]:
    """Certificates asked for by name that a product's list lacks: absent from the list is not "no", it is open (R9)."""
    held = [{tokens(name) for name in product.certificates} for product in matter.products]
    words = " ".join(item.text for item in matter.request.reading.asked if item.point is Point.CERTIFICATION)
    named = certificates(words)
    if not named and _REPORT.search(words):
        return (Topic(Point.CERTIFICATION),)
    return tuple(Topic("certificate", name) for name in named if any(not _holds(names, tokens(name)) for names in held))


def _holds(names: set[tuple[str, ...]], wanted: tuple[str, ...]) -> bool:
    return any(name[: len(wanted)] == wanted for name in names)


def _availability(product: Product, matter: Matter) -> Values | None:
    said_apart = product.lead_time_days is None or Point.LEAD_TIME in matter.request.reading.points
    return {"lead_time": "" if said_apart else Count(product.lead_time_days, "day")}


def _phrase(attribute: str) -> Callable[[Product, Matter], Values | None]:
    def fact(product: Product, matter: Matter) -> Values | None:
        text = look.words(product, attribute, matter.language)
        return {attribute: text} if text else None

    return fact


def _specs(product: Product, matter: Matter) -> Values | None:
    text = look.words(product, "specs", matter.language)
    return {"specs": text, "link": product.link} if text else None


_FACTS: Mapping[Point, Callable[[Product, Matter], Values | None]] = {
    Point.PRICE: price_facts,
    Point.MOQ: _moq,
    Point.LEAD_TIME: _lead_time,
    Point.CERTIFICATION: _certificates,
    Point.SAMPLE: _phrase("sample"),
    Point.CUSTOMIZATION: _phrase("customization"),
    Point.WARRANTY: _phrase("warranty"),
    Point.SPECS: _specs,
    Point.AVAILABILITY: _availability,
}


def _of_company(point: Point, matter: Matter) -> Passage | None:
    """The company's own sentence, its profile, its catalogue."""
    request = matter.request
    links = tuple(product.link for product in matter.products if product.link)
    if sentence := look.policy(request.catalogue, point, matter.language):
        return Passage("answer_policy", {"sentence": sentence})
    if point is Point.COMPANY_INFO and (company := proof(matter)):
        return company
    if point is Point.CATALOG and (request.company.catalogue_link or links):
        return Passage("answer_catalog", {"link": request.company.catalogue_link, "product_links": links})
    return None


def _is_enclosed(point: Point, matter: Matter) -> bool:
    """Whether a file on this point goes along (R8)."""
    return any(wanted for _, wanted in look.enclosures(matter.request.catalogue, matter.products, (point,)))


def proof(matter: Matter) -> Passage | None:
    """Who we are, as the company tells it (R12)."""
    request, facts = matter.request, matter.request.catalogue.company
    told = look.policy(request.catalogue, Point.COMPANY_INFO, matter.language)
    profile = told or " ".join(request.company.profile.split())
    if not reads_in(profile, matter.language):
        profile = ""
    if not profile and facts == CompanyFacts():
        return None
    since = str(facts.since) if facts.since is not None and str(facts.since) not in profile else ""
    lists = {"certificates": Items(facts.certificates), "references": Items(facts.references)}
    return Passage("proof", {"profile": profile, "since": since, **lists, "bank": facts.bank})
