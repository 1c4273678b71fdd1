"""What the drafts of the corpus' buyer mails are like: points answered, blocking findings, questions, time to write.

Usage: python -m benchmarks.letters [--show ID ...] [--language CODE]
Each mail is drafted under its label's kind, with the demo's company and catalogue.
"""

import argparse
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path

from triage.drafting import Drafter, Templates, load_catalogue
from triage.drafting.questions import bank
from triage.pipeline import Case, Desk, classify, letter_request, parse, read, score, screen, walk
from triage.scoring.corpus import LabelledMail, read_corpus
from triage.scoring.kind import certain
from triage.vocabulary.inquiry import KindPrediction, Reading
from triage.vocabulary.letter import AnswerStatus, Letter, LetterRequest
from triage.vocabulary.mail import ParsedMail, Screening
from triage.vocabulary.policy import Company, MarketPolicy, Window, WorkCalendar

ROOT = Path(__file__).parent.parent
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
OFFICE = (Window(clock_time(9), clock_time(18)),)


@dataclass
class Labelled:
    """A classifier that is told the answer."""

    kind: KindPrediction | None = None

    def predict(self, items: list[tuple[ParsedMail, Reading, Screening]]) -> list[KindPrediction]:
        return [self.kind for _ in items if self.kind is not None]


@dataclass(frozen=True)
class Drafted:
    mail: LabelledMail
    request: LetterRequest
    letter: Letter
    seconds: float
    """Of the processor, to plan, write and check the letter."""


def desk(templates: Templates) -> Desk:
    return Desk(
        company=Company(
            name="Lumina LED Co., Ltd.",
            person="Li Na",
            role="Export Sales",
            profile="We have made commercial and outdoor lighting in Ningbo since 2008.",
            catalogue_link="https://www.lumina-led.example/catalogue.pdf",
        ),
        catalogue=load_catalogue(ROOT / "triage" / "demo" / "catalogue.toml"),
        calendar=WorkCalendar(windows=dict.fromkeys(range(5), OFFICE)),
        markets=MarketPolicy(),
        classifier=Labelled(),
        load_templates=lambda: templates,
    )


def drafts() -> Iterator[Drafted]:
    """A draft for each buyer mail of the corpus."""
    templates = Templates()
    drafter, table = Drafter(templates), desk(templates)
    for mail in read_corpus(ROOT / "models" / "corpus"):
        if not mail.kind.is_buyer:
            continue
        table.classifier.kind = certain(mail.kind, "label")
        case = Case(mail.raw, NOW - timedelta(hours=3), NOW)
        case = walk(table, case, (parse, screen, read, classify, score))
        if case.fault or case.screening.automatic is not None:
            print(f"{mail.id}: {case.fault or case.screening.reason}")
            continue
        request = letter_request(table, case)
        start = time.process_time()
        letter = drafter.draft(request)
        yield Drafted(mail, request, letter, time.process_time() - start)


def known_facts_asked(found: Drafted) -> list[str]:
    """Questions of the letter after a fact that the reading found in the mail."""
    seeks = {question.id: question.seeks for question in bank().questions}
    told = {fact.value for fact in found.request.reading.facts}
    return [question.id for question in found.letter.questions if seeks[question.id] in told]


def report(found: list[Drafted]) -> None:
    points = [point for item in found for point in item.letter.points]
    asked = sum(len(item.request.reading.points) for item in found)
    status = Counter(point.status for point in points)
    standing = [p for item in found for p in item.letter.points if p.sentence and p.sentence in item.letter.text]
    blocked = [item for item in found if item.letter.blocking]
    times = sorted(item.seconds * 1000 for item in found)
    counts = Counter(len(item.letter.questions) for item in found)
    p95 = times[len(times) * 95 // 100]
    words = [len(item.letter.text.split()) for item in found if item.letter.language not in {"zh", "ja"}]
    print(f"letters                      {len(found)} in {len({i.letter.language for i in found})} languages")
    print(f"points detected              {asked}; with those a kind implies {len(points)}")
    answered, deferred = status[AnswerStatus.ANSWERED], status[AnswerStatus.DEFERRED]
    print(f"  answered or deferred       {(answered + deferred) / len(points):.1%} ({answered} + {deferred})")
    print(f"  by words of the letter     {len(standing) / len(points):.1%}")
    print(f"without blocking warnings    {1 - len(blocked) / len(found):.1%}")
    for code, count in Counter(w.code for i in blocked for w in i.letter.blocking).most_common():
        print(f"    {code:<26} {count}")
    print(f"known facts asked            {sum(len(known_facts_asked(item)) for item in found)}")
    print(f"questions a letter           {dict(sorted(counts.items()))}")
    print(f"words a letter               median {statistics.median(words):.0f}, longest {max(words)}")
    print(f"processor time a letter       median {statistics.median(times):.2f} ms, p95 {p95:.2f} ms")
    print("other warnings")
    for code, count in Counter(w.code for i in found for w in i.letter.warnings if not w.blocking).most_common():
        print(f"    {code:<26} {count}")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--show", nargs="*", default=[], help="print these mails and their letters")
    arguments.add_argument("--language", help="only mails of this language")
    options = arguments.parse_args()
    found = [item for item in drafts() if options.language in {None, item.mail.language}]
    report(found)
    for item in found:
        if item.mail.id in options.show:
            print(f"\n=== {item.mail.id}\n{item.request.mail.message}\n--- {item.letter.template}\n{item.letter.text}")
            for warning in item.letter.warnings:
                print(f"  {'BLOCKS' if warning.blocking else 'note'} {warning.code}: {warning.text} [{warning.place}]")


if __name__ == "__main__":
    main()
