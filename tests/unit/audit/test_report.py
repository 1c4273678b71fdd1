import math
import statistics
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.audit.desk import OFFICE, at
from triage.audit import instants
from triage.audit.business_hours import working_seconds
from triage.audit.buyer_hours import buyer_calendar
from triage.audit.columns import columns_of
from triage.audit.report import Figures, Report, Stage
from triage.audit.spread import Measure, spread
from triage.audit.summary import report, summarise
from triage.vocabulary.inquiry import Kind, Tier
from triage.vocabulary.policy import Calendars, Window, WorkCalendar
from triage.vocabulary.records import ResponseRecord, Via
from triage.vocabulary.responses import Dimension

NOW = at(15, days=2)


def response(number: int, received_at: datetime, took: float | None = None, **changes: object) -> ResponseRecord:
    """A response row; with `took` it is answered so many seconds later by the clock on the wall."""
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
    if took is not None:
        answered_at = received_at + timedelta(seconds=took)
        row = replace(
            row,
            answered_at=answered_at,
            via=Via.TOOL,
            person="lin",
            elapsed_seconds=took,
            working_seconds=working_seconds(OFFICE, received_at, answered_at),
        )
    return replace(row, **changes)  # type: ignore[arg-type]


def counted(*rows: ResponseRecord, by: tuple[Dimension, ...] = ()) -> Report:
    return report(rows, by, NOW, OFFICE)


def groups(found: Report) -> dict[tuple[str, ...], int]:
    return {group.key: group.figures.due for group in found.groups}


def test_a14_percentiles_interpolate_between_the_closest_ranks() -> None:
    values = sorted((number * 37) % 101 / 7 for number in range(98))
    found = spread(np.array(values))
    assert found is not None
    assert found.median == pytest.approx(statistics.median(values))
    assert found.p90 == pytest.approx(statistics.quantiles(values, n=10, method="inclusive")[-1])
    assert found.mean == pytest.approx(math.fsum(values) / 98)
    assert spread(np.array([7.0])) == spread(np.array([7.0, 7.0]))


TOOK = st.one_of(
    st.sampled_from([0, 1, 2, 5_000_000, 3_600_000_000]), st.integers(0, 4_000_000), st.integers(0, 10**15)
).map(lambda microseconds: microseconds / 1e6)


@given(st.lists(st.tuples(st.integers(0, 4), TOOK), min_size=1, max_size=60), st.sampled_from([1, 1_000, 300_000]))
@settings(max_examples=150, deadline=None)
def test_a14_each_group_s_figures_are_those_of_its_values_sorted(rows: list[tuple[int, float]], apart: int) -> None:
    """Also where groups are so many that ranks are looked for in few steps, or in one."""
    codes, values = np.array([group * apart for group, _ in rows]), np.array([took for _, took in rows])
    found = Measure(values).spreads(codes, 4 * apart + 1)
    for group in range(5):
        theirs = values[codes == group * apart]
        if len(theirs):
            middle, high = np.percentile(theirs, [50, 90])
            expected = pytest.approx((middle, high, theirs.max()))
            assert attrgetter("median", "p90", "longest")(found[group * apart]) == expected
    assert sum(each is not None for each in found) == len({group for group, _ in rows})


def test_a14_median_mean_p90_and_longest_in_elapsed_and_working_time() -> None:
    evenings = [response(n, at(16), n * 3600.0) for n in (1, 2, 3, 4, 17)]
    total = counted(*evenings).total
    assert total.working is not None
    assert total.elapsed is not None
    assert (total.working.median, total.working.mean, total.working.longest) == (3600, 3600, 3600)
    assert (total.elapsed.median, total.elapsed.mean) == (3 * 3600, 5.4 * 3600)
    assert (total.elapsed.p90, total.elapsed.longest) == (pytest.approx(11.8 * 3600), 17 * 3600)


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
    assert (empty.total.share_answered, empty.total.share_in_target) == (None, None)
    assert (empty.since, empty.until, empty.edits.share_unedited) == (None, None, None)
    assert (empty.marketplaces.reply_rate_24_hours, empty.marketplaces.fastest_80_percent_mean) == (None, None)
    assert (empty.groups, empty.worst, empty.waiting, empty.weeks, empty.heat) == ((), (), (), (), ())


