"""Signals: every name is documented, each has its words, risks are marked as such."""

from dataclasses import replace

import pytest

from tests.unit.reading.mails import US, golden, mail
from triage.reading import read, with_imitation
from triage.vocabulary.inquiry import SIGNALS
from triage.vocabulary.mail import Address, Attachment, ParsedMail, Wrapped

JANE = Address("Jane Sample", "jane@sample.example")


def signals(message: ParsedMail) -> dict[str, bool]:
    return {signal.name: signal.risk for signal in read(message).signals}


def test_every_name_is_in_the_documented_table() -> None:
    names = {
        signal.name
        for name in ("first", "second", "third")
        for case in golden(name)
        for signal in read(case.mail).signals
    }
    assert names <= set(SIGNALS)


@pytest.mark.parametrize(
    ("text", "name", "risk"),
    [
        ("Do you offer after-sales service and spare parts?", "asks_after_sales", False),
        ("How do we install it?", "asks_use", False),
        ("What is the delivery time?", "asks_delivery", False),
        ("What are your payment terms?", "asks_payment", False),
        ("Is it the same as shown on your website?", "checks_advertisement", False),
        ("Another supplier offers a lower price.", "compares", False),
        ("Can you send references?", "asks_references", False),
        ("Our budget is USD 20,000.", "money", False),
        ("I am the owner of the shop.", "authority", False),
        ("It is for a project that starts in May.", "need", False),
        ("Price is not a problem, we take any quantity.", "too_good", True),
        ("Please send free samples at your cost.", "courier_account", True),
        ("A processing fee is needed to release the inheritance.", "advance_fee", True),
        ("Our new bank account is as follows.", "bank_change", True),
        ("Please send an invitation letter for our visa.", "visa_invitation", True),
        ("Dear supplier,", "mass_mail", True),
        ("Your mailbox is full, verify your account.", "credential_bait", True),
        ("请提供免费样品", "courier_account", True),
        ("请寄邀请函办理签证", "visa_invitation", True),
    ],
)
def test_signals_in_words(text: str, name: str, risk: bool) -> None:
    assert signals(mail(text, sender=JANE))[name] is risk


def test_a_point_asked_twice_is_a_signal() -> None:
    assert "repeats_point" in signals(mail("What is the price? Please send the price soon.", sender=JANE))


def test_free_mail_with_a_big_story() -> None:
    message = mail("We are one of the largest importers.", sender=Address("Jane Sample", "jane@gmail.com"))
    found = signals(message)
    assert (found["free_mail"], found["free_mail_big_company"], "company_domain" in found) == (True, True, False)


@pytest.mark.parametrize(
    ("sender", "to", "cc", "own"),
    [
        ("ann@seller.example", "sales@seller.example", (), True),
        ("ann@mail.seller.example", "sales@seller.example", ("li@seller.example",), True),
        ("jane@buyer.example", "sales@seller.example", ("joe@buyer.example",), False),
        ("ann@seller.example", "jane@buyer.example", ("sales@seller.example",), False),
        ("ann@gmail.com", "desk@gmail.com", (), False),
    ],
)
def test_a_mail_within_the_house(sender: str, to: str, cc: tuple[str, ...], own: bool) -> None:
    copies = tuple(Address("", address) for address in cc)
    message = replace(mail("See below.", sender=Address("Ann", sender)), to=(Address("", to),), cc=copies)
    found = signals(message)
    assert ("own_domain" in found, "company_domain" in found) == (own, not own and "gmail" not in sender)


@pytest.mark.parametrize(
    ("subject", "text", "wrapped", "named"),
    [
        ("Mailbox full", "Dear Sales@seller.example, confirm your account.", False, True),
        ("sales@seller.example: 5 messages held", "Release them.", False, True),
        ("Price", "Dear seller, what is the price?", False, False),
        ("New inquiry", "Sent to sales@seller.example by the form.", True, False),
    ],
)
def test_who_calls_us_by_our_mail_address(subject: str, text: str, wrapped: bool, named: bool) -> None:
    form = Wrapped("form", JANE, text) if wrapped else None
    message = replace(mail(text, subject, sender=JANE, wrapped=form), to=(Address("", "sales@seller.example"),))
    assert ("names_our_address" in signals(message)) is named


def test_an_answer_that_would_go_elsewhere() -> None:
    here = mail("Hi", sender=JANE, reply_to=(Address("", "office@mail.sample.example"),))
    elsewhere = mail("Hi", sender=JANE, reply_to=(Address("", "jane@other.example"),))
    assert ("reply_to_elsewhere" in signals(here), "reply_to_elsewhere" in signals(elsewhere)) == (False, True)


@pytest.mark.parametrize(
    ("results", "name"),
    [
        ("mx.seller.example; spf=fail; dkim=none; dmarc=fail", "authentication_failed"),
        ("mx.seller.example; spf=pass; dkim=pass; dmarc=pass", "authenticated"),
    ],
)
def test_the_receiving_servers_verdict(results: str, name: str) -> None:
    found = signals(mail("Hi", sender=JANE, headers=(("authentication-results", results),)))
    assert {"authentication_failed", "authenticated"} & set(found) == {name}


def test_only_the_topmost_verdict_counts() -> None:
    headers = (
        ("authentication-results", "mx.seller.example; dmarc=fail"),
        ("authentication-results", "mx.seller.example; dmarc=pass"),
    )
    assert "authenticated" not in signals(mail("Hi", sender=JANE, headers=headers))


