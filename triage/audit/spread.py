"""Figures of columns: exact medians, means and percentiles (A14), of all rows and of each group (A15, A16, A19).

Percentiles interpolate linearly between the two closest ranks, as `percentile_cont` of PostgreSQL does.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from triage.audit.frame import Codes, Mask
from triage.audit.instants import Seconds
from triage.audit.report import Figures, Group, Spread
from triage.vocabulary.responses import Dimension

_NATURAL = frozenset({Dimension.TIER, Dimension.HOUR, Dimension.WEEKDAY, Dimension.WEEK, Dimension.TURN})
"""Shown in their own order rather than by number of mails."""
_FEW = np.iinfo(np.uint16).max
_MEDIAN, _SPREAD = np.array([[0.5]]), np.array([[0.5], [0.9], [1.0]])
_LEFT_OUT = 18
"""Bits of a 32-bit float that its step is without: those that remain make 32 steps of each doubling."""
_LEAST = 2.0**-20
"""Seconds. Instants differ by a microsecond at least, so what is less is zero."""
_BUCKETS = 2**18
"""Steps of all groups together, where there are not more groups than that: so many counts stay in the cache."""
_ANSWERED, _LATE, _HELD = 1, 2, 4
_COUNTED = (0, _ANSWERED, _LATE, _HELD, _LATE | _ANSWERED)
_COUNTS = np.array([[state & bits == bits for bits in _COUNTED] for state in range(8)], np.int64)
"""Which of these a mail of each state is counted among."""


class Measure:
    """Figures of which no one is negative or NaN, made ready for ranks of many groupings.

    Sorting a million takes longer than all else. So figures are counted by their step, which grows with them; the
    counts tell in which steps the ranks asked for are, and only what is there is sorted. Zero has a step of its own.
    """

    def __init__(self, values: NDArray[np.floating[Any]]) -> None:
        self.values = values
        steps = _bits(np.maximum(values, _LEAST / 2)) >> _LEFT_OUT
        self._steps = np.maximum(steps - (int(_bits(np.array(_LEAST))) >> _LEFT_OUT) + 1, 0)
        self._most = int(self._steps.max(initial=0))

    def spread(self) -> Spread | None:
        """None of no values."""
        if not len(self.values):
            return None
        (middle,), (high,), (longest,) = self._ranked(_SPREAD).tolist()
        return Spread(middle, float(self.values.mean(dtype=np.float64)), high, longest)

    def spreads(self, codes: Codes, size: int) -> list[Spread | None]:
        """Of each group from 0 to before `size`; row i is in the group `codes[i]`."""
        counts = np.bincount(codes, minlength=size)
        filled = np.flatnonzero(counts)
        means = np.bincount(codes, self.values, minlength=size)[filled] / counts[filled]
        found: list[Spread | None] = [None] * size
        middles, highs, longests = self._ranked(_SPREAD, codes, size).tolist()
        for group, *figures in zip(filled.tolist(), middles, means.tolist(), highs, longests, strict=True):
            found[group] = Spread(*figures)
        return found

    def medians(self, codes: Codes, size: int) -> dict[int, float]:
        """By group."""
        (middles,) = self._ranked(_MEDIAN, codes, size).tolist()
        return dict(zip(np.flatnonzero(np.bincount(codes, minlength=size)).tolist(), middles, strict=True))

    def median(self) -> float:
        return float(self._ranked(_MEDIAN)[0, 0])

    def _ranked(self, shares: Seconds, codes: Codes | None = None, size: int = 1) -> Seconds:
        """A row for each share, a column for each group that has any."""
        spots, width = self._spots(codes, size)
        held = np.bincount(spots, minlength=size * width)
        ends = np.cumsum(held)
        lasts = ends[width - 1 :: width] - 1
        firsts = np.append(0, lasts[:-1] + 1)
        filled = lasts >= firsts
        firsts, lasts = firsts[filled], lasts[filled]
        places = shares * (lasts - firsts)
        lows = places.astype(np.int64)
        ranks = np.stack((firsts + lows, np.minimum(firsts + lows + 1, lasts)))
        there = np.searchsorted(ends, ranks, side="right")
        some = there % width > 0
        chosen = np.zeros(len(held), np.bool_)
        chosen[there[some]] = True
        rows = np.flatnonzero(chosen[spots])
        order = rows[np.argsort(self.values[rows], kind="stable")]
        if size > 1:
            order = order[ordering(np.cumsum(chosen)[spots[order]])]
        left_out = np.cumsum(np.where(chosen, 0, held))
        found = np.zeros(ranks.shape)
        found[some] = self.values[order[(ranks - left_out[there])[some]]]
        below, above = found
        return np.asarray(below + (places - lows) * (above - below))

    def _spots(self, codes: Codes | None, size: int) -> tuple[NDArray[np.int64], int]:
        """A number for each row by group and step, and how many steps a group has: fewer where groups are many."""
        merged = 0
        while (width := -(-self._most >> merged) + 1) > 2 and width * size > _BUCKETS:
            merged += 1
        spots = -(-self._steps >> merged).astype(np.int64)
        if codes is not None:
            spots += codes.astype(np.int64) * width
        return spots, width


def _bits(values: NDArray[np.floating[Any]]) -> NDArray[np.int32]:
    """Numbers in the same order, where none is negative."""
    return values.astype(np.float32).view(np.int32)


@dataclass(frozen=True, slots=True)
class Took:
    """How long the answers took, a row for each answered mail."""

    elapsed: Measure
    working: Measure
    buyer: Measure
    """Only of the rows where the buyer's hours are known."""
    known: Codes
    """These rows."""


