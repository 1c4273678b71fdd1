"""Make the exact bytes of a letter, and say exactly what was approved (I5). Pure: no clock, no file, no network."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP

from triage.errors import UnsafeHeader
from triage.outbox.headers import (
    Header,
    check_headers,
    header_lines,
    new_message_id,
    thread_headers,
    wire_address,
)
from triage.outbox.wire import is_well_formed
from triage.vocabulary.outgoing import Envelope, OutgoingFile
from triage.vocabulary.records import Outgoing

__all__ = [
    "check_headers",
    "compose",
    "content_hash",
    "new_message_id",
    "outgoing",
    "outgoing_hash",
    "thread_headers",
]

_CONTENT_TYPE = re.compile(r"([a-z]{1,40})/([a-z0-9][a-z0-9.+-]{0,80})\Z")


def outgoing(envelope: Envelope, date: datetime) -> Outgoing:
    """The letter as it will leave: bytes, envelope sender and recipients, and the hash over all of them."""
    addresses = [wire_address(address.email) for address in (*envelope.to, *envelope.cc)]
    recipients = tuple({address.lower(): address for address in addresses}.values())
    sender = wire_address(envelope.sender.email)
    data = compose(envelope, date)
    return Outgoing(sender, recipients, data, outgoing_hash(sender, recipients, data))


def outgoing_hash(sender: str, recipients: Iterable[str], data: bytes) -> str:
    """sha256 over bytes and recipients."""
    return _digest((sender.encode(), _list(recipient.encode() for recipient in recipients), data))


def content_hash(envelope: Envelope) -> str:
    """sha256 over all that a person approves: recipients, headers, words, files. Lengths go first, so that no two
    letters have one encoding."""
    return _digest(
        (
            b"triage letter 1",
            _list(_utf8(part) for part in (envelope.sender.name, envelope.sender.email)),
            _list(_utf8(part) for address in envelope.to for part in (address.name, address.email)),
            _list(_utf8(part) for address in envelope.cc for part in (address.name, address.email)),
            _utf8(envelope.subject),
            _utf8(envelope.text),
            _utf8(envelope.html),
            _utf8(envelope.message_id),
            _list(_utf8(part) for part in (envelope.in_reply_to,) if part is not None),
            _list(map(_utf8, envelope.references)),
            _list(p for file in envelope.files for p in (_utf8(file.name), _utf8(file.content_type), file.data)),
            *(_utf8(word) for word in (envelope.unsubscribe,) if word),
        )
    )


def compose(envelope: Envelope, date: datetime) -> bytes:
    """The mail as bytes: CRLF, 7-bit, no line over 998 characters; the same for the same input.

    Raises `UnsafeHeader` when anything in it could become a header it should not be.
    """
    headers = (*header_lines(envelope, date), ("MIME-Version", "1.0"))
    body = _body(envelope).as_bytes(policy=SMTP)
    data = b"".join(f"{name}: {value}\r\n".encode("ascii") for name, value in headers) + body
    _check_result(data, headers, envelope)
    return data


def _body(envelope: Envelope) -> MIMEPart:
    root = MIMEPart(policy=SMTP)
    root.set_content(_lines(envelope.text), cte=_transfer_encoding(envelope.text))
    if envelope.html:
        root.add_alternative(_lines(envelope.html), subtype="html", cte=_transfer_encoding(envelope.html))
    for file in envelope.files:
        _attach(root, file)
    # "=_" can't occur in base64 nor in quoted-printable, so the boundary can't occur in a part.
    seal = content_hash(envelope)[:32]
    for number, part in enumerate(part for part in root.walk() if part.is_multipart()):
        part.set_boundary(f"=_{seal}_{number}")
    return root


def _transfer_encoding(text: str) -> str:
    """The shorter of the two, roughly: quoted-printable takes three bytes for each that is not ASCII."""
    octets = _lines(text).encode()
    return "quoted-printable" if sum(octet > 0x7E for octet in octets) < len(octets) / 6 else "base64"


def _attach(root: MIMEPart, file: OutgoingFile) -> None:
    found = _CONTENT_TYPE.match(file.content_type.lower())
    main, sub = found.groups() if found else ("application", "octet-stream")
    if main in {"message", "multipart"}:  # RFC 2046 forbids base64 for these
        main, sub = "application", "octet-stream"
    root.add_attachment(file.data, maintype=main, subtype=sub, cte="base64", filename=file.name)


def _check_result(data: bytes, headers: tuple[Header, ...], envelope: Envelope) -> None:
    """Read the bytes back, as the buyer's program will, and compare (H06). Raises `UnsafeHeader`."""
    if not is_well_formed(data) or _reading(data) != _expected(headers, envelope):
        raise UnsafeHeader("The letter reads differently once it is a mail.", "Look for odd characters in its headers.")


def _expected(headers: tuple[Header, ...], envelope: Envelope) -> tuple[object, ...]:
    texts = [_lines(text) for text in (envelope.text, *filter(None, [envelope.html]))]
    files = [(file.name, file.data) for file in envelope.files]
    return list(headers), envelope.subject, texts, files


def _reading(data: bytes) -> tuple[object, ...]:
    """Headers but Content-*, as they stand; the decoded subject; texts; attachments."""
    mail = message_from_bytes(data, EmailMessage, policy=SMTP)
    headers = [(name, value) for name, value in mail.raw_items() if not name.lower().startswith("content-")]
    leaves = [part for part in mail.walk() if not part.is_multipart()]
    texts = [_lines(part.get_content()) for part in leaves if not part.is_attachment()]
    files = [(part.get_filename(), part.get_payload(decode=True)) for part in leaves if part.is_attachment()]
    return headers, mail["Subject"], texts, files


def _lines(text: str) -> str:
    """One kind of line end, one at the end, and no half characters."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode()
    return unified.rstrip("\n") + "\n"


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _list(parts: Iterable[bytes]) -> bytes:
    return b"".join(_sized(parts))


def _sized(parts: Iterable[bytes]) -> Iterator[bytes]:
    for part in parts:
        yield len(part).to_bytes(8, "big")
        yield part


def _digest(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in _sized(parts):
        digest.update(piece)
    return digest.hexdigest()
