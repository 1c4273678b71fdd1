"""Finding many phrases at once: a character trie walked from each word start. Time is linear in the text."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from triage.reading.folding import fold_term

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_STARTS = re.compile(rf"[{_UNSPACED}]|(?:(?<![^\W\d_])|(?<=[{_UNSPACED}]))[^\W_]")
"""Where a phrase may begin: anywhere in scripts without spaces, else where a word or a number begins."""
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
_HEAD = 3


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
        self._heads: frozenset[str] = frozenset()
        """How phrases begin, up to three characters, so that most word starts need no walk."""
        for table, label, phrase in terms:
            self._add(table, label, fold_term(phrase).strip())
        self._heads = frozenset(_heads(self._roots[0], ""))

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
        both._heads = self._heads | other._heads
        return both

    def find(self, folded: str) -> list[Hit]:
        """Leftmost longest phrases of each table, in order; within one table they do not overlap."""
        hits: list[Hit] = []
        taken: dict[str, int] = {}
        heads = self._heads
        for start in _starts(folded):
            head = folded[start : start + _HEAD]
            if head not in heads and head[:2] not in heads and head[:1] not in heads:
                continue
            for table, (end, labels) in self._longest(folded, start).items():
                if start < taken.get(table, 0):
                    continue
                taken[table] = end
                hits.extend(Hit(start, end, table, label) for label in labels)
        return hits

    def _longest(self, folded: str, start: int) -> dict[str, tuple[int, tuple[str, ...]]]:
        found: dict[str, tuple[int, tuple[str, ...]]] = {}
        paths = [(root, start) for root in self._roots]
        length = len(folded)
        while paths:
            node, at = paths.pop()
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
        return found


def _heads(node: _Node, before: str) -> Iterator[str]:
    """The beginnings of the phrases below a node; shorter where a phrase ends or its next character is left open."""
    if before and (len(before) == _HEAD or node.entries or "*" in node.next or " " in node.next):
        yield before
    if len(before) < _HEAD:
        for character, following in node.next.items():
            if character not in "* ":
                yield from _heads(following, before + character)


def _starts(folded: str) -> Iterator[int]:
    for match in _STARTS.finditer(folded):
        start = match.start()
        yield start
        if _SEMITIC.match(folded, start):
            for prefix in _PREFIXES:
                if folded.startswith(prefix, start):
                    yield start + len(prefix)


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
