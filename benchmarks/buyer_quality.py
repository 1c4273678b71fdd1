"""How well the buyer scorecard tells high from low quality; fits its weights.

Usage: python benchmarks/buyer_quality.py [--write]
  --write  write the fitted weights to triage/scoring/scorecard.toml

The weights of the present scorecard are the prior: what the training mails say nothing about stays as it is. Signs are
held: what speaks for a buyer never lowers the score, a sign of risk never raises it.
"""

import argparse
import tomllib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.model_selection import GroupKFold

from triage import parsing, reading
from triage.scoring import buyer_score, scorecard
from triage.scoring.corpus import read_corpus
from triage.scoring.measures import auc
from triage.vocabulary.inquiry import History, Kind, Quality

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "triage" / "scoring" / "scorecard.toml"
POINTS = 12.0
"""Of the score for one unit of log odds: spreads the buyers of the training mails over 0-100."""
MIDDLE = 45.0
"""Score of the median buyer of medium quality."""
STIFFNESS = 0.03
"""How strongly the weights are held to the prior."""
MOST = {"detail": 30.0, "person": 8.0}
"""Points that mere length, or a mere name, may come to at most: they are cheap to give."""
TRUTH = {Quality.HIGH: 1.0, Quality.MEDIUM: 0.5, Quality.LOW: 0.0}

Matrix = NDArray[np.float64]


class Data:
    """Buyers' mails of the corpus: how far each line of the scorecard applies (0-1), kind, quality, group, batch."""

    def __init__(self) -> None:
        mails = [mail for mail in read_corpus(ROOT / "models" / "corpus") if mail.kind.is_buyer]
        lines = []
        for mail in mails:
            parsed = parsing.parse(mail.raw)
            found = buyer_score(parsed, reading.read(parsed), mail.kind, History())
            lines.append({reason.factor: reason.effect for reason in found.reasons})
        self.prior = scorecard.most_effects()
        self.names = sorted(self.prior)
        self.kinds = sorted({mail.kind for mail in mails})
        largest = np.array([self.prior[name] for name in self.names])
        effects = np.array([[line.get(name, 0.0) for name in self.names] for line in lines])
        with np.errstate(divide="ignore", invalid="ignore"):
            self.lines = np.where(largest != 0, effects / largest, 0.0)
        self.of_kind = np.array([[mail.kind is kind for kind in self.kinds] for mail in mails], dtype=float)
        self.truth = np.array([TRUTH[mail.quality] for mail in mails])
        self.groups = np.array([mail.group for mail in mails])
        self.later = np.array([mail.batch > 1 for mail in mails])
        shares = {value: (self.truth == value).mean() for value in set(self.truth.tolist())}
        self.weights = np.array([1 / shares[value] / len(shares) for value in self.truth])

    def fit(self, chosen: NDArray[np.int64]) -> Matrix:
        """Effects (in log odds) of the names, the kinds and the base."""
        start = np.array([self.prior[name] for name in self.names]) / POINTS
        sheet = np.hstack([self.lines, self.of_kind])[chosen]
        truth, weights = self.truth[chosen], self.weights[chosen]
        prior = np.concatenate([start, [scorecard.KINDS[kind] / POINTS for kind in self.kinds]])
        limits = [self._limits(name, effect) for name, effect in zip(self.names, start, strict=True)]

        def loss(values: Matrix) -> tuple[float, Matrix]:
            odds = 1 / (1 + np.exp(-(sheet @ values[:-1] + values[-1])))
            away = values[:-1] - prior
            miss = weights * (odds - truth)
            log = truth * np.log(odds + 1e-9) + (1 - truth) * np.log(1 - odds + 1e-9)
            slope = np.concatenate([sheet.T @ miss / len(truth) + STIFFNESS * away, [miss.mean()]])
            return float(-(weights * log).mean() + STIFFNESS * (away @ away) / 2), slope

        free = [(None, None)] * (len(self.kinds) + 1)
        return np.asarray(
            minimize(loss, np.concatenate([prior, [-2.0]]), jac=True, method="L-BFGS-B", bounds=limits + free).x
        )

    @staticmethod
    def _limits(name: str, effect: float) -> tuple[float | None, float | None]:
        if effect < 0:
            return None, 0.0
        return 0.0, MOST[name] / POINTS if name in MOST else None

    def scores(self, values: Matrix) -> Matrix:
        return POINTS * (np.hstack([self.lines, self.of_kind]) @ values[:-1] + values[-1])


