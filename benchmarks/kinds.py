"""How well mails are told apart, on held-out mails and on public mail the model never saw; writes the model card.

Usage: python benchmarks/kinds.py [--data DIR] [--extra] [--write] [--compare]
  --data     folder with spam-spamassassin/, spam-enron/, scam-phishing-pot/ (mails.jsonl.gz: {id, group or label,
             raw}); never copied
  --extra    train with every second mail of spam-spamassassin beside the corpus, and measure on the others
  --compare  measure the feature sets: words and letters; facts beside them; the sentence embedding beside both
  --write    write models/kind.model and models/MODEL_CARD.md
"""

import argparse
import gzip
import json
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from triage import parsing, reading, screening
from triage.scoring import buyer_score, market_score, priority
from triage.scoring.calibration import LABELS, Calibrated
from triage.scoring.card import model_card
from triage.scoring.corpus import LabelledMail, read_corpus
from triage.scoring.evaluation import FRAUD, Figures, f1, figures_of
from triage.scoring.features import Bag, Counted, Item
from triage.scoring.kind import KindModel, softmax
from triage.scoring.meaning import embedding
from triage.scoring.training import Example, Trained, fit, held_out_logits, leave_languages_out, prepare, train
from triage.vocabulary.inquiry import History, Kind, KindPrediction, Priority, Quality, Tier
from triage.vocabulary.policy import MarketPolicy

MODELS = Path(__file__).parent.parent / "models"
JUNK = FRAUD | {Kind.VENDOR_PITCH, Kind.NEWSLETTER}
NOTHING = Counted(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))


def read(raw: bytes) -> Item:
    mail = parsing.parse(raw)
    return Item(mail, reading.read(mail), screening.screen(mail, frozenset()))


