import math

import numpy as np
import pytest

from triage.scoring.measures import Bin, auc, brier, calibration_bins, interval


@pytest.mark.parametrize(
    ("scores", "expected"), [([0.9, 0.8, 0.2, 0.1], 1.0), ([0.1, 0.2, 0.8, 0.9], 0.0), ([0.5, 0.5, 0.5, 0.5], 0.5)]
)
def test_auc_is_the_chance_to_rank_rightly(scores: list[float], expected: float) -> None:
    assert auc([True, True, False, False], scores) == expected


def test_auc_of_one_sort_alone_is_unknown() -> None:
    assert math.isnan(auc([True, True], [0.1, 0.2]))


def test_brier_is_nought_for_the_truth_and_two_for_its_opposite() -> None:
    assert brier(np.array([[1.0, 0.0]]), [0]) == 0.0
    assert brier(np.array([[1.0, 0.0]]), [1]) == 2.0


def test_bins_hold_what_was_claimed_and_what_was_right() -> None:
    bins = calibration_bins(np.array([0.91, 0.99, 0.35]), np.array([True, False, True]))
    assert bins == (Bin(0.35, 1.0, 1), Bin(pytest.approx(0.95), 0.5, 2))


def test_an_interval_holds_the_figure_and_narrows_with_mails() -> None:
    few, many = np.arange(20) % 4 > 0, np.arange(2000) % 4 > 0
    narrow = interval(lambda i: float(many[i].mean()), len(many))
    wide = interval(lambda i: float(few[i].mean()), len(few))
    assert narrow[0] < 0.75 < narrow[1]
    assert narrow[1] - narrow[0] < wide[1] - wide[0]
