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
    values = np.sort(values)  # in vectors, and NaN last: faster than any selection where many values are equal
    if len(values) and np.isnan(values[-1]):
        values = values[: np.searchsorted(values, np.nan)]
    if not len(values):
        return None
    return Spread(_percentile(values, 0.5), float(values.mean()), _percentile(values, 0.9), float(values[-1]))


def median(values: NDArray[Any]) -> float | None:
    return _percentile(np.sort(values), 0.5) if len(values) else None


def _percentile(ordered: NDArray[Any], share: float) -> float:
    place = share * (len(ordered) - 1)
    low = int(place)
    found = float(ordered[low])
    return found if place == low else found + (place - low) * (float(ordered[low + 1]) - found)


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
    found, begins = [], 0
    for code, row in zip(distinct, zip(*counts, strict=True), strict=True):
        ends = begins + row[1]
        if row[0]:
            found.append(Group(words_of(code), _figures(row, Took(*(column[begins:ends] for column in columns)))))
        begins = ends
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
