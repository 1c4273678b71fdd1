"""What the mail is: a linear model over hashed features and meaning, calibrated, that says when it is unsure.

Where the first look is not certain, a second one weighs the same features together with a sentence embedding, if that
is installed (`triage.scoring.embedding`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from triage.errors import ModelError
from triage.scoring import artifact
from triage.scoring.embedding import SIZE, Embed, embedding, told_by
from triage.scoring.features import BLOCKS, HASH_BITS, MEANING_WEIGHT, Bag, Floats, Item, Vocabulary, bag_of
from triage.scoring.landmarks import EMBEDDING_REACH, GAMMA, SAY, Landmarks, place
from triage.scoring.links import leads_away, says_nothing
from triage.scoring.meaning import meaning
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


EMBEDDING_SCALE = 2.0
"""Of the embedding beside the other features, whose blocks have length 1: chosen on the newest batches, held out."""

LINEAR_SAY = 0.5
"""Of the second look's linear model beside its landmarks: chosen with them."""


SCALES = [MEANING_WEIGHT, EMBEDDING_SCALE, EMBEDDING_REACH, GAMMA, SAY, LINEAR_SAY]
"""A model fits only the code that weighs its parts as its training did."""


@dataclass(frozen=True, eq=False)
class SecondLook:
    """Weights over the features and the embedding together, and landmarks. `embedding` is (embedding, labels), `center`
    its mean."""

    weights: Floats
    bias: Floats
    embedding: Floats
    center: Floats
    landmarks: Landmarks
    temperature: float = 1.0
    certain: float = 1.0
    """A first look that is as likely as this needs no second."""

    def logits(self, vocabulary: Vocabulary, bag: Bag, vector: Floats) -> Floats:
        columns, values = vocabulary.vector(bag)
        scaled: Floats = np.float32(EMBEDDING_SCALE) * (vector - self.center)
        linear: Floats = values @ self.weights[columns] + scaled @ self.embedding + self.bias
        near = self.landmarks.logits(place(vector, self.center, vocabulary.facts(bag)))
        return np.float32(LINEAR_SAY) * linear + near


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
    second: SecondLook | None = None
    embed: Embed | None = None
    """None: there is no second look."""

    @classmethod
    def load(cls, path: Path, second_look: bool = True) -> "KindModel":
        """Raises ModelError, with the remedy, when the file is missing, damaged or not a kind model.

        `second_look` False leaves the embedding out even where it is installed.
        """
        manifest, arrays = artifact.load(path)
        try:
            model = cls._rebuild(manifest, arrays)
            return replace(model, embed=embedding()) if second_look and model.second else model
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise ModelError(f"The model {path} does not hold what it should: {error}.", artifact.REMEDY) from error

    @classmethod
    def _rebuild(cls, manifest: Mapping[str, Any], arrays: artifact.Arrays) -> "KindModel":
        if manifest["hash_bits"] != HASH_BITS or tuple(manifest["blocks"]) != BLOCKS:
            raise ValueError("its features are made differently")
        if manifest["meaning"] != meaning().version or manifest["scales"] != SCALES:
            raise ValueError("it was trained with another network of meanings")
        vocabulary = Vocabulary(
            tuple(arrays[f"buckets_{block}"].astype(np.int64) for block in BLOCKS),
            tuple(arrays[f"idf_{block}"].astype(np.float32) for block in BLOCKS),
        )
        labels = tuple(Kind(label) for label in manifest["labels"])
        weights, bias = _linear(arrays, "", vocabulary.size, len(labels))
        return cls(
            vocabulary,
            labels,
            weights,
            bias,
            temperature=float(manifest["temperature"]),
            threshold=float(manifest["threshold"]),
            margin=float(manifest["margin"]),
            version=str(manifest["version"]),
            second=cls._second(manifest.get("second"), arrays, vocabulary, len(labels)),
        )

    @staticmethod
    def _second(
        manifest: Mapping[str, Any] | None, arrays: artifact.Arrays, vocabulary: Vocabulary, labels: int
    ) -> SecondLook | None:
        if manifest is None:
            return None
        weights, bias = _linear(arrays, "second_", vocabulary.size, labels)
        embedded = _numbers(arrays["embedding"], (SIZE, labels))
        center = _numbers(arrays["center"], (SIZE,))
        count = len(arrays["landmarks"])
        points = _numbers(arrays["landmarks"], (count, SIZE + vocabulary.fact_count))
        landmarks = Landmarks(points, _numbers(arrays["landmark_weights"], (count, labels)))
        temperature, certain = float(manifest["temperature"]), float(manifest["certain"])
        return SecondLook(weights, bias, embedded, center, landmarks, temperature, certain)

    def save(self, path: Path, notes: Mapping[str, Any]) -> None:
        """Writes the model with `notes` (figures, digests, library versions) in its manifest."""
        second = self.second
        manifest = {
            **notes,
            "hash_bits": HASH_BITS,
            "blocks": list(BLOCKS),
            "labels": [str(label) for label in self.labels],
            "temperature": self.temperature,
            "threshold": self.threshold,
            "margin": self.margin,
            "version": self.version,
            "meaning": meaning().version,
            "scales": SCALES,
            "second": second and {"temperature": second.temperature, "certain": second.certain},
        }
        arrays: dict[str, NDArray[Any]] = {"weights": self.weights.astype(np.float16), "bias": self.bias}
        if second:
            arrays |= {"second_weights": second.weights.astype(np.float16), "second_bias": second.bias}
            arrays |= {"embedding": second.embedding, "center": second.center}
            arrays |= {"landmarks": second.landmarks.points.astype(np.float16)}
            arrays |= {"landmark_weights": second.landmarks.weights}
        for block, buckets, idf in zip(BLOCKS, self.vocabulary.buckets, self.vocabulary.idf, strict=True):
            arrays |= {f"buckets_{block}": buckets.astype(np.int32), f"idf_{block}": idf}
        artifact.save(path, manifest, arrays)

    def predict(self, items: Sequence[tuple[ParsedMail, Reading, Screening]]) -> list[KindPrediction]:
        """One prediction an item, in order: about a millisecond each, and tens more where a second look is due."""
        asked = [Item(*item) for item in items]
        bags = [bag_of(item) for item in asked]
        found = [softmax(self.logits(bag) / self.temperature) for bag in bags]
        if self.second and self.embed:
            doubtful = [row for row, each in enumerate(found) if each.max() < self.second.certain]
            vectors = self.embed([told_by(asked[row].mail) for row in doubtful]) if doubtful else ()
            for row, vector in zip(doubtful, vectors, strict=True):
                found[row] = softmax(self.second_logits(bags[row], vector) / self.second.temperature)
        return [self._silent(item) or self.told(each) for item, each in zip(asked, found, strict=True)]

    def logits(self, bag: Bag) -> Floats:
        """Of the first look."""
        columns, values = self.vocabulary.vector(bag)
        logits: Floats = values @ self.weights[columns] + self.bias
        return logits

    def second_logits(self, bag: Bag, vector: Floats) -> Floats:
        """Of the second look; `vector` is the embedding of the mail. Raises ValueError when there is none."""
        if self.second is None:
            raise ValueError("the model knows no second look")
        return self.second.logits(self.vocabulary, bag, vector)

    def _silent(self, item: Item) -> KindPrediction | None:
        """Where there is nothing to read a person looks: a picture that leads elsewhere is phishing at likeliest."""
        if says_nothing(item.mail) and leads_away(item.mail):
            kind = Kind.PHISHING
        elif any(map(str.isalpha, f"{item.mail.subject}{item.mail.message or item.mail.text}")):
            return None
        else:
            kind = Kind.OTHER
        return KindPrediction(kind, {each: float(each is kind) for each in Kind}, True, self.version)

    def told(self, probabilities: NDArray[np.float64]) -> KindPrediction:
        """What probabilities of this model's labels come to."""
        order = np.argsort(-probabilities, kind="stable")
        best, second = (float(probabilities[i]) for i in order[:2])
        known = dict(zip(self.labels, map(float, probabilities), strict=True))
        return KindPrediction(
            kind=self.labels[order[0]],
            probabilities={kind: known.get(kind, 0.0) for kind in Kind},
            unsure=best < self.threshold or best - second < self.margin,
            model=self.version,
        )


