"""What the mail is: a linear model over hashed words, letters and facts, and landmarks by meaning and facts beside it;
calibrated, and silent where it is unsure.

Where the first look is not certain, a second one asks a sentence embedding where among the landmarks the mail lies, if
that is installed (`triage.scoring.embedding`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from triage.errors import ModelError
from triage.scoring import artifact
from triage.scoring.embedding import SIZE, Embed, embedding, told_by
from triage.scoring.features import BLOCKS, HASH_BITS, Bag, Floats, Item, Vocabulary, bags_of
from triage.scoring.landmarks import SAY, WORDS_SAY, Landmarks, place
from triage.scoring.links import leads_away, says_nothing
from triage.scoring.meaning import meaning
from triage.vocabulary.inquiry import JUNK_KINDS, Kind, KindPrediction, Reading
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


@dataclass(frozen=True, slots=True)
class Reach:
    """What a look leans on: how far apart the landmarks lie by meaning, beside the facts, how fast nearness falls, and
    the linear model's say. Chosen with groups apart; mails by writers who knew neither corpus nor guide (models/exam)
    bore it out."""

    meant: float
    gamma: float
    linear: float

    def place(self, center: Floats, meant: Floats, facts: Floats) -> Floats:
        """Where mails lie, of what they mean and the mean of that."""
        return place(np.float32(self.meant) * (meant - center), facts)


FIRST, SECOND = Reach(1.5, 0.6, 1.0), Reach(3.0, 0.3, 0.5)
SCALES = [SAY, WORDS_SAY, *(number for reach in (FIRST, SECOND) for number in astuple(reach))]
"""A model fits only the code that weighs its parts as its training did."""


class Logits(NamedTuple):
    """What a model makes of mails before it is calibrated."""

    first: Floats
    """Of the first look, (mails, labels)."""
    second: Floats | None
    """Of the second, if there is one."""
    junk: Floats
    """How much more likely junk is than anything else, (mails,)."""

    @property
    def best(self) -> Floats:
        """By the second look at every mail, where there is one."""
        return self.first if self.second is None else self.second


@dataclass(frozen=True, eq=False)
class Look:
    """Landmarks by one way to tell what a mail means: `center` is its mean."""

    reach: Reach
    center: Floats
    landmarks: Landmarks
    temperature: float = 1.0
    """Divides the logits, so that a probability of 0.8 is right in 80 of 100 cases."""

    def logits(self, linear: Floats, meant: Floats, facts: Floats) -> Floats:
        """(mails, labels), of the linear model's logits, what the mails mean, and their facts."""
        near = self.landmarks.logits(self.reach.place(self.center, meant, facts))
        logits: Floats = np.float32(self.reach.linear) * linear + near
        return logits


