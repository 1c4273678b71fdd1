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

from triage.scoring.calibration import LABELS, Calibrated
from triage.scoring.corpus import PUBLIC, LabelledMail, Read, digest, read_corpus, read_extra
from triage.scoring.embedding import Embed, told_by
from triage.scoring.evaluation import Figures, figures_of
from triage.scoring.features import Bag, Floats, Item, Vocabulary, bags_of
from triage.scoring.kind import (
    FIRST,
    SECOND,
    KindModel,
    Logits,
    Look,
    Reach,
    as_kept,
    certain,
    kind_of_automatic,
)
from triage.scoring.landmarks import Landmarks, draw
from triage.vocabulary.inquiry import JUNK_KINDS, Kind

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Progress = Callable[[str], None]
Probabilities = NDArray[np.float64]

FOLDS = 5
STRENGTH = 30.0
"""Inverse of the L2 penalty."""
REGRESSION_SAY = 0.4
"""Of the regression, beside what the landmarks say by words. Chosen with groups apart."""
ABSENT = -20.0
"""Bias of a class without examples."""
AT_ONCE = 64
"""Texts that the embedding gets in one call: it spreads them over the cores."""
PUBLIC_WEIGHT = 0.03
"""Of a public mail in training, where a corpus mail of a middling kind has 1: they are many, old, and no buyers."""


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled mail and its features; `vector` is its embedding, where one is at hand."""

    mail: LabelledMail
    bag: Bag
    vector: Floats | None = None


@dataclass(frozen=True, slots=True)
class Trained:
    """The new model, and how it did on mails held out in turn (groups never split)."""

    model: KindModel
    examples: tuple[Example, ...]
    logits: Logits
    held_out: Calibrated
    """Logits and what they come to, held out in turn, of the `examples`, in their order."""
    figures: Figures
    later: Figures | None
    """The same over the batches written after the cue lexicon, if there are any: nearer to the truth."""
    extra: int
    """Public mails that took part beside the corpus."""
    notes: dict[str, Any]
    """What the model file's manifest tells of its making."""


def silent(_: str) -> None:
    """No progress lines."""


def prepare(mails: Iterable[LabelledMail], read: Read, embed: Embed | None = None) -> list[Example]:
    """Features of the mails; with `embed` the vectors that a second look needs, too."""
    read_mails = [(mail, Item(*read(mail.raw))) for mail in mails]
    bags = bags_of(item for _, item in read_mails)
    examples = [Example(mail, bag) for (mail, _), bag in zip(read_mails, bags, strict=True)]
    if embed is None or not examples:
        return examples
    texts = [told_by(item.mail) for _, item in read_mails]
    vectors = [vector for start in range(0, len(texts), AT_ONCE) for vector in embed(texts[start : start + AT_ONCE])]
    return [replace(example, vector=vector) for example, vector in zip(examples, vectors, strict=True)]


