"""Responses as NumPy columns, and the words they are broken down by."""

import itertools
import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any, Self, TypeVar
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from triage.audit.instants import Instants, Seconds, hours, wall_clock, week_starts, weekdays
from triage.vocabulary.responses import (
    NO_INSTANT,
    NUMBER_COLUMNS,
    WEEKDAYS,
    WORD_CODE,
    WORD_COLUMNS,
    Column,
    Dimension,
    ResponseColumns,
)

UNKNOWN_MARKET = "unknown"
NOBODY = "nobody yet"

Codes = NDArray[np.integer[Any]]
_MOST = np.iinfo(np.int32).max
Mask = NDArray[np.bool_]


_COLUMN_OF: Mapping[Dimension, str] = {
    Dimension.MARKET: "country",
    Dimension.TIER: "tier",
    Dimension.KIND: "kind",
    Dimension.PERSON: "person",
    Dimension.MAILBOX: "account_id",
    Dimension.VIA: "via",
    Dimension.TURN: "turn",
}
_FOR_NOTHING: Mapping[str, str] = {"country": UNKNOWN_MARKET, "person": NOBODY, "via": NOBODY}


@dataclass(frozen=True, slots=True)
class Words:
    """A column of words that repeat: row i has `words[codes[i]]`."""

    words: tuple[str, ...]
    codes: NDArray[np.uint16]

    def rows(self, chosen: "Mask | Codes | slice") -> "Words":
        return Words(self.words, self.codes[chosen])

    def among(self, words: Collection[str]) -> Mask:
        found: Mask = np.isin(self.codes, [code for code, word in enumerate(self.words) if word in words])
        return found

    def where(self, word: str) -> Mask:
        return self.codes == self.words.index(word) if word in self.words else np.zeros(len(self.codes), np.bool_)


@dataclass(frozen=True, slots=True)
class Clocks:
    """When each mail came and was answered and how long it might wait: columns of `ResponseColumns`, all rows in one,
    in the order of arrival."""

    words: Mapping[str, Words]
    """By name of WORD_COLUMNS."""
    received: Instants
    answered: Instants
    held: NDArray[np.int8]
    target: NDArray[np.float32]

    @classmethod
    def numbers(cls) -> tuple[str, ...]:
        return tuple(field.name for field in fields(cls) if field.name != "words")

    def __len__(self) -> int:
        return len(self.received)

    @property
    def is_answered(self) -> Mask:
        found: Mask = self.answered != NO_INSTANT
        return found

    def of(self, rows: "Mask | Codes | slice") -> Self:
        words = {name: column.rows(rows) for name, column in self.words.items()}
        return type(self)(words, *(getattr(self, name)[rows] for name in self.numbers()))


@dataclass(frozen=True, slots=True)
class Frame(Clocks):
    """All columns of `ResponseColumns`."""

    ids: Instants
    conversations: Instants
    proposed: Instants
    approved: Instants
    counted: Seconds
    edited: NDArray[np.float32]


Columns = TypeVar("Columns", bound=Clocks)


def frame_of(parts: Iterable[ResponseColumns], kind: type[Columns], words: Collection[str] = WORD_COLUMNS) -> Columns:
    """The columns of that kind and these words, all parts in one; equal words of different parts get one code. A
    million rows twice would be much memory: each part is copied as it comes, and can go."""
    types = dict(NUMBER_COLUMNS)
    numbers = {name: _Growing(_type(types[name])) for name in kind.numbers()}
    joined = {name: _Joining() for name in WORD_COLUMNS if name in words}
    for part in itertools.chain(parts, [ResponseColumns.of_rows(())]):
        for name, listed, codes in zip(WORD_COLUMNS, part.words, part.coded, strict=True):
            if name in joined:
                joined[name].add(listed, codes)
        for name, column in numbers.items():
            column.add(getattr(part, name))
    coded = {name: column.column() for name, column in joined.items()}
    return kind(coded, *(column.column() for column in numbers.values()))


