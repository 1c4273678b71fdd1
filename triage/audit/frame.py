"""Responses as NumPy columns, and the words they are broken down by."""

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from triage.audit.instants import Instants, Seconds, hours, wall_clock, week_starts, weekdays
from triage.vocabulary.responses import NO_INSTANT, NUMBER_COLUMNS, WORD_COLUMNS, ResponseColumns

UNKNOWN_MARKET = "unknown"
NOBODY = "nobody yet"
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

Codes = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Dimension(StrEnum):
    MARKET = "market"
    TIER = "tier"
    KIND = "kind"
    PERSON = "person"
    MAILBOX = "mailbox"
    VIA = "via"
    """Answered through the tool or from elsewhere."""
    HOUR = "hour"
    """Of arrival, by the desk's clock."""
    WEEKDAY = "weekday"
    WEEK = "week"
    """Its Monday."""
    TURN = "turn"
    """The conversation's first answer, or a next one."""


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

    def rows(self, chosen: "Mask | Codes") -> "Words":
        return Words(self.words, self.codes[chosen])

    def where(self, word: str) -> Mask:
        return self.codes == self.words.index(word) if word in self.words else np.zeros(len(self.codes), np.bool_)


@dataclass(frozen=True, slots=True)
class Frame:
    """The columns of `ResponseColumns`, all rows in one."""

    words: Mapping[str, Words]
    """By name of WORD_COLUMNS."""
    ids: Instants
    conversations: Instants
    received: Instants
    answered: Instants
    proposed: Instants
    approved: Instants
    held: NDArray[np.int8]
    target: Seconds
    counted: Seconds
    edited: Seconds

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def is_answered(self) -> Mask:
        found: Mask = self.answered != NO_INSTANT
        return found

    def of(self, kept: Mask) -> "Frame":
        """The rows that are kept; itself when all are."""
        if kept.all():
            return self
        words = {name: column.rows(kept) for name, column in self.words.items()}
        return Frame(words, *(getattr(self, name)[kept] for name, _ in NUMBER_COLUMNS))


def frame_of(parts: Iterable[ResponseColumns]) -> Frame:
    """All parts in one; equal words of different parts get one code."""
    known = list(parts) or [ResponseColumns.of_rows(())]
    words = {name: _joined([(p.words[k], p.coded[k]) for p in known]) for k, name in enumerate(WORD_COLUMNS)}
    return Frame(words, *(np.concatenate([np.asarray(getattr(p, name)) for p in known]) for name, _ in NUMBER_COLUMNS))


def _joined(columns: Sequence[tuple[tuple[str, ...], "array[int]"]]) -> Words:
    numbers: dict[str, int] = {}
    parts = []
    for words, codes in columns:
        ours = np.array([numbers.setdefault(word, len(numbers)) for word in words], np.uint16)
        parts.append(ours[np.asarray(codes)])
    return Words(tuple(numbers), np.concatenate(parts))


def keys(frame: Frame, by: Sequence[Dimension], walls: Instants) -> tuple[Codes, Callable[[int], tuple[str, ...]]]:
    """One number for each row by all these dimensions together, and what makes the words of such a number."""
    codes, sizes, words = np.zeros(len(frame), np.int64), [], []
    for dimension in by:
        found, named = _coded(frame, dimension, walls)
        codes = codes * len(named) + found
        sizes.append(len(named))
        words.append(named)

    def words_of(code: int) -> tuple[str, ...]:
        key = []
        for size, named in zip(reversed(sizes), reversed(words), strict=True):
            code, here = divmod(code, size)
            key.append(named[here])
        return tuple(reversed(key))

    return codes, words_of


def _coded(frame: Frame, dimension: Dimension, walls: Instants) -> tuple[Codes, Sequence[str]]:
    match dimension:
        case Dimension.HOUR:
            return hours(walls), [f"{hour:02d}" for hour in range(24)]
        case Dimension.WEEKDAY:
            return weekdays(walls), [f"{number} {name}" for number, name in enumerate(WEEKDAYS, 1)]
        case Dimension.WEEK:
            mondays, codes = np.unique(week_starts(walls), return_inverse=True)
            return codes, [(date(1970, 1, 1) + timedelta(days=int(day))).isoformat() for day in mondays]
        case _:
            name = _COLUMN_OF[dimension]
            column = frame.words[name]
            return column.codes.astype(np.int64), [word or _FOR_NOTHING.get(name, word) for word in column.words]


def walls_of(frame: Frame, time_zone: str) -> Instants:
    return wall_clock(ZoneInfo(time_zone), frame.received)
