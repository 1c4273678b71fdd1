"""The small network that tells what a text means, as it comes with triage."""

import numpy as np
import pytest

from triage.scoring.features import tokens_of
from triage.scoring.meaning import MOST_PIECES, meaning, parts_of


def vector(text: str) -> np.ndarray:
    return meaning().vectors([tokens_of(text)])[0]


def likeness(first: str, second: str) -> float:
    a, b = vector(first), vector(second)
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


@pytest.mark.parametrize(
    "foreign",
    [
        "Bitte nennen Sie uns den Preis für 500 Stück",
        "Por favor cotice el precio de 500 piezas",
        "请报500件的价格",
        "Сообщите, пожалуйста, цену на 500 штук",
        "يرجى تزويدنا بسعر 500 قطعة",
    ],
)
def test_the_same_wish_is_alike_in_other_languages(foreign: str) -> None:
    wish = "Please quote your price for 500 pieces"
    assert likeness(wish, foreign) > likeness("The parcel arrived broken, we want our money back", foreign)
    assert likeness(wish, foreign) > likeness("Grandmother has her birthday on Sunday, bring a cake", foreign)


def test_words_it_does_not_know_mean_nothing() -> None:
    assert not vector("\u0b95\u0b9f\u0bbf 12 ?!").any()
    assert not vector("").any()
    assert meaning().vectors([]).shape == (0, meaning().size)


def test_only_the_beginning_counts() -> None:
    words = ["please", "quote"] * MOST_PIECES
    whole, beginning = (meaning().vectors([text])[0] for text in (words + ["complaint"] * 50, words[:MOST_PIECES]))
    assert np.array_equal(whole, beginning)


def test_what_a_text_means_does_not_hang_on_those_that_go_through_with_it() -> None:
    texts = [["please", "quote", str(number), *["steel", "pipes"] * number] for number in range(40)]
    texts[7] = texts[20] = []
    together = meaning().vectors(texts)
    assert not together[[7, 20]].any()
    assert together == pytest.approx(np.array([meaning().vectors([text])[0] for text in texts]), abs=1e-5)


def test_an_unknown_word_is_read_by_its_longest_parts() -> None:
    index = {"ersatz": 0, "ersatzteil": 1, "lieferung": 2, "e": 3}
    assert parts_of("ersatzteillieferung", index) == [1, 2]
    assert parts_of("ersatzteil", index) == [1]
    assert parts_of("xyz", index) == []


@pytest.mark.parametrize("word", ["\ud800", "a" * 5000, "\u0e01" * 500])
def test_odd_words_do_no_harm(word: str) -> None:
    assert np.isfinite(meaning().vectors([[word]])).all()
