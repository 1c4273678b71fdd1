import numpy as np
import pytest

from triage.scoring.evaluation import KIND_GROUPS, calibration_error, f1, figures_of
from triage.scoring.measures import calibration_bins
from triage.vocabulary.inquiry import Kind

LABELS = (Kind.RFQ, Kind.INQUIRY, Kind.SCAM)


def test_every_kind_is_in_exactly_one_group() -> None:
    assert sorted(kind for kinds in KIND_GROUPS.values() for kind in kinds) == sorted(Kind)


@pytest.mark.parametrize(
    ("true", "told", "expected"),
    [([1, 1, 0, 0], [1, 0, 1, 0], 0.5), ([1, 0], [1, 0], 1.0), ([1, 1], [0, 0], 0.0), ([0], [0], 0.0)],
)
def test_f1_weighs_misses_and_false_alarms_alike(true: list[int], told: list[int], expected: float) -> None:
    assert f1(np.array(true, dtype=bool), np.array(told, dtype=bool)) == expected


def test_figures_count_what_was_right() -> None:
    true = [Kind.RFQ, Kind.RFQ, Kind.INQUIRY, Kind.SCAM]
    sure_of = np.array([[0.8, 0.1, 0.1], [0.2, 0.7, 0.1], [0.1, 0.8, 0.1], [0.6, 0.2, 0.2]])
    figures = figures_of(true, sure_of, LABELS, ["en", "de", "en", "en"])
    assert (figures.mails, figures.accuracy, figures.group_accuracy) == (4, 0.5, 0.75)
    assert figures.buyer_f1 == pytest.approx(6 / 7)
    assert (figures.fraud_recall, figures.fraud_false) == (0.0, 0.0)
    assert figures.kind_f1 == {Kind.INQUIRY: pytest.approx(2 / 3), Kind.RFQ: 0.5, Kind.SCAM: 0.0}
    assert figures.language_accuracy == {"en": (pytest.approx(2 / 3), 3), "de": (0.0, 1)}
    assert figures.confusions == ((Kind.RFQ, Kind.INQUIRY, 1), (Kind.SCAM, Kind.RFQ, 1))
    assert figures.log_loss == pytest.approx(-np.log([0.8, 0.2, 0.8, 0.2]).mean())


def test_calibration_is_perfect_when_claims_come_true() -> None:
    right = np.array([True] * 8 + [False] * 2)
    assert calibration_error(calibration_bins(np.full(10, 0.8), right)) == pytest.approx(0.0)
    assert calibration_error(calibration_bins(np.full(10, 0.95), right)) == pytest.approx(0.15)
