"""Country: evidence adds up, contradictions show, silence stays silence."""

from datetime import datetime, timedelta, timezone

import pytest

from tests.unit.reading.mails import mail
from triage.reading import read
from triage.vocabulary.inquiry import Reading
from triage.vocabulary.mail import Address


def conflict(reading: Reading) -> bool:
    return any(signal.name == "country_conflict" and signal.risk for signal in reading.signals)


@pytest.mark.parametrize(
    ("domain", "country"),
    [
        ("firma.de", "DE"),
        ("shop.co.uk", "GB"),
        ("startup.io", None),
        ("brand.co", None),
        ("lab.ai", None),
        ("shop.com", None),
    ],
)
def test_country_domains_speak_unless_sold_the_world_over(domain: str, country: str | None) -> None:
    assert read(mail("Price?", sender=Address("", f"x@{domain}"))).country == country


@pytest.mark.parametrize(
    ("signature", "country"),
    [
        ("Tel +55 11 3071 1234", "BR"),
        ("Nairobi, Kenya", "KE"),
        ("München", "DE"),
        ("東京都港区", "JP"),
        ("г. Москва", "RU"),
        ("+1 800 555 0100", None),
        ("+800 1234 5678", None),
    ],
)
def test_signature_tells_the_country(signature: str, country: str | None) -> None:
    reading = read(mail("Price?", signature=signature))
    assert reading.country == country


def test_where_goods_come_from_is_not_where_the_buyer_sits() -> None:
    assert read(mail("We used to buy from suppliers in Vietnam.")).country is None


def test_a_name_that_only_holds_a_countrys_signs_is_none() -> None:
    """恒泰国际 is Hengtai International."""
    assert read(mail("您好，请报投光灯价格。\n\n王建国\n恒泰国际贸易有限公司")).country != "TH"


def test_nothing_known_stays_unknown() -> None:
    reading = read(mail("What is the price?"))
    assert (reading.country, reading.country_evidence) == (None, ())


def test_evidence_names_its_source_words_and_weight() -> None:
    reading = read(mail("Price?", signature="Tel +49 30 901820", sender=Address("", "x@firma.de")))
    assert [(item.source, item.country, item.text, item.weight) for item in reading.country_evidence] == [
        ("phone", "DE", "+49 30 901820", 3.0),
        ("tld", "DE", "firma.de", 2.5),
    ]


def test_contradicting_signs_are_flagged() -> None:
    reading = read(mail("We are based in Germany.", signature="Tel +234 803 123 4567"))
    assert conflict(reading)


def test_a_writer_far_from_the_claimed_time_zone_is_flagged() -> None:
    def written(hours: int) -> Reading:
        when = datetime(2026, 3, 2, 10, tzinfo=timezone(timedelta(hours=hours)))
        return read(mail("Price?", signature="Berlin, Germany", date=when, date_zone_known=True))

    assert (conflict(written(9)), conflict(written(1)), conflict(written(0))) == (True, False, False)


def test_an_unknown_zone_is_no_evidence() -> None:
    when = datetime(2026, 3, 2, 10, tzinfo=timezone(timedelta(hours=9)))
    assert not conflict(read(mail("Price?", signature="Berlin, Germany", date=when, date_zone_known=False)))