def test_a17_the_worst_ten_by_name_longest_first() -> None:
    found = counted(*(response(n, at(9), float(n)) for n in range(1, 30)))
    assert [case.message_id for case in found.worst] == list(range(29, 19, -1))
    assert found.worst[0].sender == "buyer29@muster.example"
    assert (found.worst[0].working_seconds, found.worst[0].elapsed_seconds) == (29, 29)


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
        response(3, at(9.1, days=8), country="US", first=False, account_id="one"),
    )
    assert groups(counted(*rows, by=(Dimension.MARKET,))) == {("US",): 2, ("unknown",): 1}
    assert groups(counted(*rows, by=(Dimension.TIER,))) == {("A",): 1, ("B",): 1, ("C",): 1}
    assert groups(counted(*rows, by=(Dimension.KIND,))) == {("inquiry",): 1, ("order",): 1, ("rfq",): 1}
    assert groups(counted(*rows, by=(Dimension.PERSON,))) == {("lin",): 1, ("mei",): 1, ("nobody yet",): 1}
    assert groups(counted(*rows, by=(Dimension.MAILBOX,))) == {("one",): 2, ("two",): 1}
    assert groups(counted(*rows, by=(Dimension.VIA,))) == {("tool",): 2, ("nobody yet",): 1}
    assert groups(counted(*rows, by=(Dimension.HOUR,))) == {("09",): 2, ("16",): 1}
    assert groups(counted(*rows, by=(Dimension.WEEKDAY,))) == {("1 Mon",): 2, ("2 Tue",): 1}
    assert groups(counted(*rows, by=(Dimension.WEEK,))) == {("2026-06-15",): 2, ("2026-06-22",): 1}
    assert groups(counted(*rows, by=(Dimension.TURN,))) == {("first",): 2, ("next",): 1}


def test_a19_the_hour_is_the_desk_s_own() -> None:
    shanghai = replace(OFFICE, time_zone="Asia/Shanghai")
    found = report([response(1, at(23.5))], (Dimension.HOUR, Dimension.WEEKDAY), NOW, shanghai)
    assert groups(found) == {("07", "2 Tue"): 1}


@pytest.mark.parametrize("one", Dimension)
@pytest.mark.parametrize("other", Dimension)
def test_a19_any_two_dimensions_cross_and_every_row_is_in_one_group(one: Dimension, other: Dimension) -> None:
    rows = [
        response(n, at(9 + n / 2, days=n), 60.0 * n if n % 3 else None, tier=tier, country=country)
        for n, (tier, country) in enumerate([(Tier.B, "DE"), (Tier.A, "US"), (Tier.A, None), (Tier.A, "US")] * 3)
    ]
    found = counted(*rows, by=(one, other))
    assert all(len(group.key) == 2 for group in found.groups)
    assert sum(group.figures.due for group in found.groups) == found.total.due == 12
    assert sum(group.figures.answered for group in found.groups) == found.total.answered == 8


def test_a19_tiers_come_in_their_own_order_and_markets_by_number() -> None:
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


def test_a19_the_trend_and_the_heat_map_hold_every_mail_once() -> None:
    found = counted(*(response(n, at(10, days=n), 600.0) for n in range(14)), response(99, at(10)))
    assert [(week.key[0], week.figures.due) for week in found.weeks] == [("2026-06-15", 8), ("2026-06-22", 7)]
    assert sum(cell.due for cell in found.heat) == 15
    monday = found.heat[0]
    assert (monday.weekday, monday.hour, monday.due, monday.median) == (0, 10, 3, 600.0)


def test_a46_the_distribution_holds_every_answer_once_in_each_clock() -> None:
    minutes = (1, 15, 15.01, 60, 119, 47 * 60, 8 * 24 * 60)
    rows = [response(n, at(9), 60.0 * taken) for n, taken in enumerate(minutes)]
    found = counted(*rows, response(98, at(9), 60.0, country=None), response(99, at(9)))
    assert [(each.upto, each.elapsed) for each in found.distribution] == [
        (900, 3),
        (3600, 2),
        (7200, 1),
        (4 * 3600, 0),
        (8 * 3600, 0),
        (24 * 3600, 0),
        (48 * 3600, 1),
        (168 * 3600, 0),
        (math.inf, 1),
    ]
    assert sum(each.working for each in found.distribution) == len(minutes) + 1
    assert sum(each.buyer for each in found.distribution) == len(minutes)


