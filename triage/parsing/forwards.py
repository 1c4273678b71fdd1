"""A forwarded mail inside of a text, taken apart."""

import re
from typing import NamedTuple

from triage.parsing.attributions import attribution_start
from triage.parsing.header_blocks import header_block, next_filled
from triage.parsing.phrases import EMAIL, label, phrases, separator

_SEARCHED = 200
_MAX_LINES = 5_000


class Forwarded(NamedTuple):
    """A forward taken apart: what was written above it, its header fields by kind, its text."""

    cover: str
    headers: dict[str, str]
    body: str


def forwarded_part(text: str, subject: str = "") -> Forwarded | None:
    """The forwarded mail inside of `text`: announced by a line that says "forwarded", or, where the subject says so,
    by the header alone that mail programs put above."""
    lines = text.split("\n")[:_MAX_LINES]
    by_subject = phrases().forward_subject.match(subject) is not None
    for at, line in enumerate(lines[:_SEARCHED]):
        announced = separator(line, phrases().forwarded) is not None
        if by_subject and not announced:
            announced = separator(line, phrases().separators) is not None or _RULE.fullmatch(line) is not None
        if announced:
            found = _taken_apart(lines, at, at + 1)
        elif by_subject and label(line) is not None:
            found = _taken_apart(lines, at, at)
        else:
            continue
        if found is not None:
            return found
    return None


_RULE = re.compile(r"[-_]{10,}\s*")


def _taken_apart(lines: list[str], end_of_cover: int, start: int) -> Forwarded | None:
    cover = "\n".join(lines[:end_of_cover]).strip()
    below = [line[1:].removeprefix(" ") if line.startswith(">") else line for line in lines[start:]]
    first = next_filled(below, 0)
    block = header_block(below, first)
    if block is not None and "from" in block.values:
        return Forwarded(cover, block.values, "\n".join(below[block.after :]).strip())
    if first < len(below) and attribution_start(below[first], quote_follows=False, alone=True) == 0:
        address = EMAIL.search(below[first])
        if address is not None:
            headers = {"from": f"{_name_before(below[first], address.start())} <{address[0]}>"}
            return Forwarded(cover, headers, "\n".join(below[first + 1 :]).strip())
    return None


def _name_before(line: str, at: int) -> str:
    """The name between a date and an address: `03.03.2026, 09:12, "Ann Lee" <`."""
    return re.split(r"[\d,;:]", line[:at])[-1].strip(' "<(')
