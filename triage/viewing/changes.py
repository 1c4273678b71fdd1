"""What changed between two states of a letter, word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_WORD = re.compile(r"\s+|[\w.,%@'-]+|[^\w\s]", re.UNICODE)
_WIDE = re.compile(r"([\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3])")
ALIKE = 0.5
"""Lines that share so much are compared word by word; others are simply gone and come."""
LONGEST_LINE = 2_000


class Change(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    change: Change
    text: str


def changes(before: str, after: str) -> tuple[Piece, ...]:
    """The pieces of both texts in order. Those SAME and ADDED make `after`, those SAME and REMOVED `before`."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    return tuple(piece for piece in _lines(old, new) if piece.text)


def _lines(old: list[str], new: list[str]) -> Iterator[Piece]:
    for tag, old_start, old_end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = old[old_start:old_end], new[new_start:new_end]
        if tag == "equal":
            yield Piece(Change.SAME, "".join(gone))
        elif len(gone) == len(come):
            for one, other in zip(gone, come, strict=True):
                yield from _words(one, other)
        else:
            yield from (Piece(Change.REMOVED, "".join(gone)), Piece(Change.ADDED, "".join(come)))


def _words(one: str, other: str) -> Iterator[Piece]:
    old, new = _parts(one), _parts(other)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if max(len(one), len(other)) > LONGEST_LINE or matcher.ratio() < ALIKE:
        yield from (Piece(Change.REMOVED, one), Piece(Change.ADDED, other))
        return
    for tag, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            yield Piece(Change.SAME, "".join(old[old_start:old_end]))
        else:
            yield Piece(Change.REMOVED, "".join(old[old_start:old_end]))
            yield Piece(Change.ADDED, "".join(new[new_start:new_end]))


def _parts(text: str) -> list[str]:
    """Words, runs of space and signs; each Chinese, Japanese or Korean character by itself."""
    return [part for word in _WORD.findall(text) for part in _WIDE.split(word) if part]
