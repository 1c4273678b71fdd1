"""Finding many phrases at once: a character trie walked from each word start. Time is linear in the text."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from triage.reading.folding import fold_term

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_STARTS = re.compile(rf"[{_UNSPACED}]|(?:(?<![^\W\d_])|(?<=[{_UNSPACED}]))[^\W_](?=([^\W_]{{0,20}}))")
"""Where a phrase may begin: anywhere in scripts without spaces, else where a word or a number begins; and that word."""
_SEMITIC = re.compile("[\u05d0-\u05ea\u0620-\u06ff]")
_PREFIXES = (
    "ال",
    "وال",
    "بال",
    "فال",
    "كال",
    "لل",
    "ولل",
    "و",
    "ب",
    "ل",
    "ف",
    "ك",
    "ه",
    "ו",
    "ה",
    "ב",
    "ל",
    "מ",
    "ש",
    "כ",
    "וה",
    "שה",
)
"""Arabic and Hebrew glue article, conjunction and preposition to the word."""
_GAP = " \t\r\n-_'"
_LONGEST_GAP = 8
_LONGEST_ENDING = 12
_MOST_IDLE = 20_000


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """A phrase found at folded[start:end]; `table` and `label` say which list it is from."""

    start: int
    end: int
    table: str
    label: str


class _Node:
    __slots__ = ("entries", "next")

    def __init__(self) -> None:
        self.next: dict[str, _Node] = {}
        self.entries: dict[str, tuple[str, ...]] | None = None
        """Table to labels, for phrases that end here."""


class Phrases:
    """A set of phrases. In a phrase `*` stands for any ending of the word, a space for any gap or hyphen."""

    def __init__(self, terms: Iterable[tuple[str, str, str]]) -> None:
        """`terms`: table, label, phrase."""
        self._roots: tuple[_Node, ...] = (_Node(),)
        self._idle: set[str] = set()
        """Words seen that begin no phrase, so that they are walked once only; forgotten when they are too many."""
        for table, label, phrase in terms:
            self._add(table, label, fold_term(phrase).strip())

    def _add(self, table: str, label: str, phrase: str) -> None:
        node = self._roots[0]
        for character in phrase:
            key = " " if character in _GAP else character
            if key not in node.next:
                node.next[key] = _Node()
            node = node.next[key]
        node.entries = node.entries or {}
        labels = node.entries.get(table, ())
        if label not in labels:
            node.entries[table] = (*labels, label)

    def with_(self, other: "Phrases") -> "Phrases":
        """Both sets together; they share their tries, so that English is in memory once."""
        both = Phrases(())
        both._roots = (*self._roots, *other._roots)
        return both

    def find(self, folded: str) -> list[Hit]:
        """Leftmost longest phrases of each table, in order; within one table they do not overlap."""
        hits: list[Hit] = []
        taken: dict[str, int] = {}
        for start, word_end in _starts(folded):
            word = folded[start:word_end]
            if word in self._idle:
                continue
            found, reached = self._longest(folded, start)
            if reached < word_end and not found and word.isalpha():
                self._remember_idle(word)
            for table, (end, labels) in found.items():
                if start < taken.get(table, 0):
                    continue
                taken[table] = end
                hits.extend(Hit(start, end, table, label) for label in labels)
        return hits

    def _remember_idle(self, word: str) -> None:
        if len(self._idle) >= _MOST_IDLE:
            self._idle.clear()
        self._idle.add(word)

    def _longest(self, folded: str, start: int) -> tuple[dict[str, tuple[int, tuple[str, ...]]], int]:
        """By table where the longest phrase from `start` ends, with its labels; and how far any phrase agreed."""
        found: dict[str, tuple[int, tuple[str, ...]]] = {}
        paths = [(root, start) for root in self._roots]
        length, reached = len(folded), start
        while paths:
            node, at = paths.pop()
            reached = max(reached, at)
            if node.entries and _ends_word(folded, at):
                for table, labels in node.entries.items():
                    if table not in found or at > found[table][0]:
                        found[table] = (at, labels)
                    elif at == found[table][0]:
                        found[table] = (at, tuple(dict.fromkeys((*found[table][1], *labels))))
            if "*" in node.next:
                paths.append((node.next["*"], _word_end(folded, at)))
            if at < length:
                character = folded[at]
                if character in _GAP:
                    if " " in node.next:
                        paths.append((node.next[" "], _gap_end(folded, at)))
                elif character in node.next:
                    paths.append((node.next[character], at + 1))
        return found, reached


def _starts(folded: str) -> Iterator[tuple[int, int]]:
    """Where phrases may begin, each with the end of the word there, or a part of the word when it is very long."""
    for match in _STARTS.finditer(folded):
        start, end = match.start(), max(match.end(), match.end(1))
        yield start, end
        if _SEMITIC.match(folded, start):
            for prefix in _PREFIXES:
                if folded.startswith(prefix, start):
                    yield start + len(prefix), end


def _ends_word(folded: str, at: int) -> bool:
    if at >= len(folded):
        return True
    return (
        not folded[at].isalnum()
        or bool(_IS_UNSPACED.match(folded[at - 1]))
        or bool(_IS_UNSPACED.match(folded[at]))
        or (
            # Arabic endings (plural, possessive) are glued on.
            bool(_SEMITIC.match(folded[at - 1]))
        )
    )


def _word_end(folded: str, at: int) -> int:
    limit = min(len(folded), at + _LONGEST_ENDING)
    while at < limit and folded[at].isalpha() and not _IS_UNSPACED.match(folded[at]):
        at += 1
    return at


def _gap_end(folded: str, at: int) -> int:
    limit = min(len(folded), at + _LONGEST_GAP)
    while at < limit and folded[at] in _GAP:
        at += 1
    return at
