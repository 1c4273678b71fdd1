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

    def slice(self, start: int, end: int) -> "Timed":
        here = slice(start, end)
        return Timed(
            self.answered[here],
            self.held[here],
            self.late[here],
            self.elapsed[here],
            self.working[here],
            self.buyer[here],
        )

    def sorted_by(self, order: Codes) -> "Timed":
        return Timed(
            self.answered[order],
            self.held[order],
            self.late[order],
            self.elapsed[order],
            self.working[order],
            self.buyer[order],
        )


def spread(values: Seconds) -> Spread | None:
    """None of no values."""
    if not len(values):
        return None
    median, p90, longest = np.quantile(values, (0.5, 0.9, 1.0))
    return Spread(float(median), float(values.mean()), float(p90), float(longest))


def figures(timed: Timed) -> Figures:
    answered = timed.answered
    buyer = timed.buyer[answered]
    due, done = len(answered), int(np.count_nonzero(answered))
    return Figures(
        due=due,
        answered=done,
        waiting=due - done,
        in_target=done - int(np.count_nonzero(timed.late & answered)),
        late=int(np.count_nonzero(timed.late)),
        held=int(np.count_nonzero(timed.held)),
        elapsed=spread(timed.elapsed[answered]),
        working=spread(timed.working[answered]),
        buyer=spread(buyer[~np.isnan(buyer)]),
    )


def grouped(
    timed: Timed, codes: Codes, words_of: Callable[[int], tuple[str, ...]], by: Sequence[Dimension]
) -> tuple[Group, ...]:
    """The figures of each group that has any mail."""
    order = np.argsort(codes, kind="stable")
    ordered = timed.sorted_by(order)
    found = [Group(words_of(code), figures(ordered.slice(*span))) for code, span in spans(codes[order])]
    natural = [index for index, dimension in enumerate(by) if dimension in _NATURAL]
    return tuple(sorted(found, key=lambda g: (tuple(g.key[index] for index in natural), -g.figures.due, g.key)))


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
