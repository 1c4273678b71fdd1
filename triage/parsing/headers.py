"""Header fields of hostile mail: linear, bounded, never raising (RFC 5322, 2047, 2231; H06-H08, H20, H21)."""

import base64
import binascii
import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from typing import NamedTuple

from triage.parsing.charset import codec_for, decode
from triage.vocabulary.mail import Address

MAX_BLOCK = 262_144
MAX_VALUE = 65_536
MAX_FIELDS = 1_000
MAX_ADDRESSES = 100
MAX_IDS = 200

RawField = tuple[str, bytes]


class Parameters(NamedTuple):
    """A structured value such as Content-Type: its main word in lower case and its parameters, names in lower case."""

    value: str
    named: dict[str, str]


def split_fields(block: bytes) -> list[RawField]:
    """The fields of a header block, names in lower case, values unfolded. Lines that are no field are dropped."""
    fields: list[RawField] = []
    lines = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    name, parts = "", list[bytes]()
    for line in lines:
        if line[:1] in (b" ", b"\t"):
            parts.append(b" " + line.strip())
            continue
        if name:
            fields.append((name, b"".join(parts)))
            if len(fields) >= MAX_FIELDS:
                return fields
        name, parts = _field_start(line)
    if name:
        fields.append((name, b"".join(parts)))
    return fields


def _field_start(line: bytes) -> tuple[str, list[bytes]]:
    key, colon, value = line.partition(b":")
    key = key.rstrip()
    if not colon or not key or len(key) > 200 or not key.isascii() or b" " in key or b"\t" in key:
        return "", []
    return key.decode("ascii").lower(), [value.strip()]


# Bidirectional overrides and invisible letters hide what a name or subject really says (H10). Joiners stay: Persian,
# Hindi and emoji need them.
_INVISIBLE = dict.fromkeys(
    [
        *(*range(0x20), *range(0x7F, 0xA0)),
        *(0x200B, 0x2028, 0x2029, *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x2070), 0xFEFF),
        *(*range(0xD800, 0xE000), *range(0xE0000, 0xE0080)),
    ]
)
_TO_SPACE = {**_INVISIBLE, **dict.fromkeys(range(0x09, 0x0E), " "), 0x85: " ", 0x2028: " ", 0x2029: " "}
_ODD = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2060\u2066-\u206f\ufeff\ud800-\udfff\U000e0000-\U000e007f]")


def clean_line(text: str) -> str:
    """On one line, without control, bidirectional or zero-width characters and lone surrogates (H05, H06, H10)."""
    if _ODD.search(text):
        text = text.translate(_TO_SPACE)
    return text.strip()


# Bounded repetition keeps the search linear; `?` may stand in a sloppy Q-encoded word.
_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,80})\?([bBqQ])\?((?:[^?]|\?(?!=)){0,1000})\?=")


def decode_value(raw: bytes, fallback: str | None = None) -> str:
    """A header value as text: encoded words decoded, raw 8-bit letters guessed, cleaned. `fallback` is the charset
    that the mail's body declares, the best hint for undeclared letters."""
    raw = raw[:MAX_VALUE]
    if raw.isascii() and b"=?" not in raw and b"\x1b$" not in raw:
        return clean_line(raw.decode("ascii"))
    return clean_line(decode_words(eight_bit(raw, fallback)))


def eight_bit(raw: bytes, fallback: str | None = None) -> str:
    """Undeclared bytes of a header as text, encoded words left alone."""
    hint = fallback if fallback and codec_for(fallback) not in (None, "ascii", "cp1252") else None
    return decode(raw, hint).text


def decode_words(text: str) -> str:
    """Decode RFC 2047 encoded words. Neighbours of one charset are joined first: senders cut letters in two."""
    pieces: list[str] = []
    pending, charset, end = b"", "", 0
    for word in _ENCODED_WORD.finditer(text):
        between = text[end : word.start()]
        this, payload = word[1].partition("*")[0], _word_bytes(word[2], word[3])
        if between.strip() or not pending or this.lower() != charset.lower():
            if pending:
                pieces.append(decode(pending, charset).text)
                between = between if between.strip() else ""
            pieces.append(between)
            pending = b""
        charset, pending, end = this, pending + payload, word.end()
    if pending:
        pieces.append(decode(pending, charset).text)
    pieces.append(text[end:])
    return "".join(pieces)


