"""Figures of columns: exact medians, means and percentiles (A14), of all rows and of each group (A15, A16, A19).

Percentiles interpolate linearly between the two closest ranks, as `percentile_cont` of PostgreSQL does.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
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
_AT_ONCE = 2
"""Groups: numpy lets go of the interpreter while it sorts."""
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
    unknown = np.isnan(values)
    if unknown.any():
        values = values[~unknown]
    if not len(values):
        return None
    middle, high = percentiles(values, 0.5, 0.9)
    return Spread(middle, float(values.mean()), high, float(values.max()))


def median(values: NDArray[Any]) -> float | None:
    return percentiles(values, 0.5)[0] if len(values) else None


def percentiles(values: NDArray[Any], *shares: float) -> list[float]:
    """Exact, of values among which is no NaN. Only the ranks asked for are put in their places."""
    last = len(values) - 1
    places = [share * last for share in shares]
    lows = [int(place) for place in places]
    placed = np.partition(values, sorted({*lows, *(min(low + 1, last) for low in lows)}))
    found = []
    for place, low in zip(places, lows, strict=True):
        below = float(placed[low])
        found.append(below if place == low else below + (place - low) * (float(placed[low + 1]) - below))
    return found


def figures(timed: Timed) -> Figures:
    """Of all rows."""
    counts = (len(timed.answered), *(int(np.count_nonzero(mask)) for mask in _counted(timed)))
    return _figures(counts, timed.took)


def grouped(
    timed: Timed, codes: Codes, words_of: Callable[[int], tuple[str, ...]], by: Sequence[Dimension]
) -> tuple[Group, ...]:
    """The figures of each group that has any mail."""
    distinct, codes = _small(codes)
    size = len(distinct)
    counts = [np.bincount(chosen, minlength=size).tolist() for chosen in (codes, *(codes[m] for m in _counted(timed)))]
    answers = codes[timed.answered]
    order = ordering(answers)
    columns = [column[order] for column in (timed.took.elapsed, timed.took.working, timed.took.buyer)]
    rows = list(zip(*counts, strict=True))
    ends = list(itertools.accumulate(row[1] for row in rows))

    def group(place: int) -> Group:
        span = slice(ends[place] - rows[place][1], ends[place])
        return Group(words_of(distinct[place]), _figures(rows[place], Took(*(column[span] for column in columns))))

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = list(pool.map(group, (place for place, row in enumerate(rows) if row[0])))
    natural = [index for index, dimension in enumerate(by) if dimension in _NATURAL]
    return tuple(sorted(found, key=lambda g: (tuple(g.key[index] for index in natural), -g.figures.due, g.key)))


def _small(codes: Codes) -> tuple[Sequence[int], Codes]:
    """Codes from zero on that are small enough to be counted one by one, and what each stood for."""
    most = int(codes.max(initial=-1))
    if most <= _FEW:
        return range(most + 1), codes
    distinct, small = np.unique(codes, return_inverse=True)
    return distinct.tolist(), small


def _counted(timed: Timed) -> tuple[Mask, ...]:
    return timed.answered, timed.late, timed.late & timed.answered, timed.held


def _figures(counts: Iterable[int], took: Took) -> Figures:
    """`counts`: of all mails, then of those of `_counted`."""
    due, answered, late, late_answers, held = counts
    return Figures(
        due=due,
        answered=answered,
        waiting=due - answered,
        in_target=answered - late_answers,
        late=late,
        held=held,
        elapsed=spread(took.elapsed),
        working=spread(took.working),
        buyer=spread(took.buyer),
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
