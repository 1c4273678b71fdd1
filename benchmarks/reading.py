"""How well and how fast mails are read: points, facts, country and language of the golden mails, time a mail.

Usage: python -m benchmarks.reading [--each]

The lexicons were tuned on `first` to `fifth`; `unseen` and `fifth_unseen` were kept apart. `--each` adds a line for
each language.
`statements` ask nothing: every point found there is a false one. Language against other libraries:
`python -m benchmarks.language`. The last line needs the SpamAssassin mails in `../shared/data` and is left out without.
"""

import gzip
import json
import sys
import time
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path
from statistics import quantiles

from benchmarks.language import labelled
from tests.unit.reading.mails import Golden, golden, mail
from triage.parsing import parse
from triage.reading import read
from triage.screening import screen
from triage.vocabulary.inquiry import Reading

SETS = ("first", "second", "third", "fourth", "fifth", "unseen", "fifth_unseen")
ROUNDS = 3
SPAMASSASSIN = Path("../shared/data/spam-spamassassin/mails.jsonl.gz")
EVERY = 4
"""Of the SpamAssassin mails each so many-th is taken."""


def count(case: Golden, reading: Reading) -> Counter[str]:
    found = {point.value for point in reading.points}
    told = [(item.fact.value, item.text.casefold()) for item in reading.told]
    matches = [
        any(fact == name and words.casefold() in text for name, text in told) for fact, words in case.facts.items()
    ]
    return Counter(
        mails=1,
        right=len(found & case.points),
        extra=len(found - case.points - case.optional),
        missing=len(case.points - found),
        facts=sum(matches),
        all_facts=len(case.facts),
        country=case.country is not None and reading.country == (case.country or None),
        all_countries=case.country is not None,
        language=reading.language == case.language,
    )


def line(name: str, sums: Counter[str]) -> str:
    precision = sums["right"] / max(1, sums["right"] + sums["extra"])
    recall = sums["right"] / max(1, sums["right"] + sums["missing"])
    return (
        f"{name:12} {sums['mails']:3} mails: points precision {precision:.3f}, recall {recall:.3f}; "
        f"facts {sums['facts']}/{sums['all_facts']}; country {sums['country']}/{sums['all_countries']}; "
        f"language {sums['language']}/{sums['mails']}"
    )


def accuracy() -> None:
    for name in SETS:
        by_language: dict[str, Counter[str]] = defaultdict(Counter)
        for case in golden(name):
            by_language[case.language].update(count(case, read(case.mail)))
        print(line(name, sum(by_language.values(), Counter())))
        if "--each" in sys.argv:
            for language, sums in sorted(by_language.items()):
                print(line(f"  {language}", sums))
    statements = [text for _, text in labelled("statements")]
    false = sum(bool(read(mail(text)).asked) for text in statements)
    print(f"statements   {false} of {len(statements)} ask something, they should not")


def speed() -> None:
    mails = [case.mail for name in SETS for case in golden(name)]
    times = []
    for each in mails * ROUNDS:
        start = time.process_time()
        read(each)
        times.append((time.process_time() - start) * 1000)
    cuts = quantiles(times, n=100)
    print(f"buyers' mails: reading takes median {cuts[49]:.2f} ms, p95 {cuts[94]:.2f} ms of processor time")
    if SPAMASSASSIN.exists():
        with gzip.open(SPAMASSASSIN, "rt") as rows:
            raw = [json.loads(row)["raw"].encode("latin-1") for row in rows][::EVERY]
        laps = [time.process_time()]
        parsed = [parse(each) for each in raw]
        laps.append(time.process_time())
        for each in parsed:
            screen(each)
        laps.append(time.process_time())
        for each in parsed:
            read(each)
        laps.append(time.process_time())
        steps = [(after - before) / len(raw) * 1000 for before, after in pairwise(laps)]
        print(
            f"SpamAssassin, {len(raw)} mails, one core: {1000 / sum(steps):.0f} mails/s; "
            f"parse {steps[0]:.2f}, screen {steps[1]:.2f}, read {steps[2]:.2f} ms each"
        )


def main() -> None:
    accuracy()
    speed()


if __name__ == "__main__":
    main()
