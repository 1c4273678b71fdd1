"""The buyer's mail below the letter, as mail programs quote it."""

from dataclasses import replace

from tests.unit.drafting.requests import DESK, request
from triage.drafting.quoting import quote_html
from triage.vocabulary.mail import Address, Wrapped


def test_the_mail_is_quoted_with_who_and_when_below_the_letter_and_not_in_it() -> None:
    letter = DESK.draft(request("Price?\n\n> an older one\n\nAnna", ["price"]))
    assert letter.quote == ("On 20 November 2026, Anna Schmidt wrote:\n> Price?\n>\n>> an older one\n>\n> Anna")
    assert "wrote:" not in letter.text


def test_the_desk_may_do_without() -> None:
    assert DESK.draft(replace(request("Price?"), quote_original=False)).quote == ""
    assert DESK.draft(request("")).quote == ""
    assert quote_html("", "en") == ""


def test_of_a_marketplace_notice_the_buyers_words_are_quoted() -> None:
    wrapped = Wrapped(source="market", buyer=Address("Jane", "jane@buyer.example"), message="How much?", fields=())
    letter = DESK.draft(request("You have a new inquiry.", headers={"wrapped": wrapped}))
    assert letter.quote.split("\n", 1)[0].endswith(", Jane wrote:")
    assert letter.quote.split("\n")[1:] == ["> How much?"]


def test_a_long_thread_is_cut() -> None:
    letter = DESK.draft(request("line\n" * 3000))
    assert letter.quote.endswith("\n> [...]")
    assert letter.quote.count("\n") < 210


def test_hostile_words_stay_words() -> None:
    letter = DESK.draft(request("<script>alert(1)</script>\u202e {{7*7}}\x1b[31m"))
    shown = quote_html(letter.quote, "en")
    assert "<script" not in shown
    assert "\u202e" not in letter.quote
    assert "\x1b" not in letter.quote
    assert "{{7*7}}" in letter.quote


def test_html_of_a_right_to_left_letter_says_so() -> None:
    assert quote_html("intro\n> text", "ar").startswith('<p dir="rtl">intro</p>\n<blockquote type="cite" dir="auto"')
