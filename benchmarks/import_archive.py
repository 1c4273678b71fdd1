"""Archive import on one core, everything stored, read, scored and drafted, beside the naive chain on the same mbox.

    python -m benchmarks.import_archive [--mails 600] [--rounds 3] [--ours]

Half business mails (fictional), half public mails where their folder lies beside the checkout. Prints the median
mails/s of both and the ratio; the bar is 8, the aim 25. Needs the `bench` extra.
"""

import argparse
import mailbox
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

from benchmarks.mailbag import as_mbox, business_mails, public_mails
from triage.app import App
from triage.config import default_settings
from triage.intake.archive import import_archive
from triage.jobs import BATCH

CORPUS = Path(__file__).parents[1] / "models" / "corpus"
BAR = 8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ours", action="store_true", help="without the naive chain")
    options = parser.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    public = public_mails(options.mails // 2)
    business = business_mails(options.mails - len(public))
    mixed = [mail for pair in zip(business, public, strict=False) for mail in pair] + business[len(public) :]
    with tempfile.TemporaryDirectory(prefix="triage-bench-") as folder:
        archive = Path(folder) / "archive.mbox"
        archive.write_bytes(as_mbox(mixed))
        size = archive.stat().st_size / len(mixed) / 1e3
        print(f"{len(business)} business mails, {len(public)} public ones; {size:.1f} kB each on average; one core")
        measure(archive, len(mixed), options.rounds, options.ours)


def measure(archive: Path, mails: int, rounds: int, ours_alone: bool) -> None:
    naive = None if ours_alone else naive_chain(archive)
    ours(archive, archive.parent / "warm")  # the first mail of a language loads its lexicon, as langdetect its profiles
    our_rates, ratios = [], []
    for turn in range(rounds):
        our_rates.append(rate(lambda: ours(archive, archive.parent / f"ours-{turn}"), mails))  # noqa: B023
        if naive is not None:
            their_rate = rate(lambda: naive(archive.parent / f"naive-{turn}.db"), mails)  # noqa: B023
            ratios.append(our_rates[-1] / their_rate)
    print(f"triage        {statistics.median(our_rates):7.1f} mails/s")
    if ratios:
        their_rate = statistics.median(our / ratio for our, ratio in zip(our_rates, ratios, strict=True))
        print(f"naive chain   {their_rate:7.1f} mails/s")
        print(f"ratio         {statistics.median(ratios):7.1f}    (bar {BAR}; each round: {_listed(ratios)})")


def rate(run: Callable[[], int], mails: int) -> float:
    started = time.perf_counter()
    assert run() == mails
    return mails / (time.perf_counter() - started)


def ours(archive: Path, folder: Path) -> int:
    """What `triage import` does, into a fresh database. Returns how many mails were processed."""
    folder.mkdir()
    app = App(default_settings().model_copy(update={"database": _database(folder)}))
    app.upgrade()
    import_archive(app.store, archive)
    while app.processor.process_waiting(BATCH):
        pass
    processed = app.counts()["messages"]["processed"]
    app.store.close()
    return processed


def _database(folder: Path) -> object:
    settings = default_settings().database
    return settings.model_copy(
        update={"url": f"sqlite:///{folder / 'triage.db'}", "audit_key_file": folder / "audit.key"}
    )


def naive_chain(archive: Path) -> Callable[[Path], int]:
    from benchmarks.naive import store_and_draft, trained

    model = trained(CORPUS)

    def run(database: Path) -> int:
        done, failed = store_and_draft((mail.as_bytes() for mail in mailbox.mbox(archive)), model, database)
        return done + failed

    run(archive.parent / "naive-warm.db")
    return run


def _listed(ratios: list[float]) -> str:
    return ", ".join(f"{ratio:.1f}" for ratio in ratios)


if __name__ == "__main__":
    main()
