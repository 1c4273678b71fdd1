"""What the mail is: a linear model over hashed features, calibrated, that says when it is unsure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from triage.errors import ModelError
from triage.scoring import artifact
from triage.scoring.features import BLOCKS, HASH_BITS, Bag, Floats, Item, Vocabulary, bag_of
from triage.vocabulary.inquiry import Kind, KindPrediction, Reading
from triage.vocabulary.mail import Automatic, ParsedMail, Screening

_AUTOMATIC_KINDS: Mapping[Automatic, Kind] = {
    Automatic.BOUNCE: Kind.BOUNCE,
    Automatic.AUTO_REPLY: Kind.AUTO_REPLY,
    Automatic.READ_RECEIPT: Kind.AUTO_REPLY,
    Automatic.LIST: Kind.NEWSLETTER,
}


def kind_of_automatic(automatic: Automatic) -> Kind:
    """The kind of a mail that the screening knows to be a machine's: certain, so the classifier is not asked."""
    return _AUTOMATIC_KINDS.get(automatic, Kind.OTHER)


def certain(kind: Kind, source: str) -> KindPrediction:
    """A prediction that is known rather than guessed; `source` stands where the model's version would."""
    return KindPrediction(kind, {each: float(each is kind) for each in Kind}, model=source)


@dataclass(frozen=True, eq=False)
class KindModel:
    """A trained classifier, safe to share between threads. `weights` is (features, labels)."""

    vocabulary: Vocabulary
    labels: tuple[Kind, ...]
    weights: Floats
    bias: Floats
    temperature: float = 1.0
    """Divides the logits, so that a probability of 0.8 is right in 80 of 100 cases."""
    threshold: float = 0.0
    """Unsure when the best probability is below this..."""
    margin: float = 0.0
    """... or leads the second by less than this."""
    version: str = ""

    @classmethod
    def load(cls, path: Path) -> "KindModel":
        """Raises ModelError, with the remedy, when the file is missing, damaged or not a kind model."""
        manifest, arrays = artifact.load(path)
        try:
            return cls._rebuild(manifest, arrays)
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise ModelError(f"The model {path} does not hold what it should: {error}.", artifact.REMEDY) from error

    @classmethod
    def _rebuild(cls, manifest: Mapping[str, Any], arrays: artifact.Arrays) -> "KindModel":
        if manifest["hash_bits"] != HASH_BITS or tuple(manifest["blocks"]) != BLOCKS:
            raise ValueError("its features are made differently")
        vocabulary = Vocabulary(
            tuple(arrays[f"buckets_{block}"].astype(np.int64) for block in BLOCKS),
            tuple(arrays[f"idf_{block}"].astype(np.float32) for block in BLOCKS),
        )
        labels = tuple(Kind(label) for label in manifest["labels"])
        weights, bias = arrays["weights"].astype(np.float32), arrays["bias"].astype(np.float32)
        if weights.shape != (vocabulary.size, len(labels)) or bias.shape != (len(labels),):
            raise ValueError("its arrays do not fit together")
        if not (np.isfinite(weights).all() and np.isfinite(bias).all()):
            raise ValueError("its weights are not numbers")
        return cls(
            vocabulary,
            labels,
            weights,
            bias,
            temperature=float(manifest["temperature"]),
            threshold=float(manifest["threshold"]),
            margin=float(manifest["margin"]),
            version=str(manifest["version"]),
        )

    def save(self, path: Path, notes: Mapping[str, Any]) -> None:
        """Writes the model with `notes` (figures, digests, library versions) in its manifest."""
        manifest = {
            **notes,
            "hash_bits": HASH_BITS,
            "blocks": list(BLOCKS),
            "labels": [str(label) for label in self.labels],
            "temperature": self.temperature,
            "threshold": self.threshold,
            "margin": self.margin,
            "version": self.version,
        }
        arrays: dict[str, NDArray[Any]] = {"weights": self.weights, "bias": self.bias}
        for block, buckets, idf in zip(BLOCKS, self.vocabulary.buckets, self.vocabulary.idf, strict=True):
            arrays |= {f"buckets_{block}": buckets.astype(np.int32), f"idf_{block}": idf}
        artifact.save(path, manifest, arrays)

    def predict(self, items: Sequence[tuple[ParsedMail, Reading, Screening]]) -> list[KindPrediction]:
        """One prediction an item, in order. Under a millisecond a mail, so there is no gain in batching calls."""
        return [self._predict(self.logits(bag_of(Item(*item)))) for item in items]

    def logits(self, bag: Bag) -> Floats:
        columns, values = self.vocabulary.vector(bag)
        logits: Floats = values @ self.weights[columns] + self.bias
        return logits

    def _predict(self, logits: Floats) -> KindPrediction:
        probabilities = softmax(logits / self.temperature)
        order = np.argsort(-probabilities, kind="stable")
        best, second = (float(probabilities[i]) for i in order[:2])
        known = dict(zip(self.labels, map(float, probabilities), strict=True))
        return KindPrediction(
            kind=self.labels[order[0]],
            probabilities={kind: known.get(kind, 0.0) for kind in Kind},
            unsure=best < self.threshold or best - second < self.margin,
            model=self.version,
        )


def softmax(logits: NDArray[Any]) -> NDArray[np.float64]:
    """Along the last axis; rows sum to 1."""
    shifted = np.exp(logits.astype(np.float64) - logits.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True), dtype=np.float64)
