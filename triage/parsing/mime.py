"""Raw bytes of a mail to `ParsedMail`: the one door through which hostile bytes become values."""

import hashlib
import re
from dataclasses import dataclass, field, replace

from triage.parsing.charset import decode
from triage.parsing.headers import (
    RawField,
    addresses,
    clean_line,
    decode_value,
    message_ids,
    parse_date,
)
from triage.parsing.html import html_to_text, newest_html
from triage.parsing.names import safe_name
from triage.parsing.parts import MAX_PARTS, Part, Walk, decode_transfer, field_value, read_part, split_head
from triage.parsing.patterns import Patterns, shipped_patterns
from triage.parsing.protection import protection_of_file, protection_of_mail, protection_of_text
from triage.parsing.quotes import split_text
from triage.parsing.text import MAX_TEXT, clean_text, unflow
from triage.parsing.tnef import open_tnef
from triage.parsing.wrappers import unwrap
from triage.vocabulary.mail import Address, Attachment, Defect, ParsedMail

_REPORTS = frozenset(
    {
        "message/delivery-status",
        "message/global-delivery-status",
        "message/disposition-notification",
        "message/feedback-report",
        "text/rfc822-headers",
        "message/global-headers",
    }
)
_TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_MESSAGES = frozenset({"message/rfc822", "message/global", "message/news"})
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s{0,5}=\s{0,5}["']?([\w.:-]{2,40})""", re.IGNORECASE)
_SHOWN_OF_FORWARDED = ("from", "date", "subject", "to", "cc", "message-id")


def parse(raw: bytes, patterns: Patterns | None = None) -> ParsedMail:
    """Read one mail. A total function: whatever the bytes are, a value comes back, with what was wrong in `defects`.

    `patterns` tell wrapped inquiries; the shipped ones when None.
    Bounded: 256 kB of header, 500 parts, 30 levels, 1 MB of text, 100 addresses and 200 ids a header.
    """
    try:
        return _parse(raw, patterns or shipped_patterns())
    except Exception as error:
        # The last net (F06): a mail that beats every guard is still listed, with its raw bytes one step away.
        return ParsedMail(size=len(raw), defects=(Defect("parse-failed", type(error).__name__),))


def _parse(raw: bytes, patterns: Patterns) -> ParsedMail:
    start = _start(raw)
    fields, body, header_fits = split_head(raw, start, len(raw))
    if not fields:
        body = start
    top = read_part(fields, raw, min(body, len(raw)), len(raw))
    charset = top.parameters.get("charset")
    gathered = _Gathered()
    if not header_fits:
        gathered.note("header-too-large", "the header exceeds 256 kB; the rest of it was not read")
    gathered.read(top)
    text, html = gathered.text(), gathered.html()
    mail = _with_headers(fields, charset, gathered)
    sender = f"{mail.sender.name} {mail.sender.email.partition('@')[0]}" if mail.sender else ""
    own_html = newest_html(html, text) if gathered.text_is_html else html
    split = split_text(text if own_html is html else html_to_text(own_html), sender)
    mail = replace(
        mail,
        text=text,
        newest_text=split.body,
        signature=split.signature,
        html=html,
        attachments=tuple(gathered.attachments),
        defects=tuple(Defect(code, detail) for code, detail in gathered.defects.items()),
        content_type=_content_type(top),
        size=len(raw),
    )
    wrapped = unwrap(mail, patterns)
    return replace(mail, wrapped=wrapped) if wrapped is not None else mail


def _start(raw: bytes) -> int:
    """Past blank lines, a byte order mark and an mbox separator that an export left in front."""
    start = 3 if raw.startswith(b"\xef\xbb\xbf") else 0
    while raw[start : start + 1] in (b"\r", b"\n"):
        start += 1
    if raw[start : start + 5] in (b"From ", b">From"):
        line_end = raw.find(b"\n", start, start + 1000)
        start = line_end + 1 if line_end != -1 else start
    return start


def _content_type(top: Part) -> str:
    report = clean_line(top.parameters.get("report-type", "")).lower()[:80]
    shown = clean_line(top.content_type)[:120]
    return f"{shown}; report-type={report}" if report else shown


