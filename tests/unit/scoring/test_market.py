import pytest

from triage.scoring import market_score
from triage.scoring.market import NEUTRAL, market_sizes
from triage.vocabulary.policy import MarketPolicy

PLAIN = MarketPolicy()


def test_the_largest_economy_scores_a_hundred_and_all_scores_stay_in_range() -> None:
    assert market_score("US", PLAIN).score == 100.0
    assert all(0.0 <= score <= 100.0 for _, score in market_sizes().values())


def test_a_larger_economy_scores_higher() -> None:
    order = [market_score(country, PLAIN).score for country in ("US", "DE", "PL", "GH", "TV")]
    assert order == sorted(order, reverse=True)


@pytest.mark.parametrize("country", [None, "CN", "AQ"])
def test_unknown_home_and_figureless_markets_are_neutral_with_a_reason(country: str | None) -> None:
    result = market_score(country, PLAIN)
    assert result.score == NEUTRAL
    assert [reason.factor for reason in result.reasons] == ["market"]


def test_the_policy_weight_multiplies_and_is_told() -> None:
    plain = market_score("GH", PLAIN).score
    result = market_score("GH", MarketPolicy(targets={"GH": 1.5}))
    assert result.score == pytest.approx(plain * 1.5)
    assert result.reasons[1].text == "a target market: weight 1.5"


def test_a_weighted_score_never_passes_a_hundred() -> None:
    assert market_score("DE", MarketPolicy(targets={"DE": 2.0})).score == 100.0


def test_a_market_of_weight_nought_scores_nought_and_says_so() -> None:
    result = market_score("DE", MarketPolicy(targets={"DE": 0.0}))
    assert result.score == 0.0
    assert result.reasons[-1].text == "we do not sell there"


@pytest.mark.parametrize("weight", [0.0, 0.5, 1.0, 1.7, 2.0])
@pytest.mark.parametrize("country", [None, "US", "DE", "GH", "CN"])
def test_the_effects_add_up_to_the_score(country: str | None, weight: float) -> None:
    result = market_score(country, MarketPolicy(targets={"US": weight, "DE": weight, "GH": weight, "CN": weight}))
    assert sum(reason.effect for reason in result.reasons) == pytest.approx(result.score, abs=0.06)
