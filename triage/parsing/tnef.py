"""winmail.dat, the Transport Neutral Encapsulation Format of Outlook (MS-OXTNEF): its text and its files (H18).

A reader of our own: counts of up to 4,294,967,295 stand in the format, and the libraries loop over them. Here every
count is bounded by the bytes that are there, so that time is linear.
"""

import mimetypes
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from triage.parsing.charset import codec_for, decode

MAX_OBJECTS = 5_000
MAX_PROPERTIES = 20_000

_SIGNATURE = b"\x78\x9f\x3e\x22"
_CODEPAGE, _PROPERTIES, _BODY = 0x9007, 0x9003, 0x800C
_ATTACHMENT_STARTS, _TITLE, _DATA, _ATTACHMENT_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005

_PLAIN, _HTML, _INTERNET_CODEPAGE = 0x1000, 0x1013, 0x3FDE
_ATTACHED, _SHORT_NAME, _LONG_NAME, _MIME_TYPE, _DISPLAY_NAME = 0x3701, 0x3704, 0x3707, 0x370E, 0x3001

_MULTIPLE, _NAMED = 0x1000, 0x8000
_FIXED = {0x0002: 4, 0x000B: 4, 0x0003: 4, 0x0004: 4, 0x000A: 4, 0x0048: 16} | dict.fromkeys(
    (0x0005, 0x0006, 0x0007, 0x0014, 0x0040), 8
)
_TEXT8, _TEXT16, _OBJECT, _BINARY = 0x001E, 0x001F, 0x000D, 0x0102
_INTERFACE_ID = 16


@dataclass(slots=True)
class File:
    """One file inside. `name` as the sender gives it, not yet made safe."""

    name: str = ""
    content_type: str = ""
    data: bytes = b""


@dataclass(slots=True)
class Opened:
    """What a winmail.dat holds. `text` or `html` is the empty string where there is none."""

    text: str = ""
    html: str = ""
    files: list[File] = field(default_factory=list)


def open_tnef(data: bytes) -> Opened | None:
    """Read a winmail.dat; None where it is none or is damaged. Never raises."""
    if not data.startswith(_SIGNATURE):
        return None
    try:
        return _read(data)
    except (struct.error, _DamagedError):
        return None


class _DamagedError(ValueError):
    pass


def _read(data: bytes) -> Opened:
    opened = Opened()
    codepage = ""
    for name, value in _objects(data):
        if name == _CODEPAGE and len(value) >= 4:
            codepage = _charset(struct.unpack_from("<I", value)[0])
        elif name == _BODY:
            opened.text = decode(value.rstrip(b"\0"), codepage or None).text
        elif name == _PROPERTIES:
            _read_message(opened, dict(_properties(value)), codepage)
        elif name == _ATTACHMENT_STARTS:
            opened.files.append(File())
        elif opened.files:
            _read_file(opened.files[-1], name, value, codepage)
    for file in opened.files:
        file.content_type = file.content_type or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return opened


def _charset(number: int) -> str:
    """The charset of a Windows code page number, the empty string for an unknown one."""
    name = {65001: "utf-8", 20866: "koi8-r", 936: "gb18030", 28591: "latin-1"}.get(number, f"cp{number}")
    return name if codec_for(name) else ""


def _objects(data: bytes) -> Iterator[tuple[int, bytes]]:
    position = 6
    for _ in range(MAX_OBJECTS):
        if position + 11 > len(data):
            return
        _, name, _, length = struct.unpack_from("<BHHI", data, position)
        if position + 9 + length > len(data):
            raise _DamagedError
        yield name, data[position + 9 : position + 9 + length]
        position += 11 + length


def _read_message(opened: Opened, found: dict[int, tuple[int, bytes]], codepage: str) -> None:
    own = found.get(_INTERNET_CODEPAGE)
    internet = _charset(struct.unpack_from("<I", own[1])[0]) if own else ""
    if _PLAIN in found:
        opened.text = _text(*found[_PLAIN], codepage)
    if _HTML in found:
        opened.html = _text(*found[_HTML], internet or codepage)


def _read_file(file: File, name: int, value: bytes, codepage: str) -> None:
    if name == _TITLE:
        file.name = file.name or decode(value.rstrip(b"\0"), codepage or None).text
    elif name == _DATA:
        file.data = value
    elif name == _ATTACHMENT_PROPERTIES:
        found = dict(_properties(value))
        for wanted in (_LONG_NAME, _SHORT_NAME, _DISPLAY_NAME):
            if wanted in found:
                file.name = _text(*found[wanted], codepage)
                break
        if _MIME_TYPE in found:
            file.content_type = _text(*found[_MIME_TYPE], codepage).lower()
        if _ATTACHED in found:
            kind, raw = found[_ATTACHED]
            file.data = raw[_INTERFACE_ID:] if kind == _OBJECT else raw


def _text(kind: int, raw: bytes, codepage: str) -> str:
    if kind == _TEXT16:
        return raw.decode("utf-16-le", "replace").rstrip("\0")
    return decode(raw.rstrip(b"\0"), codepage or None).text


def _properties(data: bytes) -> Iterator[tuple[int, tuple[int, bytes]]]:
    """Identifier, type and value of each property; of a list of values the last one."""
    (count,) = struct.unpack_from("<I", data)
    position = 4
    for _ in range(min(count, MAX_PROPERTIES)):
        kind, name = struct.unpack_from("<HH", data, position)
        position += 4
        if name >= _NAMED:
            position = _after_name(data, position)
        several = kind & _MULTIPLE
        kind &= ~_MULTIPLE
        values = 1
        if several or kind in (_TEXT8, _TEXT16, _OBJECT, _BINARY):
            (values,) = struct.unpack_from("<I", data, position)
            position += 4
        if values > len(data):
            raise _DamagedError
        value = b""
        for _ in range(values):
            value, position = _value(data, position, kind)
        yield name, (kind, value)


def _after_name(data: bytes, position: int) -> int:
    position += 16
    by_text, length = struct.unpack_from("<II", data, position)
    return position + 8 + (int(length) + -int(length) % 4 if by_text else 0)


def _value(data: bytes, position: int, kind: int) -> tuple[bytes, int]:
    if kind in _FIXED:
        length = _FIXED[kind]
        end = position + length
    elif kind in (_TEXT8, _TEXT16, _OBJECT, _BINARY):
        (length,) = struct.unpack_from("<I", data, position)
        position += 4
        end = position + length + -length % 4
    else:
        raise _DamagedError
    if position + length > len(data):
        raise _DamagedError
    return data[position : position + length], end