def _with_headers(fields: list[RawField], charset: str | None, gathered: "_Gathered") -> ParsedMail:
    def mailboxes(name: str) -> tuple[Address, ...]:
        found: list[Address] = []
        for key, value in fields:
            if key == name and len(found) < 100:
                found.extend(addresses(value, charset))
        return tuple(found[:100])

    headers = tuple((name, decode_value(value, charset)) for name, value in fields)
    known: dict[str, str] = {}
    for name, value in headers:
        known.setdefault(name, value)
    senders = mailboxes("from") or mailboxes("sender")
    if not senders:
        gathered.note("no-sender", "no readable From address")
    if len(senders) > 1:
        gathered.note("several-senders", ", ".join(sender.email for sender in senders[:5]))
    sent = parse_date(known.get("date", ""))
    if not sent.trusted:
        gathered.note("date-not-trusted", known.get("date", "")[:80])
    ids = message_ids(field_value(fields, "message-id") or b"")
    if not ids:
        gathered.note("no-message-id", known.get("message-id", "")[:80])
    return ParsedMail(
        subject=known.get("subject", ""),
        sender=senders[0] if senders else None,
        reply_to=mailboxes("reply-to"),
        to=mailboxes("to"),
        cc=mailboxes("cc"),
        date=sent.when,
        date_zone_known=sent.zone_known,
        message_id=ids[0] if ids else None,
        in_reply_to=message_ids(field_value(fields, "in-reply-to") or b""),
        references=message_ids(field_value(fields, "references") or b""),
        headers=headers,
    )


