"""Learns the kind model from labelled mails. The only module that needs scikit-learn, imported when fitting starts."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from triage.scoring.corpus import PUBLIC, LabelledMail, Read, digest, read_corpus, read_extra
from triage.scoring.evaluation import Figures, figures_of
from triage.scoring.features import Bag, Floats, Item, Vocabulary, bag_of
from triage.scoring.kind import KindModel, softmax
from triage.vocabulary.inquiry import Kind

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Progress = Callable[[str], None]
Probabilities = NDArray[np.float64]

LABELS = tuple(Kind)
FOLDS = 5
STRENGTH = 30.0
"""Inverse of the L2 penalty."""
PUBLIC_WEIGHT = 0.03
"""Of a public mail in training, where a corpus mail of a middling kind has 1: they are many, old, and no buyers."""
SURE_ENOUGH = 0.9
"""Below the threshold stand the predictions that would pull the share of right ones under this."""
MOST_DOUBT = 0.6
"""A prediction more likely than this is told whatever the rest is like."""
MARGIN = 0.1
"""Two candidates closer than this are shown to the reviewer as a choice."""


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled mail and its features."""

    mail: LabelledMail
    bag: Bag


@dataclass(frozen=True, slots=True)
class Trained:
    """The new model, and how it did on mails held out in turn (groups never split)."""

    model: KindModel
    figures: Figures
    later: Figures | None
    """The same over the batches written after the cue lexicon, if there are any: nearer to the truth."""
    sure: float
    """Share of held-out mails on which it does not abstain."""
    sure_accuracy: float
    extra: int
    """Public mails that took part beside the corpus."""
    notes: dict[str, Any]
    """What the model file's manifest tells of its making."""


def silent(_: str) -> None:
    """No progress lines."""


def prepare(mails: Iterable[LabelledMail], read: Read) -> list[Example]:
    return [Example(mail, bag_of(Item(*read(mail.raw)))) for mail in mails]


def train(corpus: Path, read: Read, extra: Path | None = None, progress: Progress = silent) -> Trained:
    """Fits on `corpus` (and the public mails in `extra`). Takes seconds to a minute; raises CorpusError on bad data."""
    examples = prepare(read_corpus(corpus), read)
    progress(f"{len(examples)} training mails read from {corpus}")
    public: list[Example] = []
    if extra is not None:
        public = label_by_likeliest(prepare(read_extra(extra), read), fit(examples))
        progress(f"{len(public)} public mails read from {extra}")
    logits = held_out_logits(examples, public, progress)
    true = [example.mail.kind for example in examples]
    temperature = best_temperature(logits, true)
    probabilities = softmax(logits / temperature)
    threshold = abstain_below(probabilities, true)
    sure = _sure(probabilities, threshold)
    right = np.array([LABELS[i] is kind for i, kind in zip(probabilities.argmax(axis=1), true, strict=True)])
    model = replace(fit(examples + public), temperature=temperature, threshold=threshold, margin=MARGIN)
    progress(f"fitted on {len(examples) + len(public)} mails, {model.vocabulary.size} features")
    figures = _figures(examples, probabilities, range(len(examples)))
    later = [i for i, example in enumerate(examples) if example.mail.batch > 1]
    notes = {
        "corpus_sha256": digest(corpus),
        "corpus_mails": len(examples),
        "extra_mails": len(public),
        "scikit_learn": version("scikit-learn"),
        "numpy": version("numpy"),
        "held_out": {
            "macro_f1": figures.macro_f1,
            "buyer_f1": figures.buyer_f1,
            "group_accuracy": figures.group_accuracy,
        },
    }
    return Trained(
        model=model,
        figures=figures,
        later=_figures(examples, probabilities, later) if later else None,
        sure=float(sure.mean()),
        sure_accuracy=float(right[sure].mean()),
        extra=len(public),
        notes=notes,
    )


def _figures(examples: Sequence[Example], probabilities: Probabilities, chosen: Sequence[int]) -> Figures:
    return figures_of(
        [examples[i].mail.kind for i in chosen],
        probabilities[list(chosen)],
        LABELS,
        [examples[i].mail.language for i in chosen],
    )


def fit(examples: Sequence[Example]) -> KindModel:
    """An uncalibrated model that never abstains. Every example must carry one kind."""
    from sklearn.linear_model import LogisticRegression

    vocabulary = Vocabulary.fit(example.bag for example in examples)
    kinds = [LABELS.index(example.mail.kind) for example in examples]
    regression = LogisticRegression(C=STRENGTH, max_iter=300, tol=1e-3)  # type: ignore[no-untyped-call]
    regression.fit(_matrix(vocabulary, examples), kinds, sample_weight=_weights(examples))
    weights = np.zeros((vocabulary.size, len(LABELS)), dtype=np.float32)
    bias = np.full(len(LABELS), -20.0, dtype=np.float32)
    weights[:, regression.classes_] = regression.coef_.T
    bias[regression.classes_] = regression.intercept_
    name = "kind-" + hashlib.sha256(weights.tobytes() + bias.tobytes()).hexdigest()[:10]
    return KindModel(vocabulary, LABELS, weights, bias, version=name)


