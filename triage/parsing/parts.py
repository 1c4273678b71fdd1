"""The tree of MIME parts as a flat walk over one buffer (RFC 2045, 2046), bounded in depth and number (H01, H02)."""

import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass

from triage.parsing.headers import (
    MAX_BLOCK,
    Parameters,
    RawField,
    decode_value,
    decode_words,
    eight_bit,
    lenient_base64,
    parse_parameters,
    split_fields,
)

MAX_PARTS = 500
MAX_DEPTH = 30
MAX_LOOKALIKES = 100_000


@dataclass(slots=True)
class Part:
    """A leaf, or the start of a nested message. `container` is the multipart subtype it stands in, "" at the top."""

    fields: list[RawField]
    content_type: str
    parameters: dict[str, str]
    disposition: Parameters
    encoding: str
    buffer: bytes
    start: int
    end: int
    container: str = ""
    depth: int = 0
    alternative: int = 0
    """Number of the multipart/alternative it belongs to, however deep; 0 for none."""
    nested: bool = False
    """Inside a message/rfc822 part."""

    @property
    def payload(self) -> bytes:
        return self.buffer[self.start : self.end]

    @property
    def file_name(self) -> str:
        """The name the sender gives, decoded but not yet made safe."""
        name = self.disposition.named.get("filename") or self.parameters.get("name") or ""
        return decode_words(name) if "=?" in name else name


def field_value(fields: list[RawField], name: str) -> bytes | None:
    return next((value for key, value in fields if key == name), None)


_BLANK_LINES = (b"\n\n", b"\n\r\n", b"\r\r")


def _blank_line(buffer: bytes, start: int, end: int) -> tuple[int, int] | None:
    """Where the first blank line begins, its line break before it included, and where what follows it begins."""
    first: tuple[int, int] | None = None
    for mark in _BLANK_LINES:
        found = buffer.find(mark, start, end)
        if found != -1:
            # A later one need not be looked for: each search ends where the best one so far begins.
            first, end = (found, found + len(mark)), min(end, found + len(mark))
    return first


def split_head(buffer: bytes, start: int, end: int) -> tuple[list[RawField], int, bool]:
    """The header fields at `start`, where the body begins, and whether the block was within bounds (H08)."""
    first = buffer[start : start + 2]
    if first[:1] == b"\n" or first == b"\r\n":
        return [], start + (1 if first[:1] == b"\n" else 2), True
    blank = _blank_line(buffer, start, min(end, start + MAX_BLOCK))
    if blank is not None:
        return split_fields(buffer[start : blank[0]]), blank[1], True
    if end - start <= MAX_BLOCK:
        return split_fields(buffer[start:end]), end, True
    late = _blank_line(buffer, start + MAX_BLOCK, end)
    return split_fields(buffer[start : start + MAX_BLOCK]), late[1] if late else end, False


def _parameters(fields: list[RawField], name: str) -> Parameters:
    raw = field_value(fields, name)
    if raw is None:
        return Parameters("", {})
    # Encoded words are decoded late: inside of parameters they are illegal and yet usual.
    return parse_parameters(raw.decode("ascii") if raw.isascii() else eight_bit(raw))


def read_part(fields: list[RawField], buffer: bytes, start: int, end: int, default: str = "text/plain") -> Part:
    declared = _parameters(fields, "content-type")
    content_type = declared.value.replace(" ", "")
    if content_type.count("/") != 1 or content_type.startswith("/") or content_type.endswith("/"):
        content_type = {"text": "text/plain", "html": "text/html"}.get(content_type, default)
    encoding = decode_value(field_value(fields, "content-transfer-encoding") or b"").strip("\"'; ").lower()
    disposition = _parameters(fields, "content-disposition")
    return Part(fields, content_type, declared.named, disposition, encoding, buffer, start, end)


