from datetime import UTC, datetime, timedelta

import pytest

from triage.customers import Patience, Segment, contacts, segment
from triage.vocabulary.records import CustomerRecord

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def card(messages_in: int = 0, messages_out: int = 0, orders: int = 0, silent_days: float | None = 1) -> CustomerRecord:
    last = None if silent_days is None else NOW - timedelta(days=silent_days)
    return CustomerRecord(
        1, "", "", None, (), last_contact_at=last, messages_in=messages_in, messages_out=messages_out, orders=orders
    )


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (card(silent_days=None), Segment.NEW),
        (card(1, 1), Segment.NEW),
        (card(1, 10), Segment.NEW),
        (card(2, 1), Segment.DEVELOPING),
        (card(6, 5), Segment.DEVELOPING),
        (card(6, 6), Segment.SET_ASIDE),
        (card(1, 11), Segment.SET_ASIDE),
        (card(6, 6, orders=1), Segment.DEVELOPING),
        (card(20, 20, orders=2), Segment.DEVELOPING),
        (card(20, 20, orders=3), Segment.KEY),
        (card(20, 20, orders=3, silent_days=89.9), Segment.KEY),
        (card(20, 20, orders=3, silent_days=90), Segment.DORMANT),
        (card(6, 6, silent_days=90), Segment.DORMANT),
        (card(1, 1, silent_days=364.9), Segment.DORMANT),
        (card(20, 20, orders=9, silent_days=365), Segment.LOST),
        (card(1, 0, silent_days=-1), Segment.NEW),
    ],
)
def test_segment_by_counts_and_last_contact(known: CustomerRecord, expected: Segment) -> None:
    assert segment(known, NOW) is expected


def test_patience_is_the_desk_s_choice() -> None:
    eager = Patience(contacts=4, loyal_orders=1, dormant_after=timedelta(days=30), lost_after=timedelta(days=60))
    cards = (card(2, 2), card(2, 2, orders=1), card(1, 1, silent_days=30), card(1, 1, silent_days=60))
    assert [segment(known, NOW, eager) for known in cards] == [
        Segment.SET_ASIDE,
        Segment.KEY,
        Segment.DORMANT,
        Segment.LOST,
    ]


def test_contacts_count_both_directions() -> None:
    assert contacts(card(3, 4)) == 7