@dataclass(slots=True)
class _Block:
    """One stretch of the body: a part by itself, or the versions of a multipart/alternative."""

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Gathered:
    """What the walk over the parts brings together."""

    blocks: dict[tuple[int, int], _Block] = field(default_factory=dict)
    attachments: list[Attachment] = field(default_factory=list)
    defects: dict[str, str] = field(default_factory=dict)
    text_is_html: bool = False

    def note(self, code: str, detail: str) -> None:
        self.defects.setdefault(code, detail)

    def read(self, top: Part) -> None:
        for code, detail in protection_of_mail(top):
            self.note(code, detail)
        walk = Walk(top)
        for part in walk:
            if part.content_type in _MESSAGES:
                self._message(part, walk)
            elif part.content_type in _REPORTS:
                self._block(part).plain.append(self._decoded(part))
            elif part.content_type.startswith("text/") and not _is_file(part):
                self._text(part)
            else:
                self._file(part)
        for code, detail in walk.defects.items():
            self.note(code, detail)

    def _block(self, part: Part) -> _Block:
        key = (part.alternative, 0) if part.alternative else (0, len(self.blocks) + 1)
        return self.blocks.setdefault(key, _Block())

    def _message(self, part: Part, walk: Walk) -> None:
        inner = walk.enter(part)
        if inner is None:
            self._file(part)
            return
        shown = {name: decode_value(value) for name, value in reversed(inner.fields) if name in _SHOWN_OF_FORWARDED}
        lines = [f"{name.title()}: {shown[name]}" for name in _SHOWN_OF_FORWARDED if name in shown]
        block = _Block(plain=["\n".join(["---------- Forwarded message ----------", *lines, ""])])
        self.blocks[(0, len(self.blocks) + 1)] = block
        self._attach(part, part.payload, part.file_name or f"{shown.get('subject', '')[:80]}.eml".lstrip("."))

    def _text(self, part: Part) -> None:
        text = self._decoded(part)
        if part.file_name and self.blocks:
            self._file(part)  # shown with the text, and offered as the file that it is
        block = self._block(part)
        if part.content_type == "text/html":
            block.html.append(text)
        elif part.content_type == "text/plain":
            if part.parameters.get("format", "").lower() == "flowed":
                text = unflow(text, part.parameters.get("delsp", "").lower() == "yes")
            for code, detail in protection_of_text(text):
                self.note(code, detail)
            block.plain.append(text)
        else:
            block.other.append(text)

    def _decoded(self, part: Part) -> str:
        data, defect = decode_transfer(part)
        if defect:
            self.note(defect, part.encoding[:40])
        charset = part.parameters.get("charset")
        if charset is None and part.content_type == "text/html" and (meta := _META_CHARSET.search(data[:4096])):
            charset = meta[1].decode("ascii", "replace")
        if len(data) > 4 * MAX_TEXT:
            self.note("text-truncated", f"{len(data)} bytes of text; the rest was not read")
            data = data[: 4 * MAX_TEXT]
        decoded = decode(data, charset)
        for code in decoded.defects:
            self.note(code, f"declared {(charset or 'nothing')[:40]}, read as {decoded.codec}")
        return clean_text(decoded.text)

    def _file(self, part: Part) -> None:
        data, defect = decode_transfer(part)
        if defect:
            self.note(defect, part.encoding[:40])
        self._attach(part, data, part.file_name)

    def _attach(self, part: Part, data: bytes, offered: str) -> None:
        name = safe_name(offered, part.content_type, len(self.attachments) + 1)
        if (part.content_type in _TNEF or name.lower() == "winmail.dat") and self._opened(data):
            return
        for code, detail in protection_of_file(part, name):
            self.note(code, detail)
        inline = part.disposition.value == "inline" or any(key == "content-id" for key, _ in part.fields)
        self._list(name, part.content_type, data, inline)

    def _list(self, name: str, content_type: str, data: bytes, inline: bool) -> None:
        digest = hashlib.sha256(data).hexdigest()
        self.attachments.append(Attachment(name, clean_line(content_type)[:120], len(data), digest, inline))

    def _opened(self, data: bytes) -> bool:
        """Take text and files out of a winmail.dat (H18); False leaves it listed as the file that it is."""
        opened = open_tnef(data)
        if opened is None or not (opened.files or opened.text or opened.html):
            self.note("winmail.dat", "content inside TNEF (sent by Outlook) that can't be read; it is kept as it came")
            return False
        files = opened.files[:MAX_PARTS]
        self.note("winmail.dat", f"opened: sent by Outlook with {len(files)} files inside")
        for file in files:
            name = safe_name(file.name, file.content_type, len(self.attachments) + 1)
            self._list(name, file.content_type, file.data, inline=False)
        if not any("".join((*block.plain, *block.html)).strip() for block in self.blocks.values()):
            self.blocks[(0, len(self.blocks) + 1)] = _Block([clean_text(opened.text)], [clean_text(opened.html)])
        return True

    def text(self) -> str:
        """The whole readable text: of each block the plain version, else the HTML one as text."""
        pieces: list[str] = []
        for block in self.blocks.values():
            plain = "\n\n".join(block.plain)
            if block.html and _says_little(plain, block.html):
                plain = html_to_text("\n".join(block.html))
                self.text_is_html = len(self.blocks) == 1
            pieces.append(plain if plain.strip() else "\n\n".join(block.other))
        text = pieces[0] if len(pieces) == 1 else "\n\n".join(piece for piece in pieces if piece.strip())
        if len(text) > MAX_TEXT:
            self.note("text-truncated", f"{len(text)} characters of text; the rest was not read")
        return text[:MAX_TEXT]

    def html(self) -> str:
        pieces = [piece for block in self.blocks.values() for piece in block.html]
        html = "\n".join(pieces)
        if len(html) > 2 * MAX_TEXT:
            self.note("html-truncated", f"{len(html)} characters of HTML; the rest was not read")
        return html[: 2 * MAX_TEXT]


def _says_little(plain: str, html: list[str]) -> bool:
    """No plain text, or a mere "your program shows no HTML" beside a long HTML version."""
    said = len(plain.strip())
    return said == 0 or (said < 150 and sum(map(len, html)) > 4_000 and len(html_to_text("\n".join(html))) > 8 * said)


def _is_file(part: Part) -> bool:
    if part.disposition.value == "attachment":
        return True
    named = bool(part.file_name)
    return named and (part.disposition.value != "inline" or part.content_type not in ("text/plain", "text/html"))
