from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from importlib.resources import files
from pathlib import Path

import pytest

from triage.demo.mails import ADDRESS, SENT, DemoMail, sample_mails
from triage.drafting import load_catalogue
from triage.parsing import parse
from triage.vocabulary.inquiry import BUYER_KINDS, Kind

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
MAILS = sample_mails(NOW)
BY_ID = {mail.id: mail for mail in MAILS}
BUYERS = [mail for mail in MAILS if mail.kind and Kind(mail.kind) in BUYER_KINDS]


def test_the_mailbox_is_as_rich_as_promised() -> None:
    assert len(MAILS) == len(BY_ID) == 61
    assert len(BUYERS) == 41
    assert len({mail.country for mail in BUYERS}) == 36
    assert len({mail.language for mail in BUYERS}) == 16
    assert {Kind(mail.kind) for mail in MAILS if mail.folder == "INBOX"} == set(Kind)


def test_mails_come_in_order_and_the_fresh_ones_are_fresh() -> None:
    arrivals = [mail.received_at for mail in MAILS]
    assert arrivals == sorted(arrivals)
    assert NOW - arrivals[-1] < timedelta(hours=2)
    assert sum(NOW - arrival < timedelta(hours=48) for arrival in arrivals) == 52


def test_the_same_moment_gives_the_same_bytes() -> None:
    assert sample_mails(NOW) == MAILS


@pytest.mark.parametrize("mail", MAILS, ids=lambda mail: mail.id)
def test_every_mail_parses_without_a_defect_and_says_something(mail: DemoMail) -> None:
    parsed = parse(mail.raw)
    assert parsed.defects == ()
    assert parsed.sender is not None
    assert parsed.date is not None
    assert parsed.date < mail.received_at
    assert len(parsed.newest_text) > 20
    assert (parsed.sender.email == ADDRESS) == (mail.folder == SENT)


@pytest.mark.parametrize("mail", MAILS, ids=lambda mail: mail.id)
def test_nobody_real_is_named(mail: DemoMail) -> None:
    """Only domains that RFC 2606 and RFC 6761 reserve."""
    parsed = parse(mail.raw)
    addresses = [parsed.sender, *parsed.to, *parsed.cc, *parsed.reply_to]
    domains = {address.domain for address in addresses if address is not None}
    assert {d for d in domains if not d.endswith((".example", "example.com", "example.net", "example.org"))} == set()


def test_mail_programs_of_many_countries_write_their_own_encodings() -> None:
    charsets = {part.get_content_charset() for mail in MAILS for part in message_from_bytes(mail.raw).walk()}
    assert charsets - {None} == {
        "utf-8",
        "koi8-r",
        "shift_jis",
        "iso-2022-jp",
        "gb18030",
        "big5",
        "euc-kr",
    }


@pytest.mark.parametrize(
    ("mail_id", "words"),
    [
        ("ru-rfq", "светодиодные прожекторы 50 Вт"),
        ("jp-inquiry", "LEDパネルライト"),
        ("jp-sample", "LEDダウンライト12Wのサンプル"),
        ("cn-trading", "HB-150工矿灯1000套"),
        ("tw-inquiry", "24V LED 燈條"),
        ("kr-rfq", "LED 투광등 50W 1,000개"),
        ("de-rfq", "Großhändler für Beleuchtung"),
        ("sa-rfq", "كشاف LED"),
        ("gr-html", "salt-water proof"),
    ],
)
def test_words_survive_their_encoding(mail_id: str, words: str) -> None:
    parsed = parse(BY_ID[mail_id].raw)
    assert words in parsed.newest_text


def test_conversations_are_threaded_from_both_sides() -> None:
    negotiation = parse(BY_ID["es-negotiation"].raw)
    assert negotiation.references == (
        "<es-rfq@iluminaciones-levante.example>",
        "<es-quotation@lumina-led.example>",
    )
    assert negotiation.subject == "Re: Solicitud de presupuesto farolas LED 100 W"
    assert parse(BY_ID["gb-first-answer"].raw).in_reply_to == ("<gb-first@prentice-electrical.example>",)
    assert [mail.id for mail in MAILS if mail.folder == SENT] == [
        "es-quotation",
        "greeting-lampenhaus",
        "dk-sample-answer",
        "gb-first-answer",
    ]


def test_the_bounce_speaks_of_a_letter_that_lies_in_sent() -> None:
    letter = parse(BY_ID["greeting-lampenhaus"].raw)
    bounce = message_from_bytes(BY_ID["bounce"].raw)
    assert bounce.get_content_type() == "multipart/report"
    assert letter.message_id is not None
    assert f"Message-ID: {letter.message_id}" in BY_ID["bounce"].raw.decode()


def test_attachments_come_along() -> None:
    assert [file.name for file in parse(BY_ID["au-complaint"].raw).attachments] == ["pole-17.jpg", "batch-label.jpg"]
    assert sum(bool(parse(mail.raw).attachments) for mail in MAILS) == 5


def test_the_catalogue_is_sound_and_knows_what_buyers_ask_for() -> None:
    catalogue = load_catalogue(Path(str(files("triage.demo").joinpath("catalogue.toml"))))
    assert [product.id for product in catalogue.products] == [
        "LP-6060",
        "T8-120",
        "HB-150",
        "SL-100",
        "FL-50",
        "DL-12",
        "ST-24",
        "SG-5",
    ]
