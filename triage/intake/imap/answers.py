"""Reads the usual answer to FETCH RFC822.SIZE INTERNALDATE BODY.PEEK[]: several times as quick as the library's
parser, which takes any answer to pieces character by character. What it can't read it leaves to that parser."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

from triage.intake.cursor import Announced

ITEMS = "(RFC822.SIZE INTERNALDATE BODY.PEEK[])"

_BODY = re.compile(rb"\bBODY\[\] \{\d+\+?\}$")
_UID = re.compile(rb"[( ]UID (\d{1,10})\b")
_SIZE = re.compile(rb"[( ]RFC822\.SIZE (\d{1,15})\b")
_DATE = re.compile(
    rb'[( ]INTERNALDATE "([ \d]\d)-([A-Z][a-z]{2})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)"', re.ASCII
)
_MONTHS = (b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec")


def usual_answers(data: Sequence[object], now: datetime) -> dict[int, tuple[Announced, bytes]]:
    """`data` as imaplib gives it: a pair of text and literal for each mail, each followed by the rest of its text.
    Mails with an empty body, and answers of another shape, are left out. `now` stands in for an unreadable date."""
    found = {}
    for index, pair in enumerate(data):
        if not isinstance(pair, tuple) or not pair[1] or not _BODY.search(pair[0]):
            continue
        rest = data[index + 1] if index + 1 < len(data) else b""
        text = pair[0] + rest if isinstance(rest, bytes) else pair[0]
        uid, size = _UID.search(text), _SIZE.search(text)
        if uid and size:
            found[int(uid[1])] = (Announced(int(uid[1]), int(size[1]), _date(text) or now), pair[1])
    return found


def _date(text: bytes) -> datetime | None:
    if (match := _DATE.search(text)) is None:
        return None
    day, month, year, hour, minute, second, sign, hours, minutes = match.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    try:
        zone = timezone(-offset if sign == b"-" else offset)
        moment = datetime(
            int(year), _MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second), tzinfo=zone
        )
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
