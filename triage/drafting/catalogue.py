"""What the catalogue says of what the buyer wants: pure matching and look-ups. Nothing is guessed beyond it (R9)."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from triage.drafting import formats
from triage.drafting.tokens import has_cjk, is_english, is_in_script_of, reads_in, tokens
from triage.vocabulary.inquiry import Point
from triage.vocabulary.policy import Catalogue, Enclosure, PriceTier, Product

WORDS = ("sample", "specs", "customization", "packing", "warranty")
"""What a product says in sentences, beside its name: each may have words in other languages."""
_LONGEST_NAME = 12
_WORDS_BETWEEN = 1
"""At most, where the words of a name stand in another order: `60x60 panel light`, `paneles de 60x60`."""
_PREPOSITION = re.compile(r"\s(?:of|with|for|in|de|da|do|di|du|para|con|com|mit|für|avec|pour)\s", re.IGNORECASE)
"""What follows it describes, and is not the head of the name."""
_PROSE = re.compile(r"[^\W\d_A-Z]{4,}|[\u2e80-\u9fff]{2,}")
"""Words that belong to a language: units and names of standards are shorter, or in capitals."""
_SPECS_CAP = 2_000
_MEASURE = re.compile(r"(\d{1,6}(?:[.,]\d{1,3})?)(?=(?:\s?-\s?\d{1,6})?\s?(W|V|lm|K|ml|l|inch|kg|g)\b)", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?<![\w.,])(\d{1,3}(?:[.,' \u00a0\u202f]\d{3}){1,3}|\d{1,9})(?![\d.,]*\d)\s{0,3}(k\b)?", re.IGNORECASE
)
_OTHER_MEASURE = re.compile(
    r"\s{0,3}(?:x\s{0,3}\d|%|[\u00b0\u2033\"]|(?:containers?|fcl|lcl|feet|foot|ft|cartons?|ctns?|boxes|pallets?|dozens?|"
    r"kgs?|kilos?|tons?|tonnes?|mt|cbm|m3|usd|eur|dollars?|euros?|watts?|volts?|w|v|mm|cm|m|years?|months?|weeks?|days?)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Index:
    by_name: Mapping[tuple[str, ...], tuple[Product, ...]]
    lengths: Mapping[str, tuple[int, ...]]
    """First word of a name to the lengths of such names, the longest first."""
    words: tuple[tuple[Product, frozenset[str]], ...]
    rarity: Mapping[str, float]
    by_rarest: Mapping[str, tuple[tuple[str, ...], ...]]
    """The rarest word of each name of several words, to those names; no signs, whose order is the word."""


_indexes: dict[int, tuple[tuple[Product, ...], _Index]] = {}
"""By identity: hashing a catalogue of a thousand products takes longer than writing the letter."""


def _index(products: tuple[Product, ...]) -> _Index:
    known = _indexes.get(id(products))
    if known is None or known[0] is not products:
        if len(_indexes) >= 4:
            _indexes.clear()
        known = _indexes[id(products)] = (products, _make_index(products))
    return known[1]


def _make_index(products: tuple[Product, ...]) -> _Index:
    by_name: dict[tuple[str, ...], tuple[Product, ...]] = {}
    words = []
    for product in products:
        names = [
            key
            for name in (product.name, product.id, *product.names, *_translated(product))
            if (key := tokens(name)[:_LONGEST_NAME])
        ]
        for key in dict.fromkeys(names):
            by_name[key] = (*by_name.get(key, ()), product)
        words.append((product, frozenset(word for key in names for word in key)))
    counts = Counter(word for _, bag in words for word in bag)
    lengths: dict[str, set[int]] = {}
    for key in by_name:
        lengths.setdefault(key[0], set()).add(len(key))
    longest_first = {word: tuple(sorted(known, reverse=True)) for word, known in lengths.items()}
    rarity = {word: math.log(1 + len(products) / n) for word, n in counts.items()}
    return _Index(by_name, longest_first, tuple(words), rarity, _by_rarest(by_name, rarity))


def _by_rarest(
    names: Iterable[tuple[str, ...]], rarity: Mapping[str, float]
) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for name in names:
        if len(name) > 1 and not has_cjk("".join(name)):
            rarest = max(name, key=lambda word: (rarity[word], word))
            found[rarest] = (*found.get(rarest, ()), name)
    return found


def _translated(product: Product) -> Iterable[str]:
    return (words["name"] for words in product.text.values() if "name" in words)


def find_products(texts: Iterable[str], catalogue: Catalogue) -> tuple[Product, ...]:
    """Products named in the texts, in order of appearance; where names overlap the longest counts. The words of a name
    may stand in another order, close together, where none of them is taken by another name."""
    if not catalogue.products:
        return ()
    index = _index(catalogue.products)
    found: dict[str, Product] = {}
    for text in texts:
        words = tokens(text)
        for _, name in sorted(_named(words, index)):
            found |= {product.id: product for product in index.by_name[name] if product.id not in found}
    return tuple(found.values())


def _named(words: tuple[str, ...], index: _Index) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Where names stand, and which."""
    free, at = [True] * len(words), 0
    while at < len(words):
        ends = (words[at : at + length] for length in index.lengths.get(words[at], ()))
        name = next((name for name in ends if name in index.by_name), ())
        if name:
            yield at, name
            free[at : at + len(name)] = [False] * len(name)
        at += len(name) or 1
    for at, word in enumerate(words):
        names = [name for name in index.by_rarest.get(word, ()) if free[at] and _is_near(name, words, free, at)]
        if names:
            yield at, max(names, key=len)


