"""The cases of complaints, counted by what they are about (A45)."""

from collections import defaultdict
from collections.abc import Iterable
from statistics import median

from triage.vocabulary.records import ComplaintRecord
from triage.vocabulary.responses import ComplaintCount
from triage.vocabulary.states import Fault

UNCLEAR = "unclear"


def complaint_counts(cases: Iterable[ComplaintRecord]) -> tuple[ComplaintCount, ...]:
    """One for each sort that there is, the most frequent first."""
    by_sort: defaultdict[str, list[ComplaintRecord]] = defaultdict(list)
    for case in cases:
        by_sort[case.sort or UNCLEAR].append(case)
    counted = [_count(sort, those) for sort, those in by_sort.items()]
    return tuple(sorted(counted, key=lambda count: (-count.came, count.sort)))


def _count(sort: str, cases: list[ComplaintRecord]) -> ComplaintCount:
    took = [(case.closed_at - case.received_at).total_seconds() for case in cases if case.closed_at is not None]
    return ComplaintCount(
        sort=sort,
        came=len(cases),
        open=len(cases) - len(took),
        our_fault=sum(case.fault is Fault.OURS for case in cases),
        remedied=sum(case.remedy_at is not None for case in cases),
        median_seconds=median(took) if took else None,
    )
