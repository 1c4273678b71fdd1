"""winmail.dat (H18): opened, or kept raw with a note; read the same by an independent library; bounded."""

import base64
import struct
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tnefparse import TNEF

from triage.parsing import parse
from triage.parsing.tnef import open_tnef
from triage.vocabulary.mail import ParsedMail

LONG_NAME, DATA, BODY, HTML, CODEPAGE = 0x3707, 0x3701, 0x1000, 0x1013, 0x3FDE


def item(level: int, name: int, kind: int, data: bytes) -> bytes:
    return struct.pack("<BHHI", level, name, kind, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def padded(data: bytes) -> bytes:
    return struct.pack("<I", len(data)) + data + b"\0" * (-len(data) % 4)


def prop(kind: int, name: int, value: bytes) -> bytes:
    head = struct.pack("<HH", kind, name)
    return head + (value if kind == 0x0003 else struct.pack("<I", 1) + padded(value))


def props(*several: bytes) -> bytes:
    return struct.pack("<I", len(several)) + b"".join(several)


def winmail(*items: bytes) -> bytes:
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(items)


VERSION = item(1, 0x9006, 8, struct.pack("<I", 0x10000))
CYRILLIC = item(1, 0x9007, 6, struct.pack("<II", 1251, 0))
WORDS = "Нам нужно 40 насосов."
MESSAGE = item(1, 0x9003, 6, props(prop(0x001E, BODY, WORDS.encode("cp1251") + b"\0")))
FILE = (
    item(2, 0x9002, 6, b"\0" * 14)
    + item(2, 0x8010, 1, b"DRAWIN~1.PDF\0")
    + item(2, 0x800F, 6, b"%PDF-1.4 x")
    + item(2, 0x9005, 6, props(prop(0x001F, LONG_NAME, "чертёж насоса.pdf\0".encode("utf-16-le"))))
)
SAMPLE = winmail(VERSION, CYRILLIC, MESSAGE, FILE)


def mail_with(data: bytes, text: str = "") -> ParsedMail:
    head = "From: i@magazin.example\r\nMessage-ID: <1@magazin.example>\r\n"
    head += "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    words = f"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n" if text else ""
    part = "--b\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return parse((head + words + part).encode() + base64.encodebytes(data) + b"--b--\r\n")


def test_text_and_files_come_out() -> None:
    mail = mail_with(SAMPLE)
    assert mail.newest_text == WORDS
    assert [(file.name, file.content_type, file.size) for file in mail.attachments] == [
        ("чертёж насоса.pdf", "application/pdf", 10)
    ]
    assert [defect.code for defect in mail.defects] == ["winmail.dat"]


def test_the_text_beside_it_comes_first() -> None:
    mail = mail_with(SAMPLE, "See the drawing.")
    assert mail.newest_text == "See the drawing."
    assert WORDS not in mail.text


def test_html_inside_is_read() -> None:
    html = "<p>Größe?</p>".encode()
    code = prop(0x0003, CODEPAGE, struct.pack("<I", 65001))
    mail = mail_with(winmail(VERSION, item(1, 0x9003, 6, props(prop(0x0102, HTML, html), code))))
    assert (mail.html, mail.newest_text) == ("<p>Größe?</p>", "Größe?")


def test_an_independent_reader_agrees() -> None:
    other, ours = TNEF(SAMPLE), open_tnef(SAMPLE)
    assert ours is not None
    assert ours.text == str(other.body).rstrip("\0") == WORDS
    (theirs,), (mine,) = other.attachments, ours.files
    assert (mine.name, mine.data) == (theirs.long_filename(), theirs.data)


@pytest.mark.parametrize("data", [b"", b"x" * 50, SAMPLE[:80], winmail(item(1, 0x9003, 6, b"\x01\0\0\0\x99\x99\0\0"))])
def test_damaged_content_is_kept_as_it_came(data: bytes) -> None:
    mail = mail_with(data, "See the drawing.")
    (file,) = mail.attachments
    assert (file.name, file.size, mail.newest_text) == ("winmail.dat", len(data), "See the drawing.")
    assert "can't be read" in mail.defects[0].detail


HOSTILE = {
    "properties": winmail(item(1, 0x9003, 6, b"\xff\xff\xff\xff")),
    "values": winmail(item(1, 0x9003, 6, props(struct.pack("<HHI", 0x1002, 0x1234, 0xFFFFFFFF)))),
    "items": winmail(*[item(1, 0x8004, 1, b"")] * 90_000),
    "recipients": winmail(item(1, 0x9004, 6, b"\xff\xff\xff\xff")),
    "inside itself": winmail(item(2, 0x9002, 6, b""), item(2, 0x800F, 6, SAMPLE * 5_000)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_crafted_counts_take_no_time(name: str) -> None:
    start = time.thread_time()
    mail_with(HOSTILE[name])
    assert time.thread_time() - start < 1


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(SAMPLE)), st.binary(max_size=40))
def test_any_damage_is_survived(at: int, noise: bytes) -> None:
    mail = mail_with(SAMPLE[:at] + noise + SAMPLE[at + len(noise) :])
    assert "parse-failed" not in [defect.code for defect in mail.defects]
