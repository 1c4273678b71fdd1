"""Figures of columns: exact medians, means and percentiles (A14), of all rows and of each group (A15, A16, A19).

Percentiles interpolate linearly between the two closest ranks, as `percentile_cont` of PostgreSQL does.
"""

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


@dataclass(frozen=True, slots=True)
class Took:
    """How long the answers took, a row for each answered mail. `buyer` is NaN where the buyer's hours are not known."""

    elapsed: Seconds
    working: Seconds
    buyer: Seconds


@dataclass(frozen=True, slots=True)
class Timed:
    """What figures are made of: a row for each mail, and for `took` a row for each answered one."""

    answered: Mask
    held: Mask
    late: Mask
    took: Took


def spread(values: Seconds) -> Spread | None:
    """None of no values; NaN counts as none."""
    return _spread(values.copy())


def _spread(values: Seconds) -> Spread | None:
    """The same, and moves the values about."""
    unknown = np.isnan(values)
    if unknown.any():
        values = values[~unknown]
    if not len(values):
        return None
    middle, high = _percentiles(values, 0.5, 0.9)
    return Spread(middle, float(values.mean()), high, float(values.max()))


def median(values: NDArray[Any]) -> float | None:
    return _percentiles(values.copy(), 0.5)[0] if len(values) else None


def _percentiles(values: NDArray[Any], *shares: float) -> list[float]:
    """Exact, of values among which is no NaN. Only the ranks asked for are put in their places: sorting takes four
    times as long where it is not done in vectors."""
    last = len(values) - 1
    places = [share * last for share in shares]
    lows = [int(place) for place in places]
    values.partition(sorted({*lows, *(min(low + 1, last) for low in lows)}))
    found = []
    for place, low in zip(places, lows, strict=True):
        below = float(values[low])
        found.append(below if place == low else below + (place - low) * (float(values[low + 1]) - below))
    return found


def figures(timed: Timed) -> Figures:
    """Of all rows."""
    counts = (len(timed.answered), *(int(np.count_nonzero(mask)) for mask in _counted(timed)))
    took = timed.took
    return _figures(counts, [spread(column) for column in (took.elapsed, took.working, took.buyer)])


def grouped(
    timed: Timed, codes: Codes, words_of: Callable[[int], tuple[str, ...]], by: Sequence[Dimension]
) -> tuple[Group, ...]:
    """The figures of each group that has any mail."""
    distinct, codes = _small(codes)
    size = len(distinct)
    counts = [np.bincount(chosen, minlength=size).tolist() for chosen in (codes, *(codes[m] for m in _counted(timed)))]
    answers = codes[timed.answered]
    order = ordering(answers)
    took = timed.took
    spreads = [_spreads(column[order], counts[1]) for column in (took.elapsed, took.working, took.buyer)]
    found = [
        Group(words_of(code), _figures(row, measured))
        for code, row, measured in zip(distinct, zip(*counts, strict=True), zip(*spreads, strict=True), strict=True)
        if row[0]
    ]
    natural = [index for index, dimension in enumerate(by) if dimension in _NATURAL]
    return tuple(sorted(found, key=lambda g: (tuple(g.key[index] for index in natural), -g.figures.due, g.key)))


def _spreads(values: Seconds, sizes: Iterable[int]) -> list[Spread | None]:
    """Of each of the groups, which stand one after the other and are moved about where they are: a copy of a million is
    much."""
    found, begins = [], 0
    for size in sizes:
        found.append(_spread(values[begins : begins + size]))
        begins += size
    return found


def _small(codes: Codes) -> tuple[Sequence[int], Codes]:
    """Codes from zero on that are small enough to be counted one by one, and what each stood for."""
    most = int(codes.max(initial=-1))
    if most <= _FEW:
        return range(most + 1), codes
    distinct, small = np.unique(codes, return_inverse=True)
    return distinct.tolist(), small


def _counted(timed: Timed) -> tuple[Mask, ...]:
    return timed.answered, timed.late, timed.late & timed.answered, timed.held


def _figures(counts: Iterable[int], spreads: Iterable[Spread | None]) -> Figures:
    """`counts`: of all mails, then of those of `_counted`. `spreads`: elapsed, working, the buyer's hours."""
    due, answered, late, late_answers, held = counts
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
    starts = beginnings(ordered)
    ends = np.append(starts[1:], len(ordered))
    for start, end in zip(starts.tolist(), ends.tolist(), strict=False):
        yield int(ordered[start]), (start, end)


def beginnings(ordered: NDArray[np.integer[Any]]) -> Codes:
    """Where each new value of an ascending column begins."""
    if not len(ordered):
        return np.zeros(0, np.int64)
    return np.insert(np.flatnonzero(ordered[1:] != ordered[:-1]) + 1, 0, 0)