def train(
    corpus: Path,
    read: Read,
    extra: Path | None = None,
    progress: Progress = silent,
    embed: Embed | None = None,
    own: Sequence[LabelledMail] = (),
) -> Trained:
    """Fits on `corpus`, the desk's `own` labels, and the public mails in `extra`; raises CorpusError on bad data.

    Takes seconds, and with `embed` (a second look) about a tenth of a second more for each mail.
    """
    examples = prepare([*read_corpus(corpus), *own], read, embed)
    progress(f"{len(examples)} training mails read, {len(own)} of them labelled here")
    public: list[Example] = []
    if extra is not None:
        public = label_by_likeliest(prepare(read_extra(extra), read, embed), fit(examples))
        progress(f"{len(public)} public mails read from {extra}")
    logits = held_out_logits(examples, public, progress)
    held_out = Calibrated.of(logits, [example.mail.kind for example in examples])
    model = held_out.set_up(fit(examples + public))
    progress(f"fitted on {len(examples) + len(public)} mails, {model.vocabulary.size} features")
    figures = _figures(examples, held_out.probabilities, range(len(examples)))
    later = [i for i, example in enumerate(examples) if example.mail.batch > 1]
    notes = {
        "corpus_sha256": digest(corpus),
        "corpus_mails": len(examples) - len(own),
        "own_mails": sorted(mail.id for mail in own),
        "extra_mails": len(public),
        "scikit_learn": version("scikit-learn"),
        "numpy": version("numpy"),
        "held_out": {
            "accuracy": figures.accuracy,
            "macro_f1": figures.macro_f1,
            "buyer_f1": figures.buyer_f1,
            "group_accuracy": figures.group_accuracy,
        },
    }
    return Trained(
        model=model,
        examples=tuple(examples),
        logits=logits,
        held_out=held_out,
        figures=figures,
        later=_figures(examples, held_out.probabilities, later) if later else None,
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
    """An uncalibrated model that never abstains; with a second look when every example has its vector.

    Every example must carry one kind.
    """
    vocabulary = Vocabulary.fit(example.bag for example in examples)
    rows = [vocabulary.vector(example.bag) for example in examples]
    features, weight = _matrix(rows, vocabulary.size), np.array(_weights(examples))
    kinds = [LABELS.index(example.mail.kind) for example in examples]
    drawn = draw(weight)
    marks, words = [examples[i] for i in drawn], features[drawn][:, : vocabulary.first_fact]
    facts = np.array([vocabulary.facts(*rows[i]) for i in drawn])

    first = _look(FIRST, marks, np.array([mark.bag.meaning for mark in marks]), facts, weight[drawn], words)
    vectors = [mark.vector for mark in marks if mark.vector is not None]
    second = _look(SECOND, marks, np.array(vectors), facts, weight[drawn]) if len(vectors) == len(marks) else None

    weights, bias = (REGRESSION_SAY * part for part in _regress(features, kinds, weight, len(LABELS)))
    weights[: vocabulary.first_fact] += first.landmarks.by_words(words)
    junk, lead = _regress(features, [int(LABELS[kind] in JUNK_KINDS) for kind in kinds], weight, 2)
    weights = as_kept(np.hstack([weights, junk[:, 1:] - junk[:, :1]]))
    bias = np.append(bias, lead[1] - lead[0])

    learned = [weights, bias, *(look.landmarks.weights for look in (first, second) if look is not None)]
    name = "kind-" + hashlib.sha256(b"".join(part.tobytes() for part in learned)).hexdigest()[:10]
    return KindModel(vocabulary, LABELS, weights, bias, first, version=name, second=second)


def _look(
    reach: Reach,
    marks: Sequence[Example],
    meant: Floats,
    facts: Floats,
    weight: NDArray[np.float64],
    words: "csr_matrix | None" = None,
) -> Look:
    """Of landmarks by what each means and tells, and by `words` if they are given."""
    center = meant[[mark.mail.batch != PUBLIC for mark in marks]].mean(axis=0)
    told = np.eye(len(LABELS))[[LABELS.index(mark.mail.kind) for mark in marks]]
    return Look(reach, center, Landmarks.fit(reach.place(center, meant, facts), reach.gamma, told, weight, words))


def _regress(
    features: "csr_matrix", told: Sequence[int], weight: NDArray[np.float64], classes: int
) -> tuple[Floats, Floats]:
    """Weights (features, classes) and bias (classes) of a logistic regression; `told` is each mail's class."""
    from sklearn.linear_model import LogisticRegression

    weights = np.zeros((features.shape[1], classes), dtype=np.float32)
    bias = np.full(classes, ABSENT, dtype=np.float32)
    if len(set(told)) == 1:  # nothing to part
        bias[told[0]] = 0.0
        return weights, bias
    regression = LogisticRegression(C=STRENGTH, max_iter=300, tol=1e-3)  # type: ignore[no-untyped-call]
    regression.fit(features, told, sample_weight=weight)
    found, start = regression.coef_.T, regression.intercept_
    if found.shape[1] == 1:  # of two classes scikit-learn tells the second's lead over the first
        found, start = np.hstack([-found / 2, found / 2]), np.array([-start[0] / 2, start[0] / 2])
    weights[:, regression.classes_] = found
    bias[regression.classes_] = start
    return weights, bias


def _weights(examples: Sequence[Example]) -> list[float]:
    """Each kind of the corpus weighs the same in all, each public mail a little."""
    own = Counter(example.mail.kind for example in examples if example.mail.batch != PUBLIC)
    even = sum(own.values()) / max(1, len(own))
    return [PUBLIC_WEIGHT if e.mail.batch == PUBLIC else even / own[e.mail.kind] for e in examples]


def _matrix(rows: Sequence[tuple[NDArray[np.int64], Floats]], size: int) -> "csr_matrix":
    from scipy.sparse import csr_matrix

    starts = np.cumsum([0, *(len(columns) for columns, _ in rows)])
    columns = np.concatenate([columns for columns, _ in rows])
    values = np.concatenate([values for _, values in rows])
    return csr_matrix((values, columns, starts), shape=(len(rows), size))  # type: ignore[no-untyped-call]


def label_by_likeliest(public: Sequence[Example], model: KindModel) -> list[Example]:
    """Public mails carry a set of kinds they may be: `model`, fitted on our own labels, picks the likeliest."""
    chosen = []
    for example, logits in zip(public, model.logits([example.bag for example in public]).first, strict=True):
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


def held_out_logits(
    examples: Sequence[Example],
    public: Sequence[Example] = (),
    progress: Progress = silent,
    parts: Sequence[NDArray[np.int64]] | None = None,
) -> Logits:
    """Logits of each mail by a model that saw neither it nor its group; `public` mails only ever train.

    Rows of mails that are in none of `parts` (default: `folds`) are NaN.
    """
    first = np.full((len(examples), len(LABELS)), np.nan, dtype=np.float32)
    second = first.copy() if all(example.vector is not None for example in examples) else None
    junk = np.full(len(examples), np.nan, dtype=np.float32)
    parts = folds(examples) if parts is None else parts
    for number, test in enumerate(parts, 1):
        held = {examples[i].mail.group for i in test}
        model = fit([e for e in examples if e.mail.group not in held] + list(public))
        vectors = np.array([examples[i].vector for i in test]) if second is not None else None
        found = model.logits([examples[i].bag for i in test], vectors)
        first[test], junk[test] = found.first, found.junk
        if second is not None and found.second is not None:
            second[test] = found.second
        progress(f"held-out round {number} of {len(parts)}")
    return Logits(first, second, junk)


def pairs_of(trained: Trained) -> list[tuple[Kind, Kind]]:
    """(true, told) of each mail, held out."""
    told = trained.held_out.probabilities.argmax(axis=1)
    return [(example.mail.kind, LABELS[i]) for example, i in zip(trained.examples, told, strict=True)]


def told_of(
    model: KindModel, mails: Sequence[LabelledMail], read: Read
) -> tuple[Figures, list[tuple[Kind, Kind]], str]:
    """What `model` makes of labelled mails: figures, (true, told) of each, and its version.

    Machines' mail counts as the pipeline takes it: what screening knows is not asked of the model.
    """
    items = [read(mail.raw) for mail in mails]
    found = [
        predicted if screening.automatic is None else certain(kind_of_automatic(screening.automatic), "screening")
        for predicted, (_, _, screening) in zip(model.predict(items), items, strict=True)
    ]
    probabilities = np.array([[prediction.probabilities[kind] for kind in LABELS] for prediction in found])
    true = [mail.kind for mail in mails]
    figures = figures_of(true, probabilities, LABELS, [mail.language for mail in mails])
    return figures, list(zip(true, (prediction.kind for prediction in found), strict=True)), model.version
