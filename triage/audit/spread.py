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
_LEFT_OUT = 17
"""Bits of a 32-bit float that its step is without: those that remain make 64 steps of each doubling."""
_ZERO = np.float32(127 / 128 * 2.0**-20)
"""Seconds in the last step below 2**-20: instants differ by a microsecond at least, so only zero is as little."""
_STEP_OF_ZERO = _ZERO.view(np.int32) >> _LEFT_OUT
_BUCKETS = 2**18
"""Steps of all groups together, where there are not more groups than that: so many counts stay in the cache."""
_ANSWERED, _LATE, _HELD = 1, 2, 4
_COUNTED = (0, _ANSWERED, _LATE, _HELD, _LATE | _ANSWERED)
_COUNTS = np.array([[standing & bits == bits for bits in _COUNTED] for standing in range(8)], np.int64)
"""Among which of these a mail of each standing is counted."""


class Measure:
    """Figures of which no one is negative or NaN, made ready for ranks of many groupings.

    Sorting a million takes longer than all else. So figures are counted by their step, which grows with them; the
    counts tell in which steps the ranks asked for are, and only what is there is sorted. Zero has a step of its own.
    """

    def __init__(self, values: Seconds) -> None:
        self.values = values
        bits = np.maximum(values.astype(np.float32), _ZERO).view(np.int32)  # they are in the order of the floats
        bits >>= _LEFT_OUT
        bits -= _STEP_OF_ZERO
        self._steps = bits.astype(np.uint16)
        self._most = int(self._steps.max(initial=0))

    def spread(self) -> Spread | None:
        """None of no values."""
        for _, _, (middle, high, longest) in self._ranked(_SPREAD):
            return Spread(middle, float(self.values.mean()), high, longest)
        return None

    def spreads(self, codes: NDArray[np.int64], size: int) -> list[Spread | None]:
        """Of each group from 0 to before `size`; row i is in the group `codes[i]`."""
        sums = np.bincount(codes, self.values, minlength=size).tolist()
        found: list[Spread | None] = [None] * size
        for group, count, (middle, high, longest) in self._ranked(_SPREAD, codes, size):
            found[group] = Spread(middle, sums[group] / count, high, longest)
        return found

    def median(self) -> float | None:
        """None of no values."""
        return self.medians(None, 1).get(0)

    def medians(self, codes: NDArray[np.int64] | None, size: int) -> dict[int, float]:
        """By group."""
        return {group: middle for group, _, (middle,) in self._ranked(_MEDIAN, codes, size)}

    def _ranked(
        self, shares: Seconds, codes: NDArray[np.int64] | None = None, size: int = 1
    ) -> Iterator[tuple[int, int, list[float]]]:
        """Of each group that has any: how many, and the figures at these shares of them."""
        spots, width = self._spots(codes, size)
        held = np.bincount(spots, minlength=size * width)
        ends = np.cumsum(held)
        counts = held.reshape(size, width).sum(axis=1)
        filled = np.flatnonzero(counts)
        counts = counts[filled]
        firsts = ends[filled * width + width - 1] - counts
        places = shares * (counts - 1)
        lows = places.astype(np.int64)
        ranks = firsts + np.stack((lows, np.minimum(lows + 1, counts - 1)))
        there = np.searchsorted(ends, ranks, side="right")
        some = there % width > 0
        chosen = np.zeros(len(held), np.bool_)
        chosen[there[some]] = True
        rows = np.flatnonzero(chosen[spots])
        order = rows[np.argsort(self.values[rows])]
        if size > 1:
            order = order[ordering(np.cumsum(chosen, dtype=np.int64)[spots[order]])]
        left_out = np.cumsum(np.where(chosen, 0, held))
        found = np.zeros(ranks.shape)
        found[some] = self.values[order[(ranks - left_out[there])[some]]]
        below, above = found
        figures = below + (places - lows) * (above - below)
        return zip(filled.tolist(), counts.tolist(), figures.T.tolist(), strict=True)

    def _spots(self, codes: NDArray[np.int64] | None, size: int) -> tuple[NDArray[np.int64], int]:
        """A number for each row by group and step, and how many steps a group has: fewer where groups are many."""
        merged = 0
        while (width := -(-self._most >> merged) + 1) > 2 and width * size > _BUCKETS:
            merged += 1
        steps = (self._steps + np.uint16(2**merged - 1)) >> merged
        if codes is None:
            return steps.astype(np.int64), width
        spots = codes * width
        spots += steps
        return spots, width


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
    standings: NDArray[np.uint8]
    took: Took


def standings(answered: Mask, late: Mask, held: Mask) -> NDArray[np.uint8]:
    """The three of each mail as one number."""
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
    return _figures((np.bincount(timed.standings, minlength=len(_COUNTS)) @ _COUNTS).tolist(), spreads)


def grouped(
    timed: Timed, codes: Codes, words_of: Callable[[int], tuple[str, ...]], by: Sequence[Dimension]
) -> tuple[Group, ...]:
    """The figures of each group that has any mail."""
    distinct, codes = _small(codes.astype(np.int64))
    size = len(distinct)
    counts = np.bincount(codes * len(_COUNTS) + timed.standings, minlength=size * len(_COUNTS))
    codes = codes[timed.answers]
    took = timed.took
    spreads = (
        took.elapsed.spreads(codes, size),
        took.working.spreads(codes, size),
        took.buyer.spreads(codes[took.known], size),
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


def _small(codes: NDArray[np.int64]) -> tuple[Sequence[int], NDArray[np.int64]]:
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
