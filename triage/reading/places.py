"""Countries and trade cities named in a text: CLDR's country names in several languages, and `places.toml`."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from triage.reading.folding import Text, fold_term
from triage.reading.phrases import Hit, Phrases

PLACE = "place"
"""The table of the gazetteer's phrases."""
_SHORTEST_NAME = 4
_STEM = "~"
"""Ends the label of a name whose last letters are left open."""
_FIRST_NAMES = ("Katarz",)
"""People's names that begin like a country's in those languages."""
_CYRILLIC = re.compile("[а-яА-Я]")
_ORDINARY_WORDS = frozenset(
    {"us", "bar", "man", "male", "march", "nice", "mali", "chad", "jersey", "guinea", "togo", "cali", "bali", "graz"}
)
"""Names that a lower-case word or another language's word equals: taken only with a capital, see `_written_as_name`."""
_INFLECTED = frozenset({"ru", "uk", "bg", "pl", "cs", "hr", "sr", "sk", "fi", "hu", "tr", "ro", "el"})
"""Languages whose names change their ending: the last letters are left open."""


@dataclass(frozen=True, slots=True)
class Place:
    """A name at folded[start:end]. `country` is ISO alpha-2; `city` tells a city or port from a country."""

    start: int
    end: int
    country: str
    city: bool


def find_places(text: Text, hits: Iterable[Hit]) -> list[Place]:
    """Places among the phrases found in the text, in order.

    A name that two countries share (`عمان`: Amman, Oman) counts for the one that is also named otherwise, or for none.
    """
    named = [hit for hit in hits if hit.table == PLACE and _written_as_name(text, hit)]
    meant: dict[int, dict[str, Place]] = {}
    for hit in named:
        code = hit.label[:2]
        meant.setdefault(hit.start, {}).setdefault(code, Place(hit.start, hit.end, code, hit.label.endswith("+")))
    sure = {code for places in meant.values() if len(places) == 1 for code in places}
    return [
        place for places in meant.values() for place in places.values() if len(places) == 1 or place.country in sure
    ]


def country_code(name: str) -> str | None:
    """The country a short text names, or None: `Germany`, `deutschland`, `DE`."""
    stripped = name.strip()
    if len(stripped) == 2 and stripped.isupper() and stripped in _names("en"):
        return stripped
    for language in ("en", "zh", "es", "fr", "de", "pt", "it", "ru", "ar", "tr", "ja", "ko"):
        hits = gazetteer(language).find(fold_term(stripped))
        if hits:
            return hits[0].label[:2]
    return None


def _written_as_name(text: Text, hit: Hit) -> bool:
    """In scripts with capitals a name begins with one; `turkey`, `us`, `nice` in lower case are words, and so are
    what the stem of a name also begins: Czech `německy` is a language.
    """
    word, _, _ = text.cite(hit.start, hit.end)
    if hit.label.endswith(_STEM) and word.startswith(_FIRST_NAMES):
        return False
    return not word[:1].islower() or (
        hit.end - hit.start > _SHORTEST_NAME
        and not hit.label.endswith(_STEM)
        and word not in _ORDINARY_WORDS
        and "turkey" not in word
    )


@cache
def gazetteer(language: str) -> Phrases:
    """Names of countries, in the language and in English, and of trade cities."""
    shared = _everywhere()
    return shared if language == "en" else Phrases(_country_terms(language)).with_(shared)


@cache
def _everywhere() -> Phrases:
    return Phrases([*_trade_terms(), *_country_terms("en")])


def _trade_terms() -> Iterator[tuple[str, str, str]]:
    for code, names in _trade_places()["aliases"].items():
        for name in names:
            yield PLACE, code, name
    for code, names in _trade_places()["cities"].items():
        for name in names:
            yield PLACE, f"{code}+", name
            if _CYRILLIC.match(name) and len(name) > _SHORTEST_NAME:
                yield PLACE, f"{code}+", f"{name.rstrip('аьй')}*"


def _country_terms(language: str) -> Iterator[tuple[str, str, str]]:
    for code, name in _names(language).items():
        if len(fold_term(name)) >= (2 if name[0] > "\u2e80" else _SHORTEST_NAME):
            yield PLACE, code, name
            if language in _INFLECTED and len(name) > _SHORTEST_NAME:
                stem = name.rstrip("аеёиоуыэюяйьaeiouyăęąě")
                yield PLACE, code + _STEM, f"{stem if len(stem) > _SHORTEST_NAME - 1 else name}*"


@cache
def _names(language: str) -> dict[str, str]:
    """ISO code to the country's name, without `Hong Kong SAR China`-like tails."""
    from babel import Locale, UnknownLocaleError

    try:
        territories = Locale.parse(language).territories
    except (UnknownLocaleError, ValueError):
        return {}
    return {
        code: name.split(" SAR ")[0]
        for code, name in territories.items()
        if len(code) == 2 and code not in ("ZZ", "EU", "EZ", "UN", "XA", "XB", "QO")
    }


@cache
def _trade_places() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(files("triage.reading").joinpath("places.toml").read_text("utf-8"))
