"""Makes probabilities mean what they say, and finds where the model should rather not decide. Pure numpy."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from triage.scoring.features import Floats
from triage.scoring.kind import KindModel, Logits, is_sure, softmax
from triage.vocabulary.inquiry import Kind

LABELS = tuple(Kind)
SURE_ENOUGH = 0.9
"""Below the threshold stand the predictions that would pull the share of right ones under this."""
MOST_DOUBT = 0.6
"""A prediction more likely than this is told whatever the rest is like."""
MARGIN = 0.1
"""Two candidates closer than this are shown to the reviewer as a choice."""
CERTAIN_ENOUGH = 0.92
"""First looks whose predictions are right that often need no second."""


@dataclass(frozen=True, slots=True)
class Calibrated:
    """What held-out logits come to, and the settings that make it so."""

    probabilities: NDArray[np.float64]
    """(mails, labels), rows summing to 1."""
    junk: Floats
    """The lead of junk, (mails,)."""
    temperature: float
    second_temperature: float
    certain: float
    threshold: float
    second_looks: float
    """Share of mails that took a second look."""
    sure: float
    """Share of mails on which the model does not abstain..."""
    sure_accuracy: float
    """... and the share of right ones among those."""

    @classmethod
    def of(cls, logits: Logits, true: Sequence[Kind]) -> "Calibrated":
        first, second, junk = logits
        temperature = best_temperature(first, true)
        probabilities = softmax(first / temperature)
        second_temperature, certain, looks = 1.0, 0.0, np.zeros(len(true), dtype=bool)
        if second is not None:
            second_temperature = best_temperature(second, true)
            certain = confident_from(probabilities, true, CERTAIN_ENOUGH)
            looks = probabilities.max(axis=1) < certain
            probabilities = np.where(looks[:, None], softmax(second / second_temperature), probabilities)
        threshold = abstain_below(probabilities, true)
        sure = is_sure(probabilities, junk, LABELS, threshold, MARGIN)
        return cls(
            probabilities=probabilities,
            junk=junk,
            temperature=temperature,
            second_temperature=second_temperature,
            certain=certain,
            threshold=threshold,
            second_looks=float(looks.mean()),
            sure=float(sure.mean()),
            sure_accuracy=float(_right(probabilities, true)[sure].mean()) if sure.any() else 0.0,
        )

    def set_up(self, model: KindModel) -> KindModel:
        """The model with these settings."""
        return replace(
            model,
            first=replace(model.first, temperature=self.temperature),
            second=model.second and replace(model.second, temperature=self.second_temperature),
            certain=self.certain,
            threshold=self.threshold,
            margin=MARGIN,
        )


def best_temperature(logits: Floats, true: Sequence[Kind]) -> float:
    """What to divide logits by so that the probabilities mean what they say: least log loss, by a fine grid."""
    rows, columns = np.arange(len(true)), [LABELS.index(kind) for kind in true]
    losses = {
        t: -np.log(np.maximum(softmax(logits / t)[rows, columns], 1e-12)).mean() for t in np.geomspace(0.1, 5, 80)
    }
    return float(min(losses, key=lambda t: float(losses[t])))


def abstain_below(probabilities: NDArray[np.float64], true: Sequence[Kind]) -> float:
    """The lowest confidence down to which `SURE_ENOUGH` of the predictions are right; at most `MOST_DOUBT`."""
    return min(confident_from(probabilities, true, SURE_ENOUGH), MOST_DOUBT)


def confident_from(probabilities: NDArray[np.float64], true: Sequence[Kind], share: float) -> float:
    """The lowest confidence down to which `share` of the predictions are right; 1 when none is."""
    confidence = probabilities.max(axis=1)
    order = np.argsort(-confidence, kind="stable")
    good = np.cumsum(_right(probabilities, true)[order]) / np.arange(1, len(order) + 1) >= share
    return float(confidence[order][np.flatnonzero(good)[-1]]) if good.any() else 1.0


def _right(probabilities: NDArray[np.float64], true: Sequence[Kind]) -> NDArray[np.bool_]:
    return np.array([LABELS[i] is kind for i, kind in zip(probabilities.argmax(axis=1), true, strict=True)])
