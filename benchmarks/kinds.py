"""How well mails are told apart, on held-out mails and on public mail the model never saw; writes the model card.

Usage: python benchmarks/kinds.py [--data DIR] [--extra] [--write] [--compare]
  --data     folder with spam-spamassassin/, spam-enron/, scam-phishing-pot/ (mails.jsonl.gz: {id, group or label,
             raw}); never copied
  --extra    train with every second mail of spam-spamassassin beside the corpus, and measure on the others
  --compare  measure what takes minutes more, too: languages left out, and the feature sets from Enron to SpamAssassin
  --write    write models/kind.model and models/MODEL_CARD.md
"""

import argparse
import gzip
import json
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from unittest.mock import patch

import numpy as np

from triage import parsing, reading, screening
from triage.jobs import BATCH
from triage.scoring import buyer_score, landmarks, market_score, priority
from triage.scoring.calibration import LABELS, Calibrated
from triage.scoring.card import model_card
from triage.scoring.corpus import LabelledMail, read_corpus
from triage.scoring.embedding import Embed, embedding, keep, remembering, told_by
from triage.scoring.evaluation import FRAUD, Figures, f1, figures_of
from triage.scoring.features import BLOCKS, Bag, Counted, Item
from triage.scoring.kind import KindModel, Logits, softmax
from triage.scoring.training import (
    Example,
    Trained,
    fit,
    held_out_logits,
    prepare,
    told_of,
    train,
)
from triage.vocabulary.inquiry import BUYER_KINDS, JUNK_KINDS, History, Kind, KindPrediction, Priority, Quality, Tier
from triage.vocabulary.policy import MarketPolicy, TierRule

MODELS = Path(__file__).parent.parent / "models"
EVERYDAY = range(90, 96)
"""The everyday batches, by which no choice was made but the one that GUIDE.md names."""
SPARED = 0.005
"""Of people's mail, the most that may be called junk."""
NOTHING = Counted(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))


def read(raw: bytes) -> Item:
    mail = parsing.parse(raw)
    return Item(mail, reading.read(mail), screening.screen(mail, frozenset()))


