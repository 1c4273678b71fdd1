"""Finding many phrases at once: a character trie walked from each word start. Time is linear in the text."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from operator import sub
from typing import NamedTuple

from triage.reading.folding import fold_term

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_FIRST_GLUED = "\u0590"
"""From here on scripts glue words together: Hebrew and Arabic their particles, East Asia all."""
_PLAIN_STARTS = re.compile(r"(?<![a-z])([a-z]{1,40}|[0-9]{1,20})")
_STARTS = re.compile(
    rf"[{_UNSPACED}]|(?:(?<![^\W\d_])|(?<=[{_UNSPACED}]))"
    r"(?:[^\W\d_\u0590-\uffff]{1,40}|[0-9]{1,20}|[^\W_])"
)
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
_GAPS = frozenset(_GAP)
_SHORTEST_STEM = 4
_LONGEST_GAP = 8
_LONGEST_ENDING = 12
_OPENING = 4
_MOST_REMEMBERED = 20_000

_Start = tuple[int, int, str]


class Hit(NamedTuple):
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


@dataclass(frozen=True, slots=True)
class _Entered:
    """What a whole word leads to: the phrases that are just this word, and the nodes from which longer ones go on."""

    labels: dict[str, tuple[str, ...]]
    single: tuple[tuple[str, str], ...]
    """The same as pairs of table and label."""
    nodes: tuple[_Node, ...]
    glued: frozenset[str]
    """Characters other than a gap that go on, as in `t/t`."""
    seconds: frozenset[str]
    """The first letters, at most four, of each word that goes on after a gap: most phrases end here."""

    def goes_on(self, folded: str, end: int) -> bool:
        """Whether a longer phrase may follow the word that ends there."""
        character = folded[end : end + 1]
        if character not in _GAPS:
            return character in self.glued
        after = end + 1
        if folded[after : after + 1] in _GAPS:
            after = _gap_end(folded, after)
        return _opened(folded, after, self.seconds)


def _opened(folded: str, at: int, openings: frozenset[str]) -> bool:
    """Whether one of the openings, of at most `_OPENING` letters, stands there."""
    return (
        folded[at : at + 4] in openings
        or folded[at : at + 3] in openings
        or folded[at : at + 2] in openings
        or folded[at : at + 1] in openings
    )


_NOWHERE = _Entered({}, (), (), frozenset(), frozenset())


class Phrases:
    """A set of phrases. In a phrase `*` stands for any ending of the word, a space for any gap or hyphen."""

    def __init__(self, terms: Iterable[tuple[str, str, str]]) -> None:
        """`terms`: table, label, phrase."""
        self._roots: tuple[_Node, ...] = (_Node(),)
        self._opening: frozenset[str] | None = None
        self._entered: dict[str, _Entered] = {}
        """Words seen, so that each is walked once only; forgotten when they are too many."""
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
        blocked = 0
        known = self._entered
        for start, end, word in _word_starts(folded):
            entered = known.get(word) or self._enter(word)
            if entered is _NOWHERE:
                continue
            if not (entered.nodes and entered.goes_on(folded, end)):
                # One word never reaches over the next one, so it is not entered in `taken`.
                if entered.single and (not folded[end : end + 1].isalnum() or _ends_word(folded, end)):
                    hits += [
                        Hit(start, end, table, label)
                        for table, label in entered.single
                        if start >= blocked or start >= taken.get(table, 0)
                    ]
                continue
            for table, (until, labels) in self._longest(folded, start, end, entered).items():
                if start < taken.get(table, 0) or _is_torn(folded, start, until):
                    continue
                taken[table] = until
                blocked = max(blocked, until)
                hits += [Hit(start, until, table, label) for label in labels]
        return hits

    def _enter(self, word: str) -> _Entered:
        nodes = [node for root in self._roots for node in _along(root, word, 0)] if self._may_enter(word) else []
        labels: dict[str, tuple[str, ...]] = {}
        for node in nodes:
            for table, more in (node.entries or {}).items():
                labels[table] = tuple(dict.fromkeys((*labels.get(table, ()), *more)))
        entered = _entered(labels, tuple(node for node in nodes if node.next)) if nodes else _NOWHERE
        if len(self._entered) >= _MOST_REMEMBERED:
            self._entered.clear()
        self._entered[word] = entered
        return entered

    def _may_enter(self, word: str) -> bool:
        """Whether any phrase begins like the word; most words are strange to the lexicons."""
        if word[-1] >= _FIRST_GLUED:
            return True
        if self._opening is None:
            self._opening = frozenset(opening for root in self._roots for opening in _openings(root, ""))
        return _opened(word, 0, self._opening)

    def _longest(self, folded: str, start: int, end: int, entered: _Entered) -> dict[str, tuple[int, tuple[str, ...]]]:
        """By table where the longest phrase from `start` ends, with its labels. `end`: of the word entered."""
        found: dict[str, tuple[int, tuple[str, ...]]] = {}
        length = len(folded)
        if entered.labels and _ends_word(folded, end):
            found = {table: (end, labels) for table, labels in entered.labels.items()}
        paths = _first_steps(folded, end, entered.nodes)
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


def _entered(labels: dict[str, tuple[str, ...]], nodes: tuple[_Node, ...]) -> _Entered:
    glued = frozenset(key for node in nodes for key in node.next if key != " ")
    seconds: set[str] = set()
    for node in nodes:
        if " " in node.next:
            seconds.update(_openings(node.next[" "], ""))
    single = tuple((table, label) for table, found in labels.items() for label in found)
    return _Entered(labels, single, nodes, glued, frozenset(seconds))


def _openings(node: _Node, before: str) -> Iterator[str]:
    """The beginnings of all words that go on from a node: `_OPENING` letters, or the whole of a shorter one."""
    for character, following in node.next.items():
        if character in " *":
            continue
        opening = before + character
        if len(opening) == _OPENING:
            yield opening
            continue
        if following.entries or " " in following.next or "*" in following.next:
            yield opening
        yield from _openings(following, opening)


def _first_steps(folded: str, end: int, nodes: tuple[_Node, ...]) -> list[tuple[_Node, int]]:
    """From the nodes at a word's end to what stands there, which is looked at once for all of them."""
    if end >= len(folded):
        return []
    character = folded[end]
    key, after = (" ", _gap_end(folded, end)) if character in _GAP else (character, end + 1)
    paths = [(node.next[key], after) for node in nodes if key in node.next]
    if folded[end - 1] >= _FIRST_GLUED:
        paths += [(node.next["*"], _word_end(folded, end)) for node in nodes if "*" in node.next]
    return paths


