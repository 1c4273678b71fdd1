"""The facts that a letter may state, gathered from the catalogue, the company and the plan (R9)."""

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from triage.drafting import catalogue as look
from triage.drafting.answers import Matter
from triage.drafting.claims import Claim, certificates, claims
from triage.drafting.plan import Plan
from triage.drafting.tokens import tokens
from triage.vocabulary.policy import Product


class Sources:
    """The facts behind a letter on this plan. Products that the text names count too: a person may add one."""

    def __init__(self, plan: Plan, text: str) -> None:
        request, company = plan.matter.request, plan.matter.request.company
        self._languages = tuple(dict.fromkeys((plan.language, request.reading.language, "en")))
        self._mail = f"{request.mail.subject}\n{request.mail.message}"
        named = look.find_products((text,), request.catalogue)
        self.products = tuple(dict.fromkeys((*plan.matter.products, *_alternatives(plan), *named)))
        sentences = (
            sentence for by_language in request.catalogue.answers.values() for sentence in by_language.values()
        )
        policies = "\n".join((company.profile, company.name, company.role, *sentences))
        self.words = "\n".join((policies, *map(_text, self.products)))
        self._ours = _facts(policies, self._languages) | frozenset(_plan_facts(plan))
        self._ours |= {fact for product in self.products for fact in _product_facts(product, self._languages)}
        self._ours |= {fact for product in self.products for fact in _price_facts(product, plan.matter)}
        certified = (*certificates(policies), *(name for product in self.products for name in product.certificates))
        self._certificates = frozenset(map(tokens, certified))

    def support(self, claim: Claim) -> bool:
        """Whether the catalogue, the company or the plan says so."""
        return any((claim.kind, value) in self._ours for value in claim.values)

    def buyer_says(self, claim: Claim) -> bool:
        """Whether the buyer's mail says so: it may be repeated, not promised."""
        theirs = _facts(self._mail, self._languages)
        return any((claim.kind, value) in theirs for value in claim.values)

    def know_amount(self, claim: Claim) -> bool:
        """For money: one of its amounts is a price of ours, if in another currency."""
        amounts = {value[0] for kind, value in self._ours if kind == "money" and isinstance(value, tuple)}
        return any(isinstance(value, tuple) and value[0] in amounts for value in claim.values)

    def certify(self, name: str) -> bool:
        wanted = tokens(name)
        return any(held[: len(wanted)] == wanted for held in self._certificates)


_Fact = tuple[str, object]


@lru_cache(maxsize=64)
def _facts(text: str, languages: tuple[str, ...]) -> frozenset[_Fact]:
    return frozenset((claim.kind, value) for claim in claims(text, languages) for value in claim.values)


def _price_facts(product: Product, matter: Matter) -> Iterator[_Fact]:
    """The prices valid today, and what the quantities asked come to."""
    tiers = look.prices(product, matter.on)
    for tier in tiers:
        yield "money", (tier.price.normalize(), product.currency)
    for quantity in matter.quantities:
        yield "number", Decimal(quantity).normalize()
        if (tier_for := look.price_at(tiers, quantity)) is not None:
            yield "money", ((tier_for.price * quantity).normalize(), product.currency)


def _alternatives(plan: Plan) -> list[Product]:
    by_id = {product.id: product for product in plan.matter.request.catalogue.products}
    return [by_id[name] for product in plan.matter.products for name in product.alternatives if name in by_id]


def _text(product: Product) -> str:
    parts = (
        product.id,
        product.name,
        *product.names,
        product.incoterm,
        product.specs,
        product.packing,
        product.sample,
        product.customization,
        product.warranty,
        *product.certificates,
    )
    return "\n".join(parts)


@lru_cache(maxsize=512)
def _product_facts(product: Product, languages: tuple[str, ...]) -> frozenset[_Fact]:
    facts = set(_facts(_text(product), languages))
    counts = [product.moq, *(tier.quantity for tier in product.prices)]
    facts |= {("number", Decimal(count).normalize()) for count in counts if count is not None}
    if product.lead_time_days is not None:
        facts.add(("duration", (Decimal(product.lead_time_days).normalize(), "day")))
    if product.prices_valid_until is not None:
        facts.add(("date", (product.prices_valid_until.month, product.prices_valid_until.day)))
    return frozenset(facts)


def _plan_facts(plan: Plan) -> Iterator[_Fact]:
    """Dates and times that we computed."""
    yield "date", (plan.mail_date.month, plan.mail_date.day)
    yield "number", Decimal(plan.mail_date.year).normalize()
    clocks = [span.start for span in plan.hours.spans] + [span.end for span in plan.hours.spans] if plan.hours else []
    if plan.deadline is not None:
        yield "date", (plan.deadline.at.month, plan.deadline.at.day)
        clocks.append(plan.deadline.at.timetz())
    for clock in clocks:
        yield "number", Decimal(clock.hour).normalize()
        yield "number", Decimal(clock.minute).normalize()
