import statistics
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.unit.audit.desk import OFFICE, at
from triage.audit.report import Dimension, Figures, Report, quantile, report
from triage.vocabulary.inquiry import Kind, Tier
from triage.vocabulary.records import ResponseRecord, Via

NOW = at(15, days=2)


def response(number: int, received_at: datetime, working: float | None = None, **changes: object) -> ResponseRecord:
    """A response row; with `working` seconds it is answered, after three times as long by the clock on the wall."""
    row = ResponseRecord(
        id=number,
        message_id=number,
        conversation_id=number,
        account_id="main",
        first=True,
        received_at=received_at,
        kind=Kind.INQUIRY,
        tier=Tier.B,
        country="DE",
        target_seconds=3600.0,
        subject=f"Subject {number}",
        sender=f"buyer{number}@muster.example",
    )
    if working is not None:
        row = replace(
            row,
            answered_at=received_at + timedelta(seconds=3 * working),
            via=Via.TOOL,
            person="lin",
            elapsed_seconds=3 * working,
            working_seconds=working,
        )
    return replace(row, **changes)  # type: ignore[arg-type]


def counted(*rows: ResponseRecord, by: tuple[Dimension, ...] = ()) -> Report:
    return report(rows, by, NOW, OFFICE)


def groups(found: Report) -> dict[tuple[str, ...], int]:
    return {group.key: group.figures.due for group in found.groups}


def test_a14_percentiles_interpolate_between_the_closest_ranks() -> None:
    assert quantile([1, 2, 3, 4], 0.5) == 2.5
    assert quantile([10, 20, 30, 40, 50], 0.9) == 46
    assert quantile([7], 0.9) == 7
    values = sorted((number * 37) % 101 / 7 for number in range(98))
    assert quantile(values, 0.9) == pytest.approx(statistics.quantiles(values, n=10, method="inclusive")[-1])


def test_a14_median_mean_p90_and_longest_in_elapsed_and_working_time() -> None:
    total = counted(*(response(n, at(9), float(n * 100)) for n in (1, 2, 3, 4, 5))).total
    assert total.working is not None
    assert total.elapsed is not None
    assert (total.working.median, total.working.mean, total.working.p90, total.working.longest) == (300, 300, 460, 500)
    assert (total.elapsed.median, total.elapsed.longest) == (900, 1500)


def test_a15_closed_rows_are_not_due_an_answer() -> None:
    assert counted(response(1, at(9), closed_reason="relabelled")).total == Figures(0, 0, 0, 0, 0, 0, None, None)


def test_a16_waiting_past_the_target_counts_as_late_and_waiting_within_it_not_yet() -> None:
    found = counted(
        response(1, at(9), 3600.0),
        response(2, at(9), 3601.0),
        response(3, at(10, days=2)),
        response(4, at(14.5, days=2)),
    )
    total = found.total
    assert (total.due, total.answered, total.waiting, total.in_target, total.late) == (4, 2, 2, 1, 2)
    assert total.share_answered == 0.5
    assert total.share_in_target == pytest.approx(1 / 3)


def test_a6_holding_replies_are_counted_apart() -> None:
    total = counted(response(1, at(9), 60.0, holding_at=at(9)), response(2, at(9), holding_at=at(9.1))).total
    assert (total.held, total.answered, total.waiting) == (2, 1, 1)


def test_shares_of_nothing_are_no_numbers() -> None:
    empty = counted()
    assert (empty.total.share_answered, empty.total.share_in_target, empty.since, empty.until) == (
        None,
        None,
        None,
        None,
    )
    assert (empty.groups, empty.worst, empty.waiting) == ((), (), ())


def test_a17_the_worst_ten_by_name_longest_first() -> None:
    found = counted(*(response(n, at(9), float(n)) for n in range(1, 30)))
    assert [case.message_id for case in found.worst] == list(range(29, 19, -1))
    assert found.worst[0].sender == "buyer29@muster.example"
    assert (found.worst[0].working_seconds, found.worst[0].elapsed_seconds) == (29, 87)


