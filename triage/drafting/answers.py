"""One answer per point: a fact of the catalogue or a sentence of the company, else openly deferred (R3, R9)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from triage.drafting import catalogue as look
from triage.drafting.claims import certificates
from triage.drafting.formats import Items
from triage.drafting.matter import Matter
from triage.drafting.product_facts import FACTS, Values, phrase
from triage.drafting.tokens import reads_in, tokens
from triage.vocabulary.inquiry import Point
from triage.vocabulary.letter import AnswerStatus, LetterRequest
from triage.vocabulary.policy import CompanyFacts, Product

_INCOTERM = re.compile(r"\b(?:EXW|[Ee]x[ -]?[Ww]orks|FCA|FAS|FOB|CFR|C&F|CIF|CPT|CIP|DAP|DPU|DDP|DDU)\b")
_REPORT = re.compile(r"\b(?:reports?|rapports?|informes?|bericht|test)\b|报告|報告|보고서|отчет", re.IGNORECASE)
_STOCK = re.compile(
    r"\b(?:stock|ready goods|existencias|lager|vorrätig|estoque|magazzino|stok\w{0,3})\b"
    r"|现货|库存|在庫|재고|склад|наличи|مخزون",
    re.IGNORECASE,
)
_TEXT_CAP = 20_000


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
    if point is Point.AVAILABILITY and _STOCK.search(_words_on(point, matter)):
        return left_open(point, matter, naming)  # what lies in stock no catalogue knows
    fact = FACTS.get(point)
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
    known = [(product, values) for product in matter.products if (values := phrase("incoterm")(product, matter))]
    return Answer(Point.INCOTERM, AnswerStatus.ANSWERED, Passage("answer_incoterm", _grouped(known, naming)))


def names_other_terms(request: LetterRequest) -> bool:
    """Whether the mail speaks of delivery terms that no price of ours is on."""
    ours = _terms(" ".join(product.incoterm for product in request.catalogue.products))
    return bool(_terms_named(request) - ours)


def _terms_named(request: LetterRequest) -> frozenset[str]:
    asked = " ".join(item.text for item in request.reading.asked if item.point is Point.INCOTERM)
    return _terms(f"{asked}\n{request.mail.subject}\n{request.mail.message}"[:_TEXT_CAP])


def _terms(text: str) -> frozenset[str]:
    return frozenset("EXW" if term.lower().startswith("ex") else term for term in _INCOTERM.findall(text))


def left_open(point: Point, matter: Matter, naming: Naming) -> Answer:
    """The point deferred, for each product where it is a matter of products."""
    details = matter.products if point in FACTS else ()
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


def _missing_certificates(matter: Matter) -> tuple[Topic, ...]:
    """Certificates asked for by name that a product's list lacks: absent from the list is not "no", it is open (R9)."""
    held = [{tokens(name) for name in product.certificates} for product in matter.products]
    words = _words_on(Point.CERTIFICATION, matter)
    named = certificates(words)
    if not named and _REPORT.search(words):
        return (Topic(Point.CERTIFICATION),)
    return tuple(Topic("certificate", name) for name in named if any(not _holds(names, tokens(name)) for names in held))


_SENTENCE_REST = re.compile(r"[^.?!;。？！\n]{0,80}")


def _words_on(point: Point, matter: Matter) -> str:
    """The buyer's words that raise a point, and what follows them in the sentence: `are they CE and UKCA marked?`"""
    message = matter.request.mail.message
    words = []
    for item in matter.request.reading.asked:
        if item.point is point:
            rest = _SENTENCE_REST.match(message, item.end) if item.end >= 0 else None
            words.append(item.text + (rest.group() if rest else ""))
    return " ".join(words)


def _holds(names: set[tuple[str, ...]], wanted: tuple[str, ...]) -> bool:
    return any(name[: len(wanted)] == wanted for name in names)


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
