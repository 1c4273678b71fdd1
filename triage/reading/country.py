"""Which country the buyer sits in: many hints with weights, unknown rather than guessed, conflicts shown."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from functools import cache

from triage.reading.folding import Text, fold_term
from triage.reading.lexicons import common_words
from triage.reading.marks import Marks
from triage.reading.phones import Phone
from triage.reading.places import Place, country_code
from triage.reading.webmail import country_of_domain, is_free_mail, outward_signs
from triage.vocabulary.inquiry import Evidence, FactName, Told
from triage.vocabulary.mail import ParsedMail

WEIGHTS = {
    "field": 3.0,
    "phone": 3.0,
    "statement": 3.0,
    "address": 2.5,
    "tld": 2.5,
    "link": 1.0,
    "destination": 1.0,
    "language": 1.0,
    "company_form": 1.0,
    "mention": 0.8,
    "date_offset": 0.5,
}
"""How much one hint of each source says, before it is shaded (a city says less than its country)."""
ENOUGH = 1.0
"""Below this sum the country stays unknown."""
_CONFLICT_SHARE = 0.6
_TELLING_SOURCES = frozenset({"field", "phone", "statement", "address", "tld"})
_OFFSET_TOLERANCE = timedelta(hours=3)


def country_evidence(
    mail: ParsedMail,
    text: Text,
    marks: Marks,
    places: list[Place],
    signed_places: list[Place],
    signature: Text,
    told: list[Told],
    phones: tuple[Phone, ...],
    language: str,
) -> tuple[Evidence, ...]:
    """All hints, in order of weight; the Date offset is judged against the others, last."""
    found = [
        *_fields(mail),
        *(_evidence("phone", phone.country, phone.text) for phone in phones if phone.country),
        *_domains(mail, told),
        *_signature_places(signature, signed_places),
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
        if fold_term(label).strip(" :*") in outward_signs()["country_fields"] and (country := country_code(value[:80])):
            yield _evidence("field", country, value[:80])


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


def _signature_places(signature: Text, places: list[Place]) -> Iterator[Evidence]:
    for place in places[:6]:
        words, _, _ = signature.cite(place.start, place.end)
        yield _evidence("address", place.country, words, 0.7 if place.city else 1.0)


def _text_places(text: Text, marks: Marks, places: list[Place], told: list[Told]) -> Iterator[Evidence]:
    business = [(item.start, item.end) for item in told if item.fact is FactName.BUSINESS]
    bought = [(item.start, item.end) for item in told if item.fact is FactName.EXPERIENCE_WITH_CHINA]
    destinations = {item.start for item in told if item.fact is FactName.DESTINATION}
    for place in places[:20]:
        words, start, _ = text.cite(place.start, place.end)
        based = [
            hit
            for hit in marks.within("we.based", max(0, place.start - 24), place.start)
            if place.start - hit.end <= 12
        ]
        based_after = marks.within("we.based_after", place.end, place.end + 6)
        if place.country in _SELLERS_OFTEN and any(first <= start < last for first, last in bought):
            continue
        if place.country in _SELLERS_OFTEN and not _of_ourselves(marks, place):
            based = []
        if start in destinations:
            yield _evidence("destination", place.country, words)
        elif (based or based_after or any(s <= start < e for s, e in business)) and not _bought_there(
            text.folded, place
        ):
            yield _evidence("statement", place.country, words, 0.8 if place.city else 1.0)
        elif place.country not in _SELLERS_OFTEN and _of_the_writer(marks, text.folded, place):
            yield _evidence("statement", place.country, words, 0.5)
        elif place.country not in _SELLERS_OFTEN:
            yield _evidence("mention", place.country, words, 0.7 if place.city else 1.0)


_WRITER_REACH = 90
_SELF_REACH = 40
_SELLERS_OFTEN = frozenset({"CN"})
"""`import from China` says nothing of the buyer."""


_GOODS = common_words("goods_come_from")
_OURSELVES = ("we are", "i am", "importer", "我们是")


def _of_ourselves(marks: Marks, place: Place) -> bool:
    """`We are from Shenzhen`; a bare `from Ningbo` is where the goods leave."""
    near = max(0, place.start - _SELF_REACH)
    return any(marks.within(table, near, place.start) for table in ("we.are", "we.i_am", "we.from"))


def _of_the_writer(marks: Marks, folded: str, place: Place) -> bool:
    """`I run a small shop for yoga gear in New Zealand`: the sentence speaks of the writer's own business."""
    near = max(0, place.start - _WRITER_REACH)
    start = max(folded.rfind(stop, near, place.start) + 1 for stop in (".", "!", "?", "\n", "。")) or near
    speaks = marks.within("we.are", start, place.start) and any(
        marks.within(table, start, place.start) for table in ("buyer", "channels.cue")
    )
    return bool(speaks) and not _bought_there(folded, place)


def _bought_there(folded: str, place: Place) -> bool:
    """`buy from India`, `supplier from Turkey`: where the goods come from, not the buyer."""
    before = re.split(r"[.!?;\n]", folded[max(0, place.start - 40) : place.start])[-1]
    return any(word in before for word in _GOODS) and not any(word in before for word in _OURSELVES)


def _language(language: str) -> Iterator[Evidence]:
    if language in outward_signs()["language_homes"]:
        country, share = outward_signs()["language_homes"][language]
        yield _evidence("language", country, language, share)


def _company_form(told: list[Told]) -> Iterator[Evidence]:
    for item in told:
        if item.fact is FactName.COMPANY:
            name = fold_term(item.text)
            for form, country, share in outward_signs()["company_forms"]:
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
    return [
        _evidence("date_offset", country, when.strftime("%z"))
        for country in sums
        if when.utcoffset() in _offsets(country, when)
    ]


def _near(country: str, when: datetime) -> bool:
    offset = when.utcoffset() or timedelta()
    known = _offsets(country, when)
    return not known or any(abs(each - offset) <= _OFFSET_TOLERANCE for each in known)


def _offsets(country: str, when: datetime) -> set[timedelta]:
    found = {when.astimezone(zone).utcoffset() for zone in _zones_of(country)}
    return {offset for offset in found if offset is not None}


@cache
def _zones_of(country: str) -> tuple[tzinfo, ...]:
    """Kept here: zoneinfo's own cache forgets zones that are in nobody's hands."""
    from zoneinfo import ZoneInfo

    return tuple(map(ZoneInfo, _zones().get(country, ())))


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
