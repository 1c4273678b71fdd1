"""The quoted header of an earlier mail, "From: ... Sent: ... To: ... Subject: ...", in the text of a later one."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from triage.parsing.phrases import DATE, EMAIL, label

_DIRECTIONS = dict.fromkeys([0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Marks of writing direction, which Hebrew and Arabic mail is full of."""
NOTES_DATE = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\s{1,4}\d{1,2}:\d{2}")

_LONGEST = 40
_OF_A_LIST = re.compile(r"[@/;]|,\s*\S")
_LIST_GOES_ON = re.compile(r"[,;]\s*$|<[^>]*$")


class HeaderBlock(NamedTuple):
    """`after` is the index of the line behind it; `lines` holds the first line of each kind of field, label and all;
    `values` what stands behind the labels, over as many lines as it takes."""

    after: int
    lines: dict[str, str]
    values: dict[str, str]


def without_directions(line: str) -> str:
    return line if line.isascii() else line.translate(_DIRECTIONS)


def next_filled(lines: Sequence[str], at: int) -> int:
    """The first line from `at` on with something on it, at most six lines on."""
    limit = min(len(lines), at + 6)
    while at < limit and not lines[at].strip():
        at += 1
    return at


def header_block(lines: Sequence[str], at: int) -> HeaderBlock | None:
    """The block that begins at line `at`, if one does."""
    if at >= len(lines) or label(lines[at]) is None:
        return None
    kinds: dict[str, str] = {}
    values: dict[str, str] = {}
    last, here, loose, current = at, at, 0, ""
    while here < min(len(lines), at + _LONGEST):
        line = lines[here]
        kind = label(line)
        if kind is not None:
            current = kind if kind not in kinds else ""
            kinds.setdefault(kind, line)
            values.setdefault(kind, _value(line))
            last, loose = here, 0
        elif not line.strip():
            following = next_filled(lines, here)
            if following - here > 2 or following >= len(lines) or label(lines[following]) is None:
                break
        else:
            loose += 1
            if loose > (30 if _OF_A_LIST.search(line) or _LIST_GOES_ON.search(lines[here - 1]) else 1):
                break
            if kinds.keys() >= {"from", "subject"} and (len(kinds) > 2 and last < here - 1):
                break
            if current and here == last + 1:
                values[current] = f"{values[current]} {line.strip()}"
        here += 1
    if not _is_header(kinds):
        return None
    after = last + 1
    while (
        after < len(lines)
        and lines[after].strip()
        and after <= last + 2
        and "subject" in kinds
        and _continues(lines[after - 1], lines[after])
    ):
        after += 1
    return HeaderBlock(after, kinds, values)


def _value(line: str) -> str:
    if line.startswith("|"):
        return line.strip(" |").partition("|")[2].strip(" |*")
    return line.replace("：", ":", 1).partition(":")[2].strip(" *\t\xa0")


def _is_header(kinds: dict[str, str]) -> bool:
    """Enough evidence for a quoted header? `From: Shanghai / To: Hamburg` of a freight request is none."""
    sender = kinds.get("from", "")
    if sender:
        strong = EMAIL.search(sender) is not None or "subject" in kinds
        # A day alone may be the shipping date of a freight request; a mail's date names an hour.
        dated = "date" in kinds and len(DATE.findall(without_directions(kinds["date"]))) > 1
        others = kinds.keys() & {"date", "to", "subject", "cc"}
        return (strong and len(others) >= 1 and (len(others) >= 2 or EMAIL.search(sender) is not None)) or (
            (dated or NOTES_DATE.search(sender) is not None) and "to" in kinds
        )
    return kinds.keys() >= {"to", "subject"} and ("cc" in kinds or "date" in kinds)


def _continues(before: str, line: str) -> bool:
    """Is `line` the second line of a long subject? Only when the first was long enough to be wrapped."""
    return label(before) == "subject" and len(before) > 60 and line[:1].islower()
