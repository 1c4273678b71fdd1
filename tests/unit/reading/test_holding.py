"""Letters that only hold (A6)."""

import tomllib

import pytest
from _pytest.mark import ParameterSet

from tests.unit.reading.mails import DATA
from triage.reading.holding import only_holds
from triage.vocabulary.mail import Attachment, ParsedMail

FILES = ("holding", "holding_more")


def cases(sort: str) -> list[ParameterSet]:
    return [
        pytest.param(text, id=f"{file}-{language}-{number}")
        for file in FILES
        for language, of in tomllib.loads((DATA / f"{file}.toml").read_text("utf-8")).items()
        for number, text in enumerate(of[sort])
    ]


@pytest.mark.parametrize("text", cases("holds"))
def test_a_letter_that_only_says_when_the_answer_comes(text: str) -> None:
    assert only_holds(ParsedMail(newest_text=text))


@pytest.mark.parametrize("text", cases("answers"))
def test_a_letter_that_says_more_is_an_answer(text: str) -> None:
    assert not only_holds(ParsedMail(newest_text=text))


def test_with_a_file_it_is_an_answer() -> None:
    text = "Thank you for your inquiry. We will get back to you by Friday."
    file = Attachment("offer.pdf", "application/pdf", 1, "0" * 64)
    logo = Attachment("logo.png", "image/png", 1, "0" * 64, inline=True)
    assert not only_holds(ParsedMail(newest_text=text, attachments=(file,)))
    assert only_holds(ParsedMail(newest_text=text, attachments=(logo,)))


def test_a_long_letter_is_an_answer() -> None:
    assert not only_holds(ParsedMail(newest_text="We will get back to you. " * 40))


def test_an_empty_letter_is_no_holding_reply() -> None:
    assert not only_holds(ParsedMail())
