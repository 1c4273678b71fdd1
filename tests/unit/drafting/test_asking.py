"""Ticking ask-back questions on and off (R5)."""

import pytest

from triage.drafting.asking import asking
from triage.vocabulary.letter import Letter, Question

QUANTITY = Question("quantity", "What quantity do you need?")
PORT = Question("port", "To which port?")
OTHERS = Question("others", "With whom do you compare us?")
OFFERED = (QUANTITY, PORT, OTHERS)
HEAD = "Dear Ana,\n\nThe price is USD 5.20.\n\n"
LEAD = "May we ask you:\n\n"
TAIL = "\nOur office hours follow.\n\nBest regards,\nLi Na\n"


def letter(text: str) -> Letter:
    return Letter((), "Re: lamps", "en", text, "", questions=OFFERED)


LISTED = f"{HEAD}{LEAD}1. {QUANTITY.text}\n2. {PORT.text}\n3. {OTHERS.text}\n{TAIL}"


@pytest.mark.parametrize(
    ("chosen", "listed"),
    [
        ({"quantity", "port", "others"}, f"{LEAD}1. {QUANTITY.text}\n2. {PORT.text}\n3. {OTHERS.text}\n"),
        ({"quantity", "others"}, f"{LEAD}1. {QUANTITY.text}\n2. {OTHERS.text}\n"),
        ({"port"}, f"{LEAD}1. {PORT.text}\n"),
    ],
)
def test_the_list_holds_what_is_ticked_numbered_anew(chosen: set[str], listed: str) -> None:
    made = asking(letter(LISTED), OFFERED, chosen)
    assert made.text == HEAD + listed + TAIL
    assert {question.id for question in made.questions} == chosen


def test_without_questions_the_sentence_that_leads_to_them_goes_too() -> None:
    made = asking(letter(LISTED), OFFERED, ())
    assert "May we ask" not in made.text
    assert "Our office hours follow." in made.text
    assert made.questions == ()


def test_ticked_again_a_question_comes_back() -> None:
    none = asking(letter(LISTED), OFFERED, {"quantity"})
    assert asking(none, OFFERED, {"quantity", "port", "others"}).text == LISTED
    at_the_end = asking(asking(letter(LISTED), OFFERED, ()), OFFERED, {"port"})
    assert at_the_end.text.endswith(f"\n\n1. {PORT.text}\n")


def test_chinese_numbering_is_kept() -> None:
    text = f"您好：\n\n1、{QUANTITY.text}\n2、{PORT.text}\n"
    assert asking(letter(text), (QUANTITY, PORT), {"port"}).text == f"您好：\n\n1、{PORT.text}\n"


def test_own_words_of_a_person_stay() -> None:
    mixed = LISTED.replace("3. ", "3. By the way: ")
    made = asking(letter(mixed), OFFERED, {"quantity"})
    assert "By the way" in made.text
