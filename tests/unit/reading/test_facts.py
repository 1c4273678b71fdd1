"""Facts: in the text with offsets, outside of it with -1."""

from datetime import UTC, datetime

import pytest

from tests.unit.reading.mails import mail
from triage.reading import read
from triage.vocabulary.inquiry import FactName
from triage.vocabulary.mail import Address, ParsedMail, Wrapped


def values(text: str, fact: FactName, signature: str = "") -> list[tuple[str, str]]:
    return [(item.text, item.value) for item in read(mail(text, signature=signature)).told if item.fact is fact]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We need 1,000 pcs.", [("1,000 pcs", "1000 pcs")]),
        ("Wir benötigen 1.000 Stück.", [("1.000 Stück", "1000 pcs")]),
        ("2.5 tons please", [("2.5 tons", "2.5 tons")]),
        ("请报价3万个", [("3万个", "30000 pcs")]),
        ("1 x 40HQ of tiles", [("1 x 40HQ", "1 containers")]),
        ("Quantity: 750", [("750", "750 pcs")]),
        ("Delivery within 30 days", []),
        ("3个月内交货", []),
        ("USD 5 per piece", []),
    ],
)
def test_quantities_with_their_units(text: str, expected: list[tuple[str, str]]) -> None:
    assert values(text, FactName.QUANTITY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Our target price is USD 4.50 per piece.", [("USD 4.50", "USD 4.5")]),
        ("Our budget is €12,000.", [("€12,000", "EUR 12000")]),
        ("目标价是2.5美元", [("2.5美元", "USD 2.5")]),
        ("The sample cost USD 20.", []),
    ],
)
def test_target_prices(text: str, expected: list[tuple[str, str]]) -> None:
    assert values(text, FactName.TARGET_PRICE) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Please quote CIF Hamburg.", [("Hamburg", "DE")]),
        ("deliver to the port of Mombasa", [("Mombasa", "KE")]),
        ("доставка до Владивостока", [("Владивостока", "RU")]),
        ("请报CIF新加坡价格", [("新加坡", "SG")]),
        ("東京港まで", [("東京", "JP")]),
        ("Please quote FOB Ningbo.", []),
        ("We import from Turkey.", []),
    ],
)
def test_destinations_with_their_country(text: str, expected: list[tuple[str, str]]) -> None:
    assert values(text, FactName.DESTINATION) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We need the goods before 15 March.", "15 March"),
        ("Lieferung bis spätestens 12. Juni", "12. Juni"),
        ("antes del 15 de noviembre", "15 de noviembre"),
        ("We must have them by the end of August.", "end of August"),
    ],
)
def test_deadlines(text: str, expected: str) -> None:
    assert [found for found, _ in values(text, FactName.DEADLINE)] == [expected]


SENT = datetime(2026, 2, 10, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("We need the goods before 15 March.", "2026-03-15"),
        ("We need the goods before 15 March 2027.", "2027-03-15"),
        ("We need the goods by 5 January.", "2027-01-05"),
        ("We need them by the end of June.", "2026-06-30"),
        ("Delivery within 30 days please.", "2026-03-12"),
        ("We need the goods before 4/5/2026.", ""),
        ("Lieferung bis spätestens 12. Juni", "2026-06-12"),
        ("Bitte bis 4.5.2026 liefern.", "2026-05-04"),
        ("antes del 15 de noviembre", "2026-11-15"),
        ("Нужно до 20 апреля.", "2026-04-20"),
        ("请于8月30日前回复。", "2026-08-30"),
        ("8月末までに必要です。", "2026-08-31"),
        ("3월 초까지 필요합니다.", "2026-03-10"),
        ("We need the goods before 31 February.", ""),
    ],
)
def test_deadlines_are_dates_counted_from_the_day_of_the_mail(text: str, value: str) -> None:
    told = read(mail(text, date=SENT)).told
    assert [item.value for item in told if item.fact is FactName.DEADLINE] == [value]


