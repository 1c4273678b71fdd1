"""Figures of columns: exact medians, means and percentiles (A14), of all rows and of each group (A15, A16, A19).

Percentiles interpolate linearly between the two closest ranks, as `percentile_cont` of PostgreSQL does.
"""

from collections.abc import Callable, Iterator, Sequence
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


@dataclass(frozen=True, slots=True)
class Timed:
    """What figures are made of, a column each. `buyer` is NaN where the buyer's hours are not known."""

    answered: Mask
    held: Mask
    late: Mask
    elapsed: Seconds
    working: Seconds
    buyer: Seconds


def spread(values: Seconds) -> Spread | None:
    """None of no values; NaN counts as none."""
    unknown = np.isnan(values)
    if unknown.any():
        values = values[~unknown]
    if not len(values):
        return None
    median, p90, longest = np.quantile(values, (0.5, 0.9, 1.0))
    return Spread(float(median), float(values.mean()), float(p90), float(longest))


def figures(timed: Timed) -> Figures:
    """Of all rows."""
    return _figures(timed, slice(None), [(0, len(timed.answered))])[0]


def grouped(
    timed: Timed, codes: Codes, words_of: Callable[[int], tuple[str, ...]], by: Sequence[Dimension]
) -> tuple[Group, ...]:
    """The figures of each group that has any mail."""
    order = ordering(codes)
    cuts = list(spans(codes[order]))
    made = _figures(timed, order, [span for _, span in cuts])
    found = [Group(words_of(code), one) for (code, _), one in zip(cuts, made, strict=True)]
    natural = [index for index, dimension in enumerate(by) if dimension in _NATURAL]
    return tuple(sorted(found, key=lambda g: (tuple(g.key[index] for index in natural), -g.figures.due, g.key)))


def _figures(timed: Timed, order: "Codes | slice", cuts: Sequence[tuple[int, int]]) -> list[Figures]:
    """Of each cut through the rows in that order. One column at a time: a million rows are not copied all at once."""
    answered = timed.answered[order]

    def counted(column: Mask) -> list[int]:
        ordered = column[order]
        return [int(np.count_nonzero(ordered[start:end])) for start, end in cuts]

    def spreads(column: Seconds) -> list[Spread | None]:
        ordered = column[order]
        return [spread(ordered[start:end][answered[start:end]]) for start, end in cuts]

    done, late, held = counted(timed.answered), counted(timed.late), counted(timed.held)
    late_answers = counted(timed.late & timed.answered)
    elapsed, working, buyer = spreads(timed.elapsed), spreads(timed.working), spreads(timed.buyer)
    return [
        Figures(
            due=end - start,
            answered=done[index],
            waiting=end - start - done[index],
            in_target=done[index] - late_answers[index],
            late=late[index],
            held=held[index],
            elapsed=elapsed[index],
            working=working[index],
            buyer=buyer[index],
        )
        for index, (start, end) in enumerate(cuts)
    ]


def ordering(codes: Codes) -> Codes:
    """Where the rows of each code stand, one code after the other. Few codes are sorted by radix, ten times faster."""
    few = len(codes) and codes.max() <= np.iinfo(np.uint16).max
    return np.argsort(codes.astype(np.uint16) if few else codes, kind="stable")


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
