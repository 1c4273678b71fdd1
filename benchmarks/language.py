"""Language of short trade lines: ours against plain seeded langdetect, on the same lines in the same run.

Usage: python -m benchmarks.language
"""

import time
import tomllib
from collections.abc import Callable
from pathlib import Path

from triage.reading.language import detect_language

LINES = Path(__file__).parents[1] / "tests" / "data" / "reading" / "languages.toml"


def labelled() -> list[tuple[str, str]]:
    table = tomllib.loads(LINES.read_text("utf-8"))
    return [(language, line) for language, lines in table.items() for line in lines]


def plain_langdetect(line: str) -> str:
    from langdetect import DetectorFactory, LangDetectException, detect

    DetectorFactory.seed = 0
    try:
        return str(detect(line)).split("-")[0]
    except LangDetectException:
        return "und"


def measure(name: str, detect: Callable[[str], str]) -> float:
    lines = labelled()
    detect(lines[0][1])
    start = time.perf_counter()
    wrong = [(language, got, line) for language, line in lines if (got := detect(line)) != language]
    each = (time.perf_counter() - start) / len(lines) * 1000
    share = 1 - len(wrong) / len(lines)
    print(
        f"{name:22} {share:6.1%} of {len(lines)} lines in {len({code for code, _ in lines})} languages, "
        f"{each:.2f} ms each"
    )
    for language, got, line in wrong:
        print(f"    {language} taken for {got}: {line}")
    return share


def main() -> None:
    measure("triage", lambda line: detect_language(line)[0])
    measure("langdetect (seeded)", plain_langdetect)


if __name__ == "__main__":
    main()
