"""Figures in a text and what they claim (R9)."""

import time
from datetime import date
from decimal import Decimal

import pytest

from triage.drafting import formats
from triage.drafting.claims import certificates, claims, readings
from triage.drafting.formats import Money


@pytest.mark.parametrize(
    ("token", "values"),
    [
        ("4.80", ["4.8"]),
        ("4,80", ["4.8"]),
        ("1,000", ["1000", "1"]),
        ("1.000", ["1000", "1"]),
        ("1,234.50", ["1234.5"]),
        ("1.234,50", ["1234.5"]),
        ("12'000", ["12000", "12"]),
        ("700", ["700"]),
        ("00", ["0"]),
    ],
)
def test_a_number_is_read_in_every_way_it_may_be_meant(token: str, values: list[str]) -> None:
    assert readings(token) == {Decimal(value).normalize() for value in values}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("USD 5.20", [("money", "USD 5.20")]),
        ("US$5", [("money", "US$5")]),
        ("5 euros", [("money", "5 euros")]),
        ("4.35美元", [("money", "4.35美元")]),
        ("30% deposit", [("share", "30%")]),
        ("30 percent", [("share", "30 percent")]),
        ("25 days", [("duration", "25 days")]),
        ("25-30 working days", [("duration", "25-30 working days")]),
        ("two weeks", [("duration", "two weeks")]),
        ("交货期为25天", [("duration", "25天")]),
        ("三个月", [("duration", "三个月")]),
        ("3 March 2026", [("date", "3 March 2026")]),
        ("March 3, 2026", [("date", "March 3, 2026")]),
        ("May 4th", [("date", "May 4th")]),
        ("2026-12-03", [("date", "2026-12-03")]),
        ("03.12.2026", [("date", "03.12.2026")]),
        ("12月3日", [("date", "12月3日")]),
        ("2026年12月3日星期四", [("date", "2026年12月3日")]),
        ("3. Mai 2026", [("date", "3. Mai 2026")]),
        ("700 pcs", [("number", "700")]),
        ("at 18:00", [("number", "18"), ("number", "00")]),
        ("DL-12", [("number", "DL-12")]),
        ("IP65 and 12W", [("number", "IP65"), ("number", "12W")]),
        ("3000-6000 K", [("number", "3000"), ("number", "6000")]),
        ("2,000件起", [("number", "2,000")]),
        ("see https://example.com/a/123 or +86 574 5550 1234 or a1@example.com", []),
        ("one piece, no figure", []),
        ("", []),
    ],
)
def test_each_figure_is_one_claim(text: str, found: list[tuple[str, str]]) -> None:
    assert [(claim.kind, claim.text) for claim in claims(text, ("en", "de", "zh"))] == found


def test_an_ambiguous_date_has_both_readings() -> None:
    (claim,) = claims("03/12/2026", ("en",))
    assert claim.values == {(3, 12), (12, 3)}


def test_a_dollar_may_be_of_several_countries_but_no_euro() -> None:
    (claim,) = claims("$5", ("en",))
    assert {currency for _, currency in claim.values} == {"USD", "AUD", "CAD", "HKD", "SGD", "MXN"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("CE, RoHS and ISO 9001", ("CE", "ROHS", "ISO 9001")),
        ("do you have ul?", ("UL",)),
        ("please reach us", ()),
        ("our REACH report", ("REACH",)),
        ("peace and rulers", ()),
        ("c'est ce produit", ()),
        ("Нужен сертификат ЕАС.", ("EAC",)),
        ("NOM y UL", ("NOM", "UL")),
        ("Nom : Dupont", ()),
    ],
)
def test_certificates_are_told_from_ordinary_words(text: str, names: tuple[str, ...]) -> None:
    assert certificates(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "1" * 30_000,
        "1," * 15_000,
        "USD " * 7_500,
        "1 " * 15_000,
        "a-" * 15_000,
        "+1 " * 10_000,
        "@" * 30_000,
        "a@" * 15_000,
    ],
)
def test_hostile_text_takes_no_time(text: str) -> None:
    started = time.thread_time()
    claims(text, ("en", "zh"))
    certificates(text)
    assert time.thread_time() - started < 2


LANGUAGES = ("en", "zh", "es", "pt", "fr", "de", "ru", "ar", "it", "tr", "ja", "ko")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_we_write_in_a_language_is_read_as_it_was_meant(language: str) -> None:
    written = [formats.day(date(2026, 11, 24), language), formats.weekday_and_day(date(2026, 3, 5), language)]
    found = claims("; ".join(written), (language,))
    assert [(claim.kind, (11, 24) in claim.values, (3, 5) in claim.values) for claim in found] == [
        ("date", True, False),
        ("date", False, True),
    ]
    (price,) = claims(formats.money(Money(Decimal("1234.50"), "USD"), language), (language,))
    assert (Decimal("1234.5"), "USD") in price.values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("30 días, 2 semanas, 3 meses, 5 años", [(30, "day"), (2, "week"), (3, "month"), (5, "year")]),
        ("30 dias, 1 mês", [(30, "day"), (1, "month")]),
        ("30 jours, 2 ans", [(30, "day"), (2, "year")]),
        ("30 Tage, 30 Tagen", [(30, "day"), (30, "day")]),
        ("30 дней, 12 месяцев, 10 рабочих дней", [(30, "day"), (12, "month"), (10, "day")]),
        ("30 يوما, 3 أيام", [(30, "day"), (3, "day")]),
        ("30 giorni, 10 iş günü, 25 gün", [(30, "day"), (10, "day"), (25, "day")]),
        ("30日間, 2週間, 3か月", [(30, "day"), (2, "week"), (3, "month")]),
        ("30일, 2주, 3개월", [(30, "day"), (2, "week"), (3, "month")]),
        ("30天, 2周, 3个月", [(30, "day"), (2, "week"), (3, "month")]),
    ],
)
def test_spans_of_time_are_known_in_every_language(text: str, values: list[tuple[int, str]]) -> None:
    found = claims(text, ("en",))
    assert [claim.kind for claim in found] == ["duration"] * len(values)
    expected = [(Decimal(number).normalize(), unit) for number, unit in values]
    assert [next(iter(claim.values)) for claim in found] == expected
