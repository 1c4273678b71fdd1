"""Responses as columns: a million of them fit in 80 MB, and a report over them needs no million objects."""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from typing import Any, TypeAlias

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
NO_INSTANT = 0
"""In a column of instants: it has not happened."""
NO_FIGURE = -1.0
"""In a column of figures: there is none."""


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


WORD_COLUMNS = ("account_id", "kind", "tier", "country", "person", "via", "turn")
"""Columns of words that repeat; an empty word where nothing is known yet. `turn` is FIRST or NEXT."""
FIRST, NEXT = "first", "next"
NUMBER_COLUMNS = (
    ("ids", "q"),
    ("conversations", "q"),
    ("received", "q"),
    ("answered", "q"),
    ("proposed", "q"),
    ("approved", "q"),
    ("held", "b"),
    ("target", "f"),
    ("counted", "d"),
    ("edited", "f"),
)
"""Field of `ResponseColumns` and `array` type code, in the fields' order. A change of these columns goes with a
migration that empties `response_block`, which keeps their bytes."""
WORD_CODE = "H"
"""Type code of the positions that stand for words."""


Column: TypeAlias = "array[Any] | memoryview[Any]"
"""Numbers of one type code."""


@dataclass(frozen=True, slots=True)
class ResponseColumns:
    """Row i of each column is one response that is not closed, in the order of arrival. `words[k][coded[k][i]]` is its
    word in WORD_COLUMNS[k].

    Instants are whole microseconds since 1970 in UTC, or NO_INSTANT.
    """

    words: tuple[tuple[str, ...], ...]
    coded: tuple[Column, ...]
    ids: Column
    conversations: Column
    received: Column
    answered: Column
    proposed: Column
    """When the draft was proposed whose letter was the answer."""
    approved: Column
    held: Column
    """1 where a holding reply went out."""
    target: Column
    """Working seconds allowed."""
    counted: Column
    """Working seconds as they were counted when the answer left; NO_FIGURE while it waits."""
    edited: Column
    """Share of the words that people changed before sending, 0 to 1; NO_FIGURE for letters not drafted here."""

    def __len__(self) -> int:
        return len(self.ids)

    @staticmethod
    def of_rows(chunks: Iterable[Sequence[Sequence[Any]]]) -> "ResponseColumns":
        """Of rows that hold the words, then the numbers, in the order of WORD_COLUMNS and NUMBER_COLUMNS."""
        codes: list[defaultdict[str, int]] = [defaultdict(count().__next__) for _ in WORD_COLUMNS]
        coded = [array(WORD_CODE) for _ in WORD_COLUMNS]
        numbers: dict[str, Any] = {name: array(code) for name, code in NUMBER_COLUMNS}
        for chunk in filter(None, chunks):
            across = list(zip(*chunk, strict=True))
            for column, known, words in zip(coded, codes, across, strict=False):
                column.extend(map(known.__getitem__, words))
            for (name, code), values in zip(NUMBER_COLUMNS, across[len(WORD_COLUMNS) :], strict=True):
                numbers[name].extend(array(code, values))
        return ResponseColumns(tuple(tuple(known) for known in codes), tuple(coded), **numbers)


@dataclass(frozen=True, slots=True)
class ReviewerCount:
    """What one person decided in the review."""

    person: str
    approved: int
    edited: int
    rejected: int


@dataclass(frozen=True, slots=True)
class ComplaintCount:
    """Complaints of one sort (A45)."""

    sort: str
    came: int
    open: int
    our_fault: int
    remedied: int
    """Those for which a remedy is on record."""
    median_seconds: float | None
    """Elapsed time from the complaint to the close of its case; None where none is closed."""


@dataclass(frozen=True, slots=True)
class DeskCounts:
    """What a report tells besides the responses."""

    reviewers: tuple[ReviewerCount, ...] = ()
    promises: tuple[tuple[str, int], ...] = ()
    """Promises by status."""
    complaints: tuple[ComplaintCount, ...] = ()
