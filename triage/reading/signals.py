"""Buying signals (R15), money-authority-need (R14) and signs of risk (R16), each with the words behind it."""

import re
from collections import Counter
from collections.abc import Iterator

from triage.reading.folding import Text
from triage.reading.marks import Marks
from triage.reading.senders import address_risks, identity
from triage.reading.webmail import is_free_mail
from triage.vocabulary.inquiry import Asked, FactName, Point, Signal, Told
from triage.vocabulary.mail import ParsedMail

_BY_WORDS = (
    "asks_after_sales", "asks_use", "checks_advertisement", "compares", "asks_references", "money", "authority", "need",
)  # fmt: skip
_RISK_BY_WORDS = (
    "too_good",
    "courier_account",
    "advance_fee",
    "fake_tender",
    "bank_change",
    "visa_invitation",
    "urgency",
    "credential_bait",
    "mass_mail",
)
_BY_POINT = {
    Point.LEAD_TIME: "asks_delivery", Point.SHIPPING: "asks_delivery", Point.PAYMENT_TERMS: "asks_payment",
    Point.WARRANTY: "asks_after_sales",
}  # fmt: skip
_REVERSED = re.compile("[\u202d\u202e]")
"""No script needs an override of its direction: `fdp.exe` shown as `exe.pdf`."""
_ACTIVE = re.compile(
    r"\.(?:s?html?|xhtml|mht(?:ml)?|hta|jse?|vbs|wsf|exe|scr|com|pif|bat|cmd|ps1|lnk|url|iso|img|jar|msi|xll|one)$",
    re.IGNORECASE,
)
"""Of files that run or ask for a password when opened, and that no buyer's papers come as."""
_OF_MAIL_PROGRAMS = re.compile(r"ATT\d+\.html?$", re.IGNORECASE)
"""Parts of the message itself, which a server on the way made files of."""
_HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def read_signals(
    mail: ParsedMail,
    text: Text,
    marks: Marks,
    asked: tuple[Asked, ...],
    told: list[Told],
    country_conflict: str,
) -> tuple[Signal, ...]:
    """Each signal once, buying signals first. Names are those of `vocabulary.inquiry.SIGNALS`."""
    facts = {item.fact: item.text for item in told}
    found = [
        *_wanted(text, marks, asked),
        *identity(mail),
        *_missing(mail, facts, told),
        *_risks(mail, text, marks),
    ]
    if country_conflict:
        found.append(Signal("country_conflict", country_conflict, risk=True))
    once: dict[str, Signal] = {}
    for signal in found:
        once.setdefault(signal.name, signal)
    return tuple(once.values())


def _wanted(text: Text, marks: Marks, asked: tuple[Asked, ...]) -> Iterator[Signal]:
    for name in _BY_WORDS:
        for hit in marks.all(f"signals.{name}")[:1]:
            yield Signal(name, text.cite(hit.start, hit.end)[0])
    for item in asked:
        if item.point in _BY_POINT:
            yield Signal(_BY_POINT[item.point], item.text)
    for point, times in Counter(item.point for item in asked).items():
        if times > 1 and point is not Point.OTHER:
            yield Signal("repeats_point", point.value)
            return


def _missing(mail: ParsedMail, facts: dict[FactName, str], told: list[Told]) -> Iterator[Signal]:
    if FactName.PERSON not in facts and FactName.COMPANY not in facts:
        yield Signal("no_name", mail.writer.email if mail.writer else "", risk=True)
    if FactName.PRODUCT not in facts and FactName.QUANTITY not in facts:
        yield Signal("no_product", mail.subject[:120], risk=True)
    if not mail.to and not mail.cc and mail.sender is not None:
        yield Signal("undisclosed_recipients", "", risk=True)
    elif any("undisclosed" in address.name.lower() or "undisclosed" in address.email.lower() for address in mail.to):
        yield Signal("undisclosed_recipients", mail.to[0].name or mail.to[0].email, risk=True)


def _risks(mail: ParsedMail, text: Text, marks: Marks) -> Iterator[Signal]:
    for name in _RISK_BY_WORDS:
        for hit in marks.all(f"signals.{name}")[:1]:
            yield Signal(name, text.cite(hit.start, hit.end)[0], risk=True)
    writer = mail.writer
    big = marks.all("signals.free_mail_big_company")
    if big and writer is not None and is_free_mail(writer.domain):
        yield Signal("free_mail_big_company", text.cite(big[0].start, big[0].end)[0], risk=True)
    yield from address_risks(mail)
    for file in mail.attachments:
        if _ACTIVE.search(file.name) and not _OF_MAIL_PROGRAMS.match(file.name):
            yield Signal("active_attachment", file.name, risk=True)
    reversed_text = None if mail.message.isascii() else _REVERSED.search(mail.message)
    if reversed_text:
        yield Signal(
            "hidden_characters", ascii(mail.message[reversed_text.start() : reversed_text.start() + 60]), risk=True
        )
    for shown in (mail.subject, mail.sender.name if mail.sender else ""):
        if _HIDDEN.search(shown):
            yield Signal("hidden_characters", ascii(shown[:120]), risk=True)
