"""Which continent a country lies on."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from triage.vocabulary.customers import Region


@cache
def countries() -> Mapping[Region, frozenset[str]]:
    """The ISO alpha-2 codes of each continent, from `regions.toml`."""
    table = tomllib.loads(files("triage.customers").joinpath("regions.toml").read_text("utf-8"))
    return {region: frozenset(table[region].split()) for region in Region}


@cache
def region_of(country: str | None) -> Region | None:
    """None for an unknown country."""
    return next((region for region, codes in countries().items() if country in codes), None)
