"""Whether a new model takes the place of the one in use: only if it is no worse on the same labels."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from triage.scoring.calibration import LABELS
from triage.scoring.kind import KindModel
from triage.scoring.training import Trained

ENOUGH = 20
"""Own labels that the model in use never saw, from which on they decide; with fewer the held-out figures do."""


@dataclass(frozen=True, slots=True)
class Verdict:
    promote: bool
    words: str


def verdict(trained: Trained, present: KindModel | None, notes: Mapping[str, object]) -> Verdict:
    """Compares on own labels that the `present` model was not trained on (by its manifest's `notes`); the new model's
    answers to them are held-out ones. Where those are too few, both models' held-out figures are compared. A present
    model that can't be used (None) has no say."""
    if present is None:
        return Verdict(True, "The model in use can't be read.")
    known = notes.get("own_mails", ())
    seen = set(known) if isinstance(known, list) else set()
    fresh = [
        i
        for i, example in enumerate(trained.examples)
        if example.mail.id in trained.notes["own_mails"] and example.mail.id not in seen
    ]
    if len(fresh) < ENOUGH:
        return _by_figures(trained, notes)
    new = int(sum(LABELS[trained.held_out.probabilities[i].argmax()] is trained.examples[i].mail.kind for i in fresh))
    old = int(sum(_told(present, trained, i) is trained.examples[i].mail.kind for i in fresh))
    words = f"On {len(fresh)} labels of yours that neither was trained on: {new} right, {old} by the model in use."
    return Verdict(new >= old, words)


def _told(model: KindModel, trained: Trained, index: int) -> object:
    example = trained.examples[index]
    vectors = example.vector[None] if model.second is not None and example.vector is not None else None
    return model.labels[int(np.argmax(model.logits([example.bag], vectors).best))]


def _by_figures(trained: Trained, notes: Mapping[str, object]) -> Verdict:
    held_out = notes.get("held_out")
    if not isinstance(held_out, Mapping) or "accuracy" not in held_out:
        return Verdict(True, "The model in use tells no held-out figures to compare with.")
    new, old = trained.figures.accuracy, float(held_out["accuracy"])
    return Verdict(new >= old - 0.002, f"Kind right, each held out: {new:.3f}, {old:.3f} by the model in use.")


def with_card(model: KindModel, notes: Mapping[str, object], carried: Mapping[str, object]) -> KindModel:
    """The model named for the scorecard that its file will carry, too: two files never share a name."""
    if "scorecard" not in carried or notes.get("scorecard") == carried["scorecard"]:
        return model
    mark = hashlib.sha256(json.dumps(carried["scorecard"], sort_keys=True).encode()).hexdigest()[:6]
    return replace(model, version=f"{model.version.partition('+')[0]}+{mark}")