@dataclass(frozen=True, eq=False)
class KindModel:
    """A trained classifier, safe to share between threads. `weights` is (features, labels + 1): a mail's lead of
    junk, whatever sort, stands last."""

    vocabulary: Vocabulary
    labels: tuple[Kind, ...]
    weights: Floats
    bias: Floats
    first: Look
    threshold: float = 0.0
    """Unsure when the best probability is below this..."""
    margin: float = 0.0
    """... or leads the second by less than this (`is_sure`)."""
    version: str = ""
    second: Look | None = None
    certain: float = 1.0
    """A first look that is as likely as this needs no second."""
    embed: Embed | None = None
    """None: there is no second look."""
    notes: dict[str, Any] = field(default_factory=dict)
    """What the model's file tells of its making."""

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
        shape = (vocabulary.size, len(labels) + 1)
        facts = _numbers(arrays["landmark_facts"], (len(arrays["landmark_facts"]), vocabulary.fact_count))
        looks = manifest["temperatures"]
        return cls(
            vocabulary,
            labels,
            _numbers(arrays["weights"], shape),
            _numbers(arrays["bias"], shape[1:]),
            cls._look(FIRST, arrays, "first", facts, (meaning().size, len(labels)), looks["first"]),
            threshold=float(manifest["threshold"]),
            margin=float(manifest["margin"]),
            version=str(manifest["version"]),
            second=cls._look(SECOND, arrays, "second", facts, (SIZE, len(labels)), looks["second"])
            if "second" in looks
            else None,
            certain=float(manifest["certain"]),
            notes=dict(manifest),
        )

    @staticmethod
    def _look(
        reach: Reach, arrays: artifact.Arrays, name: str, facts: Floats, shape: tuple[int, int], temperature: float
    ) -> Look:
        """`shape` is (numbers of the meaning, labels). The facts of the landmarks are the same for both looks."""
        meant = _numbers(arrays[f"{name}_landmarks"], (len(facts), shape[0]))
        weights = _numbers(arrays[f"{name}_landmark_weights"], (len(facts), shape[1]))
        center = _numbers(arrays[f"{name}_center"], shape[:1])
        return Look(reach, center, Landmarks(place(meant, facts), weights, reach.gamma), float(temperature))

    def save(self, path: Path, notes: Mapping[str, Any]) -> None:
        """Writes the model with `notes` (figures, digests, library versions) in its manifest."""
        looks = {"first": self.first} | ({"second": self.second} if self.second else {})
        manifest = {
            **notes,
            "hash_bits": HASH_BITS,
            "blocks": list(BLOCKS),
            "labels": [str(label) for label in self.labels],
            "temperatures": {name: look.temperature for name, look in looks.items()},
            "certain": self.certain,
            "threshold": self.threshold,
            "margin": self.margin,
            "version": self.version,
            "meaning": meaning().version,
            "scales": SCALES,
        }
        arrays: dict[str, NDArray[Any]] = {"weights": self.weights.astype(np.float16), "bias": self.bias}
        for name, look in looks.items():
            meant, facts = np.split(look.landmarks.points.astype(np.float16), [len(look.center)], axis=1)
            arrays |= {f"{name}_landmarks": meant, "landmark_facts": facts, f"{name}_center": look.center}
            arrays |= {f"{name}_landmark_weights": look.landmarks.weights}
        for block, buckets, idf in zip(BLOCKS, self.vocabulary.buckets, self.vocabulary.idf, strict=True):
            arrays |= {f"buckets_{block}": buckets.astype(np.int32), f"idf_{block}": idf}
        artifact.save(path, manifest, arrays)

    def predict(self, items: Sequence[tuple[ParsedMail, Reading, Screening]]) -> list[KindPrediction]:
        """One prediction an item, in order: about a millisecond each, and tens more where a second look is due."""
        asked = [Item(*item) for item in items]
        bags = bags_of(asked)
        embed = self.embed
        found, junk = self.probabilities(
            bags, None if embed is None else lambda rows: embed([told_by(asked[row].mail) for row in rows])
        )
        return [self._silent(item) or told for item, told in zip(asked, self.told(found, junk), strict=True)]

    def probabilities(
        self, bags: Sequence[Bag], vectors: Callable[[NDArray[np.int64]], Floats] | None
    ) -> tuple[NDArray[np.float64], Floats]:
        """(mails, labels), and the lead of junk (mails,). By a second look where the first is in doubt and there is
        one; `vectors` gives what the embedding says of the mails in these rows."""
        linear, junk, facts = self._linear(bags)
        found = softmax(self.first.logits(linear, _meant(bags), facts) / self.first.temperature)
        if self.second and vectors:
            doubtful = np.flatnonzero(found.max(axis=1, initial=0) < self.certain)
            if len(doubtful):
                logits = self.second.logits(linear[doubtful], vectors(doubtful), facts[doubtful])
                found[doubtful] = softmax(logits / self.second.temperature)
        return found, junk

    def logits(self, bags: Sequence[Bag], vectors: Floats | None = None) -> Logits:
        """Of the first look, and of the second where there are `vectors`, the embeddings of the mails. Raises
        ValueError when the model knows no second look."""
        if self.second is None and vectors is not None:
            raise ValueError("the model knows no second look")
        linear, junk, facts = self._linear(bags)
        second = self.second.logits(linear, vectors, facts) if self.second and vectors is not None else None
        return Logits(self.first.logits(linear, _meant(bags), facts), second, junk)

    def _linear(self, bags: Sequence[Bag]) -> tuple[Floats, Floats, Floats]:
        """Of the linear model the logits (mails, labels) and the lead of junk (mails,), and the facts of the mails."""
        linear = np.empty((len(bags), len(self.labels) + 1), dtype=np.float32)
        facts = np.empty((len(bags), self.vocabulary.fact_count), dtype=np.float32)
        for row, bag in enumerate(bags):
            columns, values = self.vocabulary.vector(bag)
            linear[row] = values @ self.weights[columns] + self.bias
            facts[row] = self.vocabulary.facts(columns, values)
        return linear[:, :-1], linear[:, -1], facts

    def _silent(self, item: Item) -> KindPrediction | None:
        """Where there is nothing to read a person looks: a picture that leads elsewhere is phishing at likeliest."""
        if says_nothing(item.mail) and leads_away(item.mail):
            kind = Kind.PHISHING
        elif any(map(str.isalpha, f"{item.mail.subject}{item.mail.message or item.mail.text}")):
            return None
        else:
            kind = Kind.OTHER
        return KindPrediction(kind, {each: float(each is kind) for each in Kind}, True, self.version)

    def told(self, probabilities: NDArray[np.float64], junk: Floats) -> list[KindPrediction]:
        """What probabilities of this model's labels (mails, labels), and the lead of junk (mails,), come to."""
        sure = is_sure(probabilities, junk, self.labels, self.threshold, self.margin)
        return [self._prediction(row, not known) for row, known in zip(probabilities, sure, strict=True)]

    def _prediction(self, probabilities: NDArray[np.float64], unsure: bool) -> KindPrediction:
        known = dict(zip(self.labels, map(float, probabilities), strict=True))
        return KindPrediction(
            kind=self.labels[int(probabilities.argmax())],
            probabilities={kind: known.get(kind, 0.0) for kind in Kind},
            unsure=unsure,
            model=self.version,
        )


