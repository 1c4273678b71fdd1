"""How well mails are told apart, on held-out mails and on public mail the model never saw; writes the model card.

Usage: python benchmarks/kinds.py [--data DIR] [--extra] [--write]
  --data   folder with spam-spamassassin/ and scam-phishing-pot/ (mails.jsonl.gz: {id, group, raw}); never copied
  --extra  train with every second mail of spam-spamassassin beside the corpus, and measure on the others
  --write  write models/kind.model and models/MODEL_CARD.md
"""

import argparse
import gzip
import json
import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from triage import parsing, reading, screening
from triage.scoring.card import model_card
from triage.scoring.corpus import read_corpus
from triage.scoring.evaluation import FRAUD, Figures
from triage.scoring.features import Item
from triage.scoring.kind import KindModel
from triage.scoring.training import leave_one_language_out, prepare, train
from triage.vocabulary.inquiry import Kind

MODELS = Path(__file__).parent.parent / "models"
JUNK = FRAUD | {Kind.VENDOR_PITCH, Kind.NEWSLETTER}


def read(raw: bytes) -> Item:
    mail = parsing.parse(raw)
    return Item(mail, reading.read(mail), screening.screen(mail, frozenset()))


def public_mails(folder: Path, take: slice) -> Iterator[tuple[str, bytes]]:
    """(group, raw mail) of the chosen rows."""
    with gzip.open(folder / "mails.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in list(map(json.loads, lines))[take]:
            yield str(row.get("group", "")), row["raw"].encode("latin-1")


def told(model: KindModel, mails: Sequence[tuple[str, bytes]]) -> list[tuple[str, Kind]]:
    items = [read(raw) for _, raw in mails]
    return [(group, told.kind) for (group, _), told in zip(mails, model.predict(items), strict=True)]


def share(kinds: Sequence[Kind], wanted: frozenset[Kind]) -> str:
    return f"{sum(kind in wanted for kind in kinds) / max(1, len(kinds)):.1%} of {len(kinds)}"


def on_public_mail(model: KindModel, data: Path) -> None:
    found = told(model, list(public_mails(data / "spam-spamassassin", slice(1, None, 2))))
    groups = {
        name: [kind for group, kind in found if group.startswith(name)] for name in ("easy-ham", "hard-ham", "spam")
    }
    buyer = frozenset(kind for kind in Kind if kind.is_buyer)
    print("SpamAssassin, the half that --extra leaves out")
    print(f"  people's mail called scam or phishing  {share(groups['easy-ham'], FRAUD)}")
    print(f"  people's mail called a buyer's         {share(groups['easy-ham'], buyer)}")
    print(f"  newsletters called scam or phishing    {share(groups['hard-ham'], FRAUD)}")
    print(f"  newsletters called a buyer's           {share(groups['hard-ham'], buyer)}")
    print(f"  spam called pitch, newsletter or fraud {share(groups['spam'], frozenset(JUNK))}")
    print(f"  spam called a buyer's                  {share(groups['spam'], buyer)}")
    pot = [kind for _, kind in told(model, list(public_mails(data / "scam-phishing-pot", slice(0, None, 3))))]
    print(f"phishing_pot (never trained on)\n  called scam or phishing  {share(pot, FRAUD)}")
    print(f"  called junk of any sort  {share(pot, frozenset(JUNK))}\n  called a buyer's         {share(pot, buyer)}")


def speed(model: KindModel) -> None:
    """Milliseconds a mail, features included, after warming up."""
    items = [read(mail.raw) for mail in read_corpus(MODELS / "corpus")]
    model.predict(items)
    single = []
    for item in items:
        started = time.perf_counter()
        model.predict([item])
        single.append(time.perf_counter() - started)
    print(f"one prediction: median {statistics.median(single) * 1e3:.2f} ms, worst {max(single) * 1e3:.2f} ms")


def show(name: str, figures: Figures) -> None:
    print(
        f"{name}: {figures.mails} mails, kind {figures.accuracy:.3f}, macro F1 {figures.macro_f1:.3f},"
        f" buyer F1 {figures.buyer_f1:.3f}, group {figures.group_accuracy:.3f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--extra", action="store_true")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    started = time.perf_counter()
    extra = options.data / "spam-spamassassin" if options.extra else None
    trained = train(MODELS / "corpus", read, extra, print)
    print(f"trained in {time.perf_counter() - started:.0f} s")
    apart = {"each language left out in turn": leave_one_language_out(prepare(read_corpus(MODELS / "corpus"), read))}
    if trained.later is not None:
        apart = {"the same, batches after the cue lexicon": trained.later, **apart}
    for name, figures in {"groups apart": trained.figures, **apart}.items():
        show(name, figures)
    speed(trained.model)
    if options.data:
        on_public_mail(trained.model, options.data)
    if options.write:
        trained.model.save(MODELS / "kind.model", trained.notes)
        size = (MODELS / "kind.model").stat().st_size
        (MODELS / "MODEL_CARD.md").write_text(model_card(trained, apart, size), encoding="utf-8")


if __name__ == "__main__":
    main()
