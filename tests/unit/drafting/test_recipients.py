import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.drafting.requests import ANNA, codes, letter
from triage.drafting.recipients import reply_subject
from triage.outbox.headers import check_text
from triage.vocabulary.mail import Address, Wrapped

COLLEAGUE = Address("", "purchase@muster.example")
STRANGER = Address("", "anna.schmidt@freemail.example")
NOTICE = Address("Marketplace", "notice@market.example")
BUYER = Address("Jane Doe", "jane@buyer.example")


def test_the_sender_is_answered() -> None:
    assert letter("").to == (ANNA,)


def test_a_reply_to_of_the_same_domain_is_followed() -> None:
    found = letter("", headers={"reply_to": (COLLEAGUE,)})
    assert found.to == (COLLEAGUE,)
    assert "reply_to_other_domain" not in codes(found)


def test_h12_a_reply_to_of_another_domain_is_not_followed_but_shown() -> None:
    found = letter("", headers={"reply_to": (STRANGER,)})
    assert found.to == (ANNA,)
    assert [(w.code, w.place) for w in found.warnings] == [("reply_to_other_domain", STRANGER.email)]


def test_nobody_else_is_copied() -> None:
    assert letter("", headers={"to": (COLLEAGUE,), "cc": (STRANGER, COLLEAGUE)}).to == (ANNA,)


def test_the_buyer_inside_a_notice_is_answered_and_said_so() -> None:
    found = letter("", headers={"sender": NOTICE, "wrapped": Wrapped("market", BUYER, "Price?")})
    assert found.to == (BUYER,)
    assert "recipient_from_body" in codes(found)


def test_a_platforms_reply_address_goes_before_the_buyers() -> None:
    relay = Address("", "relay-1@market.example")
    found = letter("", headers={"sender": NOTICE, "wrapped": Wrapped("market", BUYER, "Price?", reply_to=relay)})
    assert found.to == (relay,)
    assert "recipient_from_body" not in codes(found)


def test_we_never_write_to_ourselves() -> None:
    ours = Address("Desk", "Sales@example.com")
    found = letter("", headers={"sender": ours, "reply_to": (ours,)})
    assert found.to == ()
    assert "no_recipient" in [warning.code for warning in found.blocking]


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Desk lamps", "Re: Desk lamps"),
        ("RE: re: AW: Fwd: WG: Desk lamps", "Re: Desk lamps"),
        ("", "Re: Your inquiry"),
        ("Re: ", "Re: Your inquiry"),
        ("a\r\nBcc: x@evil.example\x00", "Re: a Bcc: x@evil.example"),
        ("long " * 100, "Re: " + ("long " * 40).strip()),
    ],
)
def test_the_subject_is_the_buyers_with_a_single_re(subject: str, expected: str) -> None:
    assert reply_subject(subject, "Your inquiry") == expected


@given(st.text(max_size=400))
def test_the_subject_of_an_answer_can_always_be_sent(subject: str) -> None:
    reply = reply_subject(subject, "Your inquiry")
    check_text("subject", reply)
    assert reply_subject(reply, "Your inquiry") == reply


def test_without_a_subject_the_languages_own_is_used() -> None:
    assert letter("", language="zh", headers={"subject": ""}).subject == "Re: 您的询盘"
