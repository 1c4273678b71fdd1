"""Text made comparable: lower case, no accents, no width variants; every offset still points into the original."""

import re
import unicodedata
from dataclasses import dataclass

_COMBINING = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670]")
_ZERO_WIDTH = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_BARE = {
    "đ": "d",
    "ı": "i",
    "ł": "l",
    "ø": "o",
    "’": "'",
    "‘": "'",
    "ʼ": "'",
    "`": "'",
    "´": "'",
    "\xa0": " ",
    "–": "-",
    "—": "-",
}
_LOOSE = " \t\r\n,;:。、،"
"""Left off the ends of what is cited."""
_STRIPPED_SCRIPTS = re.compile("[\u00c0-\u052f\u0590-\u06ff\u1e00-\u1fff]")


def _fold_character(character: str) -> str:
    """One character for one character, so that offsets hold."""
    width = unicodedata.normalize("NFKC", character)
    lower = (width if len(width) == 1 else character).lower()
    if len(lower) != 1:
        lower = unicodedata.normalize("NFD", lower)[0]
    if lower in _BARE:
        return _BARE[lower]
    # Kana and Hangul decompose too, but there the marks make the word.
    return unicodedata.normalize("NFD", lower)[0] if _STRIPPED_SCRIPTS.match(lower) else lower


class _FoldTable(dict[int, str]):
    """`str.translate` table that learns each character once."""

    def __missing__(self, codepoint: int) -> str:
        folded = _fold_character(chr(codepoint))
        self[codepoint] = folded
        return folded


_TABLE = _FoldTable()


@dataclass(frozen=True, slots=True)
class Text:
    """An original and its folded form. `origin` maps folded offsets to original ones; None when they are the same."""

    original: str
    folded: str
    origin: tuple[int, ...] | None = None

    def cite(self, start: int, end: int) -> tuple[str, int, int]:
        """The original words behind folded[start:end], trimmed, with their offsets in the original."""
        while start < end and self.folded[start] in _LOOSE:
            start += 1
        while end > start and self.folded[end - 1] in _LOOSE:
            end -= 1
        if self.origin is not None:
            start, end = self.origin[start], (self.origin[end - 1] + 1 if end > start else self.origin[start])
        return self.original[start:end], start, end


def fold(original: str) -> Text:
    """Fold a text. Combining marks and zero-width characters drop out (H10), so `ca\u0301` finds `ca`."""
    if _COMBINING.search(original) is None and _ZERO_WIDTH.search(original) is None:
        return Text(original, original.translate(_TABLE))
    kept = [i for i, c in enumerate(original) if not _COMBINING.match(c) and not _ZERO_WIDTH.match(c)]
    folded = "".join(original[i] for i in kept).translate(_TABLE)
    return Text(original, folded, (*kept, len(original)))


def fold_term(term: str) -> str:
    """As `fold` folds it. The lexicons' forty thousand words go through here at each start."""
    return term.translate(_TABLE) if term.isascii() else fold(term).folded
