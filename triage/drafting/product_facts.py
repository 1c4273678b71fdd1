"""What the catalogue says of a product on each point, as values for a sentence; None where it is silent (R9)."""

from collections.abc import Callable, Mapping

from triage.drafting import catalogue as look
from triage.drafting.formats import Count, Items, Money
from triage.drafting.matter import Matter
from triage.vocabulary.inquiry import Point
from triage.vocabulary.policy import PriceTier, Product

_TIERS_SHOWN = 4

Values = Mapping[str, object]


def price_facts(product: Product, matter: Matter) -> Values | None:
    """Prices for the quantities asked that reach the minimum, else for the minimum; without a quantity the tiers."""
    tiers = look.prices(product, matter.on)
    if not tiers:
        return None
    least = look.minimum(product) or 1
    wanted = matter.asked(product)
    enough = [quantity for quantity in wanted if quantity >= least]
    asked = dict.fromkeys(enough or ([least] if wanted else []))
    quotes = [(quantity, tier) for quantity in asked if (tier := look.price_at(product, quantity, matter.on))]
    if len(quotes) < len(asked):
        return None  # that quantity's price has run out: those of others would mislead
    shown = quotes or [(tier.quantity, tier) for tier in tiers[:_TIERS_SHOWN]]
    return {
        "unit": Count(None, product.unit),
        "incoterm": product.incoterm,
        "valid_until": product.prices_valid_until or "",
        "exact": bool(quotes),
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


def _availability(product: Product, matter: Matter) -> Values | None:
    said_apart = product.lead_time_days is None or Point.LEAD_TIME in matter.request.reading.points
    return {"lead_time": "" if said_apart else Count(product.lead_time_days, "day")}


def phrase(attribute: str) -> Callable[[Product, Matter], Values | None]:
    def fact(product: Product, matter: Matter) -> Values | None:
        text = look.words(product, attribute, matter.language)
        return {attribute: text} if text else None

    return fact


def _specs(product: Product, matter: Matter) -> Values | None:
    text = look.words(product, "specs", matter.language)
    return {"specs": text, "link": product.link} if text else None


FACTS: Mapping[Point, Callable[[Product, Matter], Values | None]] = {
    Point.PRICE: price_facts,
    Point.MOQ: _moq,
    Point.LEAD_TIME: _lead_time,
    Point.CERTIFICATION: _certificates,
    Point.SAMPLE: phrase("sample"),
    Point.CUSTOMIZATION: phrase("customization"),
    Point.WARRANTY: phrase("warranty"),
    Point.SPECS: _specs,
    Point.AVAILABILITY: _availability,
}