def test_without_a_date_of_the_mail_an_open_year_stays_open() -> None:
    assert values("We need the goods before 15 March.", FactName.DEADLINE) == [("15 March", "")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Please quote:\n- 60 solar pumps\n- 40 controllers", ["60 pcs", "40 pcs"]),
        ("We are looking for 200 mats.", ["200 pcs"]),
        ("We have 14 shops and 200 employees.", []),
        ("Looking for cutters of 300 mm", []),
    ],
)
def test_quantities_whose_unit_is_the_goods(text: str, expected: list[str]) -> None:
    assert [value for _, value in values(text, FactName.QUANTITY)] == expected


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("We import two containers a year from China.", True),
        ("Wir haben bisher über einen Händler aus China bezogen.", True),
        ("8年前から中国より輸入しております。", True),
        ("Do you also sell in China?", False),
        ("We met in China last spring.", False),
    ],
)
def test_trade_with_the_sellers_country(text: str, told: bool) -> None:
    assert bool(values(text, FactName.EXPERIENCE_WITH_CHINA)) is told


def test_the_price_we_quoted_is_not_the_buyers_target() -> None:
    text = "Ihr Preis von 3,80 EUR ist zu hoch, wenn Sie auf 3,40 EUR kommen, bestellen wir."
    assert values(text, FactName.TARGET_PRICE) == [("3,40 EUR", "EUR 3.4")]


@pytest.mark.parametrize(
    ("signature", "phone"),
    [
        ("Ann Sample\n503-555-0188 | sample.example\nPortland, Oregon, USA", ("503-555-0188", "+15035550188")),
        ("王小明\n手机 13800000000", ("13800000000", "")),
        ("Hans Muster\nTel. 030 901820\n10115 Berlin", ("030 901820", "+4930901820")),
        ("Hans Muster\nUSt-IdNr. DE 123 456 789\n10115 Berlin", None),
    ],
)
def test_national_numbers_in_signatures(signature: str, phone: tuple[str, str] | None) -> None:
    assert values("Hello", FactName.PHONE, signature) == ([phone] if phone else [])


@pytest.mark.parametrize(
    ("signature", "address"),
    [
        (
            "Ann Sample\nSample Ltd\n4 Harbour Road, Galway, Ireland\nTel +353 91 555 123",
            "4 Harbour Road, Galway, Ireland",
        ),
        ("Muster GmbH\nMusterstraße 5\n10115 Berlin\nwww.muster.example", "Musterstraße 5 10115 Berlin"),
        ("株式会社見本\n大阪府大阪市北区1-2-3", "大阪府大阪市北区1-2-3"),
        ("Ann Sample\nBerlin", None),
    ],
)
def test_addresses_come_from_the_signature(signature: str, address: str | None) -> None:
    assert [found for found, _ in values("Hello", FactName.ADDRESS, signature)] == ([address] if address else [])


def test_a_quantity_by_the_year_is_the_yearly_volume() -> None:
    text = "We buy about 10 containers per year."
    assert values(text, FactName.VOLUME_PER_YEAR) == [("10 containers per year", "10 containers")]
    assert values(text, FactName.QUANTITY) == []


@pytest.mark.parametrize(
    ("text", "product"),
    [
        ("We are interested in your solar garden lamps, please quote.", "solar garden lamps"),
        ("Please quote for 500 pcs of yoga mats in blue.", "yoga mats"),
        ("我们想采购太阳能路灯，请报价", "太阳能路灯"),
        ("Nous cherchons un fournisseur de chaises pliantes.", "chaises pliantes"),
        ("Cam şişe ile ilgileniyoruz.", "Cam şişe"),
    ],
)
def test_products(text: str, product: str) -> None:
    assert [found for found, _ in values(text, FactName.PRODUCT)] == [product]


@pytest.mark.parametrize(
    "text",
    [
        "Please send your price list.",
        "We need samples.",
        "请发目录",
        "Do you have certificates?",
        "Die Sendung ist da, wir haben sie heute geprüft.",
    ],
)
def test_points_are_not_taken_for_products(text: str) -> None:
    assert values(text, FactName.PRODUCT) == []


