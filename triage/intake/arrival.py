"""When a mail of an archive arrived, as well as its headers tell. The response clock starts there (R1)."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

HEADER_CAP = 262_144
"""Bytes of headers looked at (H08)."""

_HEADERS_END = re.compile(rb"\r?\n\r?\n")
_FIELD = re.compile(rb"^(received|date):((?:[^\r\n]|\r?\n[ \t]){0,4000})", re.IGNORECASE | re.MULTILINE)
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


def header_block(raw: bytes) -> bytes:
    """The headers with the empty line that ends them, at most HEADER_CAP bytes."""
    end = _HEADERS_END.search(raw, 0, HEADER_CAP)
    return raw[: end.end() if end else HEADER_CAP]


def arrived_at(raw: bytes, delivered: datetime | None, fallback: datetime, now: datetime) -> datetime:
    """Aware UTC: the topmost Received header (our own server's), else what the archive's format says, else the Date
    header, else `fallback`. Dates before 1990 or more than a day ahead of `now` are not believed (H21)."""
    latest = now + timedelta(days=1)
    fields: dict[bytes, bytes] = {}
    for found in _FIELD.finditer(header_block(raw)):
        fields.setdefault(found[1].lower(), found[2])
    received = fields.get(b"received", b"").rpartition(b";")[2]
    for when in (_parse(received), delivered, _parse(fields.get(b"date", b""))):
        if when is not None and _EARLIEST <= when <= latest:
            return when
    return fallback


def _parse(value: bytes) -> datetime | None:
    try:
        when = parsedate_to_datetime(value.decode("ascii", "replace").strip()[:200])
        return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
