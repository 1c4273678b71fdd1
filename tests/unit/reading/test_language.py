"""Language: by script, by words, by three detectors; always the same answer."""

import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.unit.reading.mails import DATA
from triage.reading.language import detect_language

LINES = [
    (language, line)
    for language, lines in tomllib.loads((DATA / "languages.toml").read_text("utf-8")).items()
    for line in lines
]


def test_short_trade_lines_are_recognised() -> None:
    right = sum(detect_language(line)[0] == language for language, line in LINES)
    assert len(LINES) >= 150
    assert right / len(LINES) >= 0.95


@pytest.mark.parametrize(("table", "floor"), [("subjects", 0.97), ("sentences", 0.98), ("mixed", 1.0)])
def test_lines_that_nothing_was_tuned_on(table: str, floor: float) -> None:
    rows = tomllib.loads((DATA / "languages_unseen.toml").read_text("utf-8"))[table]
    lines = [(language, line) for language, found in rows.items() for line in found]
    right = sum(detect_language(line)[0] == language for language, line in lines)
    assert right / len(lines) >= floor


def test_subjects_that_the_detectors_say_was_not_chosen_by() -> None:
    rows = tomllib.loads((DATA / "languages_later.toml").read_text("utf-8"))["subjects"]
    lines = [(language, line) for language, found in rows.items() for line in found][1::2]
    right = sum(detect_language(line)[0] == language for language, line in lines)
    assert len(lines) == 125
    assert right / len(lines) >= 0.96


@pytest.mark.parametrize("text", ["", "   ", "12345 !!!", "\U0001f600\U0001f600", "https://www.example.com/de/preise"])
def test_without_letters_the_language_is_undetermined(text: str) -> None:
    assert detect_language(text) == ("und", 0.0)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("您好，请报价 ABC-123 LED driver power supply", "zh"),
        ("請問價格", "zh"),
        ("見積依頼", "ja"),
        ("LED 조명 견적 요청", "ko"),
        ("Добрый день, пришлите прайс", "ru"),
        ("Добрий день, надішліть прайс", "uk"),
        ("لطفا قیمت را اعلام کنید", "fa"),
    ],
)
def test_scripts_and_telling_letters_decide(text: str, language: str) -> None:
    assert detect_language(text)[0] == language


def test_a_line_in_capitals_is_read_like_any_other() -> None:
    assert detect_language("BITTE SENDEN SIE UNS EIN ANGEBOT FÜR SCHRAUBEN")[0] == "de"


def test_the_answer_is_the_same_every_time() -> None:
    assert len({detect_language("Offertförfrågan på rör") for _ in range(20)}) == 1


def test_first_use_from_many_threads_agrees_with_a_single_one() -> None:
    # In a fresh process: langdetect's tables are not loaded there yet.
    program = (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from triage.reading.language import detect_language\n"
        "line = 'Ordern har inte kommit'\n"
        "with ThreadPoolExecutor(12) as pool: found = set(pool.map(detect_language, [line] * 24))\n"
        "print(len(found))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "1\n"


def test_threads_get_the_same_answers_as_one_after_the_other() -> None:
    lines = [line for _, line in LINES]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(detect_language, lines))
    assert together == [detect_language(line) for line in lines]


def test_configured_languages_win_where_the_text_leaves_a_doubt() -> None:
    assert detect_language("Hva er leveringstiden?", among=("no", "en"))[0] == "no"
    assert detect_language("Hva er leveringstiden?", among=("da", "en"))[0] == "da"


def test_confidence_is_a_share() -> None:
    assert all(0.0 <= detect_language(line)[1] <= 1.0 for _, line in LINES)
