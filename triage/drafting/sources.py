"""The facts that a letter may state, gathered from the catalogue, the company and the plan (R9)."""

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from triage.drafting import catalogue as look
from triage.drafting.claims import Claim, certificates, claims
from triage.drafting.matter import Matter
from triage.drafting.plan import Plan
from triage.drafting.tokens import has_cjk, tokens
from triage.vocabulary.policy import Product

_Fact = tuple[str, object]


class Sources:
    """The facts behind a letter on this plan. A product's facts hold in sentences that name it, and those of the
    products asked for in sentences that name none; a policy's in sentences on the same matter."""

    def __init__(self, plan: Plan, text: str) -> None:
        request, company = plan.matter.request, plan.matter.request.company
        self._matter = plan.matter
        self._languages = tuple(dict.fromkeys((plan.language, request.reading.language, "en")))
        self._by_product: dict[str, frozenset[_Fact]] = {}
        self._named: dict[str, tuple[Product, ...]] = {}
        self.products = tuple(dict.fromkeys((*plan.matter.products, *_alternatives(plan), *self._products_in(text))))
        policies = (text for by_language in request.catalogue.answers.values() for text in by_language.values())
        person = (*plan.choices.answers.values(), plan.choices.remedy, plan.choices.message)
        facts = request.catalogue.company
        told = (str(facts.since or ""), facts.bank, *facts.certificates, *facts.references)
        self._own = (*policies, company.profile, company.role, company.name, *told, *person)
        self._planned = frozenset(_plan_facts(plan))

    @property
    def words(self) -> str:
        """All our own words."""
        return "\n".join((*self._own, *map(_text, self.products)))

    def support(self, claim: Claim, sentence: str) -> bool:
        """Whether the plan, the catalogue or the company says so. A bare number may come from any product."""
        facts = {(claim.kind, value) for value in claim.values}
        products = self.products if claim.kind == "number" else self._meant(sentence)
        return (
            not facts.isdisjoint(self._planned)
            or any(not facts.isdisjoint(self._of_product(product)) for product in products)
            or any(not facts.isdisjoint(_facts(text, self._languages)) for text in self._own if _alike(text, sentence))
        )

    def buyer_says(self, claim: Claim) -> bool:
        """Whether the buyer's mail says so: it may be repeated, not promised."""
        mail = self._matter.request.mail
        theirs = _facts(f"{mail.subject}\n{mail.message}", self._languages)
        return any((claim.kind, value) in theirs for value in claim.values)

    def know_amount(self, claim: Claim, sentence: str) -> bool:
        """For money: one of its amounts is a price of ours, if in another currency."""
        prices = (
            fact[1] for product in self._meant(sentence) for fact in self._of_product(product) if fact[0] == "money"
        )
        amounts = {price[0] for price in prices if isinstance(price, tuple)}
        return any(isinstance(value, tuple) and value[0] in amounts for value in claim.values)

    def certify(self, name: str, sentence: str) -> bool:
        wanted = tokens(name)
        held = [tokens(other) for product in self._meant(sentence) for other in product.certificates]
        held += [tokens(other) for text in self._own for other in certificates(text)]
        return any(other[: len(wanted)] == wanted for other in held)

    def _of_product(self, product: Product) -> frozenset[_Fact]:
        if product.id not in self._by_product:
            facts = _product_facts(product, self._languages) | frozenset(_price_facts(product, self._matter))
            self._by_product[product.id] = facts
        return self._by_product[product.id]

    def _meant(self, sentence: str) -> tuple[Product, ...]:
        return self._products_in(sentence) or self._matter.products

    def _products_in(self, text: str) -> tuple[Product, ...]:
        if text not in self._named:
            self._named[text] = look.find_products((text,), self._matter.request.catalogue)
        return self._named[text]


@lru_cache(maxsize=1024)
def _alike(source: str, sentence: str) -> bool:
    """Whether a sentence speaks of what a source speaks of: two telling words, or four signs, in common."""
    shared = set(tokens(source)) & set(tokens(sentence))
    return sum(0.5 if has_cjk(word) else len(word) > 3 and not word.isdigit() for word in shared) >= 2


@lru_cache(maxsize=64)
def _facts(text: str, languages: tuple[str, ...]) -> frozenset[_Fact]:
    return frozenset((claim.kind, value) for claim in claims(text, languages) for value in claim.values)


def _price_facts(product: Product, matter: Matter) -> Iterator[_Fact]:
    """The prices valid today, and what the quantities asked come to."""
    for tier in look.prices(product, matter.on):
        yield "money", (tier.price.normalize(), product.currency)
    for quantity in matter.quantities:
        yield "number", Decimal(quantity).normalize()
        if (tier_for := look.price_at(product, quantity, matter.on)) is not None:
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
        product.hs_code,
        *(text for words in product.text.values() for text in words.values()),
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