@dataclass(frozen=True, slots=True)
class Timed:
    """What figures are made of: a row for each mail, and for `took` a row for each answered one."""

    answers: Codes
    """The rows that are answered."""
    states: NDArray[np.uint8]
    took: Took


def states(answered: Mask, late: Mask, held: Mask) -> NDArray[np.uint8]:
    """The three of a mail as one number."""
    found = answered.astype(np.uint8)
    for mask, bit in ((late, _LATE), (held, _HELD)):
        found |= mask * np.uint8(bit)
    return found


def spread(values: Seconds) -> Spread | None:
    return Measure(values).spread()


def figures(timed: Timed) -> Figures:
    """Of all rows."""
    took = timed.took
    spreads = (took.elapsed.spread(), took.working.spread(), took.buyer.spread())
    return _figures((np.bincount(timed.states, minlength=len(_COUNTS)) @ _COUNTS).tolist(), spreads)


def grouped(
    timed: Timed, codes: Codes, words_of: Callable[[int], tuple[str, ...]], by: Sequence[Dimension]
) -> tuple[Group, ...]:
    """The figures of each group that has any mail."""
    distinct, codes = _small(codes)
    size = len(distinct)
    counts = np.bincount(codes.astype(np.int64) * len(_COUNTS) + timed.states, minlength=size * len(_COUNTS))
    answers = codes[timed.answers]
    took = timed.took
    spreads = (
        took.elapsed.spreads(answers, size),
        took.working.spreads(answers, size),
        took.buyer.spreads(answers[took.known], size),
    )
    found = [
        Group(words_of(code), _figures(row, measured))
        for code, row, measured in zip(
            distinct, (counts.reshape(size, len(_COUNTS)) @ _COUNTS).tolist(), zip(*spreads, strict=True), strict=True
        )
        if row[0]
    ]
    natural = [index for index, dimension in enumerate(by) if dimension in _NATURAL]
    return tuple(sorted(found, key=lambda g: (tuple(g.key[index] for index in natural), -g.figures.due, g.key)))


def _small(codes: Codes) -> tuple[Sequence[int], Codes]:
    """Codes from zero on that are small enough to be counted one by one, and what each stood for."""
    most = int(codes.max(initial=-1))
    if most <= _FEW:
        return range(most + 1), codes
    distinct, small = np.unique(codes, return_inverse=True)
    return distinct.tolist(), small


def _figures(counts: Iterable[int], spreads: Iterable[Spread | None]) -> Figures:
    """`counts`: those of `_COUNTED`. `spreads`: elapsed, working, the buyer's hours."""
    due, answered, late, held, late_answers = counts
    elapsed, working, buyer = spreads
    return Figures(
        due=due,
        answered=answered,
        waiting=due - answered,
        in_target=answered - late_answers,
        late=late,
        held=held,
        elapsed=elapsed,
        working=working,
        buyer=buyer,
    )


def ordering(codes: Codes) -> Codes:
    """Where the rows of each code stand, one code after the other. Small numbers are sorted by radix, ten times
    faster."""
    return np.argsort(codes.astype(np.min_scalar_type(codes.max(initial=0))), kind="stable")


def spans(ordered: NDArray[np.integer[Any]]) -> Iterator[tuple[int, tuple[int, int]]]:
    """Each code of an ascending column, with where it begins and ends."""
    for start, end in itertools.pairwise((*np.flatnonzero(begins(ordered)).tolist(), len(ordered))):
        yield int(ordered[start]), (start, end)


def begins(ordered: NDArray[np.integer[Any]]) -> Mask:
    """Whether each row of an ascending column is the first one of its value."""
    found = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=found[1:])
    return found