def _word_bytes(encoding: str, payload: str) -> bytes:
    data = payload.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(data.replace(b" ", b"_"), header=True)
    return lenient_base64(data)[0]


_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")


def lenient_base64(data: bytes) -> tuple[bytes, bool]:
    """Decode what can be decoded; the flag says whether the input was clean base64 (H04)."""
    stripped = data.translate(None, b" \t\r\n")
    try:
        return base64.b64decode(stripped, validate=True), True
    except (binascii.Error, ValueError):
        letters = _NOT_BASE64.sub(b"", stripped)
        if len(letters) % 4 == 1:
            letters = letters[:-1]
        clean = len(letters) >= len(stripped.rstrip(b"=")) and len(stripped.rstrip(b"=")) % 4 != 1
        return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4)), clean


_QUOTED_PAIR = re.compile(r'\\(["\\])')  # no other: Windows paths stand unescaped in file names
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
# An unclosed quote runs to the end: looking for its end again and again would be quadratic.
_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"?|([;=])|([^;="]+)', re.DOTALL)
_CONTINUED = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?\Z")
_MAX_PARAMETERS = 200


def parse_parameters(text: str) -> Parameters:
    """Split `value; name=value; ...` with quoting, comments left in place, and RFC 2231 continuations and charsets."""
    main, _, rest = text.partition(";")
    plain: dict[str, str] = {}
    split: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, value in _pairs(rest):
        match = _CONTINUED.match(name)
        if match is None:
            continue
        base, number, star = match[1], match[2], match[3] is not None
        if number is None and not star:
            plain.setdefault(base, value)
        else:
            split.setdefault(base, {}).setdefault(int(number or 0), (value, star))
    for base, pieces in split.items():
        plain[base] = _join_2231(pieces)
    return Parameters(_uncomment(main).strip().lower(), plain)


def _uncomment(text: str) -> str:
    return text.partition("(")[0]


def _pairs(text: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    name, value, in_value = "", list[str](), False

    def finish() -> None:
        if name.strip() and in_value:
            pairs.append((name.strip().lower(), "".join(value).strip()))

    for token in _TOKEN.finditer(text):
        if token[2] == ";":
            finish()
            name, value, in_value = "", [], False
            if len(pairs) >= _MAX_PARAMETERS:
                return pairs
        elif token[2] == "=" and not in_value:
            in_value = True
        elif in_value:
            quoted = token[1]
            value.append(_QUOTED_PAIR.sub(r"\1", quoted) if quoted is not None else token[0])
        else:
            name += token[0]
    finish()
    return pairs


def _join_2231(pieces: dict[int, tuple[str, bool]]) -> str:
    charset, data = "", b""
    for index, number in enumerate(sorted(pieces)):
        value, encoded = pieces[number]
        if encoded and index == 0 and value.count("'") >= 2:
            charset, _, value = value.split("'", 2)
        data += _percent_decoded(value) if encoded else value.encode("utf-8", "replace")
    return decode(data, charset or None).text


_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")


def _percent_decoded(value: str) -> bytes:
    return _PERCENT.sub(lambda hit: bytes([int(hit[1], 16)]), value.encode("utf-8", "replace"))


_IDS = re.compile(r"<([^<>\s]{1,998})>")
_BARE_ID = re.compile(r"[^<>\s,;]{1,998}@[^<>\s,;]{1,998}")


def message_ids(raw: bytes, limit: int = MAX_IDS) -> tuple[str, ...]:
    """Message-IDs with their angle brackets, each once, in order; the newest `limit` of them (F10, H08)."""
    value = clean_line(raw.decode("utf-8", "replace"))
    found = [f"<{hit}>" for hit in _IDS.findall(value)]
    if not found and len(value) < 2_000 and (bare := _BARE_ID.search(value)):
        found = [f"<{bare[0]}>"]
    return tuple(dict.fromkeys(found))[-limit:]


_ADDRESS_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"?|<([^<>]*)>?|([,;])|([()])|(:)|([^",;:<>()]+)|(.)', re.DOTALL)
_EMAIL = re.compile(r"[^\s<>,;:\"]{1,256}@[^\s<>,;:\"@]{1,255}")