class Walk:
    """Iterate over it for the leaves in order of appearance; afterwards `defects` says what was wrong."""

    def __init__(self, top: Part) -> None:
        self.defects: dict[str, str] = {}
        self._stack = [top]
        self._seen = 0
        self._alternatives = 0

    def __iter__(self) -> Iterator[Part]:
        while self._stack:
            part = self._stack.pop()
            self._seen += 1
            if self._seen > MAX_PARTS:
                self.defects["too-many-parts"] = f"more than {MAX_PARTS} parts; the rest was not read"
                return
            children = self._children(part)
            if children is None:
                yield part
            else:
                self._stack.extend(reversed(children))

    def _children(self, part: Part) -> list[Part] | None:
        if not part.content_type.startswith("multipart/"):
            return None
        if part.depth >= MAX_DEPTH:
            self.defects["too-deep"] = f"parts nested deeper than {MAX_DEPTH} levels; the inner ones were not read"
            return None
        boundary = part.parameters.get("boundary", "").rstrip()
        if not boundary:
            self.defects["missing-boundary"] = f"{part.content_type} names no boundary"
            return [_as_text(part)]
        spans, closed = split_multipart(part.buffer, part.start, part.end, boundary.encode("utf-8", "replace"))
        if not closed:
            self.defects["unclosed-multipart"] = "a multipart ends without its closing boundary"
        if not spans:
            return [_as_text(part)]
        if part.content_type == "multipart/alternative" and not part.alternative:
            self._alternatives += 1
            part.alternative = self._alternatives
        default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
        return [self._child(part, start, end, default) for start, end in spans[: MAX_PARTS + 1]]

    def _child(self, parent: Part, start: int, end: int, default: str) -> Part:
        fields, body, _ = split_head(parent.buffer, start, end)
        part = read_part(fields, parent.buffer, min(body, end), end, default)
        part.container = parent.content_type.partition("/")[2]
        part.depth, part.nested, part.alternative = parent.depth + 1, parent.nested, parent.alternative
        return part

    def enter(self, message: Part) -> Part | None:
        """Read a message/rfc822 part as a message: its top part, whose leaves come next. None when too deep."""
        if message.depth >= MAX_DEPTH:
            self.defects["too-deep"] = f"messages nested deeper than {MAX_DEPTH} levels; the inner ones were not read"
            return None
        buffer, start, end = message.buffer, message.start, message.end
        if message.encoding in ("base64", "quoted-printable"):
            buffer, _ = decode_transfer(message)
            start, end = 0, len(buffer)
        fields, body, _ = split_head(buffer, start, end)
        inner = read_part(fields, buffer, min(body, end), end)
        inner.depth, inner.nested = message.depth + 1, True
        self._stack.append(inner)
        return inner


def _as_text(part: Part) -> Part:
    part.content_type = "text/plain"
    return part


def split_multipart(buffer: bytes, start: int, end: int, boundary: bytes) -> tuple[list[tuple[int, int]], bool]:
    """The spans between boundary lines, at most MAX_PARTS + 1, and whether the closing one was found. One pass, which
    gives up after MAX_LOOKALIKES lines that only begin like the boundary."""
    delimiter = b"--" + boundary
    spans: list[tuple[int, int]] = []
    part_start = -1
    lookalikes = 0
    position = buffer.find(delimiter, start, end)
    while position != -1 and lookalikes < MAX_LOOKALIKES:
        at_line_start = position == start or buffer[position - 1] in b"\r\n"
        line_end = buffer.find(b"\n", position, end)
        line_end = end if line_end == -1 else line_end + 1
        tail = buffer[position + len(delimiter) : min(line_end, position + len(delimiter) + 80)].rstrip()
        if at_line_start and (not tail or tail.startswith(b"--")):
            if part_start != -1:
                spans.append((part_start, _before_line_break(buffer, part_start, position)))
            if tail or len(spans) > MAX_PARTS:
                return spans, True
            part_start = line_end
        else:
            lookalikes += 1
        position = buffer.find(delimiter, max(line_end, position + 1), end)
    if part_start != -1 and part_start < end:
        spans.append((part_start, end))
    return spans, False


def _before_line_break(buffer: bytes, floor: int, position: int) -> int:
    if position > floor and buffer[position - 1] == 0x0A:
        position -= 1
    if position > floor and buffer[position - 1] == 0x0D:
        position -= 1
    return position


_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} [^\r\n]{1,200}\r?\n", re.MULTILINE)


def decode_transfer(part: Part) -> tuple[bytes, str | None]:
    """The part's bytes without transfer encoding, and the code of a defect if that went badly (H04)."""
    data, encoding = part.payload, part.encoding
    if encoding in ("", "7bit", "8bit", "binary"):
        return data, None
    if encoding == "base64":
        decoded, clean = lenient_base64(data)
        return decoded, None if clean else "bad-base64"
    if encoding == "quoted-printable":
        return quopri.decodestring(data), None
    if encoding in ("x-uuencode", "uuencode", "x-uue"):
        return _uudecode(data), None
    return data, "unknown-transfer-encoding"


def _uudecode(data: bytes) -> bytes:
    begin = _UU_BEGIN.search(data)
    out = bytearray()
    for line in data[begin.end() if begin else 0 :].splitlines():
        if line in (b"end", b"`", b""):
            break
        try:
            out += binascii.a2b_uu(line)
        except binascii.Error:
            length = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                out += binascii.a2b_uu(line[:length])
            except binascii.Error:
                continue
    return bytes(out)