@dataclass(frozen=True, slots=True)
class Abstainer:
    """Stands in for a model that can't be used: every mail goes to a person, as an inquiry that may be anything."""

    why: str

    def predict(self, items: Sequence[tuple[ParsedMail, Reading, Screening]]) -> list[KindPrediction]:
        even = {kind: 1 / len(Kind) for kind in Kind}
        return [KindPrediction(Kind.INQUIRY, even, unsure=True, model="none") for _ in items]


def _linear(arrays: artifact.Arrays, prefix: str, features: int, labels: int) -> tuple[Floats, Floats]:
    weights = _numbers(arrays[f"{prefix}weights"], (features, labels))
    return weights, _numbers(arrays[f"{prefix}bias"], (labels,))


def _numbers(array: NDArray[Any], shape: tuple[int, ...]) -> Floats:
    numbers: Floats = array.astype(np.float32)
    if numbers.shape != shape:
        raise ValueError("its arrays do not fit together")
    if not np.isfinite(numbers).all():
        raise ValueError("its weights are not numbers")
    return numbers


def as_kept(weights: Floats) -> Floats:
    """As exact as the file holds them: half precision is enough, and half the size."""
    return weights.astype(np.float16).astype(np.float32)


def softmax(logits: NDArray[Any]) -> NDArray[np.float64]:
    """Along the last axis; rows sum to 1."""
    shifted = np.exp(logits.astype(np.float64) - logits.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True), dtype=np.float64)