@pytest.mark.parametrize(
    ("signature", "company"),
    [
        ("Hans Muster\nMuster Handels GmbH\nHamburg", "Muster Handels GmbH"),
        ("Ann Sample\nSample Gifts Ltd.\nLeeds", "Sample Gifts Ltd."),
        ("王小明\n范例贸易有限公司", "范例贸易有限公司"),
        ("見本太郎\n株式会社サンプル商事", "株式会社サンプル商事"),
        ("Иван\nООО «Пример»", "ООО «Пример»"),
        ("Juan\nEjemplo S.A. de C.V.", "Ejemplo S.A. de C.V."),
        ("Jane Sample\nSample Trading Group\nDubai", "Sample Trading Group"),
    ],
)
def test_companies_by_their_legal_form(signature: str, company: str) -> None:
    assert values("Hello", FactName.COMPANY, signature) == [(company, "")]


@pytest.mark.parametrize(
    ("signature", "company"),
    [
        ("Hans Muster\nEinkauf, Muster Leuchten GmbH", "Muster Leuchten GmbH"),
        ("田村\n株式会社見本電機 購買部", "株式会社見本電機"),
        ("田村\n株式会社 見本", "株式会社 見本"),
        ("Ann\nSample Gifts Co., Ltd.", "Sample Gifts Co., Ltd."),
    ],
)
def test_a_company_stands_without_its_department(signature: str, company: str) -> None:
    assert values("Hello", FactName.COMPANY, signature) == [(company, "")]


@pytest.mark.parametrize("text", ["CV is attached.", "نحن شركة مقاولات في الرياض ونحتاج كشافات"])
def test_sentences_are_no_company_names(text: str) -> None:
    assert values(text, FactName.COMPANY) == []


def test_the_greeted_company_is_ours_not_the_buyers() -> None:
    assert values("Dear Muster Ltd team,\nplease quote.", FactName.COMPANY) == []


def test_role_person_phone_and_website_come_from_the_signature() -> None:
    signature = "Best regards\nHans Muster\nPurchasing Manager\nTel. +49 30 901820\nwww.muster.example"
    facts = read(mail("Please quote.", signature=signature)).facts
    assert facts[FactName.PERSON] == "Hans Muster"
    assert facts[FactName.ROLE] == "Purchasing Manager"
    assert facts[FactName.PHONE] == "+49 30 901820"
    assert facts[FactName.WEBSITE] == "www.muster.example"


def test_a_national_call_prefix_is_read_as_international() -> None:
    assert values("", FactName.PHONE, "Tel 0049 30 901820") == [("0049 30 901820", "+4930901820")]


def test_the_display_name_is_the_person_unless_it_is_a_mailbox() -> None:
    def person(name: str) -> str | None:
        return read(mail("Hello", sender=Address(name, "x@example.com"))).facts.get(FactName.PERSON)

    assert [person("Erika Beispiel"), person("Purchasing Dept"), person("info@example.com")] == [
        "Erika Beispiel",
        None,
        None,
    ]


def test_who_is_sought_is_not_who_writes() -> None:
    assert values("We are looking for a manufacturer of pumps.", FactName.BUSINESS) == []
    assert values("We are an importer of pumps.", FactName.BUSINESS) == [("We are an importer of pumps.", "importer")]


def test_experience_and_channels() -> None:
    assert values("We have imported from China since 2015.", FactName.EXPERIENCE_WITH_CHINA)[0][1] == ""
    assert values("We have never imported anything.", FactName.EXPERIENCE_WITH_CHINA)[0][1] == "no"
    assert values("We sell through supermarkets.", FactName.CHANNELS) == [("We sell through supermarkets.", "")]


def test_the_fields_of_a_platform_notice_are_facts_outside_of_the_text() -> None:
    wrapped = Wrapped(
        source="alibaba",
        buyer=Address("Erika Beispiel", "erika@example.com"),
        message="Please quote.",
        fields=(("Company", "Beispiel GmbH"), ("Quantity", "500 pcs"), ("Country", "Germany")),
    )
    reading = read(ParsedMail(newest_text="You have a new inquiry", wrapped=wrapped))
    assert reading.facts[FactName.COMPANY] == "Beispiel GmbH"
    assert reading.facts[FactName.QUANTITY] == "500 pcs"
    assert reading.country == "DE"
    assert {item.start for item in reading.told} == {-1}
