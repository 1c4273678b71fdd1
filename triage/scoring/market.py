"""What the market a mail comes from is worth to us (R13): its size, times what the seller makes of it.

markets.csv is made by benchmarks/make_markets.py from the World Bank's GDP figures.
"""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from triage.vocabulary.inquiry import MarketScore, Reason
from triage.vocabulary.policy import MarketPolicy

NEUTRAL = 50.0
"""For a country that is unknown or has no figure: neither favoured nor held back."""


@cache
def market_sizes() -> Mapping[str, tuple[str, float]]:
    """ISO alpha-2 to the country's name and its size score, 0-100 on a logarithmic scale of GDP."""
    lines = files("triage.scoring").joinpath("markets.csv").read_text("utf-8").splitlines()
    return {row["country"]: (row["name"], float(row["score"])) for row in csv.DictReader(lines)}


def market_score(country: str | None, policy: MarketPolicy) -> MarketScore:
    """The size of the market times the policy's weight, 0-100. The reasons' effects add up to the score.

    `country` is ISO 3166-1 alpha-2, or None when nobody knows. A weight of 0 gives 0: we do not sell there. The home
    market counts as neutral, since the sizes speak of export markets; a target weight applies to it all the same.
    """
    size = _size(country, policy.home)
    weight = policy.targets.get(country, 1.0) if country else 1.0
    score = min(100.0, size.effect * weight)
    if weight == 1.0:
        return MarketScore(score, (size,))
    return MarketScore(score, (size, Reason("market_policy", round(score - size.effect, 1), _words(weight))))


def _size(country: str | None, home: str) -> Reason:
    if country is None:
        return Reason("market", NEUTRAL, "the country is unknown: counted as a middling market")
    if country == home:
        return Reason("market", NEUTRAL, "the home market: counted as a middling one")
    if country not in market_sizes():
        return Reason("market", NEUTRAL, f"no market figures for {country}: counted as a middling market")
    name, score = market_sizes()[country]
    return Reason("market", score, f"{name}: {_rank(score)} market by the size of its economy")


def _rank(score: float) -> str:
    return "a very large" if score >= 80 else "a large" if score >= 65 else "a middling" if score >= 45 else "a small"


def _words(weight: float) -> str:
    if weight == 0:
        return "we do not sell there"
    return f"{'a target market' if weight > 1 else 'a market we hold back in'}: weight {weight:g}"
