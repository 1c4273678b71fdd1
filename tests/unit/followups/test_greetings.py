"""Holidays by country and faith, and the mornings on which letters leave. Dates are those of the calendars of 2027."""

from datetime import UTC, date, datetime, timedelta

import pytest

from triage.audit.buyer_hours import buyer_calendar, last_morning, next_morning
from triage.customers.fields import FAITHS
from triage.drafting.words import HOLIDAYS
from triage.followups.greetings import Feast, celebrating, greetings, next_feast

WEEK = timedelta(days=7)


@pytest.mark.parametrize(
    ("country", "greets", "today", "feast"),
    [
        ("DE", "", "2026-12-28", Feast("new_year", date(2027, 1, 1))),
        ("SA", "", "2026-12-28", None),  # the first of January is no holiday there
        ("DE", "", "2026-12-20", None),  # nobody says that they keep Christmas
        ("DE", "christian", "2026-12-20", Feast("christmas", date(2026, 12, 25))),
        (None, "christian", "2026-12-20", Feast("christmas", date(2026, 12, 25))),
        ("US", "", "2027-11-20", Feast("thanksgiving", date(2027, 11, 25))),
        ("DE", "", "2027-11-20", None),
        ("SG", "", "2027-02-01", Feast("lunar_new_year", date(2027, 2, 6))),
        ("KR", "", "2027-02-01", Feast("lunar_new_year", date(2027, 2, 7))),
        ("DE", "", "2027-02-01", None),
        ("DE", "muslim", "2027-03-05", Feast("eid_al_fitr", date(2027, 3, 9))),
        ("ID", "muslim", "2027-03-05", Feast("eid_al_fitr", date(2027, 3, 10))),  # its own table goes first
        ("ID", "", "2027-03-05", None),
        ("IN", "hindu", "2027-10-25", Feast("diwali", date(2027, 10, 29))),
        ("DE", "christian, jewish", "2027-09-28", Feast("rosh_hashanah", date(2027, 10, 2))),
        ("DE", "christian", "2026-12-25", Feast("new_year", date(2027, 1, 1))),  # the day itself is too late
        (None, "", "2026-12-28", None),
        ("XX", "", "2026-12-28", None),
    ],
)
def test_which_holiday_comes_next(country: str | None, greets: str, today: str, feast: Feast | None) -> None:
    assert next_feast(country, greets, date.fromisoformat(today), WEEK) == feast


def test_whole_countries_are_greeted_on_secular_holidays_only() -> None:
    november = celebrating(date(2027, 11, 20), WEEK)
    assert november == {"US"}


def test_every_greeting_has_words_and_a_faith_that_a_card_can_name() -> None:
    assert [greeting.id for greeting in greetings()] == list(HOLIDAYS)
    assert {greeting.faith for greeting in greetings()} == {"", *FAITHS}


def test_a_letter_leaves_when_the_buyers_day_begins() -> None:
    berlin, dubai = buyer_calendar("DE"), buyer_calendar("AE")
    assert berlin is not None
    assert dubai is not None
    friday_evening = datetime(2027, 6, 4, 18, 0, tzinfo=UTC)
    assert next_morning(berlin, friday_evening) == datetime(2027, 6, 7, 7, 0, tzinfo=UTC)
    assert next_morning(berlin, datetime(2027, 6, 7, 7, 0, tzinfo=UTC)) == datetime(2027, 6, 7, 7, 0, tzinfo=UTC)
    assert next_morning(dubai, friday_evening) == datetime(2027, 6, 7, 5, 0, tzinfo=UTC)
    # The clocks went forward on the Sunday between: nine in Berlin is seven in London's winter, not eight.
    assert next_morning(berlin, datetime(2027, 3, 26, 18, 0, tzinfo=UTC)) == datetime(2027, 3, 30, 7, 0, tzinfo=UTC)
    assert next_morning(berlin, datetime(2027, 10, 29, 18, 0, tzinfo=UTC)) == datetime(2027, 11, 1, 8, 0, tzinfo=UTC)
    new_york = buyer_calendar("US")
    assert new_york is not None
    assert next_morning(new_york, datetime(2027, 3, 12, 23, 0, tzinfo=UTC)) == datetime(2027, 3, 15, 13, 0, tzinfo=UTC)
    assert next_morning(new_york, datetime(2027, 3, 11, 23, 0, tzinfo=UTC)) == datetime(2027, 3, 12, 14, 0, tzinfo=UTC)
    # Christmas of 2027 is a Saturday.
    assert last_morning(berlin, date(2027, 12, 25)) == datetime(2027, 12, 24, 8, 0, tzinfo=UTC)