def public_mails(folder: Path, take: slice = slice(None)) -> Iterator[tuple[str, bytes]]:
    """(group or label, raw mail) of the chosen rows."""
    with gzip.open(folder / "mails.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in list(map(json.loads, lines))[take]:
            yield str(row.get("group") or row.get("label", "")), row["raw"].encode("latin-1")


@dataclass(frozen=True)
class Public:
    """Public mails that no training saw, read and told once."""

    pot: Sequence[tuple[str, Item, KindPrediction]]
    spamassassin: Sequence[tuple[str, Item, KindPrediction]]
    enron: Sequence[tuple[str, Item, KindPrediction]]
    """(group, mail, prediction) of each."""

    @classmethod
    def of(cls, model: KindModel, data: Path) -> "Public":
        return cls(
            told(model, public_mails(data / "scam-phishing-pot")),
            told(model, public_mails(data / "spam-spamassassin", slice(1, None, 8))),
            told(model, public_mails(data / "spam-enron")),
        )


def told(model: KindModel, mails: Iterator[tuple[str, bytes]]) -> list[tuple[str, Item, KindPrediction]]:
    rows = [(group, read(raw)) for group, raw in mails]
    predictions = model.predict([item for _, item in rows])
    return [(group, item, kind) for (group, item), kind in zip(rows, predictions, strict=True)]


def share(told: Sequence[KindPrediction], wanted: frozenset[Kind]) -> str:
    """How many have such a kind as their likeliest, and how many for sure."""
    hits = [each for each in told if each.kind in wanted]
    sure = sum(not each.unsure for each in hits)
    return f"{len(hits) / max(1, len(told)):.1%}, {sure / max(1, len(told)):.1%} for sure, of {len(told)}"


def on_public_mail(public: Public) -> list[tuple[str, str]]:
    people, newsletters, spam = (_told(public.spamassassin, name) for name in ("easy-ham", "hard-ham", "spam"))
    office, office_spam = (_told(public.enron, name) for name in ("ham", "spam"))
    pot = _told(public.pot)
    return [
        ("SpamAssassin, people's mail called scam or phishing", share(people, FRAUD)),
        ("SpamAssassin, people's mail called a buyer's", share(people, BUYER_KINDS)),
        ("SpamAssassin, newsletters called scam or phishing", share(newsletters, FRAUD)),
        ("SpamAssassin, newsletters called a buyer's", share(newsletters, BUYER_KINDS)),
        ("SpamAssassin, spam called pitch, newsletter or fraud", share(spam, JUNK_KINDS)),
        ("SpamAssassin, spam called a buyer's", share(spam, BUYER_KINDS)),
        ("Enron (never trained on), office mail called scam or phishing", share(office, FRAUD)),
        ("Enron, office mail called a buyer's", share(office, BUYER_KINDS)),
        ("Enron, spam called pitch, newsletter or fraud", share(office_spam, JUNK_KINDS)),
        ("phishing_pot (never trained on) called scam or phishing", share(pot, FRAUD)),
        ("phishing_pot called junk of any sort", share(pot, JUNK_KINDS)),
        ("phishing_pot called a buyer's", share(pot, BUYER_KINDS)),
    ]


def _told(rows: Sequence[tuple[str, Item, KindPrediction]], name: str = "") -> list[KindPrediction]:
    """What the mails of the groups were told as whose names begin so."""
    return [told for group, _, told in rows if group.startswith(name)]


@dataclass(frozen=True)
class Across:
    """Enron's ham and spam to learn junk from, SpamAssassin's to tell it in."""

    enron: Sequence[Example]
    spamassassin: Sequence[Example]

    @classmethod
    def of(cls, data: Path) -> "Across":
        enron = _junk(public_mails(data / "spam-enron", slice(0, None, 3)), "enron")
        known = {example.mail.raw for example in enron}
        others = _junk(public_mails(data / "spam-spamassassin", slice(0, None, 2)), "spamassassin")
        return cls(enron, [example for example in others if example.mail.raw not in known])

    def f1(self, parts: Sequence[str]) -> float:
        """By the same recipe, where both the likeliest kind and what knows junk from the rest say so, each at the limit
        from which at most `SPARED` of Enron's own ham, held out, is called junk: a collection that is half spam says
        nothing of how much of it other mailboxes get."""
        enron = [narrowed(example, parts) for example in self.enron]
        held_out = Calibrated.of(held_out_logits(enron), [example.mail.kind for example in enron])
        own = ~_junk_marks(enron)
        limits = [float(np.quantile(lead[own], 1 - SPARED)) for lead in (_lead(held_out.probabilities), held_out.junk)]
        there = [narrowed(example, parts) for example in self.spamassassin]
        told, junk = held_out.set_up(fit(enron)).probabilities(
            [example.bag for example in there], lambda rows: np.array([there[row].vector for row in rows])
        )
        return f1(list(_junk_marks(there)), list((_lead(told) > limits[0]) & (junk > limits[1])))


def _junk_marks(examples: Sequence[Example]) -> np.ndarray:
    return np.array([example.mail.kind is Kind.VENDOR_PITCH for example in examples])


def _lead(probabilities: np.ndarray) -> np.ndarray:
    lead: np.ndarray = np.log(probabilities[:, LABELS.index(Kind.VENDOR_PITCH)])
    return lead - np.log(probabilities[:, LABELS.index(Kind.PERSONAL)])


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
    return prepare(labelled, _anywhere, embedding())


def _anywhere(raw: bytes) -> Item:
    """Enron's own mail stayed within one house, which would tell it from junk there and nowhere else."""
    item = read(raw)
    signals = tuple(signal for signal in item.reading.signals if signal.name != "own_domain")
    return item._replace(reading=replace(item.reading, signals=signals))


def _told_at_once(model: KindModel, examples: Sequence[Example]) -> np.ndarray:
    vectors = [e.vector for e in examples if e.vector is not None]
    bags = [e.bag for e in examples]
    return softmax(model.logits(bags, np.array(vectors) if len(vectors) == len(bags) else None).best)


SETS = {
    "words and letters": ("words", "letters"),
    "and facts": ("words", "letters", "facts"),
    "and landmarks (the first look)": ("words", "letters", "facts", "meaning", "landmarks"),
    "and the embedding (the second look)": ("words", "letters", "facts", "meaning", "landmarks", "embedding"),
}


def made_of(parts: Sequence[str]) -> AbstractContextManager[object]:
    """While it lasts, landmarks say nothing unless they are among the parts."""
    return nullcontext() if "landmarks" in parts else patch.object(landmarks, "SAY", 0.0)


def narrowed(example: Example, parts: Sequence[str]) -> Example:
    """The example with these parts of its features only."""
    bag = example.bag
    counted = tuple(each if block in parts else NOTHING for block, each in zip(BLOCKS, bag.counted, strict=True))
    meaning = bag.meaning if "meaning" in parts else np.zeros_like(bag.meaning)
    return replace(example, bag=Bag(counted, meaning), vector=example.vector if "embedding" in parts else None)


def compare(trained: Trained, data: Path | None) -> Iterator[tuple[str, ...]]:
    """Feature sets with groups apart; on the everyday batches, trained on the others; with `data` on a corpus never
    seen."""
    across = Across.of(data) if data else None
    exam = prepare(read_corpus(MODELS / "exam"), read, teacher())
    for name, parts in SETS.items():
        examples = [narrowed(example, parts) for example in trained.examples]
        strange = [narrowed(example, parts) for example in exam]
        with made_of(parts):
            held = cell(figured(examples, softmax(held_out_logits(examples).best)))
            found = cell(everyday(examples))
            examined = cell(figured(strange, _told_at_once(fit(examples), strange)))
            junk = f"{across.f1(parts):.3f}" if across else "-"
        print(f"{name}: {held}; {found}; {examined}; {junk}", flush=True)
        yield (name, held, found, examined, junk)


def everyday(examples: Sequence[Example]) -> Figures:
    """On the everyday batches, trained on the others; a second look at every mail that has its vector."""
    new = [example for example in examples if example.mail.batch in EVERYDAY]
    groups = {example.mail.group for example in new}
    model = fit([example for example in examples if example.mail.group not in groups])
    return figured(new, _told_at_once(model, new))


def without_languages(examples: Sequence[Example], english: bool = False) -> Figures:
    """Over mails in a language that the model never saw: each but English in turn, or English, two in five mails."""
    spoken = sorted({example.mail.language for example in examples if (example.mail.language == "en") is english})
    parts = [np.flatnonzero([example.mail.language == language for example in examples]) for language in spoken]
    chosen = np.concatenate(parts)
    logits = held_out_logits(examples, parts=parts)
    told = [examples[i] for i in chosen]
    kept = Logits(*(part if part is None else part[chosen] for part in logits))
    return figured(told, Calibrated.of(kept, [example.mail.kind for example in told]).probabilities)


def languages_left_out(bare: Sequence[Example], full: Sequence[Example]) -> Iterator[tuple[str, Figures]]:
    """By the first look alone (`bare` examples have no vectors), and with second looks."""
    for kind, examples in (("", bare), (", with second looks", full)):
        for name, english in (
            ("every other language than English left out, one by one", False),
            ("English left out", True),
        ):
            figures = without_languages(examples, english)
            show(f"{name}{kind}", figures)
            yield f"{name}{kind}", figures


def on_exam(model: KindModel) -> Figures:
    """On mails by writers who knew neither the corpus nor its guide."""
    return told_of(model, read_corpus(MODELS / "exam"), read)[0]


def without_public(examples: Sequence[Example]) -> tuple[KindModel, Figures]:
    """The same recipe on the corpus alone, and how it does with groups apart."""
    held_out = Calibrated.of(held_out_logits(examples), [example.mail.kind for example in examples])
    return held_out.set_up(fit(examples)), figured(examples, held_out.probabilities)


def cell(figures: Figures) -> str:
    return f"{figures.buyer_f1:.3f} / {figures.group_accuracy:.3f} / {figures.macro_f1:.3f}"


def figured(examples: Sequence[Example], probabilities: np.ndarray) -> Figures:
    return figures_of([e.mail.kind for e in examples], probabilities, LABELS, [e.mail.language for e in examples])


def ranked(item: Item, kind: KindPrediction) -> Priority:
    """What the mail is worth by that prediction, with the plain policies."""
    stage = reading.stage(kind.kind, item.reading, History())
    buyer = buyer_score(item.mail, item.reading, kind.kind, History())
    market = market_score(item.reading.country, MarketPolicy())
    return priority(kind, buyer, market, item.reading, stage, mail=item.mail)


def fraud_guard(trained: Trained, first: Calibrated, public: Public | None) -> Iterator[tuple[str, str]]:
    """How much fraud reaches tiers A and B, and how many buyers lose them by the guard. The corpus held out."""
    mails = [(e.mail.kind, read(e.mail.raw)) for e in trained.examples]
    high = {Tier.A, Tier.B}
    for name, held_out in (("corpus, held out", first), ("corpus, held out, with second looks", trained.held_out)):
        told = trained.model.told(held_out.probabilities, held_out.junk)
        ranks = [ranked(item, kind) for (_, item), kind in zip(mails, told, strict=True)]
        fraud = [rank.tier in high for (kind, _), rank in zip(mails, ranks, strict=True) if kind in FRAUD]
        buyers = [rank for (kind, _), rank in zip(mails, ranks, strict=True) if kind.is_buyer]
        capped = [rank.tier not in high and _without_guard(rank) in high for rank in buyers]
        yield f"{name}: scam and phishing in tier A or B", f"{sum(fraud)} of {len(fraud)}"
        yield f"{name}: buyers in tier A or B", f"{sum(rank.tier in high for rank in buyers)} of {len(buyers)}"
        yield f"{name}: buyers kept out of A and B by the fraud guard alone", f"{sum(capped)} of {len(buyers)}"
    exam = [(mail.kind, read(mail.raw)) for mail in read_corpus(MODELS / "exam") if mail.kind in FRAUD]
    told_kinds = replace(trained.model, embed=None).predict([item for _, item in exam])
    reached = sum(ranked(item, kind).tier in high for (_, item), kind in zip(exam, told_kinds, strict=True))
    yield "examiners' scam and phishing in tier A or B", f"{reached} of {len(exam)}"
    if public is None:
        return
    spam = [row for row in public.spamassassin if row[0].startswith("spam")]
    for name, rows in (("phishing_pot", public.pot), ("SpamAssassin spam", spam)):
        reached = sum(ranked(item, told).tier in high for _, item, told in rows if item.screening.automatic is None)
        yield f"{name} in tier A or B", f"{reached} of {len(rows)}"


def _without_guard(rank: Priority) -> Tier:
    doubt = sum(reason.effect for reason in rank.reasons if reason.factor == "fraud_doubt")
    return TierRule().tier(rank.score - doubt)


def beside_public_mail(
    trained: Trained, first: Calibrated, without: KindModel | None, data: Path | None
) -> Iterator[tuple[str, str, str]]:
    """What is measured, the figure of the first look, and where public mail is meant that of the model `without` it."""
    mails = Public.of(replace(trained.model, embed=None), data) if data else None
    bare = dict(on_public_mail(Public.of(without, data))) if without and data else {}
    for line, figure in (*(on_public_mail(mails) if mails else ()), *fraud_guard(trained, first, mails)):
        print(f"{line}: {figure}: {bare.get(line, '')}", flush=True)
        yield line, figure, bare.get(line, "")


def speed(model: KindModel) -> None:
    """Features included, warm."""
    items = [read(mail.raw) for mail in read_corpus(MODELS / "corpus")]
    model.predict(items[:200])
    started = time.perf_counter()
    for start in range(0, len(items), BATCH):
        model.predict(items[start : start + BATCH])
    rate = len(items) / (time.perf_counter() - started)
    alone = sorted(_milliseconds(model, item) for item in items)
    print(f"first look: {rate:.0f} mails/s in batches of {BATCH}; one by one", end=" ")
    print(
        f"median {statistics.median(alone):.2f} ms, mean {statistics.mean(alone):.2f} ms,"
        f" p95 {alone[int(0.95 * len(alone))]:.2f} ms",
        flush=True,
    )


def _milliseconds(model: KindModel, item: Item) -> float:
    started = time.perf_counter()
    model.predict([item])
    return 1e3 * (time.perf_counter() - started)


def show(name: str, figures: Figures) -> None:
    print(
        f"{name}: {figures.mails} mails, kind {figures.accuracy:.3f}, macro F1 {figures.macro_f1:.3f},"
        f" buyer F1 {figures.buyer_f1:.3f}, group {figures.group_accuracy:.3f}",
        flush=True,
    )


def teacher() -> Embed | None:
    """The embedding, which remembers what it said of the corpus."""
    embed, kept = embedding(), MODELS / "corpus.vectors"
    return remembering(embed, kept) if embed and kept.exists() else embed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    for option in ("--extra", "--write", "--compare"):
        parser.add_argument(option, action="store_true")
    options = parser.parse_args()
    started = time.perf_counter()
    extra = options.data / "spam-spamassassin" if options.extra else None
    trained = train(MODELS / "corpus", read, extra, print, teacher())
    print(f"trained in {time.perf_counter() - started:.0f} s")
    card = report(trained, options.data, options.compare)
    if options.write:
        trained.model.save(MODELS / "kind.model", trained.notes)
        texts = [told_by(read(example.mail.raw).mail) for example in trained.examples]
        keep(MODELS / "corpus.vectors", texts, [e.vector for e in trained.examples if e.vector is not None])
        (MODELS / "MODEL_CARD.md").write_text(card, encoding="utf-8")


def report(trained: Trained, data: Path | None, slow: bool) -> str:
    """Measures and prints, and gives the model card; `slow` measures what takes minutes more."""
    examples = list(trained.examples)
    bare_examples = [replace(example, vector=None) for example in examples]
    first = Calibrated.of(trained.logits._replace(second=None), [example.mail.kind for example in examples])
    full = replace(trained.model, embed=teacher())
    apart = {
        "groups apart": figured(examples, first.probabilities),
        "everyday mails (batches 90 to 95), trained on the others": everyday(bare_examples),
        "examiners' mails": on_exam(replace(full, embed=None)),
        "groups apart, with second looks": trained.figures,
        "everyday mails, with second looks": everyday(examples),
        "examiners' mails, with second looks": on_exam(full),
    }
    without = without_public(examples) if trained.extra else None
    if without is not None:
        apart["groups apart, with second looks, trained without the public mails"] = without[1]
    if trained.later is not None:
        apart["batches after the cue lexicon, groups apart, with second looks"] = trained.later
    for name, figures in apart.items():
        show(name, figures)
    print(f"second looks: {trained.held_out.second_looks:.1%}; sure: {first.sure:.1%}, {trained.held_out.sure:.1%}")
    public = list(beside_public_mail(trained, first, without and without[0], data))
    speed(replace(trained.model, embed=None))
    if slow:
        apart |= dict(languages_left_out(bare_examples, examples))
    sets = list(compare(trained, data)) if slow else []
    with tempfile.TemporaryDirectory() as folder:
        trained.model.save(Path(folder) / "kind.model", trained.notes)
        size = (Path(folder) / "kind.model").stat().st_size
    return model_card(trained, first, apart, size, sets, public)


if __name__ == "__main__":
    main()