def test_a10_first_and_next_response_stand_side_by_side() -> None:
    found = counted(response(1, at(9), 60.0), response(2, at(9), 30.0, first=False), response(3, at(9), 90.0))
    assert {group.key[0]: group.figures.due for group in found.turns} == {"first": 2, "next": 1}


def test_a22_each_mailbox_is_counted_by_its_own_calendar() -> None:
    early = replace(OFFICE, windows={day: (Window(at(6).time(), at(10).time()),) for day in range(7)})
    rows = [response(1, at(8), 3 * 3600.0), response(2, at(8), 3 * 3600.0, account_id="early")]
    records = {row.id: row for row in rows}
    found = summarise(
        [columns_of(rows)],
        [Dimension.MAILBOX],
        NOW,
        Calendars(OFFICE, {"early": early}),
        lambda ids: [records[number] for number in ids],
    )
    working = {group.key[0]: group.figures.working and group.figures.working.median for group in found.groups}
    assert working == {"main": 2 * 3600, "early": 2 * 3600}
    assert {case.mailbox: case.working_seconds for case in found.worst} == {"main": 7200, "early": 7200}


def test_a23_history_is_recounted_by_today_s_calendar_and_the_former_figure_kept() -> None:
    row = response(1, at(9), 2 * 3600.0)
    later = replace(OFFICE, windows={day: (Window(at(10).time(), at(17).time()),) for day in range(5)})
    found = report([row], (), NOW, later)
    assert (found.total.working and found.total.working.median, found.recount.changed) == (3600, 1)
    assert found.recount.former is not None
    assert found.recount.former.median == 7200
    unchanged = report([row], (), NOW, OFFICE)
    assert (unchanged.recount.changed, unchanged.recount.former) == (0, None)


def test_a24_the_buyer_s_hours_go_by_the_buyer_s_country() -> None:
    """From Saturday to Sunday noon in UTC: six hours of a working Sunday in Riyadh, and none in Germany."""
    saturday = at(12, days=5)
    rows = [response(1, saturday, 86_400.0, country="SA"), response(2, saturday, 86_400.0, country="DE")]
    found = counted(*rows, by=(Dimension.MARKET,))
    buyers = {group.key[0]: group.figures.buyer and group.figures.buyer.median for group in found.groups}
    assert buyers == {"SA": 6 * 3600, "DE": 0}
    assert counted(response(1, saturday, 60.0, country=None)).total.buyer is None


def test_a24_weekends_and_holidays_of_the_buyer() -> None:
    riyadh, berlin = buyer_calendar("SA"), buyer_calendar("DE")
    assert riyadh is not None
    assert berlin is not None
    assert (riyadh.time_zone, sorted(riyadh.windows)) == ("Asia/Riyadh", [0, 1, 2, 3, 6])
    assert (berlin.time_zone, sorted(berlin.windows), berlin.holiday_country) == (
        "Europe/Berlin",
        [0, 1, 2, 3, 4],
        "DE",
    )
    assert buyer_calendar("XX") is None
    assert buyer_calendar("") is None


def test_a25_time_in_each_state_of_the_drafts_that_became_answers() -> None:
    ours = response(1, at(9), 4 * 3600.0, proposed_at=at(9.5), approved_at=at(12.5))
    elsewhere = response(2, at(9), 3600.0, via=Via.ELSEWHERE)
    stages = {stage.name: stage for stage in counted(ours, elsewhere).stages}
    assert list(stages) == ["drafting", "review", "sending"]
    assert [(stage.letters, stage.elapsed and stage.elapsed.median) for stage in stages.values()] == [
        (1, 1800),
        (1, 3 * 3600),
        (1, 1800),
    ]
    assert stages["review"].working == stages["review"].elapsed
    assert counted(elsewhere).stages[0] == Stage("drafting", 0, None, None)