def high_from_low(data: Data, scores: Matrix, chosen: NDArray[np.bool_] | None = None) -> float:
    clear = data.truth != TRUTH[Quality.MEDIUM]
    if chosen is not None:
        clear = clear & chosen
    return auc(data.truth[clear] == TRUTH[Quality.HIGH], scores[clear])


def cut(data: Data, scores: Matrix, above: Quality) -> float:
    """The score from which as many buyers are of quality `above` or better as are labelled so."""
    return float(np.quantile(scores, (data.truth < TRUTH[above]).mean()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    data = Data()
    present = scorecard_scores(data)
    print(f"{len(data.truth)} buyers; AUC of high against low, weights in use: {high_from_low(data, present):.3f}")
    held_out = np.zeros(len(data.truth))
    for train, test in GroupKFold(5).split(data.lines, data.truth, data.groups):
        held_out[test] = data.scores(data.fit(train))[test]
    print(f"fitted, groups held out: {high_from_low(data, held_out):.3f}")
    first = data.scores(data.fit(np.flatnonzero(~data.later)))
    print(f"fitted on batch 1, measured on the later ones: {high_from_low(data, first, data.later):.3f}")
    values = data.fit(np.arange(len(data.truth)))
    shift = MIDDLE - float(np.median(held_out[data.truth == TRUTH[Quality.MEDIUM]]))
    medium = cut(data, held_out + shift, Quality.MEDIUM)
    high = cut(data, held_out + shift, Quality.HIGH)
    told = np.select([held_out + shift >= high, held_out + shift >= medium], [1.0, 0.5], 0.0)
    shares = [f"{quality} {(told == value)[data.truth == value].mean():.0%}" for quality, value in TRUTH.items()]
    print(f"high from {high:.0f}, medium from {medium:.0f}; told rightly, held out: {', '.join(shares)}")
    if parser.parse_args().write:
        write(data, values, shift, (high, medium))


def scorecard_scores(data: Data) -> Matrix:
    kinds = np.array([scorecard.KINDS[kind] for kind in data.kinds])
    return np.asarray(data.lines @ [data.prior[name] for name in data.names] + data.of_kind @ kinds)


def write(data: Data, values: Matrix, shift: float, cuts: Sequence[float]) -> None:
    """Effects in points, to half a point; kinds beside the mildest of them, so that the base is a plain buyer's."""
    fitted = {name: POINTS * value for name, value in zip(data.names, values, strict=False)}
    kinds = dict(zip(data.kinds, POINTS * values[len(data.names) : -1], strict=True))
    plain = kinds[Kind.INQUIRY]
    sections = tomllib.loads(TARGET.read_text("utf-8"))
    sections["base"] = {"base": POINTS * values[-1] + shift + plain, "high": cuts[0], "medium": cuts[1]}
    for section in ("facts", "signals", "risks", "steps"):
        sections[section] = {name: fitted[name] for name in sections[section]}
    sections["kinds"] = {name: kinds[Kind(name)] - plain for name in sections["kinds"]}
    lines = ["# Points of the buyer scorecard, fitted by benchmarks/buyer_quality.py. Words: scorecard.py.\n"]
    for section, effects in sections.items():
        lines.append(f"\n[{section}]\n")
        lines += [f"{name} = {round(2 * effect) / 2 + 0.0}\n" for name, effect in effects.items()]
    TARGET.write_text("".join(lines), "utf-8")


if __name__ == "__main__":
    main()
