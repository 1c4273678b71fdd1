"""Splits an mbox stream into mails: linear in time, and in memory bounded by the largest mail kept.

Of the dialects, mboxo and mboxrd are read (RFC 4155 describes the file, not the quoting): one `>` is taken off lines
such as `>From `. A `From ` line divides mails only after an empty line and with a date in it, so that a sentence
which starts with that word does not cut a mail in two.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import BinaryIO

CHUNK = 1 << 16
"""Bytes read at once of an over-long line."""
MAX_KEPT = 100_000_000
"""Bytes of one mail that are kept; the rest of a larger one is only counted (F15)."""

_DIVIDER = re.compile(rb"From (?:-?\s*$|.{0,500}?\b\d{1,2}:\d\d(?::\d\d)?\b.{0,40}?\b\d{4}\b)")
_QUOTED_FROM = re.compile(rb">+From ")
_WHEN = re.compile(
    rb"\b([A-Z][a-z]{2}) +(\d{1,2}) +(\d{1,2}:\d\d(?::\d\d)?)(?: +([+-]\d{4}|[A-Z]{1,5}))? +(\d{4})(?: +([+-]\d{4}))?\b"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One mail of an mbox. `size` is its true length; `raw` is shorter only when that is over MAX_KEPT. `delivered`
    is the date of the dividing line, `end` the offset in the file after it."""

    raw: bytes
    size: int
    delivered: datetime | None
    end: int


def starts_as_mbox(head: bytes) -> bool:
    """Whether a file with these first bytes is an mbox rather than one mail."""
    return _DIVIDER.match(head[:600].split(b"\n", 1)[0]) is not None


def split_mbox(stream: BinaryIO) -> Iterator[Piece]:
    """The mails of an mbox, one at a time. Lines before the first divider belong to no mail and are passed over."""
    kept = bytearray()
    size = offset = 0
    delivered: datetime | None = None
    inside = False
    line_start, empty = True, b"\n"
    while line := stream.readline(CHUNK):
        if line_start and empty and line.startswith(b"From ") and _DIVIDER.match(line):
            if inside:
                yield _piece(kept, size, empty, delivered, offset)
            kept, size, delivered, inside = bytearray(), 0, divider_date(line), True
        elif inside:
            if line_start and line.startswith(b">") and _QUOTED_FROM.match(line):
                line = line[1:]
                offset += 1
            size += len(line)
            if len(kept) < MAX_KEPT:
                kept += line
        offset += len(line)
        empty = line if line_start and line in (b"\n", b"\r\n") else b""
        line_start = line.endswith(b"\n")
    if inside:
        yield _piece(kept, size, empty, delivered, offset)


def _piece(kept: bytearray, size: int, empty: bytes, delivered: datetime | None, end: int) -> Piece:
    """The empty line before a divider belongs to the divider."""
    if size:
        size -= len(empty)
    return Piece(bytes(kept[:size]), size, delivered, end)


def divider_date(line: bytes) -> datetime | None:
    """The arrival told by a `From sender Mon Nov 23 08:46:54 2026` line; without a zone it is UTC.

    None for `From - ...`: Thunderbird writes there when it fetched the mail, not when the mail arrived.
    """
    found = _WHEN.search(line[:600])
    if found is None or line.startswith(b"From - "):
        return None
    month, day, time, zone, year, late_zone = (part.decode() if part else "" for part in found.groups())
    try:
        return parsedate_to_datetime(f"{day} {month} {year} {time} {late_zone or zone or '+0000'}").astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
