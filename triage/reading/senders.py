"""Who the sender is: own domain or free mail, verified or not, and addresses that hide another (R16)."""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import lru_cache

from triage.reading.brands import borrowed_name
from triage.reading.lexicons import common_words
from triage.reading.webmail import is_free_mail
from triage.vocabulary.inquiry import Reading, Signal
from triage.vocabulary.mail import ParsedMail, site_of

_FAILED = re.compile(r"\b(?:spf|dkim|dmarc)=(?:fail|softfail|permerror)\b", re.IGNORECASE)
_PASSED = re.compile(r"\b(?:dmarc=pass|dkim=pass)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"[\w.+-]{1,64}@([\w-]{1,63}(?:\.[\w-]{1,63}){1,5})")
_KNOWN_DOMAINS = common_words("imitated_domains")
_LOOKS_LIKE = str.maketrans(
    {"0": "o", "1": "l", "3": "e", "5": "s", "і": "i", "о": "o", "а": "a", "е": "e", "р": "p", "с": "c"}
)
_SHORTEST_IMITATED = 5
_LOOKED_AT = 4_000
_BY_HOST = re.compile(r"\bby\s+([a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5})\b", re.IGNORECASE)


def identity(mail: ParsedMail) -> Iterator[Signal]:
    """What the writer's domain and our own server's check of it say."""
    writer = mail.writer
    if writer is None or not writer.domain:
        return
    if is_free_mail(writer.domain):
        yield Signal("free_mail", writer.domain, risk=True)
    elif _within_the_house(mail):
        yield Signal("own_domain", writer.domain)
    elif mail.wrapped is None or mail.wrapped.buyer is not None:
        yield Signal("company_domain", writer.domain)
    if named := _names_us(mail):
        yield Signal("names_our_address", named)
    results = _own_results(mail)
    if _FAILED.search(results) and not re.search(r"dmarc=pass", results, re.IGNORECASE):
        yield Signal("authentication_failed", results[:200], risk=True)
    elif _PASSED.search(results):
        yield Signal("authenticated", results[:200])


def _names_us(mail: ParsedMail) -> str:
    """Our address in the writer's own words: people call a firm by its name, programs by the address in their list."""
    said = f"{mail.subject}\n{mail.newest_text[:_LOOKED_AT]}".lower()
    ours = (address.email.lower() for address in (*mail.to, *mail.cc))
    return next((address for address in ours if mail.wrapped is None and address and address in said), "")


def _within_the_house(mail: ParsedMail) -> bool:
    """A buyer may copy in colleagues, so all that got it must be of the sender's domain."""
    got = {site_of(address.domain) for address in (*mail.to, *mail.cc)}
    return mail.wrapped is None and mail.sender is not None and got == {site_of(mail.sender.domain)}


def _own_results(mail: ParsedMail) -> str:
    """Our own server's verdict (RFC 8601): topmost, and of the host that took the mail in; others may be forged."""
    results = mail.header("authentication-results") or ""
    taken_in = _BY_HOST.search(mail.header("received") or "")
    authority = results.partition(";")[0].split(" ")[0].strip().lower()
    if taken_in and "." in authority and site_of(authority) != site_of(taken_in.group(1).lower()):
        return ""
    return results


def address_risks(mail: ParsedMail) -> Iterator[Signal]:
    """Addresses that hide who writes."""
    sender = mail.sender
    if sender is None or not sender.domain:
        return
    if mail.wrapped is None:
        for address in mail.reply_to:
            if address.domain and site_of(address.domain) != site_of(sender.domain):
                yield Signal("reply_to_elsewhere", address.email, risk=True)
                break
    shown = _ADDRESS.search(sender.name[:200])
    if shown and site_of(shown.group(1).lower()) != site_of(sender.domain):
        yield Signal("name_hides_address", shown.group(), risk=True)
    if name := borrowed_name(sender):
        yield Signal("borrowed_name", f"{name}: {sender.email}", risk=True)
    genuine = (frozenset(address.domain for address in (*mail.to, *mail.cc)), _KNOWN_DOMAINS)
    if any(sender.domain in domains for domains in genuine):
        return
    for domain in filter(None, (_imitated(sender.domain, domains) for domains in genuine)):
        yield Signal("lookalike_domain", f"{sender.domain} / {domain}", risk=True)
        break


def with_imitation(reading: Reading, mail: ParsedMail, customers: Collection[str]) -> Reading:
    """The reading with a sign of risk more when the sender's domain looks like one of our customers' (R16).

    `customers`: their domains; those are known only where the customer book is, not to the pure reading of one mail.
    """
    domain = mail.sender.domain if mail.sender else ""
    if not domain or domain in customers or any(signal.name == "lookalike_domain" for signal in reading.signals):
        return reading
    genuine = _imitated(domain, frozenset(customers))
    if not genuine:
        return reading
    return replace(reading, signals=(*reading.signals, Signal("lookalike_domain", f"{domain} / {genuine}", risk=True)))


@lru_cache(maxsize=4_096)
def _imitated(domain: str, genuine: frozenset[str]) -> str:
    """The one of the genuine domains that this one looks like; the empty string when there is none."""
    return next((other for other in sorted(genuine) if _imitates(domain, other)), "")


def _imitates(domain: str, genuine: str) -> bool:
    ours, theirs = site_of(genuine), site_of(domain)
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
