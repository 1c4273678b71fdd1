"""The exact bytes of a letter (I5, H06, H27, STACK 3.7)."""

from dataclasses import replace
from datetime import timedelta, timezone
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.outbox.letters import DATE, envelope
from triage.errors import UnsafeHeader
from triage.outbox import compose as module
from triage.outbox.compose import compose, content_hash, outgoing, outgoing_hash
from triage.outbox.wire import is_well_formed
from triage.vocabulary.mail import Address
from triage.vocabulary.outgoing import Envelope, OutgoingFile

PDF = OutgoingFile("catalogue.pdf", "application/pdf", bytes(range(256)) * 20)


def parsed(data: bytes) -> EmailMessage:
    mail = message_from_bytes(data, policy=default)
    assert isinstance(mail, EmailMessage)
    return mail


def words(part: MIMEPart | None) -> str:
    assert part is not None
    content: str = part.get_content()
    return content.replace("\r\n", "\n")


def header_block(data: bytes) -> list[bytes]:
    return data.partition(b"\r\n\r\n")[0].split(b"\r\n")


def test_a_letter_is_these_bytes() -> None:
    letter = envelope(text="Dear Anna,\nprice: 5 €\n", html="", in_reply_to=None, references=())
    assert compose(letter, DATE) == (
        b'From: "Li Wei" <sales@seller.example>\r\n'
        b'To: "Anna Muster" <anna@buyer.example>\r\n'
        b"Subject: Re: Valves\r\n"
        b"Date: Mon, 02 Mar 2026 09:30:00 +0000\r\n"
        b"Message-ID: <0123456789abcdef@seller.example>\r\n"
        b"X-Triage-Reference: 0123456789abcdef@seller.example\r\n"
        b"MIME-Version: 1.0\r\n"
        b'Content-Type: text/plain; charset="utf-8"\r\n'
        b"Content-Transfer-Encoding: quoted-printable\r\n"
        b"\r\n"
        b"Dear Anna,\r\nprice: 5 =E2=82=AC\r\n"
    )


def test_the_same_letter_gives_the_same_bytes() -> None:
    letter = envelope(files=(PDF,))
    assert compose(letter, DATE) == compose(letter, DATE)


def test_text_html_and_files_come_back_as_they_went_in() -> None:
    names = ["catalogue.pdf", "目录 2026 – a very long name, longer than one header line can hold.pdf", 'a "b"; c.txt']
    files = tuple(OutgoingFile(name, "application/pdf", name.encode() + b"\r\n.\r\n\0") for name in names)
    letter = envelope(text="Grüße\n.\nFrom here on\ntrailing \n", html="<p>你好</p>", files=files)
    mail = parsed(compose(letter, DATE))
    assert words(mail.get_body(("plain",))) == letter.text
    assert words(mail.get_body(("html",))) == letter.html + "\n"
    assert [(part.get_filename(), part.get_content()) for part in mail.iter_attachments()] == [
        (file.name, file.data) for file in files
    ]
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "application/pdf",
        "application/pdf",
        "application/pdf",
    ]


@pytest.mark.parametrize(
    ("given_type", "written"),
    [
        ("image/png", "image/png"),
        ("message/rfc822", "application/octet-stream"),
        ("multipart/mixed", "application/octet-stream"),
        ("text/html\r\nBcc: x", "application/octet-stream"),
        ("nonsense", "application/octet-stream"),
    ],
)
def test_a_content_type_is_written_only_if_it_is_one(given_type: str, written: str) -> None:
    data = compose(envelope(files=(OutgoingFile("file", given_type, b"x"),)), DATE)
    (part,) = parsed(data).iter_attachments()
    assert part.get_content_type() == written


def test_long_ids_are_never_encoded_words_nor_broken() -> None:
    references = tuple(f"<{'r' * 150}{number}@mail.buyer.example>" for number in range(40))
    lines = header_block(compose(envelope(in_reply_to=references[-1], references=references), DATE))
    first = lines.index(b"References: " + references[0].encode())
    assert lines[first - 1] == b"In-Reply-To: " + references[-1].encode()
    assert lines[first + 1 : first + 20] == [
        b" " + reference.encode() for reference in (*references[1:10], *references[-10:])
    ]
    assert lines[first + 20].startswith(b"X-Triage-Reference: ")


def test_an_encoded_line_break_in_the_subject_can_not_become_a_header() -> None:
    """The email library of some interpreters writes a real Bcc line for it (CVE-2024-6923); we never do."""
    subject = "Re: =?utf-8?q?price=0D=0ABcc=3A_spy=40evil.example?="
    data = compose(envelope(subject=subject), DATE)
    assert [line for line in header_block(data) if b"bcc" in line.lower()] == []
    assert parsed(data)["Subject"] == subject


def test_a_header_that_slips_past_the_check_is_found_in_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    real = module.header_lines

    def careless(letter: Envelope, date: object) -> tuple[tuple[str, str], ...]:
        return (*real(letter, DATE), ("X-Note", "a\r\nBcc: spy@evil.example"))

    monkeypatch.setattr(module, "header_lines", careless)
    with pytest.raises(UnsafeHeader):
        compose(envelope(), DATE)


