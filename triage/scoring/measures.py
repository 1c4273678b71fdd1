"""Measures of predicted probabilities: ranking, calibration, and how far chance may have moved a figure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Shares = NDArray[np.float64]
Flags = NDArray[np.bool_]
ROUNDS = 400
"""Of the bootstrap: enough for intervals to two digits."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Predictions of like confidence: how sure they were on average, and how many were right. Shares 0-1."""

    confidence: float
    right: float
    mails: int


def auc(wanted: Sequence[bool] | Flags, scores: Sequence[float] | Shares) -> float:
    """Chance that a wanted case scores above an unwanted one; ties count half. NaN when one sort is missing."""
    flags, values = np.asarray(wanted, dtype=bool), np.asarray(scores, dtype=float)
    positives, negatives = int(flags.sum()), int((~flags).sum())
    if not positives or not negatives:
        return float("nan")
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    return float((ranks[flags].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def brier(probabilities: Shares, true: Sequence[int] | NDArray[np.int64]) -> float:
    """Mean squared distance of the probabilities from the truth, over all labels: 0 is perfect, 2 the worst."""
    truth = np.zeros_like(probabilities)
    truth[np.arange(len(truth)), np.asarray(true)] = 1.0
    return float(((probabilities - truth) ** 2).sum(axis=1).mean())


def calibration_bins(confidence: Shares, right: Flags, number: int = 10) -> tuple[Bin, ...]:
    """Equal bins of confidence, empty ones left out."""
    places = np.minimum((confidence * number).astype(int), number - 1)
    return tuple(
        Bin(float(confidence[places == b].mean()), float(right[places == b].mean()), int((places == b).sum()))
        for b in np.unique(places)
    )


def interval(measure: Callable[[NDArray[np.int64]], float], mails: int, seed: int = 0) -> tuple[float, float]:
    """Bootstrap: the middle 95 % of `measure` over redrawn mails (it gets their indices)."""
    draws = np.random.default_rng(seed)
    values = [measure(draws.integers(0, mails, mails)) for _ in range(ROUNDS)]
    low, high = np.nanpercentile(values, (2.5, 97.5))
    return float(low), float(high)