def test_a26_a_conversation_is_resolved_when_none_of_its_mails_waits() -> None:
    rows = (
        response(1, at(9), 3600.0, conversation_id=1),
        response(2, at(11), 7200.0, conversation_id=1),
        response(3, at(9), 60.0, conversation_id=2),
        response(4, at(10), conversation_id=2),
    )
    found = counted(*rows).resolution
    assert (found.resolved, found.unresolved, found.elapsed and found.elapsed.median) == (1, 1, 4 * 3600)
    assert found.working is not None
    assert found.working.median == 4 * 3600


def test_a27_share_of_words_changed_before_sending() -> None:
    shares = [0.0, 0.0, 0.2, None]
    found = counted(*(response(n, at(9), 60.0, edited_share=share) for n, share in enumerate(shares))).edits
    assert (found.letters, found.unedited, found.median) == (3, 2, 0.0)
    assert (found.share_unedited, found.mean) == (pytest.approx(2 / 3), pytest.approx(0.2 / 3))


def test_a28_reply_rate_within_24_hours_of_30_days_with_7_days_lag() -> None:
    now = at(0, days=60)
    rows = [
        response(1, at(1, days=30), 86_400.0),
        response(2, at(1, days=40), 86_401.0),
        response(3, at(1, days=50)),
        response(4, at(1, days=22), 60.0),
        response(5, at(1, days=54), 60.0),
        response(6, at(1, days=40), 60.0, first=False),
    ]
    found = report(rows, (), now, OFFICE).marketplaces
    assert (found.replied_in_24_hours, found.received_in_30_days) == (1, 3)
    assert found.reply_rate_24_hours == pytest.approx(1 / 3)


def test_a29_mean_of_the_fastest_80_percent_of_90_days() -> None:
    rows = [response(n, at(9, days=100), float(n)) for n in (1, 2, 3, 4, 1000)]
    old = response(9, at(9), 1.0)
    assert report([*rows, old], (), at(9, days=101), OFFICE).marketplaces.fastest_80_percent_mean == 2.5


def test_the_range_shown_is_that_of_the_mails_counted() -> None:
    found = counted(response(1, at(9)), response(2, at(8, days=1), 60.0), response(3, at(1), closed_reason="x"))
    assert (found.since, found.until) == (at(9), at(8, days=1))


INSTANTS = st.timedeltas(timedelta(), timedelta(days=700)).map(lambda later: datetime(2025, 6, 1, tzinfo=UTC) + later)
CALENDARS = st.sampled_from(
    [
        OFFICE,
        WorkCalendar(
            windows={
                day: (Window(at(9).time(), at(12).time()), Window(at(13.5).time(), at(18).time())) for day in range(5)
            }
        ),
        WorkCalendar("Europe/Berlin", {day: (Window(at(22).time(), at(6).time()),) for day in range(7)}, "DE"),
        WorkCalendar(
            "Asia/Kathmandu", {day: (Window(at(10).time(), at(17).time()),) for day in (6, 0, 1, 2, 3, 4)}, None
        ),
    ]
)


@given(CALENDARS, st.lists(st.tuples(INSTANTS, INSTANTS), min_size=1, max_size=20))
@settings(max_examples=100, deadline=None)
def test_a20_many_instants_at_once_give_the_figures_of_one_by_one(
    calendar: WorkCalendar, pairs: list[tuple[datetime, datetime]]
) -> None:
    starts, ends = (np.array([instants.micros(pair[side]) for pair in pairs]) for side in (0, 1))
    expected = [working_seconds(calendar, start, end) for start, end in pairs]
    (found,) = instants.working(calendar, starts, ends)
    assert found.tolist() == pytest.approx(expected, abs=1e-6)


@given(
    st.sampled_from(["Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "America/New_York"]), st.lists(INSTANTS)
)
@settings(max_examples=60, deadline=None)
def test_a19_the_wall_clock_is_the_zone_s(name: str, moments: list[datetime]) -> None:
    walls = instants.wall_clock(ZoneInfo(name), np.array([instants.micros(at) for at in moments], np.int64))
    local = [moment.astimezone(ZoneInfo(name)) for moment in moments]
    assert instants.hours(walls).tolist() == [moment.hour for moment in local]
    assert instants.weekdays(walls).tolist() == [moment.weekday() for moment in local]