def _is_near(name: tuple[str, ...], words: tuple[str, ...], free: Sequence[bool], at: int) -> bool:
    """Whether all words of the name stand around that place."""
    reach = len(name) + _WORDS_BETWEEN
    around = [
        Counter(
            word
            for word, is_free in zip(words[start : start + reach], free[start : start + reach], strict=True)
            if is_free
        )
        for start in range(max(0, at - reach + 1), at + 1)
    ]
    wanted = Counter(name)
    return any(wanted <= counted for counted in around)


def nearest(wanted: str, catalogue: Catalogue) -> Product | None:
    """The product of the same sort as what the buyer wants, with the most words in common (R7).

    The sort is the head of the name: a steel flange is no steel pot. None when nothing of that sort is made.
    """
    if not catalogue.products:
        return None
    index = _index(catalogue.products)
    words = tokens(_PREPOSITION.split(f" {wanted} ", maxsplit=1)[0])
    names = [word for word in words if has_cjk(word) or (len(word) > 1 and not word.isdigit())]
    if not names:
        return None
    best, best_score = None, 0.0
    for product, bag in index.words:
        shared = set(names) & bag
        same_sort = names[-1] in bag and (len(names[-1]) > 2 or len(shared) > 1)
        score = sum(index.rarity[word] for word in shared)
        if same_sort and score > best_score:
            best, best_score = product, score
    return best


def differs(wanted: str, product: Product) -> bool:
    """Whether the buyer's words name a measure that the product has otherwise: 20 W where we make 12 W (R7)."""
    ours: dict[str, list[Decimal]] = {}
    for figure, unit in _measures(f"{product.name} {product.specs}"):
        ours.setdefault(unit, []).append(figure)
    return any(unit in ours and not min(ours[unit]) <= figure <= max(ours[unit]) for figure, unit in _measures(wanted))


def _measures(text: str) -> list[tuple[Decimal, str]]:
    found = _MEASURE.findall(text[:_SPECS_CAP])
    return [(Decimal(figure.replace(",", ".")), unit.lower()) for figure, unit in found]