def addresses(raw: bytes, fallback: str | None = None, limit: int = MAX_ADDRESSES) -> tuple[Address, ...]:
    """Mailboxes of an address header, at most `limit`. One linear pass; groups are flattened, comments become names
    only where there is no other name."""
    text = raw.decode("ascii") if raw.isascii() else eight_bit(raw, fallback)
    found: list[Address] = []
    words, comment, route, depth = list[str](), list[str](), "", 0

    def finish() -> None:
        nonlocal words, comment, route
        made = _mailbox("".join(words), " ".join(comment), route)
        words, comment, route = [], [], ""
        if made is not None:
            found.append(made)

    for token in _ADDRESS_TOKEN.finditer(text[:MAX_VALUE]):
        kind = token.lastindex
        if kind == 4:
            depth = max(0, depth + (1 if token[4] == "(" else -1))
        elif depth:
            comment.append(token[0])
        elif kind == 3:
            finish()
            if len(found) >= limit:
                return tuple(found)
        elif kind == 5:
            words = []  # the name of a group
        elif kind == 2 and not route:
            route = token[2]
        else:
            words.append(_ESCAPED.sub(r"\1", token[1]) if kind == 1 else token[0])
    finish()
    return tuple(found[:limit])


def _mailbox(words: str, comment: str, route: str) -> Address | None:
    name = clean_line(decode_words(words)).strip("'\" ")
    if not route:
        bare = _EMAIL.search(words)
        if bare is None:
            return None
        route = bare[0]
        name = clean_line(decode_words(words.replace(route, "", 1))).strip("'\" ") or comment
        name = clean_line(decode_words(name)).strip()
    route = clean_line(route).replace(" ", "").rpartition(":")[2].strip("<>'\"")
    local, at, domain = route.rpartition("@")
    if not at or not local or not domain or len(route) > 320:
        return None
    return Address(name or clean_line(decode_words(comment)), f"{local}@{domain.lower().rstrip('.')}")


class SentAt(NamedTuple):
    """`when` is aware or None; `trusted` False where the header was present but senseless (H21)."""

    when: datetime | None
    zone_known: bool
    trusted: bool


_ZONE = re.compile(r"([+-])(\d{2}):?(\d{2})\b(?!:)|\b(GMT|UTC?|[ECMP][SD]T)\b")


_YEAR_ZERO = re.compile(r"[ /]00\d\d(?= )")  # the standard library takes it for 2000


def parse_date(value: str) -> SentAt:
    """Read a Date header of any age and dialect; years outside 1980-2100 and offsets past 14 hours are not believed."""
    text = value[:120]
    try:
        parts = parsedate_tz(text)
        if parts is None or _YEAR_ZERO.search(text):
            return SentAt(None, False, not value)
        offset = parts[9] or 0
        zone = _ZONE.search(text)
        known = zone is not None and not (zone[1] == "-" and zone[2] + zone[3] == "0000")
        sane = abs(offset) <= 14 * 3600
        # parsedate_tz rolls a second of 60 over badly; a leap second is not worth losing the date.
        naive = datetime(*parts[:5], min(parts[5], 59))  # noqa: DTZ001
        when = naive.replace(tzinfo=timezone(timedelta(seconds=offset)) if sane else UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return SentAt(None, False, False)
    if not 1980 <= when.year <= 2100:
        return SentAt(None, False, False)
    return SentAt(when, known and sane, sane)
