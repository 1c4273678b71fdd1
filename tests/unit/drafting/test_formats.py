from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from triage.drafting import formats
from triage.drafting.formats import Count, Items, Moment, Money

UNITS = {"pcs": ("piece", "pcs")}


@pytest.mark.parametrize(
    ("value", "language", "words"),
    [
        (date(2026, 11, 5), "en", "5 November 2026"),
        (date(2026, 11, 5), "zh", "2026年11月5日"),
        (date(2026, 11, 5), "de", "5. November 2026"),
        (time(9, 5), "en", "09:05"),
        (Money(Decimal("4.8"), "USD"), "en", "USD 4.80"),
        (Money(Decimal("1234.5"), "EUR"), "de", "EUR 1.234,50"),
        (Money(Decimal("0.0855"), "USD"), "en", "USD 0.0855"),
        (Money(Decimal("480"), "JPY"), "en", "JPY 480"),
        (Count(1, "pcs"), "en", "1 piece"),
        (Count(2000, "pcs"), "en", "2,000 pcs"),
        (Count(None, "pcs"), "en", "piece"),
        (Count(5, "drums"), "en", "5 drums"),
        (Items(("a", "b", "c")), "en", "a, b and c"),
        (Items(("a", "b")), "zh", "a和b"),
        (Items(()), "en", ""),
        (12000, "en", "12,000"),
        (True, "en", True),
        ("as it is", "en", "as it is"),
        ([date(2026, 1, 2)], "en", ["2 January 2026"]),
        ({"k": Count(3, "pcs")}, "en", {"k": "3 pcs"}),
    ],
)
def test_values_become_words_of_the_language(value: object, language: str, words: object) -> None:
    assert formats.plain(value, language, UNITS) == words


def test_chinese_units_follow_the_number_without_a_space() -> None:
    assert formats.plain(Count(200, "pcs"), "zh", {"pcs": ("件", "件")}) == "200件"


def test_an_instant_is_told_by_day_and_time_of_its_clock() -> None:
    moment = Moment(datetime(2026, 11, 25, 9, 30, tzinfo=ZoneInfo("Europe/Berlin")))
    assert formats.plain(moment, "en", {}) == {"day": "Wednesday, 25 November 2026", "time": "09:30"}


@pytest.mark.parametrize("value", [datetime(2026, 1, 1, tzinfo=ZoneInfo("UTC")), object(), None, 1.5])
def test_a_value_without_words_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="has no words"):
        formats.plain(value, "en", {})


@pytest.mark.parametrize(
    ("zone", "language", "city"),
    [
        ("Europe/Berlin", "en", "Berlin"),
        ("Europe/Berlin", "zh", "柏林"),
        ("Asia/Kathmandu", "en", "Kathmandu"),
        ("Asia/Kathmandu", "zh", "加德满都"),
        ("Asia/Kolkata", "en", "Kolkata"),
        ("Asia/Kolkata", "zh", "加尔各答"),
        ("Asia/Ho_Chi_Minh", "en", "Ho Chi Minh City"),
        ("Europe/Kyiv", "en", "Kyiv"),
        ("America/Argentina/Buenos_Aires", "en", "Buenos Aires"),
        ("America/Los_Angeles", "zh", "洛杉矶"),
    ],
)
def test_a_zone_is_named_by_its_city(zone: str, language: str, city: str) -> None:
    assert formats.city(zone, language) == city


def test_an_unknown_language_formats_as_english() -> None:
    assert formats.day(date(2026, 11, 5), "xx") == "5 November 2026"


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("5 years", "en", "5 years"),
        ("5 years", "ru", "5 лет"),
        ("24 months", "ru", "24 месяца"),
        ("5 years", "zh", "5年"),
        ("24 months", "de", "24 Monate"),
        ("24 months on the driver", "de", "24 months on the driver"),
    ],
)
def test_a_bare_span_of_time_is_said_in_the_language(text: str, language: str, words: str) -> None:
    assert formats.spans(text, language) == words


@pytest.mark.parametrize(("number", "words"), [(21, "21 день"), (25, "25 дней"), (2, "2 дня")])
def test_days_have_the_plural_of_the_language(number: int, words: str) -> None:
    assert formats.plain(Count(number, "day"), "ru", {}) == words


@pytest.mark.parametrize(
    ("number", "said"), [(1, "1 коробка"), (21, "21 коробка"), (22, "22 коробки"), (25, "25 коробок")]
)
def test_a_language_may_have_three_forms_of_a_unit(number: int, said: str) -> None:
    assert formats.plain(Count(number, "box"), "ru", {"box": ("коробка", "коробки", "коробок")}) == said
