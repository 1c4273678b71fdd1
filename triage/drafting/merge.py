"""A person's edits carried over to a new text: a three-way merge of paragraphs, in them of lines, then of sentences."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from triage.vocabulary.letter import Conflict

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])")
_NUMBERED = re.compile(r"\d{1,2}[.、)] ")
_LIKE = 0.6
"""Share of common signs from which two pieces are taken for versions of one."""


@dataclass(frozen=True, slots=True)
class Merged:
    """The new text with the person's edits in it."""

    text: str
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True)
class _Edit:
    """Pieces `start` to `end` of the base become these."""

    start: int
    end: int
    pieces: tuple[str, ...]


def merge(base: str, mine: str, theirs: str) -> Merged:
    """What a person made of `base` (`mine`), applied to the new version of it (`theirs`).

    Where only one side changed a passage, that change is taken. Where both did, the person's words stand and the
    passage is a conflict.
    """
    conflicts: list[Conflict] = []
    text = _merge(base, mine, theirs, _LEVELS, conflicts)
    return Merged(text, tuple(conflicts))


@dataclass(frozen=True, slots=True)
class _Level:
    split: Callable[[str], list[str]]
    join: Callable[[Sequence[str]], str]


def _merge(base: str, mine: str, theirs: str, levels: Sequence[_Level], conflicts: list[Conflict]) -> str:
    if mine in {base, theirs}:
        return theirs
    if theirs == base:
        return mine
    if not levels or not (base and mine and theirs):
        conflicts.append(Conflict(mine, theirs))
        return mine
    level, finer = levels[0], levels[1:]
    old = level.split(base)
    merged: list[str] = []
    at = 0
    for start, end, ours, new in _clusters(_edits(old, level.split(mine)), _edits(old, level.split(theirs))):
        merged.extend(old[at:start])
        at = end
        if not ours or not new:
            merged.extend(_applied(old, start, end, ours or new))
        elif start == end:  # both put something in between: nothing is lost
            pieces = [piece for edit in (*new, *ours) for piece in edit.pieces]
            merged.extend(dict.fromkeys(pieces))
        else:
            was, left, right = (level.join(_applied(old, start, end, edits)) for edits in ((), ours, new))
            piece = _merge(was, left, right, finer, conflicts)
            merged.extend([piece] if piece else [])
    merged.extend(old[at:])
    return level.join(merged)


def _edits(old: list[str], new: list[str]) -> list[_Edit]:
    found: list[_Edit] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            found.extend(_paired(old, a, b, new[c:d]))
    return found


def _paired(old: list[str], start: int, end: int, pieces: list[str]) -> Iterator[_Edit]:
    """A changed run as single changes: each new piece beside the old one that it is a version of."""
    at = start
    loose: list[str] = []
    for piece in pieces:
        like = next((n for n in range(at, end) if _alike(old[n], piece)), None)
        if like is None:
            loose.append(piece)
            continue
        if like > at or loose:
            yield _Edit(at, like, tuple(loose))
        yield _Edit(like, like + 1, (piece,))
        at, loose = like + 1, []
    if at < end or loose:
        yield _Edit(at, end, tuple(loose))


def _alike(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _LIKE


def _clusters(ours: list[_Edit], new: list[_Edit]) -> Iterator[tuple[int, int, tuple[_Edit, ...], tuple[_Edit, ...]]]:
    """Edits of both sides in groups that touch the same pieces: from, to, the person's, the plan's."""
    edits = sorted([(e, True) for e in ours] + [(e, False) for e in new], key=lambda pair: (pair[0].start, pair[0].end))
    group: list[tuple[_Edit, bool]] = []
    end = -1
    for edit, is_ours in edits:
        same_gap = group and edit.start == edit.end == group[-1][0].start == group[-1][0].end
        if group and edit.start >= end and not same_gap:
            yield _cluster(group)
            group = []
        group.append((edit, is_ours))
        end = max(end, edit.end)
    if group:
        yield _cluster(group)


def _cluster(group: list[tuple[_Edit, bool]]) -> tuple[int, int, tuple[_Edit, ...], tuple[_Edit, ...]]:
    start, end = min(edit.start for edit, _ in group), max(edit.end for edit, _ in group)
    return start, end, tuple(e for e, ours in group if ours), tuple(e for e, ours in group if not ours)


def _applied(old: list[str], start: int, end: int, edits: Sequence[_Edit]) -> list[str]:
    pieces: list[str] = []
    at = start
    for edit in edits:
        pieces += [*old[at : edit.start], *edit.pieces]
        at = edit.end
    return [*pieces, *old[at:end]]


def _paragraphs(text: str) -> list[str]:
    return [part.strip("\n") for part in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n")) if part.strip()]


def _lines(text: str) -> list[str]:
    """Without the numbers of a numbered list: they follow from the order."""
    lines = text.split("\n")
    return [_NUMBERED.sub("#. ", line, count=1) if _NUMBERED.match(line) else line for line in lines]


def _numbered(lines: Sequence[str]) -> str:
    numbered: list[str] = []
    number = 0
    for line in lines:
        number += line.startswith("#. ")
        numbered.append(f"{number}. {line[3:]}" if line.startswith("#. ") else line)
    return "\n".join(numbered)


def _sentences(text: str) -> list[str]:
    return [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]


def _run_on(sentences: Sequence[str]) -> str:
    return "".join(part if part[-1:] in "。！？" else f"{part} " for part in sentences).strip()


_LEVELS = (
    _Level(_paragraphs, "\n\n".join),
    _Level(_lines, _numbered),
    _Level(_sentences, _run_on),
)
