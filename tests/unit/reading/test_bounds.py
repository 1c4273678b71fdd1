"""Hostile text: bounded time, no exception, whatever it is (H26)."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.reading import read
from triage.vocabulary.mail import Address, ParsedMail

MEGABYTE = 1_000_000
FLOODS = {
    "letters": "a",
    "spaces": " ",
    "digits": "1",
    "numbers": "1 ",
    "stops": ".",
    "questions": "?",
    "newlines": "\n",
    "bullets": "- MOQ\n",
    "requests": "please quote ",
    "hanzi": "价格",
    "forms": "Co. Ltd ",
    "capitals": "Aa ",
    "phones": "+49 40 ",
    "commas": "a,",
    "marks": "a\u0301",
    "stems": "certif",
    "addresses": "a@",
    "years": "2,000 pcs per year ",
}


@pytest.mark.parametrize("flood", FLOODS)
def test_a_megabyte_takes_less_than_a_second(flood: str) -> None:
    body = (FLOODS[flood] * MEGABYTE)[:MEGABYTE]
    for warming in ("please quote. Tel +49 30 901820", "Pris på LED lamper"):  # loads lexicons, and the detectors
        read(ParsedMail(newest_text=warming))
    start = time.thread_time()
    read(ParsedMail(subject=body, newest_text=body, signature=body, sender=Address(body, "a@b.example")))
    assert time.thread_time() - start < 1.0


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400), st.text(max_size=80), st.text(max_size=120))
def test_any_text_is_read_without_an_exception_and_with_true_offsets(text: str, subject: str, signature: str) -> None:
    mail = ParsedMail(subject=subject, newest_text=text, signature=signature, sender=Address(subject, "a@b.example"))
    reading = read(mail)
    for item in (*reading.asked, *reading.told):
        if item.start >= 0:
            assert mail.message[item.start : item.end] == item.text
    assert read(mail) == reading


def test_an_empty_mail_says_nothing() -> None:
    reading = read(ParsedMail())
    assert (reading.language, reading.points, reading.facts, reading.country) == ("und", (), {}, None)
