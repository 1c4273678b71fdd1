"""How near a mail lies to mails of training, by what it means and what it tells: a kernel machine over landmarks.

A mail is often like one seen before, which no linear model can say.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from triage.scoring.features import Floats

GAMMA = 0.3
"""How fast nearness falls with the squared distance. Like all of this module chosen with groups apart."""
RIDGE = 0.1
"""Penalty, for a mail of weight 1."""
SAY = 10.0
"""From the fitted -0.05 (another kind) to 0.95 (this one) to logits."""
MOST = 6000
"""Landmarks: solving takes the third power of their number, 2 s for 5,000."""


_AT_ONCE = 256
"""Places whose nearness to all landmarks is in memory at once: 6 MB."""


def place(meant: Floats, facts: Floats) -> Floats:
    """Where mails lie, (mails, meaning + facts): `meant` is centred and as far apart as it shall count."""
    return np.concatenate([meant, facts], axis=1, dtype=np.float32)


def nearness(places: Floats, points: Floats) -> Floats:
    """(places, points), from 0 to 1 where the two are one."""
    return _near(places, points, (points**2).sum(axis=1))


def _near(places: Floats, points: Floats, lengths: Floats) -> Floats:
    squared = (places**2).sum(axis=1)[:, None] + lengths - 2 * places @ points.T
    found: Floats = np.exp(-GAMMA * np.maximum(squared, 0))
    return found


@dataclass(frozen=True, eq=False)
class Landmarks:
    """`points` is (landmarks, meaning + facts), `weights` (landmarks, labels)."""

    points: Floats
    weights: Floats

    @classmethod
    def fit(cls, places: Floats, label: NDArray[np.int64], weight: NDArray[np.float64], labels: int) -> "Landmarks":
        """Kernel ridge regression: places (mails, meaning + facts), what each is and how much it weighs. Of more than
        `MOST` mails the heaviest are taken, and drawn from those that weigh the same."""
        from scipy.linalg import solve

        lots = np.random.default_rng(0).random(len(places))
        drawn = np.sort(np.lexsort((lots, -weight))[:MOST])
        points: Floats = places[drawn].astype(np.float16).astype(np.float32)  # as the file holds them
        told = np.eye(labels)[label[drawn]] - 1 / labels
        kernel = nearness(points, points).astype(np.float64) + np.diag(RIDGE / weight[drawn])
        learned = solve(kernel, told, assume_a="pos", overwrite_a=True)  # type: ignore[no-untyped-call]
        return cls(points, (SAY * learned).astype(np.float32))

    @cached_property
    def _lengths(self) -> Floats:
        found: Floats = (self.points**2).sum(axis=1)
        return found

    def logits(self, places: Floats) -> Floats:
        """(places, labels)."""
        logits = np.empty((len(places), self.weights.shape[1]), dtype=np.float32)
        for begin in range(0, len(places), _AT_ONCE):
            some = slice(begin, begin + _AT_ONCE)
            logits[some] = _near(places[some], self.points, self._lengths) @ self.weights
        return logits