def test_a17_of_equal_waits_the_earlier_row_comes_first() -> None:
    found = report([response(n, at(9), 60.0) for n in range(1, 5)], (), NOW, OFFICE, worst=2)
    assert [case.message_id for case in found.worst] == [1, 2]


def test_a18_who_waits_now_and_how_long() -> None:
    found = counted(response(1, at(14, days=2)), response(2, at(16, days=1)), response(3, at(9), 60.0))
    assert [(case.message_id, case.working_seconds, case.elapsed_seconds) for case in found.waiting] == [
        (2, 7 * 3600, 23 * 3600),
        (1, 3600, 3600),
    ]
    assert [case.message_id for case in found.worst] == [3]


def test_a18_the_list_of_names_is_bounded_and_the_count_is_not() -> None:
    found = report([response(n, at(9, days=1)) for n in range(1, 80)], (), NOW, OFFICE, waiting=5)
    assert (len(found.waiting), found.total.waiting) == (5, 79)
    assert report([response(1, at(9))], (), NOW, OFFICE, waiting=0, worst=0).waiting == ()


def test_a19_groups_by_each_dimension() -> None:
    rows = (
        response(1, at(9.9), 60.0, country="US", tier=Tier.A, kind=Kind.RFQ, person="lin", account_id="one"),
        response(2, at(16), 60.0, country=None, tier=Tier.C, kind=Kind.ORDER, person="mei", account_id="two"),
        response(3, at(9.1), country="US", first=False, account_id="one"),
    )
    assert groups(counted(*rows, by=(Dimension.MARKET,))) == {("US",): 2, ("unknown",): 1}
    assert groups(counted(*rows, by=(Dimension.TIER,))) == {("A",): 1, ("B",): 1, ("C",): 1}
    assert groups(counted(*rows, by=(Dimension.KIND,))) == {("inquiry",): 1, ("order",): 1, ("rfq",): 1}
    assert groups(counted(*rows, by=(Dimension.PERSON,))) == {("lin",): 1, ("mei",): 1, ("nobody yet",): 1}
    assert groups(counted(*rows, by=(Dimension.MAILBOX,))) == {("one",): 2, ("two",): 1}
    assert groups(counted(*rows, by=(Dimension.HOUR,))) == {("09",): 2, ("16",): 1}
    assert groups(counted(*rows, by=(Dimension.TURN,))) == {("first",): 2, ("next",): 1}


def test_a19_the_hour_is_the_desk_s_own() -> None:
    shanghai = replace(OFFICE, time_zone="Asia/Shanghai")
    found = report([response(1, at(23.5))], (Dimension.HOUR,), NOW, shanghai)
    assert groups(found) == {("07",): 1}


def test_a19_two_dimensions_cross_and_every_row_is_in_one_group() -> None:
    rows = [
        response(n, at(9), 60.0, tier=tier, country=c)
        for n, (tier, c) in enumerate([(Tier.B, "DE"), (Tier.A, "US"), (Tier.A, "DE"), (Tier.A, "US")])
    ]
    found = counted(*rows, by=(Dimension.TIER, Dimension.MARKET))
    assert [(group.key, group.figures.due) for group in found.groups] == [
        (("A", "US"), 2),
        (("A", "DE"), 1),
        (("B", "DE"), 1),
    ]


def test_the_range_shown_is_that_of_the_mails_counted() -> None:
    found = counted(response(1, at(9)), response(2, at(8, days=1), 60.0), response(3, at(1), closed_reason="x"))
    assert (found.since, found.until) == (at(9), at(8, days=1))


def test_rows_are_read_once_and_not_kept() -> None:
    def stream(count: int) -> Iterator[ResponseRecord]:
        for number in range(count):
            yield response(number, at(9), float(number))

    tracemalloc.start()
    try:
        found = report(stream(20_000), (Dimension.TIER,), NOW, OFFICE)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found.total.answered == 20_000
    assert peak < 6_000_000
