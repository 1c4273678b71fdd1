import time

import pytest

from triage.scoring.cues import cues_in, folded


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("The deposit was transferred today, swift copy attached", "money_moved"),
        ("Anzahlung ist raus, Swift anbei", "money_moved"),
        ("定金今天已经汇出", "money_moved"),
        ("تم تحويل المبلغ", "money_moved"),
        ("Hatalı ürün geldi", "finds_fault"),
        ("ПРЕТЕНЗИЯ по качеству", "complains"),
        ("サンプルをお願いします", "wants_sample"),
        ("샘플 요청드립니다", "wants_sample"),
        ("Próbki przed zamówieniem", "wants_sample"),
    ],
)
def test_a_cue_is_found_in_every_script(text: str, cue: str) -> None:
    assert cue in cues_in(folded(text))


def test_accents_and_case_do_not_matter() -> None:
    assert cues_in(folded("COTIZACIÓN")) == cues_in(folded("cotizacion")) == {"asks_quote"}


def test_spaced_scripts_are_matched_at_the_start_of_a_word_only() -> None:
    assert cues_in(folded("unquotable")) == frozenset()


def test_a_text_without_letters_has_no_cues() -> None:
    assert cues_in(folded("12 ?! 34")) == frozenset()


@pytest.mark.parametrize("text", ["a" * 100_000, "deposit " * 12_000, "样" * 100_000, "- " * 50_000])
def test_long_hostile_text_is_read_in_linear_time(text: str) -> None:
    started = time.perf_counter()
    cues_in(folded(text))
    assert time.perf_counter() - started < 5.0
