"""How near a mail lies to mails of training, by what it means, what it tells and how it is worded: a kernel machine
over landmarks.

A mail is often like one seen before, which no linear model can say. Wording is linear, though: when the machine has
learned, what its landmarks say by their words comes to one weight a word (`Landmarks.by_words`).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from triage.scoring.features import Floats

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

RIDGE = 0.1
"""Penalty, for a mail of weight 1. Like all of this module chosen with groups apart."""
WORDS_SAY = 0.1
"""Of being worded alike (1 for the same words and letters) beside nearness (1 for the same place)."""
SAY = 10.0
"""From the fitted -0.05 (another kind) to 0.95 (this one) to logits."""
MOST = 7000
"""Landmarks: solving takes the third power of their number, 2 s for 5,000."""


_AT_ONCE = 256
"""Places whose nearness to all landmarks is in memory at once: 6 MB."""


def place(meant: Floats, facts: Floats) -> Floats:
    """Where mails lie, (mails, meaning + facts): `meant` is centred and as far apart as it shall count."""
    return np.concatenate([meant, facts], axis=1, dtype=np.float32)


def draw(weight: NDArray[np.float64]) -> NDArray[np.int64]:
    """Which mails become landmarks, ascending: of more than `MOST` the heaviest, by lot where they weigh the same."""
    lots = np.random.default_rng(0).random(len(weight))
    return np.sort(np.lexsort((lots, -weight))[:MOST])


def _near(places: Floats, points: Floats, lengths: Floats, gamma: float) -> Floats:
    """(places, points), from 0 to 1 where the two are one; `lengths` are the points' own, squared."""
    squared = (places**2).sum(axis=1)[:, None] + lengths - 2 * places @ points.T
    found: Floats = np.exp(np.float32(-gamma) * np.maximum(squared, 0))
    return found


@dataclass(frozen=True, eq=False)
class Landmarks:
    """`points` is (landmarks, meaning + facts), `weights` (landmarks, labels). `gamma` tells how fast nearness falls
    with the squared distance."""

    points: Floats
    weights: Floats
    gamma: float

    @classmethod
    def fit(
        cls,
        places: Floats,
        gamma: float,
        told: NDArray[np.float64],
        weight: NDArray[np.float64],
        words: "csr_matrix | None" = None,
    ) -> "Landmarks":
        """Kernel ridge regression: places (mails, meaning + facts), what each is told as (mails, labels; 1 or 0) and
        how much it weighs. With `words` (mails, words and letters) being worded alike counts, too: then `by_words` is
        part of what was learned."""
        from scipy.linalg import solve

        points: Floats = places.astype(np.float16).astype(np.float32)  # as the file holds them
        near = _near(points, points, (points**2).sum(axis=1), gamma)
        kernel = near.astype(np.float64) + np.diag(RIDGE / weight)
        if words is not None:
            kernel += WORDS_SAY * (words @ words.T).toarray()
        learned = solve(kernel, told - 1 / told.shape[1], assume_a="pos", overwrite_a=True)  # type: ignore[no-untyped-call]
        return cls(points, (SAY * learned).astype(np.float32), gamma)

    def by_words(self, words: "csr_matrix") -> Floats:
        """What the landmarks, of those words, say by being worded alike: weights (words and letters, labels)."""
        said: Floats = WORDS_SAY * (words.T @ self.weights)
        return said

    @cached_property
    def _lengths(self) -> Floats:
        found: Floats = (self.points**2).sum(axis=1)
        return found

    def logits(self, places: Floats) -> Floats:
        """(places, labels)."""
        logits = np.empty((len(places), self.weights.shape[1]), dtype=np.float32)
        for begin in range(0, len(places), _AT_ONCE):
            some = slice(begin, begin + _AT_ONCE)
            logits[some] = _near(places[some], self.points, self._lengths, self.gamma) @ self.weights
        return logits
