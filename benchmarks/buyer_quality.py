"""How well the buyer scorecard tells high from low quality; fits its weights (triage/scoring/fitting.py).

Usage: python benchmarks/buyer_quality.py [--write]
  --write  write the fitted weights to triage/scoring/scorecard.toml

The weights of the present scorecard are the prior: what the training mails say nothing about stays as it is. Signs are
held: what speaks for a buyer never lowers the score, a sign of risk never raises it.
"""

import argparse
from pathlib import Path

import numpy as np

from triage.desk import mail_reader
from triage.scoring.corpus import read_corpus
from triage.scoring.fitting import TRUTH, Buyers, fit_card
from triage.scoring.scorecard import SHIPPED, Scorecard

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "triage" / "scoring" / "scorecard.toml"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    buyers = Buyers(read_corpus(ROOT / "models" / "corpus"), mail_reader)
    present = buyers.by_card(SHIPPED, range(len(buyers.mails)))
    print(f"{len(buyers.truth)} buyers; AUC of high against low, weights in use: {buyers.high_from_low(present):.3f}")
    fitted = fit_card(buyers)
    print(f"fitted, groups held out: {buyers.high_from_low(fitted.held_out):.3f}")
    first = buyers.scores(buyers.fit(np.flatnonzero(~buyers.later)))
    print(f"fitted on batch 1, measured on the later ones: {buyers.high_from_low(first, buyers.later):.3f}")
    high, medium = fitted.card.high, fitted.card.medium
    told = np.select([fitted.held_out >= high, fitted.held_out >= medium], [1.0, 0.5], 0.0)
    shares = [f"{quality} {(told == value)[buyers.truth == value].mean():.0%}" for quality, value in TRUTH.items()]
    print(f"high from {high:.0f}, medium from {medium:.0f}; told rightly, held out: {', '.join(shares)}")
    if arguments.write:
        write(fitted.card)


def write(card: Scorecard) -> None:
    lines = ["# Points of the buyer scorecard, fitted by benchmarks/buyer_quality.py. Words: scorecard.py.\n"]
    for section, effects in card.points.items():
        lines.append(f"\n[{section}]\n")
        lines += [f"{name} = {effect}\n" for name, effect in effects.items()]
    TARGET.write_text("".join(lines), "utf-8")


if __name__ == "__main__":
    main()