def _weights(examples: Sequence[Example]) -> list[float]:
    """Each kind of the corpus weighs the same in all, each public mail a little."""
    own = Counter(example.mail.kind for example in examples if example.mail.batch != PUBLIC)
    even = sum(own.values()) / max(1, len(own))
    return [PUBLIC_WEIGHT if e.mail.batch == PUBLIC else even / own[e.mail.kind] for e in examples]


def _matrix(vocabulary: Vocabulary, examples: Sequence[Example]) -> "csr_matrix":
    from scipy.sparse import csr_matrix

    vectors = [vocabulary.vector(example.bag) for example in examples]
    starts = np.cumsum([0, *(len(columns) for columns, _ in vectors)])
    columns = np.concatenate([columns for columns, _ in vectors])
    values = np.concatenate([values for _, values in vectors])
    return csr_matrix((values, columns, starts), shape=(len(vectors), vocabulary.size))  # type: ignore[no-untyped-call]


def label_by_likeliest(public: Sequence[Example], model: KindModel) -> list[Example]:
    """Public mails carry a set of kinds they may be: `model`, fitted on our own labels, picks the likeliest."""
    chosen = []
    for example in public:
        logits = model.logits(example.bag)
        allowed = [i for i, label in enumerate(LABELS) if label in example.mail.kinds]
        kind = LABELS[max(allowed, key=lambda i: float(logits[i]))]
        chosen.append(replace(example, mail=replace(example.mail, kinds=frozenset({kind}))))
    return chosen


def folds(examples: Sequence[Example]) -> list[NDArray[np.int64]]:
    """Test indices of each fold: kinds spread evenly, no group in two folds."""
    from sklearn.model_selection import StratifiedGroupKFold

    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0)  # type: ignore[no-untyped-call]
    kinds = [example.mail.kind for example in examples]
    groups = [example.mail.group for example in examples]
    return [test for _, test in splitter.split(kinds, kinds, groups)]  # type: ignore[no-untyped-call]


def languages(examples: Sequence[Example], at_least: int = 15) -> list[NDArray[np.int64]]:
    """Test indices for leaving one language out, English apart: the rest of the corpus leans on it."""
    found = sorted({example.mail.language for example in examples} - {"en"})
    members = [np.flatnonzero([example.mail.language == language for example in examples]) for language in found]
    return [test for test in members if len(test) >= at_least]


def held_out_logits(
    examples: Sequence[Example],
    public: Sequence[Example] = (),
    progress: Progress = silent,
    parts: Sequence[NDArray[np.int64]] | None = None,
) -> Floats:
    """Logits (mails, labels) of each mail by a model that saw neither it nor its group; `public` mails only ever train.

    Rows of mails that are in none of `parts` (default: `folds`) are NaN.
    """
    logits = np.full((len(examples), len(LABELS)), np.nan, dtype=np.float32)
    parts = folds(examples) if parts is None else parts
    for number, test in enumerate(parts, 1):
        held = {examples[i].mail.group for i in test}
        model = fit([e for e in examples if e.mail.group not in held] + list(public))
        for i in test:
            logits[i] = model.logits(examples[i].bag)
        progress(f"held-out round {number} of {len(parts)}")
    return logits


def best_temperature(logits: Floats, true: Sequence[Kind]) -> float:
    """What to divide logits by so that the probabilities mean what they say: least log loss, by a fine grid."""
    rows, columns = np.arange(len(true)), [LABELS.index(kind) for kind in true]
    losses = {
        t: -np.log(np.maximum(softmax(logits / t)[rows, columns], 1e-12)).mean() for t in np.geomspace(0.1, 5, 80)
    }
    return float(min(losses, key=lambda t: float(losses[t])))


def abstain_below(probabilities: Probabilities, true: Sequence[Kind]) -> float:
    """The lowest confidence down to which `SURE_ENOUGH` of the predictions are right; at most `MOST_DOUBT`."""
    best = probabilities.argmax(axis=1)
    confidence = probabilities.max(axis=1)
    right = np.array([LABELS[i] is kind for i, kind in zip(best, true, strict=True)])
    order = np.argsort(-confidence, kind="stable")
    good = np.cumsum(right[order]) / np.arange(1, len(order) + 1) >= SURE_ENOUGH
    lowest = float(confidence[order][np.flatnonzero(good)[-1]]) if good.any() else 1.0
    return min(lowest, MOST_DOUBT)


def _sure(probabilities: Probabilities, threshold: float) -> NDArray[np.bool_]:
    two = np.sort(probabilities, axis=1)[:, -2:]
    return (two[:, 1] >= threshold) & (two[:, 1] - two[:, 0] >= MARGIN)


def leave_one_language_out(examples: Sequence[Example], progress: Progress = silent) -> Figures:
    """Figures over mails in languages that the model, each time, never saw."""
    parts = languages(examples)
    logits = held_out_logits(examples, progress=progress, parts=parts)
    return _figures(examples, softmax(logits), np.concatenate(parts).tolist())
