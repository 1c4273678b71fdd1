"""How near a mail lies to mails of training, by what it means and what it tells: a kernel machine over landmarks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from triage.scoring.features import Floats

EMBEDDING_REACH = 3.0
"""Of the centred embedding beside the facts. Like all of this module and `kind.LINEAR_SAY` chosen on batches 14 to 26,
70 to 84 and 105 to 108, each by models trained on the batches before them alone."""
GAMMA = 0.3
"""How fast nearness falls with the squared distance."""
RIDGE = 0.1
"""Penalty, for a mail of weight 1."""
SAY = 10.0
"""From the fitted -0.05 (another kind) to 0.95 (this one) to logits."""
MOST = 6000
"""Landmarks: solving takes the third power of their number, 4 s for 5,000."""


def place(vector: Floats, center: Floats, facts: Floats) -> Floats:
    """Where a mail lies: (embedding + facts,)."""
    return np.concatenate([np.float32(EMBEDDING_REACH) * (vector - center), facts])


def nearness(places: Floats, points: Floats) -> Floats:
    """(places, points), from 0 to 1 where the two are one."""
    squared = (places**2).sum(axis=1)[:, None] + (points**2).sum(axis=1) - 2 * places @ points.T
    found: Floats = np.exp(-GAMMA * np.maximum(squared, 0))
    return found


@dataclass(frozen=True, eq=False)
class Landmarks:
    """`points` is (landmarks, embedding + facts), `weights` (landmarks, labels)."""

    points: Floats
    weights: Floats

    @classmethod
    def fit(cls, places: Floats, label: NDArray[np.int64], weight: NDArray[np.float64], labels: int) -> "Landmarks":
        """Kernel ridge regression: places (mails, embedding + facts), what each is and how much it weighs. Of more than
        `MOST` mails the heaviest are taken, and drawn from those that weigh the same."""
        lots = np.random.default_rng(0).random(len(places))
        drawn = np.sort(np.lexsort((lots, -weight))[:MOST])
        points: Floats = places[drawn].astype(np.float16).astype(np.float32)  # as the file holds them
        told = np.eye(labels)[label[drawn]] - 1 / labels
        kernel = nearness(points, points).astype(np.float64) + np.diag(RIDGE / weight[drawn])
        return cls(points, (SAY * np.linalg.solve(kernel, told)).astype(np.float32))

    def logits(self, place: Floats) -> Floats:
        logits: Floats = nearness(place[None, :], self.points)[0] @ self.weights
        return logits
