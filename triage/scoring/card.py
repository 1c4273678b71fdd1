"""Writes models/MODEL_CARD.md: fixed words, and figures that come from the training run alone."""

from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from string import Template

from triage.scoring.calibration import Calibrated
from triage.scoring.evaluation import KIND_GROUPS, Figures
from triage.scoring.meaning import meaning
from triage.scoring.training import Trained


def model_card(
    trained: Trained,
    first: Calibrated,
    apart: Mapping[str, Figures],
    size: int,
    sets: Sequence[Sequence[str]] = (),
    public: Sequence[Sequence[str]] = (),
) -> str:
    """The card's text. `first` is the first look alone, held out; `apart` are figures on other data or splits, by name,
    its own with groups apart in front; `size` is the model file's, in bytes;
    `sets` rows on the feature sets and `public` rows on public mail, as benchmarks/kinds.py measures them."""
    figures = next(iter(apart.values()))
    values = {
        "version": trained.model.version,
        "mails": str(figures.mails),
        "extra": str(trained.extra),
        "features": f"{trained.model.vocabulary.size:,}",
        "size": f"{size / 1e6:.1f}",
        "corpus": trained.notes["corpus_sha256"][:16],
        "scikit_learn": trained.notes["scikit_learn"],
        "summary": _summary(apart),
        "kinds": _rows((kind.value, f"{share:.2f}") for kind, share in figures.kind_f1.items()),
        "languages": _rows((name, str(n), f"{share:.2f}") for name, (share, n) in figures.language_accuracy.items()),
        "confusions": _rows((a.value, b.value, str(n)) for a, b, n in figures.confusions),
        "groups": "; ".join(f"{name}: {', '.join(sorted(kinds))}" for name, kinds in KIND_GROUPS.items()),
        "threshold": f"{trained.model.threshold:.2f}",
        "margin": f"{trained.model.margin:.2f}",
        "sure": f"{first.sure:.0%}",
        "sure_accuracy": f"{first.sure_accuracy:.0%}",
        "sure_second": f"{trained.held_out.sure:.0%}",
        "sure_second_accuracy": f"{trained.held_out.sure_accuracy:.0%}",
        "looks": f"{trained.held_out.second_looks:.0%}",
        "certain": f"{trained.held_out.certain:.2f}",
        "landmarks": f"{len(trained.model.first.landmarks.points):,}",
        "meaning": str(meaning().size),
        "meaning_version": meaning().version,
        "words": f"{len(meaning().index):,}",
        "sets": _rows(sets) or "| not measured in this run | | | |",
        "public": _rows(public) or "| not measured in this run | | |",
        "calibration": f"{figures.calibration_error:.3f}",
    }
    return Template(files("triage.scoring").joinpath("model_card.txt").read_text("utf-8")).substitute(values)


def _summary(tables: Mapping[str, Figures]) -> str:
    return _rows(
        (
            name,
            str(f.mails),
            f"{f.accuracy:.3f}",
            f"{f.macro_f1:.3f}",
            f"{f.buyer_f1:.3f}",
            f"{f.group_accuracy:.3f}",
            f"{f.fraud_recall:.2f}",
            f"{f.fraud_false:.3f}",
        )
        for name, f in tables.items()
    )


def _rows(rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
