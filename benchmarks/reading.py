"""How well and how fast mails are read: points, facts, country and language of the golden mails, time a mail.

Usage: python -m benchmarks.reading

The lexicons were tuned on these mails; what to expect on unseen ones stands in `tests/unit/reading/test_golden.py`.
"""

import time
from collections import Counter
from statistics import quantiles

from tests.unit.reading.mails import Golden, golden
from triage.reading import read
from triage.vocabulary.inquiry import Reading

SETS = ("first", "second", "third")
ROUNDS = 3


def count(case: Golden, reading: Reading) -> Counter[str]:
    found = {point.value for point in reading.points}
    told = [(item.fact.value, item.text.casefold()) for item in reading.told]
    matches = [
        any(fact == name and words.casefold() in text for name, text in told) for fact, words in case.facts.items()
    ]
    return Counter(
        right=len(found & case.points),
        extra=len(found - case.points - case.optional),
        missing=len(case.points - found),
        facts=sum(matches),
        all_facts=len(case.facts),
        country=case.country is not None and reading.country == (case.country or None),
        all_countries=case.country is not None,
        language=reading.language == case.language,
    )


def main() -> None:
    for name in SETS:
        cases = list(golden(name))
        sums: Counter[str] = Counter()
        for case in cases:
            sums.update(count(case, read(case.mail)))
        print(
            f"{name:8} {len(cases):3} mails: points precision {sums['right'] / (sums['right'] + sums['extra']):.3f}, "
            f"recall {sums['right'] / (sums['right'] + sums['missing']):.3f}; "
            f"facts {sums['facts']}/{sums['all_facts']}; "
            f"country {sums['country']}/{sums['all_countries']}; language {sums['language']}/{len(cases)}"
        )
    times = []
    for case in [case for name in SETS for case in golden(name)] * ROUNDS:
        start = time.perf_counter()
        read(case.mail)
        times.append((time.perf_counter() - start) * 1000)
    cuts = quantiles(times, n=100)
    print(f"time a mail: median {cuts[49]:.2f} ms, p95 {cuts[94]:.2f} ms, max {max(times):.2f} ms")


if __name__ == "__main__":
    main()
