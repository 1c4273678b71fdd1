"""What a letter says beyond its answers, or could say: alternatives (R7), more for middlemen (R4), proof (R12).

Each is in the letter by a rule of the trade, until a person ticks it on or off.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from triage.drafting import catalogue as look
from triage.drafting.answers import Answer, Naming, Passage, proof
from triage.drafting.formats import Count, Items, Money
from triage.drafting.matter import Matter
from triage.drafting.product_facts import below_minimum, product_facts
from triage.vocabulary.inquiry import BuyerType, Point, Tier
from triage.vocabulary.letter import Choices, Part
from triage.vocabulary.policy import Enclosure, Product

_MIDDLEMEN = frozenset({BuyerType.AGENT, BuyerType.DISTRIBUTOR, BuyerType.WHOLESALER, BuyerType.NEWCOMER})
_SHOWN = 2
"""Products described, and alternatives to one, at most."""


@dataclass(frozen=True, slots=True)
class Option:
    """A passage that may stand in the letter. `id` as in `PlanItem`."""

    id: str
    part: Part
    passage: Passage
    on: bool


def options(
    letter: str, matter: Matter, answers: tuple[Answer, ...], naming: Naming, choices: Choices
) -> tuple[Option, ...]:
    """All options of a letter that sells; those ticked off too."""
    said = frozenset(item.point for item in answers if item.passage is not None)
    found = [*_alternatives(matter, said, naming), *_extras(letter, matter, said, bare=not answers)]
    return tuple(Option(o.id, o.part, o.passage, ticked(o.id, o.on, choices)) for o in found)


def catalogue_link(matter: Matter, choices: Choices) -> tuple[Option, ...]:
    """Where the catalogue is, for a letter that tells of something new."""
    if not (link := matter.request.company.catalogue_link):
        return ()
    passage = Passage("answer_catalog", {"link": link, "product_links": ()})
    return (Option("extra.catalog", Part.EXTRA, passage, ticked("extra.catalog", True, choices)),)


def enclosures(matter: Matter, choices: Choices, *, asked: bool = True) -> tuple[tuple[Enclosure, bool], ...]:
    """Files on the matter (R8): those that the buyer asks for (`asked`: the letter answers the mail), and others that a
    person may put in."""
    found = look.enclosures(matter.request.catalogue, matter.products, matter.request.reading.points)
    return tuple((file, ticked(enclosure_id(file), wanted and asked, choices)) for file, wanted in found)


def enclosure_id(file: Enclosure) -> str:
    return f"enclosure.{file.path or file.link}"


def attachable(files: Sequence[Enclosure], limit: int) -> tuple[Enclosure, ...]:
    """Those that can be attached: together no larger than `limit` bytes. The others go as links."""
    sent: list[Enclosure] = []
    for file in files:
        if file.size is not None and file.size + sum(other.size or 0 for other in sent) <= limit:
            sent.append(file)
    return tuple(sent)


def ticked(item_id: str, by_rule: bool, choices: Choices) -> bool:
    return item_id in choices.added or (by_rule and item_id not in choices.dropped)


def _alternatives(matter: Matter, said: Collection[Point], naming: Naming) -> Iterator[Option]:
    """A way out where the request can't be met as it stands; the choice stays with the buyer (R7)."""
    if matter.nearest:
        values = {"wanted": matter.wanted, **unsaid_facts(matter.products[0], matter, said)}
        yield Option("alternative.nearest", Part.ALTERNATIVE, Passage("offer_nearest", values), on=True)
        return
    for product, asked, least in below_minimum(matter):
        passage = _minimum(matter, naming, product, asked, least)
        yield Option(f"alternative.{product.id}", Part.ALTERNATIVE, passage, on=True)


def _minimum(matter: Matter, naming: Naming, product: Product, asked: int, least: int) -> Passage:
    others = look.alternatives(product, matter.request.catalogue, asked)
    choices = []
    for other in others[:_SHOWN]:
        tier = look.price_at(other, asked, matter.on)
        choices.append(
            {
                "product": matter.name(other),
                "from": Count(look.minimum(other), other.unit),
                "unit": Count(None, other.unit),
                "price": Money(tier.price, other.currency) if tier is not None else "",
            }
        )
    values = {
        "product": naming.mention(product),
        "asked": Count(asked, product.unit),
        "minimum": Count(least, product.unit),
        "alternatives": choices,
    }
    return Passage("offer_minimum", values)


def _extras(letter: str, matter: Matter, said: Collection[Point], bare: bool) -> Iterator[Option]:
    """Who we are, for a promising first contact (R12); more for those who sell onwards or learn (R4), and for one who
    asks for nothing definite."""
    request = matter.request
    middleman = request.buyer_type in _MIDDLEMEN or letter == "cooperation"
    promising = request.history.messages_out == 0 and request.tier in {Tier.A, Tier.B}
    bare = bare and letter in {"first_inquiry", "dormant"}
    company = proof(matter)
    if company is not None and Point.COMPANY_INFO not in said:
        yield Option("proof", Part.PROOF, company, promising or middleman)
    for number, product in enumerate(matter.products if not matter.nearest else ()):
        facts = unsaid_facts(product, matter, said)
        on = (middleman and number == 0) or (bare and number < _SHOWN)
        if any(facts[key] and facts[key] != Items(()) for key in ("specs", "certificates", "packing", "warranty")):
            yield Option(f"extra.{product.id}", Part.EXTRA, Passage("background", facts), on)
    if (link := request.company.catalogue_link) and Point.CATALOG not in said:
        passage = Passage("answer_catalog", {"link": link, "product_links": ()})
        yield Option("extra.catalog", Part.EXTRA, passage, middleman or bare or matter.unknown)


_POINT_OF_FACT = {
    "specs": Point.SPECS,
    "certificates": Point.CERTIFICATION,
    "warranty": Point.WARRANTY,
    "customization": Point.CUSTOMIZATION,
    "price": Point.PRICE,
    "moq": Point.MOQ,
    "lead_time": Point.LEAD_TIME,
}


def unsaid_facts(product: Product, matter: Matter, said: Collection[Point]) -> Mapping[str, object]:
    """A product's facts, without those that an answer gives and those in another language than the letter's."""
    facts = dict(product_facts(product, matter))
    for key, value in facts.items():
        foreign = key in look.WORDS and not look.is_said_in(product, key, matter.language)
        if _POINT_OF_FACT.get(key) in said or foreign:
            facts[key] = Items(()) if isinstance(value, Items) else ""
    return facts