def words_for(by: Iterable[Dimension]) -> frozenset[str]:
    """The columns that these dimensions are made of."""
    return frozenset(_COLUMN_OF[dimension] for dimension in by if dimension in _COLUMN_OF)


def _type(code: str) -> np.dtype[Any]:
    """As NumPy has it itself: `q` is a type of its own, slow beside the int64 that is the same."""
    return np.dtype(np.dtype(code).str)


_MANY, _ROOM = 100_000, 33 * 2**20
"""From so many rows on, columns get this many bytes of room at least: such pieces the system takes back at once."""


class _Growing:
    """A column that parts are added to. It is made larger than it is; what is not written yet takes no memory. Many
    small arrays, put together in the end, would leave their room behind, of no use to the large ones."""

    def __init__(self, kind: np.dtype[Any]) -> None:
        self._held: NDArray[Any] = np.empty(1024, kind)
        self._length = 0

    def add(self, values: "Column | NDArray[Any]") -> None:
        end = self._length + len(values)
        if end > len(self._held):
            room = _ROOM // self._held.itemsize if end >= _MANY else 0
            grown = np.empty(max(end, 2 * len(self._held), room), self._held.dtype)
            grown[: self._length] = self._held[: self._length]
            self._held = grown
        self._held[self._length : end] = values
        self._length = end

    def column(self) -> NDArray[Any]:
        return self._held[: self._length]


class _Joining:
    """A column of words from several parts, each with codes of its own."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._codes = _Growing(np.dtype(WORD_CODE))

    def add(self, words: Sequence[str], codes: Column) -> None:
        ours = np.array([self._numbers.setdefault(word, len(self._numbers)) for word in words], np.uint16)
        self._codes.add(ours.take(np.asarray(codes)))

    def column(self) -> Words:
        return Words(tuple(self._numbers), self._codes.column())


def keys(
    frame: Clocks, by: Sequence[Dimension], walls: Callable[[], Instants]
) -> tuple[Codes, Callable[[int], tuple[str, ...]]]:
    """One number for each row by all these dimensions together, and what makes the words of such a number. `walls`:
    those of `walls_of`, which only some dimensions need."""
    codes: NDArray[Any] = np.zeros(len(frame), np.int32)
    sizes: list[int] = []
    words: list[Sequence[str]] = []
    for dimension in by:
        found, named = _coded(frame, dimension, walls)
        if math.prod(sizes) * len(named) > _MOST:
            codes = codes.astype(np.int64)
        codes *= len(named)
        codes += found
        sizes.append(len(named))
        words.append(named)

    def words_of(code: int) -> tuple[str, ...]:
        key = []
        for size, named in zip(reversed(sizes), reversed(words), strict=True):
            code, here = divmod(code, size)
            key.append(named[here])
        return tuple(reversed(key))

    return codes, words_of


def _coded(frame: Clocks, dimension: Dimension, walls: Callable[[], Instants]) -> tuple[NDArray[Any], Sequence[str]]:
    match dimension:
        case Dimension.HOUR:
            return hours(walls()).astype(np.int32), [f"{hour:02d}" for hour in range(24)]
        case Dimension.WEEKDAY:
            return weekdays(walls()).astype(np.int32), [f"{number} {name}" for number, name in enumerate(WEEKDAYS, 1)]
        case Dimension.WEEK:
            mondays = week_starts(walls())
            first, last = (int(mondays.min()), int(mondays.max())) if len(mondays) else (0, 0)
            named = [(date(1970, 1, 1) + timedelta(days=day)).isoformat() for day in range(first, last + 1, 7)]
            return ((mondays - first) // 7).astype(np.int32), named
        case _:
            name = _COLUMN_OF[dimension]
            column = frame.words[name]
            return column.codes, [word or _FOR_NOTHING.get(name, word) for word in column.words]


def walls_of(frame: Clocks, time_zone: str) -> Instants:
    return wall_clock(ZoneInfo(time_zone), frame.received)
