"""Hostile inputs H01-H10, H18-H21, H26: each is read, within its time, and says what was wrong."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.parsing import newest_html, newest_text, parse
from triage.parsing.html import html_to_text
from triage.vocabulary.mail import ParsedMail

HEAD = b"From: Ana <ana@tienda.example>\r\nMessage-ID: <1@tienda.example>\r\nDate: Tue, 3 Mar 2026 10:15:00 +0100\r\n"


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    start = time.thread_time()
    yield
    assert time.thread_time() - start < seconds


def codes(mail: ParsedMail) -> list[str]:
    return [defect.code for defect in mail.defects]


def nested_multiparts(levels: int) -> bytes:
    raw = [HEAD]
    raw += [
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level) for level in range(levels)
    ]
    return b"".join(raw) + b"Content-Type: text/plain\r\n\r\ndeep\r\n"


@pytest.mark.parametrize("levels", [1_000, 100_000])
def test_deeply_nested_multiparts_stop_at_the_limit(levels: int) -> None:
    with at_most(2):
        mail = parse(nested_multiparts(levels))
    assert "too-deep" in codes(mail)
    assert mail.sender is not None


def test_deeply_nested_messages_stop_at_the_limit() -> None:
    with at_most(2):
        mail = parse(HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 100_000)
    assert "too-deep" in codes(mail)


def test_too_many_parts_are_not_all_read() -> None:
    part = b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n"
    with at_most(2):
        mail = parse(HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + part * 200_000 + b"--b--\r\n")
    assert codes(mail) == ["too-many-parts"]
    assert mail.text.startswith("x")


def test_unknown_charset_is_named_and_guessed() -> None:
    mail = parse(HEAD + b"Content-Type: text/plain; charset=bogus\r\n\r\n" + "naïve café".encode())
    assert mail.text == "naïve café"
    assert codes(mail) == ["unknown-charset"]


def test_false_charset_is_replaced_with_a_guess() -> None:
    mail = parse(HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + "Größe für Kühlräume".encode("cp1252"))
    assert mail.text == "Größe für Kühlräume"
    assert codes(mail) == ["charset-guessed"]


@pytest.mark.parametrize("charset", ["unicode_escape", "idna", "punycode", "base64", "rot13", "zlib", "x" * 5_000])
def test_codecs_that_are_no_charsets_are_not_used(charset: str) -> None:
    mail = parse(HEAD + f"Content-Type: text/plain; charset={charset}\r\n\r\n\\x41 plain".encode())
    assert mail.text == "\\x41 plain"
    assert codes(mail) == ["unknown-charset"]


def test_broken_base64_is_decoded_as_far_as_it_goes() -> None:
    mail = parse(HEAD + b"Content-Transfer-Encoding: base64\r\n\r\naGVsbG8gd29y!bGQ=x\r\n")
    assert mail.text.startswith("hello wor")
    assert "bad-base64" in codes(mail)


def test_unknown_transfer_encoding_is_recorded() -> None:
    mail = parse(HEAD + b"Content-Transfer-Encoding: rot13\r\n\r\nuryyb\r\n")
    assert (mail.text, codes(mail)) == ("uryyb\n", ["unknown-transfer-encoding"])


def test_nul_and_lone_surrogates_never_reach_the_text() -> None:
    mail = parse(HEAD + b"Subject: a\x00b\r\n\r\nx\x00y \xed\xa0\x80 z\x07\r\n")
    assert mail.subject == "ab"
    assert not set("\x00\x07\ud800") & set(mail.text)


def test_encoded_line_breaks_do_not_make_headers() -> None:
    mail = parse(HEAD + b"Subject: =?utf-8?Q?Hi=0D=0ABcc:_all=40victim.example?=\r\n\r\nx")
    assert mail.subject == "Hi  Bcc: all@victim.example"
    assert mail.header("bcc") is None


@pytest.mark.parametrize(
    "garbage", [b"<", b"<>", b"<[x]@y>", b"<a@[x>", b"(" * 2_048, b'"', b"@", b",,,;;;", b"=?", b"=?x?b?", b"\\" * 999]
)
@pytest.mark.parametrize("name", [b"From", b"To", b"Message-ID", b"References", b"Date", b"Subject", b"Content-Type"])
def test_header_garbage_is_survived(name: bytes, garbage: bytes) -> None:
    mail = parse(name + b": " + garbage + b"\r\n\r\nbody")
    assert "parse-failed" not in codes(mail)
    assert mail.text == "body" or name == b"Content-Type"


def test_giant_address_list_is_cut_in_time() -> None:
    with at_most(0.2):
        mail = parse(b"From: " + b"," * 32_000 + b"\r\nTo: " + b"a@b.example, " * 5_000 + b"\r\n\r\nx")
    assert len(mail.to) == 100


def test_ten_thousand_references_keep_the_newest() -> None:
    references = b" ".join(b"<%d@x.example>" % n for n in range(4_000))
    with at_most(0.2):
        mail = parse(b"References: " + references + b"\r\n\r\nx")
    assert len(mail.references) == 200
    assert mail.references[-1] == "<3999@x.example>"


def test_header_block_over_the_limit_is_cut_and_the_body_still_read() -> None:
    with at_most(1):
        mail = parse(HEAD + b"X-Long: " + b"a" * 300_000 + b"\r\nSubject: late\r\n\r\nbody")
    assert codes(mail) == ["header-too-large"]
    assert mail.text == "body"


def test_twenty_thousand_encoded_words_take_linear_time() -> None:
    with at_most(1):
        mail = parse(b"Subject: " + b"=?utf-8?q?a?= " * 20_000 + b"\r\n\r\nx")
    assert mail.subject.startswith("aaaa")


@pytest.mark.parametrize("opening", [b"=?a?q?", b'"\\', b"<", b"(", b"a@", b'name="\\"'])
def test_unfinished_constructs_take_linear_time(opening: bytes) -> None:
    for name in (b"Subject", b"From", b"Content-Type", b"References", b"Content-Disposition"):
        with at_most(1):
            parse(name + b": x; " + opening * 40_000 + b"\r\n\r\nx")


@pytest.mark.parametrize(
    ("offered", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\drawing.pdf", "drawing.pdf"),
        ("\u202egnp.exe", "gnp.exe"),
        ("\u200b.htaccess", "htaccess"),
        ("\u200b", "attachment-1.pdf"),
        ("con.txt", "_con.txt"),
        ("a" * 300 + ".pdf", "a" * 116 + ".pdf"),
        ("a\r\nb.pdf", "ab.pdf"),
        ("..", "attachment-1.pdf"),
    ],
)
def test_attachment_names_are_cleaned_first_and_checked_after(offered: str, name: str) -> None:
    from triage.parsing.names import safe_name

    assert safe_name(offered, "application/pdf", 1) == name


def test_signed_mail_is_labelled_and_readable() -> None:
    head = HEAD + b'Content-Type: multipart/signed; boundary=b; protocol="application/pgp-signature"\r\n\r\n'
    mail = parse(head + b"--b\r\n\r\nhello\r\n--b\r\nContent-Type: application/pgp-signature\r\n\r\nx\r\n--b--\r\n")
    assert mail.text == "hello"
    assert codes(mail) == ["signed"]


def test_inline_pgp_is_labelled_encrypted() -> None:
    assert codes(parse(HEAD + b"\r\n-----BEGIN PGP MESSAGE-----\r\nabc\r\n")) == ["encrypted"]


@pytest.mark.parametrize(
    "date", ["9999-12-31", "Fri, 31 Dec 0000 00:00:00 +0000", "Thu, 1 Jan 1970 00:00:00 +0000", "x", "1", "99 Foo 2020"]
)
def test_senseless_dates_are_not_trusted(date: str) -> None:
    mail = parse(f"From: a@b.example\r\nMessage-ID: <1@b.example>\r\nDate: {date}\r\n\r\nx".encode())
    assert mail.date is None
    assert codes(mail) == ["date-not-trusted"]


@pytest.mark.parametrize("domain", ["sеller.example", "xn--sller-1ve.example", "SELLER.example"])
def test_h11_the_address_is_kept_as_it_came(domain: str) -> None:
    mail = parse(f"From: Li Wei <li@{domain}>\r\n\r\nx".encode())
    assert mail.sender is not None
    assert mail.sender.email == f"li@{domain.lower()}"
    assert (mail.sender.email == "li@seller.example") is (domain == "SELLER.example")


@pytest.mark.parametrize(
    ("subject", "charset"),
    [("Größe und Maße", "cp1252"), ("Запрос цены на насосы", "koi8-r"), ("请报价格，谢谢", "gb18030")],
)
def test_h20_eight_bit_headers_are_guessed(subject: str, charset: str) -> None:
    mail = parse(b"Subject: " + subject.encode(charset) + b"\r\n\r\n" + subject.encode(charset))
    assert mail.subject == subject


HOSTILE_TEXT = {
    "on and spaces": "On" + " " * 1_000_000,
    "blank lines": "\n" * 1_000_000,
    "from lines": "From: a\n" * 125_000,
    "attributions": "On 1 Jan 2020 a <b@c.example>\n" * 30_000,
    "quote marks": ">" * 1_000_000,
    "one line": "x" * 1_000_000,
    "rules": "-----\n" * 160_000,
    "recipients": "To: a\n" + "a@b.example,\n" * 80_000,
    "verbs": "On 1 Jan 2020 wrote\n" * 50_000,
    "delimiters": "a\n-- \n" * 160_000,
    "inline": "a\n> b\n" * 160_000,
    "labels": "a: b\n" * 200_000,
}


@pytest.mark.parametrize("name", HOSTILE_TEXT)
def test_quote_cutting_is_linear(name: str) -> None:
    with at_most(2):
        assert isinstance(newest_text(HOSTILE_TEXT[name]), str)


HOSTILE_HTML = {
    "nested": "<div>" * 50_000 + "x",
    "quotes": "<blockquote>" * 20_000 + "x",
    "unclosed": "<b " * 100_000,
    "attributes": "<p " + "a=b " * 100_000 + ">x",
    "formatting": "<b><i><u>" * 5_000 + "x" + "</p>" * 20_000,
    "tables": "<table><tr><td>" * 5_000 + "x",
    "paragraphs": "<p>On 1 Jan 2020 a &lt;b@c.example&gt; wrote:</p>" * 20_000,
}


@pytest.mark.parametrize("name", HOSTILE_HTML)
def test_html_is_read_in_bounded_time(name: str) -> None:
    with at_most(2):
        assert isinstance(html_to_text(newest_html(HOSTILE_HTML[name])), str)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=2_000))
def test_any_bytes_are_read(raw: bytes) -> None:
    mail = parse(raw)
    assert mail.size == len(raw)
    assert "parse-failed" not in codes(mail)


FRAGMENTS = st.sampled_from(
    [
        *(
            b"From: ",
            b"To: ",
            b"Subject: ",
            b"Content-Type: ",
            b"multipart/mixed; boundary=b",
            b"message/rfc822",
            b"--b",
        ),
        *(
            b"--b--",
            b"\r\n",
            b"\n\n",
            b"\r",
            b"=?utf-8?b?",
            b"?=",
            b"<a@b.example>",
            b'"',
            b"(",
            b"\\",
            b"> ",
            b"-- \n",
        ),
        *(b"base64", b"charset=", b"gb2312", b"filename*0*=", b"''%", b"\xff\xfe", b"\xe4\xbd", b"<div>", b"text/html"),
        *(b"On 1 Jan 2020, A wrote:", b"Content-Transfer-Encoding: ", b"name: ", b"email: a@b.example", b"message: "),
    ]
)


@settings(max_examples=500, deadline=None)
@given(st.lists(FRAGMENTS, max_size=60))
def test_any_mix_of_mail_fragments_is_read(fragments: list[bytes]) -> None:
    mail = parse(b"".join(fragments))
    assert "parse-failed" not in codes(mail)
    assert not any("\n" in value or "\x00" in value for _, value in mail.headers)