def public_mails(folder: Path, take: slice) -> Iterator[tuple[str, bytes]]:
    """(group or label, raw mail) of the chosen rows."""
    with gzip.open(folder / "mails.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in list(map(json.loads, lines))[take]:
            yield str(row.get("group") or row.get("label", "")), row["raw"].encode("latin-1")


def told(model: KindModel, mails: Sequence[tuple[str, bytes]]) -> list[tuple[str, Kind]]:
    items = [read(raw) for _, raw in mails]
    return [(group, told.kind) for (group, _), told in zip(mails, model.predict(items), strict=True)]


def share(kinds: Sequence[Kind], wanted: frozenset[Kind]) -> str:
    return f"{sum(kind in wanted for kind in kinds) / max(1, len(kinds)):.1%} of {len(kinds)}"


def on_public_mail(model: KindModel, data: Path) -> list[tuple[str, str]]:
    found = told(model, list(public_mails(data / "spam-spamassassin", slice(1, None, 4))))
    groups = {
        name: [kind for group, kind in found if group.startswith(name)] for name in ("easy-ham", "hard-ham", "spam")
    }
    buyer = frozenset(kind for kind in Kind if kind.is_buyer)
    pot = [kind for _, kind in told(model, list(public_mails(data / "scam-phishing-pot", slice(0, None, 3))))]
    return [
        ("SpamAssassin, people's mail called scam or phishing", share(groups["easy-ham"], FRAUD)),
        ("SpamAssassin, people's mail called a buyer's", share(groups["easy-ham"], buyer)),
        ("SpamAssassin, newsletters called scam or phishing", share(groups["hard-ham"], FRAUD)),
        ("SpamAssassin, newsletters called a buyer's", share(groups["hard-ham"], buyer)),
        ("SpamAssassin, spam called pitch, newsletter or fraud", share(groups["spam"], frozenset(JUNK))),
        ("SpamAssassin, spam called a buyer's", share(groups["spam"], buyer)),
        ("phishing_pot (never trained on) called scam or phishing", share(pot, FRAUD)),
        ("phishing_pot called junk of any sort", share(pot, frozenset(JUNK))),
        ("phishing_pot called a buyer's", share(pot, buyer)),
    ]


def junk_across(data: Path, parts: Sequence[str]) -> float:
    """F1 of junk on SpamAssassin by the same recipe trained on Enron's ham and spam."""
    train_on = _junk(public_mails(data / "spam-enron", slice(0, None, 10)), "enron")
    test_on = _junk(public_mails(data / "spam-spamassassin", slice(1, None, 8)), "spamassassin")
    known = {example.mail.raw for example in train_on}
    test_on = [example for example in test_on if example.mail.raw not in known]
    model = fit([narrowed(example, parts) for example in train_on])
    logits = _logits(model, [narrowed(example, parts) for example in test_on])
    guessed = [LABELS[i] is Kind.VENDOR_PITCH for i in logits.argmax(axis=1)]
    return f1([example.mail.kind is Kind.VENDOR_PITCH for example in test_on], guessed)


def _junk(mails: Iterator[tuple[str, bytes]], name: str) -> list[Example]:
    labelled = [
        LabelledMail(
            id=f"{name}-{number}",
            group=f"{name}-{number}",
            language="en",
            kinds=frozenset({Kind.VENDOR_PITCH if label.startswith("spam") else Kind.PERSONAL}),
            quality=Quality.NONE,
            raw=raw,
        )
        for number, (label, raw) in enumerate(mails)
    ]
    return prepare(labelled, read, embedding())


def _logits(model: KindModel, examples: Sequence[Example]) -> np.ndarray:
    return np.array(
        [model.logits(e.bag) if e.vector is None else model.second_logits(e.bag, e.vector) for e in examples]
    )


SETS = {
    "words and letters": ("words", "letters"),
    "and facts (the first look)": ("words", "letters", "facts"),
    "and the embedding (the second look)": ("words", "letters", "facts", "meaning"),
}


def narrowed(example: Example, parts: Sequence[str]) -> Example:
    """The example with these parts of its features only."""
    kept: Bag = tuple(
        counted if block in parts else NOTHING
        for block, counted in zip(("words", "letters", "facts"), example.bag, strict=True)
    )
    return replace(example, bag=kept, vector=example.vector if "meaning" in parts else None)


def compare(examples: Sequence[Example], data: Path | None) -> Iterator[tuple[str, ...]]:
    """Feature sets by the same folds, on the newest batches trained on the others, and on unseen corpora."""
    late = sorted({example.mail.batch for example in examples})[-8:]
    old = [example for example in examples if example.mail.batch not in late]
    new = [example for example in examples if example.mail.batch in late]
    for name, parts in SETS.items():
        chosen = [narrowed(example, parts) for example in examples]
        first, second = held_out_logits(chosen)
        rows = [figured(chosen, softmax(first if second is None else second))]
        fresh = [narrowed(example, parts) for example in new]
        rows.append(figured(fresh, softmax(_logits(fit([narrowed(e, parts) for e in old]), fresh))))
        across = f"{junk_across(data, parts):.3f}" if data else "-"
        cells = tuple(f"{f.buyer_f1:.3f} / {f.group_accuracy:.3f} / {f.macro_f1:.3f}" for f in rows)
        print(f"{name}: {'; '.join(cells)}; {across}", flush=True)
        yield (name, *cells, across)


def figured(examples: Sequence[Example], probabilities: np.ndarray) -> Figures:
    return figures_of([e.mail.kind for e in examples], probabilities, LABELS, [e.mail.language for e in examples])


def ranked(item: Item, kind: KindPrediction) -> Priority:
    """What the mail is worth by that prediction, with the plain policies."""
    stage = reading.stage(kind.kind, item.reading, History())
    buyer = buyer_score(item.mail, item.reading, kind.kind, History())
    market = market_score(item.reading.country, MarketPolicy())
    return priority(kind, buyer, market, item.reading, stage, mail=item.mail)


def fraud_guard(trained: Trained, model: KindModel, data: Path | None) -> Iterator[tuple[str, str]]:
    """How much fraud reaches tiers A and B, and how many buyers lose them by the guard. The corpus held out."""
    mails = [(e.mail.kind, read(e.mail.raw)) for e in trained.examples]
    ranks = [ranked(item, held_out_prediction(trained, i)) for i, (_, item) in enumerate(mails)]
    high = {Tier.A, Tier.B}
    fraud = [rank.tier in high for (kind, _), rank in zip(mails, ranks, strict=True) if kind in FRAUD]
    buyers = [rank for (kind, _), rank in zip(mails, ranks, strict=True) if kind.is_buyer]
    capped = [any(reason.factor == "fraud_doubt" for reason in rank.reasons) for rank in buyers]
    yield "corpus, held out: scam and phishing in tier A or B", f"{sum(fraud)} of {len(fraud)}"
    yield "corpus, held out: buyers in tier A or B", f"{sum(rank.tier in high for rank in buyers)} of {len(buyers)}"
    yield "corpus, held out: buyers that the guard keeps out of A and B", f"{sum(capped)} of {len(buyers)}"
    if data is None:
        return
    pot = list(public_mails(data / "scam-phishing-pot", slice(0, None, 3)))
    spam = [row for row in public_mails(data / "spam-spamassassin", slice(1, None, 4)) if row[0].startswith("spam")]
    for name, rows in (("phishing_pot", pot), ("SpamAssassin spam", spam)):
        items = [read(raw) for _, raw in rows]
        reached = sum(
            ranked(item, told).tier in high
            for item, told in zip(items, model.predict(items), strict=True)
            if item.screening.automatic is None
        )
        yield f"{name} in tier A or B", f"{reached} of {len(rows)}"


def held_out_prediction(trained: Trained, row: int) -> KindPrediction:
    return trained.model.told(trained.held_out.probabilities[row])


def speed(model: KindModel) -> None:
    """Milliseconds a mail, features included, after warming up."""
    items = [read(mail.raw) for mail in read_corpus(MODELS / "corpus")]
    first = replace(model, embed=None)
    first.predict(items)
    started = time.perf_counter()
    first.predict(items)
    print(f"first look: {len(items) / (time.perf_counter() - started):.0f} mails/s")
    for name, chosen, some in (("first look", first, items), ("with second looks", model, items[::10])):
        single = []
        for item in some:
            started = time.perf_counter()
            chosen.predict([item])
            single.append(time.perf_counter() - started)
        print(f"{name}: median {statistics.median(single) * 1e3:.2f} ms, mean {statistics.mean(single) * 1e3:.2f} ms")


def show(name: str, figures: Figures) -> None:
    print(
        f"{name}: {figures.mails} mails, kind {figures.accuracy:.3f}, macro F1 {figures.macro_f1:.3f},"
        f" buyer F1 {figures.buyer_f1:.3f}, group {figures.group_accuracy:.3f}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    for option in ("--extra", "--write", "--compare"):
        parser.add_argument(option, action="store_true")
    options = parser.parse_args()
    started = time.perf_counter()
    extra = options.data / "spam-spamassassin" if options.extra else None
    trained = train(MODELS / "corpus", read, extra, print, embedding())
    print(f"trained in {time.perf_counter() - started:.0f} s")
    sets = list(compare(trained.examples, options.data)) if options.compare else []
    card = report(trained, options.data, sets)
    if options.write:
        trained.model.save(MODELS / "kind.model", trained.notes)
        (MODELS / "MODEL_CARD.md").write_text(card, encoding="utf-8")


def report(trained: Trained, data: Path | None, sets: Sequence[Sequence[str]]) -> str:
    """Measures and prints, and gives the model card."""
    examples = list(trained.examples)
    first = Calibrated.of((trained.logits[0], None), [example.mail.kind for example in examples])
    apart = {
        "first look alone, groups apart": figured(examples, first.probabilities),
        "languages left out, a fifth of them at a time": leave_languages_out(examples),
    }
    if trained.later is not None:
        apart = {"batches after the cue lexicon, groups apart": trained.later, **apart}
    for name, figures in {"groups apart": trained.figures, **apart}.items():
        show(name, figures)
    print(f"second looks: {trained.held_out.second_looks:.1%}; sure: {trained.held_out.sure:.1%}")
    model = replace(trained.model, embed=embedding())
    public = [*(on_public_mail(model, data) if data else ()), *fraud_guard(trained, model, data)]
    for line, figure in public:
        print(f"{line}: {figure}", flush=True)
    speed(model)
    with tempfile.TemporaryDirectory() as folder:
        trained.model.save(Path(folder) / "kind.model", trained.notes)
        size = (Path(folder) / "kind.model").stat().st_size
    return model_card(trained, apart, size, sets, public)


if __name__ == "__main__":
    main()