def test_a_verdict_of_a_strange_server_counts_for_nothing() -> None:
    received = ("received", "from buyer.example by mx.seller.example with ESMTPS; Mon, 2 Mar 2026 10:00:00 +0000")
    ours = ("authentication-results", "mail.seller.example; dmarc=pass")
    forged = ("authentication-results", "mx.elsewhere.example; dmarc=pass")
    assert "authenticated" in signals(mail("Hi", sender=JANE, headers=(received, ours)))
    assert "authenticated" not in signals(mail("Hi", sender=JANE, headers=(received, forged)))


def test_a_domain_that_imitates_a_customers() -> None:
    forged = mail("Hi", sender=Address("Jane", "jane@grossmann-trading.example.com"))
    alike = mail("Hi", sender=Address("Jane", "jane@muster-hande1.example"))
    genuine = mail("Hi", sender=Address("Jane", "jane@muster-handel.example"))

    def flagged(letter: ParsedMail) -> list[str]:
        reading = with_imitation(read(letter), letter, ("muster-handel.example",))
        return [signal.text for signal in reading.signals if signal.name == "lookalike_domain"]

    assert flagged(alike) == ["muster-hande1.example / muster-handel.example"]
    assert flagged(forged) == flagged(genuine) == []


def test_text_that_runs_backwards() -> None:
    assert signals(mail("Open invoice\u202efdp.exe please", sender=JANE))["hidden_characters"] is True


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("This is a government tender, the bid bond fee is due.", "fake_tender"),
        ("请注意我们的银行账户变更。", "bank_change"),
        ("Notre compte bancaire a changé.", "bank_change"),
        ("Unsere Bankverbindung hat sich geändert.", "bank_change"),
        ("Wir teilen mit, dass unsere Hausbank gewechselt hat.", "bank_change"),
        ("Estimado proveedor:", "mass_mail"),
        ("尊敬的供应商", "mass_mail"),
        ("Pay for the sample with your DHL account.", "courier_account"),
    ],
)
def test_risks_in_other_words(text: str, name: str) -> None:
    assert signals(mail(text, sender=JANE)).get(name) is True


@pytest.mark.parametrize(
    ("name", "active"),
    [
        ("SWIFT_COPY_PDF.html", True),
        ("Invoice.pdf.SHTML", True),
        ("order.exe", True),
        ("drawing.svg", False),
        ("PO 4711.pdf", False),
        ("ATT00001.htm", False),
    ],
)
def test_a_file_that_is_a_page_or_a_program(name: str, active: bool) -> None:
    message = replace(mail("Please see the file.", sender=JANE), attachments=(Attachment(name, "", 1, ""),))
    assert ("active_attachment" in signals(message)) is active


def test_hidden_recipients() -> None:
    message = ParsedMail(newest_text="Hi", sender=JANE, to=())
    assert signals(message)["undisclosed_recipients"] is True


@pytest.mark.parametrize(
    ("domain", "imitates"),
    [("se11er.example", True), ("seler.example", True), ("seller.example", False), ("muster.example", False)],
)
def test_domains_that_imitate_ours(domain: str, imitates: bool) -> None:
    message = ParsedMail(newest_text="Hi", sender=Address("Jane", f"jane@{domain}"), to=(US,))
    assert ("lookalike_domain" in signals(message)) is imitates


def test_a_display_name_that_shows_another_address() -> None:
    message = mail("Hi", sender=Address("ceo@seller.example", "x@other.example"))
    assert signals(message)["name_hides_address"] is True


def test_hidden_characters_in_the_subject() -> None:
    assert signals(mail("Hi", subject="inv\u202eoice", sender=JANE))["hidden_characters"] is True


def test_an_ordinary_inquiry_carries_no_risk() -> None:
    message = mail(
        "Dear Ms Li,\n\nplease quote 500 pcs of garden lamps CIF Hamburg.",
        subject="Garden lamps",
        signature="Jane Sample\nSample GmbH\nBerlin, Germany",
        sender=JANE,
    )
    assert [name for name, risk in signals(message).items() if risk] == []


@pytest.mark.parametrize(
    ("sender", "borrowed"),
    [
        (Address("DHL Express", "notice@parcel-desk.example"), True),
        (Address("PayPal", "service.paypal@example.net"), True),
        (Address("Wells Fargo Online", "a@b.example"), True),
        (Address("Kundenservice Sparkasse", "info@shop.example"), True),
        (Address("NETFLIX", "x@gmail.com"), True),
        (Address("DHL Paket", "noreply@dhl.de"), False),
        (Address("Amazon.co.uk", "ship-confirm@amazon.co.uk"), False),
        (Address("Amazon Timber Ltd", "ann@amazon-timber.example"), False),
        (Address("Li Na via LinkedIn", "messages-noreply@linkedin.com"), False),
        (Address("Ann Ups", "ann@buyer.example"), False),
        (Address("Support", "help@software.example"), False),
        (Address("", "dhl@dhl-parcels.example"), False),
    ],
)
def test_names_of_well_known_firms_that_strangers_borrow(sender: Address, borrowed: bool) -> None:
    assert ("borrowed_name" in signals(mail("Your parcel waits.", sender=sender))) is borrowed


def test_a_borrowed_name_says_whose_it_is_and_who_writes() -> None:
    sender = Address("Microsoft account team", "secure@portal.example")
    (found,) = [each for each in read(mail("Hi", sender=sender)).signals if each.name == "borrowed_name"]
    assert found.text == "microsoft: secure@portal.example"
    assert found.risk
