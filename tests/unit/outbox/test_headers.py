"""Headers: what may stand in them, and what they are as bytes (H06, H10, H20, F28)."""

import re
from collections.abc import Callable
from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.outbox.letters import DATE, envelope
from triage.errors import UnsafeHeader
from triage.outbox.headers import (
    check_headers,
    encoded,
    header_lines,
    new_message_id,
    sent_message_id,
    shortened,
    thread_headers,
    wire_address,
)
from triage.vocabulary.mail import Address, ParsedMail
from triage.vocabulary.outgoing import OutgoingFile

CONTROLS = ["\r", "\n", "\r\n", "\0", "\x0b", "\x1b", "\x7f", "\x85", "\u2028", "\u2029", "\ud800"]


@pytest.mark.parametrize("control", CONTROLS)
@pytest.mark.parametrize(
    "field",
    [
        lambda bad: {"subject": f"Re: x{bad}Bcc: spy@evil.example"},
        lambda bad: {"sender": Address(f"Li{bad}", "sales@seller.example")},
        lambda bad: {"sender": Address("Li", f"sales{bad}@seller.example")},
        lambda bad: {"to": (Address(f"Anna{bad}", "anna@buyer.example"),)},
        lambda bad: {"to": (Address("Anna", f"anna@buyer.example{bad}"),)},
        lambda bad: {"cc": (Address(f"Cee{bad}", "cee@buyer.example"),)},
        lambda bad: {"message_id": f"<id{bad}@seller.example>"},
        lambda bad: {"in_reply_to": f"<id{bad}@seller.example>"},
        lambda bad: {"references": ("<a@b.example>", f"<id{bad}@seller.example>")},
        lambda bad: {"files": (OutgoingFile(f"a{bad}.pdf", "application/pdf", b"x"),)},
    ],
)
def test_a_control_character_in_any_header_field_is_refused(
    field: Callable[[str], dict[str, object]], control: str
) -> None:
    with pytest.raises(UnsafeHeader):
        check_headers(envelope(**field(control)))


@pytest.mark.parametrize("name", ["", ".", "..", "../x.pdf", "a/b.pdf", "a\\b.pdf", "x\u202efdp.exe", "x" * 201])
def test_a_file_name_that_is_a_path_or_deceives_is_refused(name: str) -> None:
    with pytest.raises(UnsafeHeader):
        check_headers(envelope(files=(OutgoingFile(name, "application/pdf", b"x"),)))


@pytest.mark.parametrize("message_id", ["", "<>", "id@x", "<a b@x>", "<a<b@x>", "<ä@x>", f"<{'a' * 901}>"])
def test_what_is_no_message_id_is_refused(message_id: str) -> None:
    with pytest.raises(UnsafeHeader):
        check_headers(envelope(message_id=message_id))


def test_a_letter_without_recipient_is_refused() -> None:
    with pytest.raises(UnsafeHeader):
        check_headers(envelope(to=()))


def test_a_date_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        header_lines(envelope(), DATE.replace(tzinfo=None))


def test_the_headers_of_a_plain_letter() -> None:
    assert header_lines(envelope(cc=(Address("", "cee@buyer.example"),)), DATE) == (
        ("From", '"Li Wei" <sales@seller.example>'),
        ("To", '"Anna Muster" <anna@buyer.example>'),
        ("Cc", "cee@buyer.example"),
        ("Subject", "Re: Valves"),
        ("Date", "Mon, 02 Mar 2026 09:30:00 +0000"),
        ("Message-ID", "<0123456789abcdef@seller.example>"),
        ("In-Reply-To", "<first@buyer.example>"),
        ("References", "<first@buyer.example>"),
        ("X-Triage-Reference", "0123456789abcdef@seller.example"),
    )


def test_a_quote_in_a_display_name_stays_inside_it() -> None:
    headers = dict(header_lines(envelope(to=(Address('A" <x@evil.example>, "B\\', "anna@buyer.example"),)), DATE))
    assert headers["To"] == '"A\\" <x@evil.example>, \\"B\\\\" <anna@buyer.example>'


def test_what_looks_like_an_encoded_word_is_not_taken_for_one() -> None:
    hostile = "=?utf-8?q?x=0ABcc:_spy@evil.example?="
    value = encoded(hostile)
    assert "\n" not in str(make_header(decode_header(value)))
    assert str(make_header(decode_header(value))) == hostile


