"""What a mail is about, seen against the catalogue: which products, how many, and in whose words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from triage.drafting import catalogue as look
from triage.drafting.tokens import has_cjk, tokens
from triage.vocabulary.inquiry import FactName
from triage.vocabulary.letter import LetterRequest
from triage.vocabulary.policy import Product

MOST = 6
"""Products in one letter."""
_QUOTED = 3
_TRIED = 3
_REPEATED_WORDS = 8
_WANTED = re.compile(r"[^\W_][\w .,/&+'’\"°%×-]{1,58}")


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

    def short(self, product: Product) -> str:
        """The model alone, where the name ends with it and the letter has named it in full before."""
        name = self.name(product)
        return product.id if tokens(name)[-len(tokens(product.id)) :] == tokens(product.id) else name

    def asked(self, product: Product) -> Sequence[int]:
        """One quantity holds for all products; as many as products go one by one; otherwise none is certain."""
        if len(self.products) <= 1 or len(self.quantities) <= 1:
            return self.quantities
        if len(self.quantities) == len(self.products):
            return (self.quantities[self.products.index(product)],)
        return ()


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
    if not counted and FactName.QUANTITY in request.history.facts:
        counted = [request.history.facts[FactName.QUANTITY]]
    return Matter(
        request=request,
        language=language,
        on=on,
        products=found[:MOST] or ((near,) if near is not None else ()),
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
