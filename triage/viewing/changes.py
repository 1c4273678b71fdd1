"""What changed between two states of a letter, word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_WORD = re.compile(r"\s+|[\w.,%@'-]+|[^\w\s]", re.UNICODE)
_WIDE = re.compile(r"([\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3])")
MAX_WORDS = 6_000
"""Longer letters are compared line by line: words would take seconds."""


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
    old, new = _words(before), _words(after)
    if len(old) + len(new) > MAX_WORDS:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    return tuple(piece for piece in _pieces(old, new) if piece.text)


def _pieces(old: list[str], new: list[str]) -> Iterator[Piece]:
    for tag, old_start, old_end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece(Change.SAME, "".join(old[old_start:old_end]))
        else:
            yield Piece(Change.REMOVED, "".join(old[old_start:old_end]))
            yield Piece(Change.ADDED, "".join(new[new_start:new_end]))


def _words(text: str) -> list[str]:
    """Words, runs of space and signs; each Chinese, Japanese or Korean character by itself."""
    return [part for word in _WORD.findall(text) for part in _WIDE.split(word) if part]