def test_long_plain_text_is_folded_at_its_spaces() -> None:
    text = "Inquiry about " + "stainless steel ball valves " * 8 + "DN50"
    lines = encoded(text).split("\r\n ")
    assert max(map(len, lines)) <= 70
    assert " ".join(lines) == text


ANY_TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=300)


@given(ANY_TEXT)
def test_any_text_comes_back_unchanged_from_lines_that_rfc_2047_allows(text: str) -> None:
    value = encoded(text)
    assert re.fullmatch(r"[ -~]*(\r\n [ -~]*)*", value)
    assert all(len(word) <= 75 for word in value.split() if word.startswith("=?utf-8?b?"))
    parsed = message_from_bytes(b"Subject: " + value.encode() + b"\r\n\r\n", policy=default)
    assert parsed["Subject"] == text
    assert len(parsed.keys()) == 1


@pytest.mark.parametrize(
    ("email", "expected"),
    [
        ("anna@buyer.example", "anna@buyer.example"),
        ("Anna.O'Neil+x@Buyer.example", "Anna.O'Neil+x@Buyer.example"),
        ("a..b.@buyer.example", "a..b.@buyer.example"),
        ("info@münchen.example", "info@xn--mnchen-3ya.example"),
        ("info@例え.example", "info@xn--r8jz45g.example"),
        ("info@MÜNCHEN.example", "info@xn--mnchen-3ya.example"),
    ],
)
def test_addresses_are_written_in_ascii(email: str, expected: str) -> None:
    assert wire_address(email) == expected


@pytest.mark.parametrize(
    "email",
    [
        "jürgen@buyer.example",
        "anna",
        "@buyer.example",
        "anna@",
        "an na@buyer.example",
        '"anna"@buyer.example',
        "anna@buyer@x.example@",
        "anna@a..example",
        "anna@buyer.example>",
        "anna@[127.0.0.1]",
        "a" * 65 + "@buyer.example",
        "info@faß.example",
        "info@ｆｕｌｌ.example",
        "info@" + "ü" * 70 + ".example",
    ],
)
def test_an_address_that_has_no_certain_ascii_form_is_refused(email: str) -> None:
    with pytest.raises(UnsafeHeader):
        wire_address(email)


def test_message_ids_are_unguessable_and_ours() -> None:
    ids = {new_message_id("Seller.example") for _ in range(100)}
    assert len(ids) == 100
    assert all(re.fullmatch(r"<[0-9a-f]{32}@seller\.example>", each) for each in ids)


def test_a_reply_names_the_mail_and_its_whole_chain() -> None:
    mail = ParsedMail(message_id="<3@x>", in_reply_to=("<2@x>",), references=("<1@x>", "<2@x>"))
    assert thread_headers(mail) == ("<3@x>", ("<1@x>", "<2@x>", "<3@x>"))


def test_without_references_the_chain_comes_from_in_reply_to() -> None:
    assert thread_headers(ParsedMail(message_id="<3@x>", in_reply_to=("<2@x>",))) == ("<3@x>", ("<2@x>", "<3@x>"))


def test_hostile_ids_of_the_sender_are_left_out() -> None:
    mail = ParsedMail(message_id="<a\r\nBcc: spy@x>", references=("<1@x>", "<\0@x>", "no id", "<1@x>", "<b c@x>"))
    assert thread_headers(mail) == (None, ("<1@x>",))


def test_a_long_chain_keeps_its_ends() -> None:
    chain = tuple(f"<{number}@x>" for number in range(200))
    in_reply_to, references = thread_headers(ParsedMail(message_id="<me@x>", references=chain))
    assert in_reply_to == "<me@x>"
    assert references == (*chain[:10], *chain[191:], "<me@x>")
    assert shortened(references) == references


def test_our_id_is_found_again_where_the_provider_wrote_its_own() -> None:
    headers = (("message-id", "<theirs@provider.example>"), ("x-triage-reference", "0123@seller.example"))
    assert (
        sent_message_id(ParsedMail(message_id="<theirs@provider.example>", headers=headers)) == "<0123@seller.example>"
    )
    assert sent_message_id(ParsedMail(message_id="<theirs@provider.example>")) == "<theirs@provider.example>"
