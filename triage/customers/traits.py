"""What two cards of one customer have in common: folded company name, domain, phone, site (R18)."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

from triage.vocabulary.customers import Person, Trait
from triage.vocabulary.inquiry import FactName
from triage.vocabulary.records import CustomerRecord

_SHORTEST_NAME = 3
_SHORTEST_PHONE = 7
_TELLING_DIGITS = 9
"""The last digits of a phone number: national and international spelling agree in them."""


@cache
def _words(key: str) -> frozenset[str]:
    table = tomllib.loads(files("triage.customers").joinpath("traits.toml").read_text("utf-8"))
    return frozenset(table[key].split())


def fold_company(name: str) -> str:
    """`Müller & Söhne GmbH` as `muller sohne`: without accents, punctuation and legal forms; empty if too short."""
    plain = unicodedata.normalize("NFKD", name.casefold()).replace("ß", "ss")
    plain = unicodedata.normalize("NFKC", "".join(c for c in plain if not unicodedata.combining(c)))
    joined = re.sub(r"(?<=\b\w)\.(?=\w\b)", "", plain)  # g.m.b.h., s.p.a.
    words = re.findall(r"\w+", joined)
    kept = " ".join(word for word in map(_without_form, words) if word and word not in _words("company_words"))
    return kept if len(kept) >= _SHORTEST_NAME or not kept.isascii() else ""


def _without_form(word: str) -> str:
    """Chinese and Japanese write the legal form without a space."""
    if word.isascii():
        return word
    return next((word.removesuffix(form) for form in _long_forms() if word.endswith(form) and word != form), word)


@cache
def _long_forms() -> tuple[str, ...]:
    """Forms in other scripts, the longest first."""
    return tuple(sorted((form for form in _words("company_words") if not form.isascii()), key=len, reverse=True))


def fold_phone(number: str) -> str:
    """The last nine digits, or empty when there are too few to tell anyone apart."""
    digits = "".join(c for c in number if c.isdecimal())
    return digits[-_TELLING_DIGITS:] if len(digits) >= _SHORTEST_PHONE else ""


def fold_site(url: str) -> str:
    """The host of a site of one's own, or empty."""
    host = url.strip().lower().split("//")[-1].split("/")[0].split(":")[0].removeprefix("www.")
    return "" if "." not in host or is_shared_site(host) else host


def is_shared_site(host: str) -> bool:
    """A marketplace or social network, or a host below one."""
    parts = host.split(".")
    return any(".".join(parts[start:]) in _words("shared_sites") for start in range(len(parts) - 1))


def traits(card: CustomerRecord, people: Iterable[Person]) -> frozenset[Trait]:
    """All traits of a card."""
    return frozenset(Trait(kind, value) for kind, value in _traits(card, people) if value)


def _traits(card: CustomerRecord, people: Iterable[Person]) -> Iterator[tuple[str, str]]:
    yield "company", fold_company(card.company)
    yield "phone", fold_phone(card.facts.get(FactName.PHONE, ""))
    yield "site", fold_site(card.facts.get(FactName.WEBSITE, ""))
    for person in people:
        yield "domain", person.domain
        yield "phone", fold_phone(person.phone)
