"""What the market a mail comes from is worth to us (R13): its size, times what the seller makes of it.

markets.csv is made by benchmarks/make_markets.py from the World Bank's GDP figures.
"""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from triage.vocabulary.inquiry import MarketScore, Reason
from triage.vocabulary.policy import Experience, MarketPolicy

NEUTRAL = 50.0
"""For a country that is unknown or has no figure: neither favoured nor held back."""


@cache
def market_sizes() -> Mapping[str, tuple[str, float]]:
    """ISO alpha-2 to the country's name and its size score, 0-100 on a logarithmic scale of GDP."""
    lines = files("triage.scoring").joinpath("markets.csv").read_text("utf-8").splitlines()
    return {row["country"]: (row["name"], float(row["score"])) for row in csv.DictReader(lines)}


PRIOR = Experience(customers=20, answered=8, sampled=2, ordered=1)
"""What new customers come to on the whole, counted as that many customers of every country: few cases move little."""
WORTH = (0.2, 0.3, 0.5)
"""Of answering us, of taking samples and of ordering, in the success of a country."""
MOST_BY_EXPERIENCE = 1.5
"""A country's own experience changes its score by at most this factor, up or down."""


def experience_factor(experience: Experience, prior: Experience = PRIOR) -> float:
    """How well customers of a country do beside the prior: 1 when there is nothing to tell, shrunk to it while few."""
    cases = experience.customers + prior.customers
    factor = 0.0
    for share, field in zip(WORTH, ("answered", "sampled", "ordered"), strict=True):
        usual = getattr(prior, field) / prior.customers
        factor += share * (getattr(experience, field) + getattr(prior, field)) / cases / usual
    return min(MOST_BY_EXPERIENCE, max(1 / MOST_BY_EXPERIENCE, factor))


def market_score(
    country: str | None,
    policy: MarketPolicy,
    experience: Experience = Experience(),  # noqa: B008 - frozen
) -> MarketScore:
    """The size of the market, times what our customers there came to, times the policy's weight: 0-100. The reasons'
    effects add up to the score.

    `country` is ISO 3166-1 alpha-2, or None when nobody knows. A weight of 0 gives 0: we do not sell there. The home
    market counts as neutral, since the sizes speak of export markets; a target weight applies to it all the same.
    """
    size = _size(country, policy.home)
    reasons, score = [size], size.effect
    if country and experience.customers:
        after = min(100.0, score * experience_factor(experience))
        reasons.append(Reason("experience", after - score, *_experienced(experience)))
        score = after
    weight = policy.targets.get(country, 1.0) if country else 1.0
    if weight != 1.0:
        after = min(100.0, score * weight)
        reasons.append(Reason("market_policy", after - score, *_words(weight)))
        score = after
    if country in policy.sanctioned:
        text, zh = "a sanctioned market: clear the sale before answering", "受制裁市场:回复前须先确认能否成交"
        reasons.append(Reason("sanctioned", 0.0, text, zh))
    return MarketScore(score, tuple(reasons))


def _experienced(seen: Experience) -> tuple[str, str]:
    return (
        f"our experience there: of {seen.customers} customers {seen.answered} answered, {seen.sampled} took samples,"
        f" {seen.ordered} ordered",
        f"当地经验:{seen.customers} 位客户中 {seen.answered} 位回复、{seen.sampled} 位要样、{seen.ordered} 位下单",
    )


def _size(country: str | None, home: str) -> Reason:
    if country is None:
        unknown = "the country is unknown: counted as a middling market"
        return Reason("market", NEUTRAL, unknown, "国家不明,按中等市场计")
    if country == home:
        return Reason("market", NEUTRAL, "the home market: counted as a middling one", "本国市场,按中等市场计")
    if country not in market_sizes():
        text = f"no market figures for {country}: counted as a middling market"
        return Reason("market", NEUTRAL, text, f"{country} 无市场数据,按中等市场计")
    name, score = market_sizes()[country]
    rank, zh = _rank(score)
    return Reason("market", score, f"{name}: {rank} market by the size of its economy", f"{name}:按经济规模属{zh}市场")


def _rank(score: float) -> tuple[str, str]:
    if score >= 80:
        return "a very large", "特大"
    if score >= 65:
        return "a large", "大型"
    return ("a middling", "中等") if score >= 45 else ("a small", "小型")


def _words(weight: float) -> tuple[str, str]:
    if weight == 0:
        return "we do not sell there", "不向该市场销售"
    if weight > 1:
        return f"a target market: weight {weight:g}", f"目标市场:权重 {weight:g}"
    return f"a market we hold back in: weight {weight:g}", f"有所保留的市场:权重 {weight:g}"
