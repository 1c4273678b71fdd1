"""Headers of an outgoing mail, written by ourselves and checked by ourselves.

The email library of some interpreters turns a line break inside an encoded word into a new header (H06), writes long
Message-IDs as encoded words, which breaks threading in Outlook, and encodes non-ASCII domains as words, which is not
an address. So every header line is made here, of characters that were checked here.
"""

import base64
import re
import secrets
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import quote

from triage.errors import UnsafeHeader
from triage.vocabulary.mail import Address, ParsedMail
from triage.vocabulary.outgoing import Envelope
from triage.vocabulary.subjects import BREAKS, REVERSING

Header = tuple[str, str]
"""Name and value; the value may be folded with CRLF and a space."""

REFERENCES_KEPT = 10
"""Of a long thread this many of the first and of the last ids are kept (RFC 5322 3.6.4 allows it)."""
REFERENCE_HEADER = "X-Triage-Reference"
"""Repeats our Message-ID: still there when a provider writes its own over it (F28)."""

_SUBJECT_LIMIT = 250
_FOLD = "\r\n "
_WORD_BYTES = 45
"""UTF-8 bytes in one encoded word: 60 characters of base64, 72 with the frame; RFC 2047 allows 75."""
_LINE = 70
_LONGEST_WORD = 200
_PLAIN = re.compile(r"[!-~]+(?: [!-~]+)*\Z")
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}\Z")
_DOMAIN = re.compile(r"(?=.{1,253}\Z)[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62}))*\Z")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,900}>\Z")


def check_text(what: str, value: str) -> None:
    """Refuse what could end a header line or pass unseen. Raises `UnsafeHeader`."""
    for character in value:
        if unicodedata.category(character) in BREAKS:
            raise UnsafeHeader(
                f"The {what} holds a control character (U+{ord(character):04X}).", "Remove it and approve again."
            )


def check_file_name(name: str) -> None:
    """A name to offer, never a path. Raises `UnsafeHeader`."""
    check_text("file name", name)
    if not name.strip(" .") or len(name) > 200 or not REVERSING.union("/\\").isdisjoint(name):
        raise UnsafeHeader(f"{name!r} can't be the name of an attachment.", "Rename the file.")


def check_headers(envelope: Envelope) -> None:
    """Look at everything that becomes a header, before anything is built (H06). Raises `UnsafeHeader`."""
    if not envelope.to:
        raise UnsafeHeader("The letter has no recipient.", "Name one.")
    check_text("subject", envelope.subject)
    for address in (envelope.sender, *envelope.to, *envelope.cc):
        check_text("display name", address.name)
        wire_address(address.email)
    answered = () if envelope.in_reply_to is None else (envelope.in_reply_to,)
    for message_id in (envelope.message_id, *answered, *envelope.references):
        if not _MESSAGE_ID.match(message_id):
            raise UnsafeHeader(f"{message_id!r} is not a Message-ID.")
    for file in envelope.files:
        check_file_name(file.name)
    if envelope.unsubscribe:
        wire_address(envelope.unsubscribe)


def header_lines(envelope: Envelope, date: datetime) -> tuple[Header, ...]:
    """All headers but the MIME ones. `date` must be aware. There is no Bcc, on purpose."""
    if date.utcoffset() is None:
        raise ValueError("the date of a letter needs a time zone")
    check_headers(envelope)
    headers = (
        ("From", _address(envelope.sender)),
        ("To", _FOLD.join(_addresses(envelope.to))),
        ("Cc", _FOLD.join(_addresses(envelope.cc))),
        ("Subject", encoded(envelope.subject)),
        ("Date", format_datetime(date)),
        ("Message-ID", envelope.message_id),
        ("In-Reply-To", envelope.in_reply_to or ""),
        ("References", _FOLD.join(shortened(envelope.references))),
        ("List-Unsubscribe", _unsubscribe(envelope.unsubscribe)),
        (REFERENCE_HEADER, envelope.message_id.strip("<>")),
    )
    return tuple((name, value) for name, value in headers if value or name == "Subject")


def _unsubscribe(email: str) -> str:
    return f"<mailto:{quote(wire_address(email), safe='@')}?subject=unsubscribe>" if email else ""


