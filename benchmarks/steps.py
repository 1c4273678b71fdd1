"""What each step of understanding a mail costs, on one core, over the SpamAssassin set.

python -m benchmarks.steps [DATA_FOLDER] [--passes N]
"""

import argparse
import time
from pathlib import Path

from benchmarks.mime import DATA, spam
from triage import parsing, reading, screening

STEPS = ("parse", "screen", "read")


def costs(mails: list[bytes], passes: int) -> dict[str, list[float]]:
    """Seconds of processor time per step and mail: the least of `passes`, for other work on the machine disturbs."""
    best = {step: [float("inf")] * len(mails) for step in STEPS}
    for _ in range(passes):
        for at, raw in enumerate(mails):
            moments = [time.process_time()]
            mail = parsing.parse(raw)
            moments.append(time.process_time())
            screening.screen(mail)
            moments.append(time.process_time())
            reading.read(mail)
            moments.append(time.process_time())
            for step, start, end in zip(STEPS, moments, moments[1:], strict=False):
                best[step][at] = min(best[step][at], end - start)
    return best


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("data", nargs="?", type=Path, default=DATA)
    arguments.add_argument("--passes", type=int, default=3)
    given = arguments.parse_args()
    mails = spam(given.data)
    found = costs(mails, given.passes)
    whole = sum(map(sum, found.values()))
    print(f"{'step':10}{'mails/s':>10}{'ms a mail':>12}{'p95 ms':>10}{'share':>8}   {len(mails)} mails")
    for step, seconds in found.items():
        _show(step, sorted(seconds), whole)
    _show("together", sorted(map(sum, zip(*found.values(), strict=True))), whole)


def _show(name: str, seconds: list[float], whole: float) -> None:
    total, count = sum(seconds), len(seconds)
    p95 = 1000 * seconds[int(0.95 * count)]
    print(f"{name:10}{count / total:10.0f}{1000 * total / count:12.2f}{p95:10.2f}{total / whole:8.0%}")


if __name__ == "__main__":
    main()