def _along(node: _Node, word: str, at: int) -> Iterator[_Node]:
    """The nodes that the whole word leads to; `*` takes its last letters, at most `_LONGEST_ENDING`."""
    while at < len(word):
        rest = word[at:]
        if "*" in node.next and len(rest) <= _LONGEST_ENDING and rest.isalpha():
            yield node.next["*"]
        following = node.next.get(word[at])
        if following is None:
            return
        node, at = following, at + 1
    yield node
    if "*" in node.next:
        yield node.next["*"]


def _word_starts(folded: str) -> Iterable[_Start]:
    """Where phrases may begin: start and end of the word there, and the word; single letters where words are glued."""
    if not folded.isascii():
        return _mixed_starts(folded)
    # Every second piece is a word; done without a match object for each of them.
    pieces = _PLAIN_STARTS.split(folded)
    words, ends = pieces[1::2], list(accumulate(map(len, pieces)))[1::2]
    return zip(map(sub, ends, map(len, words)), ends, words, strict=True)


def _mixed_starts(folded: str) -> Iterator[_Start]:
    for match in _STARTS.finditer(folded):
        start, word = match.start(), match.group()
        if word[-1] < _FIRST_GLUED:
            yield start, match.end(), word
            continue
        yield start, start + 1, word[0]
        if _SEMITIC.match(word):
            for prefix in _PREFIXES:
                if folded.startswith(prefix, start) and start + len(prefix) < len(folded):
                    yield start + len(prefix), start + len(prefix) + 1, folded[start + len(prefix)]


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


def _is_torn(folded: str, start: int, end: int) -> bool:
    """A short Arabic word is no part of a longer one: `كم` (how many) of `كمية` (quantity)."""
    return (
        end - start < _SHORTEST_STEM
        and folded[start] >= _FIRST_GLUED
        and _SEMITIC.match(folded, start) is not None
        and _SEMITIC.match(folded, end) is not None
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