def wire_address(email: str) -> str:
    """The address as SMTP and headers carry it: ASCII, domain in IDNA. Raises `UnsafeHeader`.

    Without SMTPUTF8, which most servers lack (H20), a non-ASCII local part has no form at all.
    """
    local, _, domain = email.rpartition("@")
    if not _LOCAL_PART.match(local):
        raise UnsafeHeader(f"{email!r} can't be written to: its part before the @ is not plain ASCII.")
    ascii_domain = _idna(domain)
    if not _DOMAIN.match(ascii_domain):
        raise UnsafeHeader(f"{email!r} is not an address: its domain can't be one.")
    return f"{local}@{ascii_domain}"


def encoded(text: str) -> str:
    """The text as a header value: itself when plain ASCII, else encoded words (RFC 2047) on lines of their own."""
    if _is_plain(text):
        return _folded(text)
    return _FOLD.join(f"=?utf-8?b?{base64.b64encode(chunk).decode()}?=" for chunk in _chunks(text))


def new_message_id(domain: str) -> str:
    """Unguessable, ours, and the same over all tries of a letter (F28). Lower case: some servers change the case."""
    return f"<{secrets.token_hex(16)}@{wire_address(f'x@{domain}').rpartition('@')[2].lower()}>"


def thread_headers(mail: ParsedMail) -> tuple[str | None, tuple[str, ...]]:
    """In-Reply-To and References of a reply to this mail (RFC 5322 3.6.4). Malformed ids of the sender are left out."""
    before = mail.references or (mail.in_reply_to if len(mail.in_reply_to) == 1 else ())
    answered = mail.message_id if mail.message_id and _MESSAGE_ID.match(mail.message_id) else None
    chain = dict.fromkeys(reference for reference in before if _MESSAGE_ID.match(reference) and reference != answered)
    return answered, shortened((*chain, *([answered] if answered else [])))


def sent_message_id(mail: ParsedMail) -> str | None:
    """The Message-ID we gave a letter found in Sent, even if the provider wrote another over it (F28).

    Anybody can write this header: believe it in our own Sent folder only.
    """
    message_id = f"<{mail.header(REFERENCE_HEADER) or ''}>"
    return message_id if _MESSAGE_ID.match(message_id) else mail.message_id


def shortened(references: Sequence[str]) -> tuple[str, ...]:
    if len(references) <= 2 * REFERENCES_KEPT:
        return tuple(references)
    return (*references[:REFERENCES_KEPT], *references[-REFERENCES_KEPT:])


def _addresses(addresses: Iterable[Address]) -> list[str]:
    written = [_address(address) for address in addresses]
    return [f"{each}," for each in written[:-1]] + written[-1:]


def _address(address: Address) -> str:
    email = wire_address(address.email)
    if not address.name:
        return email
    quoted = '"' + address.name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    name = _folded(quoted) if _is_plain(address.name) else encoded(address.name)
    return f"{name} <{email}>"


def _is_plain(text: str) -> bool:
    """Whether the text can stand as it is and come back unchanged."""
    readable = not text or ("=?" not in text and _PLAIN.match(text) is not None)
    return readable and all(len(word) <= _LONGEST_WORD for word in text.split(" "))


def _folded(text: str) -> str:
    return _FOLD.join(textwrap.wrap(text, _LINE, break_long_words=False, break_on_hyphens=False))


def _chunks(text: str) -> Iterator[bytes]:
    """UTF-8 in pieces of at most _WORD_BYTES, never cut inside a character."""
    piece = b""
    for character in text:
        more = character.encode()
        if len(piece) + len(more) > _WORD_BYTES:
            yield piece
            piece = b""
        piece += more
    yield piece


def _idna(domain: str) -> str:
    """ASCII form of a domain. Python's codec follows IDNA 2003, which writes another domain for a few characters
    (`ß` becomes `ss`): such a letter would reach a stranger, so those are refused."""
    if domain.isascii():
        return domain
    try:
        ascii_domain = domain.encode("idna")
        same = ascii_domain.decode("idna") == domain.lower()
    except UnicodeError:
        same = False
    if not same:
        raise UnsafeHeader(f"The domain {domain!r} has no certain ASCII form.", "Write it in its xn-- form.")
    return ascii_domain.decode("ascii")
