"""How long to wait, and how often to send (F25, F29)."""

from datetime import timedelta

import pytest

from tests.unit.outbox.desk import START
from triage.outbox.pace import Pace, gap


@pytest.mark.parametrize(
    ("tries", "minutes"), [(1, 1), (2, 5), (3, 15), (4, 60), (5, 120), (6, 240), (7, 240), (99, 240)]
)
def test_the_waits_grow_and_then_stay(tries: int, minutes: int) -> None:
    assert gap(tries, 0.5) == timedelta(minutes=minutes)


def test_the_waits_are_spread_by_a_fifth() -> None:
    assert (gap(4, 0.0), gap(4, 1.0)) == (timedelta(minutes=48), timedelta(minutes=72))


def test_in_no_minute_leave_more_than_allowed() -> None:
    pace = Pace(3)
    taken = [second for second in range(0, 180, 5) if pace.take("sales", START + timedelta(seconds=second))]
    assert taken == [0, 5, 10, 60, 65, 70, 120, 125, 130]


def test_accounts_do_not_share_their_pace() -> None:
    pace = Pace(1)
    assert [pace.take(account, START) for account in ("sales", "sales", "other")] == [True, False, True]