def quantities(texts: Iterable[str]) -> tuple[int, ...]:
    """Numbers of pieces in the buyer's words, in order. Containers, cartons, weights and money are no pieces."""
    found: list[int] = []
    for text in texts:
        for match in _NUMBER.finditer(text[:500]):
            if not _OTHER_MEASURE.match(text, match.end(1)):
                number = int(re.sub(r"\D", "", match.group(1))) * (1000 if match.group(2) else 1)
                found.append(number)
    return tuple(dict.fromkeys(number for number in found if number > 0))


def prices(product: Product, on: date) -> tuple[PriceTier, ...]:
    """The price tiers by quantity that are valid that day: an old price is no price (R9)."""
    return tuple(sorted((tier for tier in product.prices if _is_valid(product, tier, on)), key=_by_quantity))


def price_at(product: Product, quantity: int, on: date) -> PriceTier | None:
    """The tier that holds for a quantity; None below the lowest, and where that tier's price is not valid that day: the
    next smaller quantity's would be another price."""
    fitting = [tier for tier in product.prices if tier.quantity <= quantity]
    tier = max(fitting, key=_by_quantity, default=None)
    return tier if tier is not None and _is_valid(product, tier, on) else None


def _by_quantity(tier: PriceTier) -> int:
    return tier.quantity


def _is_valid(product: Product, tier: PriceTier, on: date) -> bool:
    ends = (product.prices_valid_until, tier.valid_until)
    return (product.prices_valid_from or on) <= on and all(end is None or on <= end for end in ends)


def minimum(product: Product) -> int | None:
    """The smallest quantity we sell: the MOQ, else where the price list starts."""
    if product.moq is not None:
        return product.moq
    return min((tier.quantity for tier in product.prices), default=None)


def alternatives(product: Product, catalogue: Catalogue, quantity: int) -> tuple[Product, ...]:
    """Those of the product's alternatives that can be had in this quantity."""
    by_id = {other.id: other for other in catalogue.products}
    others = [by_id[name] for name in product.alternatives if name in by_id]
    return tuple(other for other in others if (least := minimum(other)) is not None and least <= quantity)


def policy(catalogue: Catalogue, point: Point, language: str) -> str:
    """The company's own sentence on a point, in this language only."""
    return catalogue.answers.get(point, {}).get(language, "").strip()


def name_in(product: Product, language: str) -> str:
    """The product's name as a reader of `language` knows it."""
    if name := product.text.get(language, {}).get("name"):
        return name
    return next((name for name in (product.name, *product.names) if is_in_script_of(name, language)), product.name)


def words(product: Product, key: str, language: str) -> str:
    """What the catalogue says under `key` in a language, else in its own words; on one line, without the full stop."""
    text = product.text.get(language, {}).get(key)
    return formats.spans(" ".join((text or str(getattr(product, key))).split()).rstrip(".;。；"), language)


def is_said_in(product: Product, key: str, language: str) -> bool:
    """Whether what the catalogue says under `key` can stand in a letter of that language: it has the words for it, or
    there are figures and units alone."""
    text = str(getattr(product, key))
    if key in product.text.get(language, {}) or not _PROSE.search(text) or formats.spans(text, language) != text:
        return True
    own = _own_language(product)
    return own == language if own else reads_in(text, language)


def _own_language(product: Product) -> str:
    """Of a product's first words, where they tell; else empty."""
    words = " ".join(getattr(product, key) for key in WORDS)
    return "zh" if has_cjk(words) else "en" if is_english(words) else ""


def enclosures(
    catalogue: Catalogue, products: Iterable[Product], points: Iterable[Point]
) -> tuple[tuple[Enclosure, bool], ...]:
    """Files on the matter that can go along, each with whether the buyer asks for what it shows (R8)."""
    ids, asked = {product.id for product in products}, set(points)
    on_matter = (e for e in catalogue.enclosures if not e.products or ids & set(e.products))
    return tuple((e, bool(asked & set(e.points))) for e in on_matter if e.link or e.size is not None)


def title_in(enclosure: Enclosure, language: str) -> str:
    return enclosure.title.get(language) or enclosure.title.get("") or next(iter(enclosure.title.values()), "")