def test_a_recipient_named_twice_gets_one_copy() -> None:
    letter = envelope(
        to=(Address("Anna", "anna@buyer.example"), Address("", "info@münchen.example")),
        cc=(Address("", "ANNA@buyer.example"), Address("", "cee@buyer.example")),
    )
    assert outgoing(letter, DATE).recipients == (
        "ANNA@buyer.example",
        "info@xn--mnchen-3ya.example",
        "cee@buyer.example",
    )


def test_the_outgoing_hash_covers_bytes_and_recipients() -> None:
    letter = outgoing(envelope(), DATE)
    assert letter.data == compose(envelope(), DATE)
    assert letter.sha256 == outgoing_hash(letter.sender, letter.recipients, letter.data)
    others = {
        outgoing_hash(letter.sender, letter.recipients, letter.data + b"x"),
        outgoing_hash(letter.sender, (*letter.recipients, "spy@evil.example"), letter.data),
        outgoing_hash("x@seller.example", letter.recipients, letter.data),
        outgoing_hash(letter.sender, ("anna@buyer.examples", ""), letter.data),
    }
    assert len(others | {letter.sha256}) == 5


def test_every_part_of_the_letter_changes_its_content_hash() -> None:
    letter = envelope(files=(PDF,))
    changes = [
        {"sender": Address("Li Wei", "other@seller.example")},
        {"sender": Address("Li", "sales@seller.example")},
        {"to": (*letter.to, Address("", "spy@evil.example"))},
        {"to": (Address("Anna", "anna@buyer.example"),)},
        {"to": (), "cc": letter.to},
        {"subject": "Re: Valve"},
        {"text": letter.text + " "},
        {"html": ""},
        {"text": letter.html, "html": letter.text},
        {"message_id": "<other@seller.example>"},
        {"in_reply_to": None},
        {"in_reply_to": ""},
        {"references": ()},
        {"references": ("<first@buyer.example>", "")},
        {"files": ()},
        {"files": (replace(PDF, name="catalogue2.pdf"),)},
        {"files": (replace(PDF, content_type="text/plain"),)},
        {"files": (replace(PDF, data=PDF.data + b"\0"),)},
    ]
    hashes = {content_hash(replace(letter, **change)) for change in changes}
    assert len(hashes | {content_hash(letter)}) == len(changes) + 1


def test_the_content_hash_does_not_change_between_runs() -> None:
    assert content_hash(envelope()) == content_hash(envelope())
    assert len(content_hash(envelope())) == 64


def test_neighbouring_values_can_not_be_shifted_into_one_another() -> None:
    one = envelope(to=(Address("a", "b@x.example"),), references=("<a@x>", "<b@x>"))
    assert content_hash(one) != content_hash(replace(one, to=(Address("ab", "@x.example"),)))
    assert content_hash(one) != content_hash(replace(one, references=("<a@x><b@x>",)))


def test_half_characters_in_the_text_become_visible_marks() -> None:
    mail = parsed(compose(envelope(text="a\ud800b", html=""), DATE))
    assert words(mail) == "a?b\n"


def test_line_ends_of_any_kind_are_one_kind_on_the_wire() -> None:
    data = compose(envelope(text="a\rb\r\nc\nd", html=""), DATE)
    assert data.endswith(b"\r\n\r\na\r\nb\r\nc\r\nd\r\n")


@pytest.mark.parametrize("text", ["", "\n", "\n\n\n", ".", ".\n.\n", "x" * 5000, "字" * 5000, "\x00\x08"])
def test_odd_bodies_come_back(text: str) -> None:
    mail = parsed(compose(envelope(text=text, html=""), DATE))
    assert words(mail) == text.rstrip("\n") + "\n"


ANY = st.text(max_size=80)
NAMES = st.builds(Address, ANY, st.just("anna@buyer.example"))


@settings(max_examples=150, deadline=None)
@given(
    subject=ANY,
    text=st.text(max_size=2000),
    html=st.text(max_size=300),
    to=NAMES,
    file_name=ANY,
    zone=st.integers(-720, 840),
)
def test_whatever_is_composed_has_exactly_our_headers_and_safe_bytes(
    subject: str, text: str, html: str, to: Address, file_name: str, zone: int
) -> None:
    letter = envelope(
        subject=subject,
        text=text,
        html=html,
        to=(to,),
        files=(OutgoingFile(file_name, "text/plain", text.encode("utf-8", "replace")),),
    )
    try:
        data = compose(letter, DATE.astimezone(timezone(timedelta(minutes=zone))))
    except UnsafeHeader:
        return
    assert is_well_formed(data)
    names = [line.partition(b":")[0] for line in header_block(data) if not line.startswith(b" ")]
    assert names == [
        b"From",
        b"To",
        b"Subject",
        b"Date",
        b"Message-ID",
        b"In-Reply-To",
        b"References",
        b"X-Triage-Reference",
        b"MIME-Version",
        b"Content-Type",
    ]


CLEAN = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=80)


@settings(max_examples=150, deadline=None)
@given(subject=CLEAN, name=CLEAN, text=st.text(st.characters(exclude_categories=["Cs"]), max_size=1000))
def test_a_letter_without_control_characters_is_never_refused(subject: str, name: str, text: str) -> None:
    mail = parsed(
        compose(envelope(subject=subject, to=(Address(name, "anna@buyer.example"),), text=text, html=""), DATE)
    )
    assert mail["Subject"] == subject
    assert mail["To"].addresses[0].addr_spec == "anna@buyer.example"
