"""Golden letters: what a buyer would read. `python -m tests.unit.drafting.cases` writes them anew."""

import pytest

from tests.unit.drafting.cases import LETTERS, cases, shown
from tests.unit.drafting.requests import DESK
from triage.drafting.letter_html import to_html
from triage.vocabulary.letter import AnswerStatus

CASES = cases()


@pytest.mark.parametrize("name", CASES)
def test_the_letter_is_the_golden_one(name: str) -> None:
    assert shown(DESK.draft(CASES[name])) == (LETTERS / f"{name}.txt").read_text(encoding="utf-8")


def test_every_golden_letter_has_its_case() -> None:
    assert sorted(path.stem for path in LETTERS.glob("*.txt")) == sorted(CASES)


@pytest.mark.parametrize("name", CASES)
def test_every_point_is_answered_or_openly_deferred_in_words_of_the_letter(name: str) -> None:
    letter = DESK.draft(CASES[name])
    assert {point.point for point in letter.points} >= set(CASES[name].reading.points)
    assert all(point.sentence in letter.text and point.sentence for point in letter.points)
    assert all(point.status is not AnswerStatus.MISSING for point in letter.points)
    deferred = [point for point in letter.points if point.status is AnswerStatus.DEFERRED]
    assert not deferred or [promise.due for promise in letter.promises] == [CASES[name].answer_by]


@pytest.mark.parametrize("name", CASES)
def test_our_own_words_pass_our_own_checks(name: str) -> None:
    assert DESK.draft(CASES[name]).blocking == ()


@pytest.mark.parametrize("name", CASES)
def test_the_same_request_gives_the_same_letter(name: str) -> None:
    assert DESK.draft(CASES[name]) == DESK.draft(CASES[name])


def test_html_is_the_same_text_in_paragraphs_and_lists() -> None:
    text = "Dear A & B,\n\n- one\n- two\n\n1. first?\n2. second?\n\nLi Na\nSales"
    assert to_html(text, "en") == (
        '<div lang="en">\n<p>Dear A &amp; B,</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n'
        "<ol>\n<li>first?</li>\n<li>second?</li>\n</ol>\n<p>Li Na<br>\nSales</p>\n</div>"
    )


def test_html_of_a_right_to_left_language_says_so() -> None:
    assert to_html("x", "ar") == '<div lang="ar" dir="rtl">\n<p>x</p>\n</div>'