def is_sure(
    probabilities: NDArray[np.float64], junk: Floats, labels: Sequence[Kind], threshold: float, margin: float
) -> NDArray[np.bool_]:
    """Of each mail whether its likeliest kind may be told: it is likely enough and leads the second. Between two sorts
    of junk nobody need choose; but where junk is likeliest, what knows it from the rest (`junk`) must agree."""
    is_junk = np.array([label in JUNK_KINDS for label in labels])
    first, second = np.argsort(-probabilities, axis=1, kind="stable")[:, :2].T
    either = is_junk[first] & is_junk[second]
    rows = np.arange(len(probabilities))
    likely = np.where(either, probabilities[:, is_junk].sum(axis=1), probabilities[rows, first]) >= threshold
    leads = either | (probabilities[rows, first] - probabilities[rows, second] >= margin)
    sure: NDArray[np.bool_] = likely & leads & ~(is_junk[first] & (junk <= 0))
    return sure


@dataclass(frozen=True, slots=True)
class Abstainer:
    """Stands in for a model that can't be used: every mail goes to a person, as an inquiry that may be anything."""

    why: str

    def predict(self, items: Sequence[tuple[ParsedMail, Reading, Screening]]) -> list[KindPrediction]:
        even = {kind: 1 / len(Kind) for kind in Kind}
        return [KindPrediction(Kind.INQUIRY, even, unsure=True, model="none") for _ in items]


def _meant(bags: Sequence[Bag]) -> Floats:
    return np.array([bag.meaning for bag in bags], dtype=np.float32).reshape(len(bags), meaning().size)


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
