"""Buying signals (R15), money-authority-need (R14) and signs of risk (R16), each with the words behind it."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from triage.reading.folding import Text
from triage.reading.lexicons import common_words
from triage.reading.marks import Marks
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
_FAILED = re.compile(r"\b(?:spf|dkim|dmarc)=(?:fail|softfail|permerror)\b", re.IGNORECASE)
_PASSED = re.compile(r"\b(?:dmarc=pass|dkim=pass)\b", re.IGNORECASE)
_HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_ADDRESS = re.compile(r"[\w.+-]{1,64}@([\w-]{1,63}(?:\.[\w-]{1,63}){1,5})")
_KNOWN_DOMAINS = common_words("imitated_domains")
_LOOKS_LIKE = str.maketrans(
    {"0": "o", "1": "l", "3": "e", "5": "s", "і": "i", "о": "o", "а": "a", "е": "e", "р": "p", "с": "c"}
)
_SHORTEST_IMITATED = 5


def read_signals(
    mail: ParsedMail, text: Text, marks: Marks, asked: tuple[Asked, ...], told: list[Told], country_conflict: str
) -> tuple[Signal, ...]:
    """Each signal once, buying signals first. Names are those of `vocabulary.inquiry.SIGNALS`."""
    facts = {item.fact: item.text for item in told}
    found = [
        *_wanted(text, marks, asked),
        *_identity(mail),
        *_missing(mail, facts, told),
        *_risks(mail, text, marks, facts),
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


def _identity(mail: ParsedMail) -> Iterator[Signal]:
    writer = mail.writer
    if writer is None or not writer.domain:
        return
    if is_free_mail(writer.domain):
        yield Signal("free_mail", writer.domain, risk=True)
    elif mail.wrapped is None or mail.wrapped.buyer is not None:
        yield Signal("company_domain", writer.domain)
    # Only the topmost is the receiving server's own word; lower ones may be the sender's.
    results = mail.header("authentication-results") or ""
    if _FAILED.search(results) and not re.search(r"dmarc=pass", results, re.IGNORECASE):
        yield Signal("authentication_failed", results[:200], risk=True)
    elif _PASSED.search(results):
        yield Signal("authenticated", results[:200])


def _missing(mail: ParsedMail, facts: dict[FactName, str], told: list[Told]) -> Iterator[Signal]:
    if FactName.PERSON not in facts and FactName.COMPANY not in facts:
        yield Signal("no_name", mail.writer.email if mail.writer else "", risk=True)
    if FactName.PRODUCT not in facts and FactName.QUANTITY not in facts:
        yield Signal("no_product", mail.subject[:120], risk=True)
    if not mail.to and not mail.cc and mail.sender is not None:
        yield Signal("undisclosed_recipients", "", risk=True)
    elif any("undisclosed" in address.name.lower() or "undisclosed" in address.email.lower() for address in mail.to):
        yield Signal("undisclosed_recipients", mail.to[0].name or mail.to[0].email, risk=True)


def _risks(mail: ParsedMail, text: Text, marks: Marks, facts: dict[FactName, str]) -> Iterator[Signal]:
    for name in _RISK_BY_WORDS:
        for hit in marks.all(f"signals.{name}")[:1]:
            yield Signal(name, text.cite(hit.start, hit.end)[0], risk=True)
    writer = mail.writer
    big = marks.all("signals.free_mail_big_company")
    if big and writer is not None and is_free_mail(writer.domain):
        yield Signal("free_mail_big_company", text.cite(big[0].start, big[0].end)[0], risk=True)
    yield from _addresses(mail)
    for shown in (mail.subject, mail.sender.name if mail.sender else ""):
        if _HIDDEN.search(shown):
            yield Signal("hidden_characters", ascii(shown[:120]), risk=True)


def _addresses(mail: ParsedMail) -> Iterator[Signal]:
    sender = mail.sender
    if sender is None or not sender.domain:
        return
    if mail.wrapped is None:
        for address in mail.reply_to:
            if address.domain and _site(address.domain) != _site(sender.domain):
                yield Signal("reply_to_elsewhere", address.email, risk=True)
                break
    shown = _ADDRESS.search(sender.name[:200])
    if shown and _site(shown.group(1).lower()) != _site(sender.domain):
        yield Signal("name_hides_address", shown.group(), risk=True)
    genuine = {address.domain for address in (*mail.to, *mail.cc)} | _KNOWN_DOMAINS
    for domain in sorted(genuine):
        if _imitates(sender.domain, domain):
            yield Signal("lookalike_domain", f"{sender.domain} / {domain}", risk=True)
            break


def _site(domain: str) -> str:
    """The registrable part, roughly: the last two labels, three under `co.uk` and the like."""
    labels = domain.lower().split(".")
    short = (
        len(labels) > 2
        and len(labels[-1]) == 2
        and labels[-2] in ("co", "com", "org", "net", "gov", "ac", "edu", "or", "ne")
    )
    return ".".join(labels[-3 if short else -2 :])


@lru_cache(maxsize=4_096)
def _imitates(domain: str, genuine: str) -> bool:
    ours, theirs = _site(genuine), _site(domain)
    if ours == theirs or is_free_mail(ours) or is_free_mail(theirs):
        return False
    name, other = ours.partition(".")[0], _plain(theirs).partition(".")[0]
    if len(name) < _SHORTEST_IMITATED:
        return False
    return (other == _plain(ours).partition(".")[0] and name != theirs.partition(".")[0]) or _one_apart(name, other)


def _plain(domain: str) -> str:
    if domain.startswith("xn--"):
        try:
            domain = domain.encode("ascii").decode("idna")
        except UnicodeError:
            return domain
    return domain.translate(_LOOKS_LIKE).replace("rn", "m").replace("vv", "w").replace("-", "")


def _one_apart(first: str, second: str) -> bool:
    """One letter more, less or other."""
    if first == second or abs(len(first) - len(second)) > 1:
        return False
    short, long = sorted((first, second), key=len)
    at = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    return short[at:] == long[at + 1 :] or (len(short) == len(long) and short[at + 1 :] == long[at + 1 :])
