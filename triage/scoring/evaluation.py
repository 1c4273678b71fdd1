"""How well predictions fit the labels: plain counting, no scikit-learn."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from triage.scoring.measures import Bin, auc, brier, calibration_bins, interval
from triage.vocabulary.inquiry import BUYER_KINDS, Kind

KIND_GROUPS: Mapping[str, frozenset[Kind]] = {
    "enquiring": frozenset({Kind.INQUIRY, Kind.RFQ, Kind.SAMPLE_REQUEST, Kind.COOPERATION}),
    "dealing": frozenset({Kind.NEGOTIATION, Kind.ORDER, Kind.FOLLOW_UP}),
    "fulfilling": frozenset({Kind.PAYMENT, Kind.LOGISTICS}),
    "served": frozenset({Kind.COMPLAINT, Kind.AFTER_SALE}),
    "selling to us": frozenset({Kind.VENDOR_PITCH, Kind.NEWSLETTER}),
    "fraud": frozenset({Kind.SCAM, Kind.PHISHING}),
    "machine": frozenset({Kind.AUTO_REPLY, Kind.BOUNCE}),
    "people": frozenset({Kind.JOB_APPLICATION, Kind.PERSONAL, Kind.OTHER}),
}
"""Kinds that are answered alike: a mistake inside a group costs little."""
_GROUP_OF = {kind: name for name, kinds in KIND_GROUPS.items() for kind in kinds}
FRAUD = KIND_GROUPS["fraud"]


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares are 0-1. `language_accuracy` holds (share, mails), `confusions` (true, predicted, mails), most first."""

    mails: int
    accuracy: float
    macro_f1: float
    buyer_f1: float
    group_accuracy: float
    fraud_recall: float
    """Share of scam and phishing mails called one of the two."""
    fraud_false: float
    """Share of other mails called scam or phishing."""
    log_loss: float
    calibration_error: float
    """Expected calibration error over ten bins of confidence."""
    brier: float
    buyer_auc: float
    """Chance that a buyer's mail is called likelier a buyer's than another mail."""
    bins: tuple[Bin, ...]
    kind_f1: Mapping[Kind, float]
    language_accuracy: Mapping[str, tuple[float, int]]
    language_f1: Mapping[str, float]
    """Macro F1 over the kinds that occur in the language."""
    confusions: tuple[tuple[Kind, Kind, int], ...]
    table: Mapping[Kind, Mapping[Kind, int]]
    """All of them: true, told, mails; the right ones too."""


def f1(true: Sequence[bool] | NDArray[np.bool_], told: Sequence[bool] | NDArray[np.bool_]) -> float:
    """Harmonic mean of precision and recall; 0 when nothing was found."""
    a, b = np.asarray(true, dtype=bool), np.asarray(told, dtype=bool)
    both = int((a & b).sum())
    return 2 * both / int(a.sum() + b.sum()) if both else 0.0


def figures_of(
    true: Sequence[Kind], probabilities: NDArray[np.float64], labels: Sequence[Kind], languages: Sequence[str]
) -> Figures:
    """`probabilities` is (mails, labels), rows summing to 1."""
    best = probabilities.argmax(axis=1)
    told = [labels[i] for i in best]
    right = np.array([a == b for a, b in zip(true, told, strict=True)])
    column = {label: i for i, label in enumerate(labels)}
    own = probabilities[np.arange(len(true)), [column[kind] for kind in true]]
    kind_f1 = kind_f1_of(true, told)
    buyers = [i for i, label in enumerate(labels) if label in BUYER_KINDS]
    bins = calibration_bins(probabilities.max(axis=1), right)
    fraud, called = np.array([t in FRAUD for t in true]), np.array([t in FRAUD for t in told])
    return Figures(
        mails=len(true),
        accuracy=float(right.mean()),
        macro_f1=float(np.mean(list(kind_f1.values()))),
        buyer_f1=f1([t in BUYER_KINDS for t in true], [t in BUYER_KINDS for t in told]),
        group_accuracy=float(np.mean([_GROUP_OF[a] == _GROUP_OF[b] for a, b in zip(true, told, strict=True)])),
        fraud_recall=_share(called[fraud]),
        fraud_false=_share(called[~fraud]),
        log_loss=float(-np.log(np.maximum(own, 1e-12)).mean()),
        calibration_error=calibration_error(bins),
        brier=brier(probabilities, [column[kind] for kind in true]),
        buyer_auc=auc([t in BUYER_KINDS for t in true], probabilities[:, buyers].sum(axis=1)),
        bins=bins,
        kind_f1=kind_f1,
        language_accuracy=_by_language(languages, right),
        language_f1=_f1_by_language(languages, true, told),
        confusions=_confusions(true, told),
        table={a: {b: n for (t, b), n in Counter(zip(true, told, strict=True)).items() if t is a} for a in kind_f1},
    )


def kind_f1_of(true: Sequence[Kind], told: Sequence[Kind]) -> dict[Kind, float]:
    """F1 of each kind that occurs."""
    return {kind: f1([t is kind for t in true], [t is kind for t in told]) for kind in Kind if kind in set(true)}


def intervals_of(true: Sequence[Kind], told: Sequence[Kind]) -> dict[str, tuple[float, float]]:
    """95 % bootstrap intervals of the chief figures, by their names in `Figures`."""
    kinds = list(Kind)
    a, b = np.array([kinds.index(k) for k in true]), np.array([kinds.index(k) for k in told])
    group = np.array([list(KIND_GROUPS).index(_GROUP_OF[kind]) for kind in kinds])
    buyer = np.array([kind in BUYER_KINDS for kind in kinds])
    measures = {
        "accuracy": lambda i: float((a[i] == b[i]).mean()),
        "macro_f1": lambda i: float(np.mean([f1(a[i] == k, b[i] == k) for k in np.unique(a[i])])),
        "buyer_f1": lambda i: f1(buyer[a[i]], buyer[b[i]]),
        "group_accuracy": lambda i: float((group[a[i]] == group[b[i]]).mean()),
    }
    return {name: interval(measure, len(true)) for name, measure in measures.items()}


def calibration_error(bins: Sequence[Bin]) -> float:
    """Mean gap between what was claimed and what was right, weighted by the bins' mails."""
    mails = sum(each.mails for each in bins)
    return sum(abs(each.confidence - each.right) * each.mails for each in bins) / max(1, mails)


def _share(chosen: NDArray[np.bool_]) -> float:
    return float(chosen.mean()) if len(chosen) else 0.0


def _by_language(languages: Sequence[str], right: NDArray[np.bool_]) -> dict[str, tuple[float, int]]:
    found: dict[str, list[bool]] = defaultdict(list)
    for language, hit in zip(languages, right, strict=True):
        found[language].append(bool(hit))
    ordered = sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return {language: (sum(hits) / len(hits), len(hits)) for language, hits in ordered}


def _f1_by_language(languages: Sequence[str], true: Sequence[Kind], told: Sequence[Kind]) -> dict[str, float]:
    pairs: dict[str, list[tuple[Kind, Kind]]] = defaultdict(list)
    for language, a, b in zip(languages, true, told, strict=True):
        pairs[language].append((a, b))
    return {
        language: float(np.mean(list(kind_f1_of([a for a, _ in some], [b for _, b in some]).values())))
        for language, some in sorted(pairs.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    }


def _confusions(true: Sequence[Kind], told: Sequence[Kind], most: int = 12) -> tuple[tuple[Kind, Kind, int], ...]:
    pairs = Counter((a, b) for a, b in zip(true, told, strict=True) if a is not b)
    return tuple((a, b, count) for (a, b), count in sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0]))[:most])
