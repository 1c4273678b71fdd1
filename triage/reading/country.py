"""Which country the buyer sits in, from many hints with weights; unknown rather than guessed, and conflicts are shown."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache

from triage.reading.folding import Text, fold_term
from triage.reading.marks import Marks
from triage.reading.phones import Phone
from triage.reading.places import Place, country_code, find_places
from triage.reading.webmail import country_of_domain, is_free_mail
from triage.vocabulary.inquiry import Evidence, FactName, Told
from triage.vocabulary.mail import ParsedMail

WEIGHTS = {
    "field": 3.0, "phone": 3.0, "statement": 3.0, "address": 2.5, "tld": 2.5, "link": 1.0, "mention": 0.8, "destination": 1.0,
    "language": 1.0, "date_offset": 0.5, "company_form": 1.0,
}  # fmt: skip
"""How much one hint of each source says, before it is shaded (a city says less than its country)."""
ENOUGH = 1.0
"""Below this sum the country stays unknown."""
_CONFLICT_SHARE = 0.6
_TELLING_SOURCES = frozenset({"field", "phone", "statement", "address", "tld"})
_LANGUAGE_HOMES = {
    "ja": ("JP", 1.0), "ko": ("KR", 1.0), "it": ("IT", 0.8), "pl": ("PL", 1.0), "tr": ("TR", 1.0), "vi": ("VN", 1.0), "th": ("TH", 1.0),
    "id": ("ID", 0.9), "he": ("IL", 1.0), "el": ("GR", 0.9), "hu": ("HU", 1.0), "cs": ("CZ", 1.0), "sk": ("SK", 1.0), "ro": ("RO", 0.8),
    "uk": ("UA", 1.0), "bg": ("BG", 1.0), "fi": ("FI", 1.0), "sv": ("SE", 0.9), "da": ("DK", 1.0), "no": ("NO", 1.0), "nl": ("NL", 0.6),
    "de": ("DE", 0.6), "ru": ("RU", 0.5), "pt": ("BR", 0.5), "fr": ("FR", 0.4), "hi": ("IN", 1.0), "fa": ("IR", 0.9), "zh": ("CN", 0.5),
    "hr": ("HR", 0.9), "lt": ("LT", 1.0), "lv": ("LV", 1.0), "et": ("EE", 1.0), "sl": ("SI", 1.0), "ka": ("GE", 1.0), "bn": ("BD", 0.7),
}  # fmt: skip
"""Where a language is mostly written from. English, Spanish and Arabic say nothing: too many countries."""
_FORMS = (
    ("gmbh & co", "DE", 0.8), ("e.k.", "DE", 1.0), ("株式会社", "JP", 1.0), ("주식회사", "KR", 1.0), ("(주)", "KR", 1.0), ("sp. z o.o", "PL", 1.0),
    ("s.r.o.", "CZ", 0.6), ("pty", "AU", 0.7), ("sdn", "MY", 1.0), ("pvt", "IN", 0.8), ("ltda", "BR", 0.5), ("s.a. de c.v", "MX", 1.0),
    ("s. de r.l. de c.v", "MX", 1.0), ("eireli", "BR", 1.0), ("ооо", "RU", 0.7), ("тоо", "KZ", 1.0), ("тов ", "UA", 1.0), ("b.v.", "NL", 0.8),
    ("oyj", "FI", 1.0), ("aps", "DK", 0.8), ("a/s", "DK", 0.8), ("sti.", "TR", 1.0), ("s.p.a", "IT", 0.8), ("tbk", "ID", 1.0), ("kft", "HU", 1.0),
    ("ead", "BG", 0.6), ("eood", "BG", 1.0), ("d.o.o.", "HR", 0.4), ("uab", "LT", 1.0), ("cong ty", "VN", 1.0), ("bvba", "BE", 1.0), ("fzco", "AE", 1.0),
    ("fze", "AE", 1.0), ("股份有限公司", "TW", 0.3), ("gmbh", "DE", 0.7), ("inc", "US", 0.4), ("llc", "US", 0.4), ("s.r.l", "IT", 0.4), ("sarl", "FR", 0.4),
)  # fmt: skip
"""Legal forms that few countries know, on folded names; first match counts."""
_OFFSET_TOLERANCE = timedelta(hours=3)


def country_evidence(
    mail: ParsedMail, text: Text, signature: Text, marks: Marks, places: list[Place], told: list[Told], phones: tuple[Phone, ...], language: str
) -> tuple[Evidence, ...]:
    """All hints, in order of weight; the Date offset is judged against the others, last."""
    found = [
        *_fields(mail),
        *(_evidence("phone", phone.country, phone.text) for phone in phones if phone.country),
        *_domains(mail, told),
        *_signature_places(signature, language),
        *_text_places(text, marks, places, told),
        *_language(language),
        *_company_form(told),
    ]
    found += _date_offset(mail, found)
    return tuple(sorted(_once(found), key=lambda item: -item.weight))


def decide(evidence: tuple[Evidence, ...]) -> str | None:
    """The country with the greatest sum, when it is enough and clearly ahead; None when unknown."""
    sums = _sums(evidence)
    if not sums:
        return None
    ranked = sorted(sums.items(), key=lambda item: -item[1])
    best, weight = ranked[0]
    if weight < ENOUGH or (len(ranked) > 1 and ranked[1][1] > weight * 0.95):
        return None
    return best


def conflict(evidence: tuple[Evidence, ...], mail: ParsedMail) -> str:
    """What contradicts what, in words, or the empty string."""
    telling = tuple(item for item in evidence if item.source in _TELLING_SOURCES)
    ranked = sorted(_sums(telling).items(), key=lambda item: -item[1])
    if len(ranked) > 1 and ranked[1][1] >= max(2.0, ranked[0][1] * _CONFLICT_SHARE):
        first, second = (next(i for i in telling if i.country == country) for country, _ in ranked[:2])
        return f"{first.country} ({first.source}: {first.text}) / {second.country} ({second.source}: {second.text})"
    country = decide(evidence)
    when = _offset_of_writer(mail)
    if country and when is not None and not _near(country, when):
        return f"{country} / Date {when.strftime('%z')}"
    return ""


def _sums(evidence: tuple[Evidence, ...]) -> dict[str, float]:
    sums: dict[str, float] = defaultdict(float)
    for item in evidence:
        sums[item.country] += item.weight
    return sums


def _evidence(source: str, country: str, text: str, share: float = 1.0) -> Evidence:
    return Evidence(source, country, text, round(WEIGHTS[source] * share, 2))


def _once(found: list[Evidence]) -> list[Evidence]:
    """The strongest of each source and country: saying it twice makes it no truer."""
    best: dict[tuple[str, str], Evidence] = {}
    for item in found:
        key = (item.source, item.country)
        if key not in best or item.weight > best[key].weight:
            best[key] = item
    return list(best.values())


def _fields(mail: ParsedMail) -> Iterator[Evidence]:
    for label, value in mail.wrapped.fields if mail.wrapped else ():
        if fold_term(label).strip(" :*") in _COUNTRY_FIELDS and (country := country_code(value[:80])):
            yield _evidence("field", country, value[:80])


_COUNTRY_FIELDS = frozenset(
    "country|country/region|region|country / region|location|from|land|pais|pays|paese|ulke|страна|国家|国家/地区|国|kraj|country of origin|buyer country".split("|")
)


def _domains(mail: ParsedMail, told: list[Told]) -> Iterator[Evidence]:
    writer = mail.writer
    if writer is not None and (country := country_of_domain(writer.domain)):
        # yahoo.de is a German's choice, but no proof.
        yield _evidence("tld", country, writer.domain, 0.6 if is_free_mail(writer.domain) else 1.0)
    for item in told:
        if item.fact is FactName.WEBSITE:
            host = item.text.split("//")[-1].split("/")[0]
            if country := country_of_domain(host):
                yield _evidence("link", country, item.text)


def _signature_places(signature: Text, language: str) -> Iterator[Evidence]:
    for place in find_places(signature, language)[:6]:
        words, _, _ = signature.cite(place.start, place.end)
        yield _evidence("address", place.country, words, 0.7 if place.city else 1.0)


def _text_places(text: Text, marks: Marks, places: list[Place], told: list[Told]) -> Iterator[Evidence]:
    business = [(item.start, item.end) for item in told if item.fact is FactName.BUSINESS]
    destinations = {item.start for item in told if item.fact is FactName.DESTINATION}
    for place in places[:20]:
        words, start, _ = text.cite(place.start, place.end)
        based = [hit for hit in marks.within("we.based", max(0, place.start - 24), place.start) if place.start - hit.end <= 12]
        based_after = marks.within("we.based_after", place.end, place.end + 6)
        if start in destinations:
            yield _evidence("destination", place.country, words)
        elif (based or based_after or any(s <= start < e for s, e in business)) and not _bought_there(text.folded, place):
            yield _evidence("statement", place.country, words, 0.8 if place.city else 1.0)
        elif place.country not in _SELLERS_OFTEN:
            yield _evidence("mention", place.country, words, 0.7 if place.city else 1.0)


_SELLERS_OFTEN = frozenset({"CN"})
"""`import from China` says nothing of the buyer."""


def _bought_there(folded: str, place: Place) -> bool:
    """`buy from India`, `supplier from Turkey`: where the goods come from, not the buyer."""
    before = re.split(r"[.!?;\n]", folded[max(0, place.start - 40) : place.start])[-1]
    goods = ("import", "suppl", "buy", "purchas", "sourc", "product", "goods", "offer", "made", "compet", "factor", "manufact", "ship", "order", "fob", "供应", "进口", "采购")  # noqa: E501
    return any(word in before for word in goods) and not any(word in before for word in ("we are", "i am", "importer", "我们是"))


def _language(language: str) -> Iterator[Evidence]:
    if language in _LANGUAGE_HOMES:
        country, share = _LANGUAGE_HOMES[language]
        yield _evidence("language", country, language, share)


def _company_form(told: list[Told]) -> Iterator[Evidence]:
    for item in told:
        if item.fact is FactName.COMPANY:
            name = fold_term(item.text)
            for form, country, share in _FORMS:
                if name.endswith((form, f"{form}.")) or name.startswith(form) or f" {form}" in f"{name} ":
                    yield _evidence("company_form", country, item.text, share)
                    return


def _offset_of_writer(mail: ParsedMail) -> datetime | None:
    """The Date, when its offset speaks of the writer: not for platforms' notices, not for servers' UTC."""
    if mail.date is None or not mail.date_zone_known or mail.wrapped is not None or not mail.date.utcoffset():
        return None
    return mail.date


def _date_offset(mail: ParsedMail, found: list[Evidence]) -> list[Evidence]:
    when = _offset_of_writer(mail)
    if when is None:
        return []
    sums = _sums(tuple(found))
    return [_evidence("date_offset", country, when.strftime("%z")) for country in sums if when.utcoffset() in _offsets(country, when)]


def _near(country: str, when: datetime) -> bool:
    offset = when.utcoffset() or timedelta()
    known = _offsets(country, when)
    return not known or any(abs(each - offset) <= _OFFSET_TOLERANCE for each in known)


def _offsets(country: str, when: datetime) -> set[timedelta]:
    from zoneinfo import ZoneInfo

    found = {when.astimezone(ZoneInfo(zone)).utcoffset() for zone in _zones().get(country, ())}
    return {offset for offset in found if offset is not None}


@cache
def _zones() -> dict[str, tuple[str, ...]]:
    from zoneinfo import available_timezones

    from babel.core import get_global

    known = available_timezones()
    zones: dict[str, tuple[str, ...]] = {}
    for zone, territory in get_global("zone_territories").items():
        if zone in known:
            zones[territory] = (*zones.get(territory, ()), zone)
    return zones
