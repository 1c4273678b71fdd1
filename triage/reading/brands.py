"""Senders who call themselves by the name of a well-known firm and write from elsewhere (R16)."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from triage.reading.folding import fold_term
from triage.vocabulary.mail import Address, site_of

_WORDS = re.compile(r"[^\W_]+")
_MOST_WORDS = 8


class _Brands(NamedTuple):
    sites: dict[tuple[str, ...], frozenset[str]]
    """Words of a name to the first labels of the sites that its owner writes from."""
    beside: frozenset[str]


@cache
def _brands() -> _Brands:
    table = tomllib.loads(files("triage.reading").joinpath("brands.toml").read_text("utf-8"))
    sites = {
        tuple(name.split()): frozenset(own.split() or [name.replace(" ", "")]) for name, own in table["sites"].items()
    }
    return _Brands(sites, frozenset(table["beside"]["words"].split()))


def borrowed_name(sender: Address) -> str:
    """The firm that the display name gives for the sender, who writes from elsewhere; empty when there is none.

    Only where the name says nothing else: `DHL Express Team` pretends to be the firm, `Amazon Timber Ltd` does not.
    """
    words = tuple(_WORDS.findall(fold_term(sender.name[:100])))
    brands, site = _brands(), site_of(sender.domain).partition(".")[0]
    if not 0 < len(words) <= _MOST_WORDS:
        return ""
    for name, sites in brands.sites.items():
        rest = _without(words, name)
        if rest is not None and brands.beside.issuperset(rest) and site not in sites:
            return " ".join(name)
    return ""


def _without(words: tuple[str, ...], name: tuple[str, ...]) -> tuple[str, ...] | None:
    """What stands beside the name; None when it does not occur."""
    size = len(name)
    for start in range(len(words) - size + 1):
        if words[start : start + size] == name:
            return words[:start] + words[start + size :]
    return None
