"""Claims in a text that need a fact behind them: money, shares, durations, dates, certificates, bare numbers (R9)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache

from babel.dates import get_month_names

from triage.drafting.durations import unit_after
from triage.drafting.formats import locale_of

_CAP = 30_000
_NUM = r"\d{1,9}(?:[,.'\u00a0\u202f]\d{1,4}){0,3}"
_CODES = "USD|EUR|GBP|CNY|RMB|JPY|HKD|AUD|CAD|CHF|INR|AED|SAR|BRL|MXN|RUB|TRY|KRW|SEK|NOK|DKK|PLN|ZAR|SGD|THB|VND"
_SIGNS = {
    "$": frozenset({"USD", "AUD", "CAD", "HKD", "SGD", "MXN"}),
    "US$": frozenset({"USD"}),
    "€": frozenset({"EUR"}),
    "£": frozenset({"GBP"}),
    "¥": frozenset({"CNY", "JPY"}),
    "￥": frozenset({"CNY", "JPY"}),
    "₽": frozenset({"RUB"}),
    "₩": frozenset({"KRW"}),
    "₺": frozenset({"TRY"}),
    "₹": frozenset({"INR"}),
    "RMB": frozenset({"CNY"}),
    "DOLLAR": frozenset({"USD"}),
    "EURO": frozenset({"EUR"}),
    "美元": frozenset({"USD"}),
    "美金": frozenset({"USD"}),
    "欧元": frozenset({"EUR"}),
    "人民币": frozenset({"CNY"}),
    "元": frozenset({"CNY"}),
}
_WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_HAN = "一二三四五六七八九十"
_FIGURE = re.compile(rf"{_NUM}|[{_HAN}]|\b(?:{'|'.join(f'[{w[0]}{w[0].upper()}]{w[1:]}' for w in _WORDS)})\b")
_LOOK_BACK = 18

_MONEY_BEFORE = re.compile(rf"((?<![A-Za-z])(?:{_CODES})|US\$|[$€£¥￥₽₩₺₹]|人民币)[ \u00a0]?\Z", re.IGNORECASE)
_MONEY_AFTER = re.compile(
    rf"[ \u00a0]?((?:{_CODES}|dollars?|euros?)(?![A-Za-z])|[$€£₽₩₺₹]|美元|美金|欧元|人民币|元)", re.I
)
_SHARE_AFTER = re.compile(r"[ \u00a0]?(?:[%％]|per ?cent\b)", re.IGNORECASE)
_NUMERIC_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)|(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?!\d)")
_CJK_DATE = re.compile(r"(?:\d{4}[年년]\s?)?(\d{1,2})[月월]\s?(\d{1,2})[日号일]")
_CODE_BEFORE = re.compile(r"(?<![A-Za-z])[A-Za-z][A-Za-z-]{0,12}\Z")
_CODE_AFTER = re.compile(r"[A-Za-z][A-Za-z0-9./-]{0,30}")
_LINK_OR_PHONE = re.compile(r"https?://\S{1,300}|\+\d[\d ()/-]{5,24}")
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,120}")
_CERTIFICATE = re.compile(
    r"(?<![\w-])(?:iso[ -]?\d{4,5}|en[ -]?\d{4,5}|ce|ul|etl|fcc|rohs|reach|fda|lfgb|gs|tuv|tüv|ukca|saa|rcm|ccc|pse|kc|"
    r"bis|eac|saso|soncap|cb|csa|dot|e-mark|brc|bsci|sedex|smeta|sgs|oeko-tex|fsc|gots|grs|haccp|halal|kosher|emc|lvd|"
    r"inmetro|cpsia|astm|prop ?65|enec|dlc|vde|sni|nom|tisi|sirim|sabs|nsf|g-mark|ЕАС)(?![\w-])",
    re.IGNORECASE | re.ASCII,
)
_CYRILLIC = {"ЕАС": "EAC"}
"""Russians write the mark in their own letters."""
_ONLY_CAPITALS = frozenset({"nom", "sni"})
_ORDINARY_WORDS = frozenset({"reach", "bis", "dot", "cb", "gs", "kc", "csa", "eac", "en", "ce", "brc"})
"""Certificates whose name in small letters is a word of some language."""


@dataclass(frozen=True, slots=True)
class Claim:
    """`kind`: money, share, duration, date or number. `values` are all its possible readings; one of them must be a
    known fact. Money: (amount, currency); share and number: amount; duration: (amount, unit); date: (month, day)."""

    kind: str
    text: str
    values: frozenset[object]
    start: int
    """Offset of the figure in the text."""


@lru_cache(maxsize=4096)
def readings(token: str) -> frozenset[Decimal]:
    """What a written number may mean: 1.000 is a thousand or one, 4,80 is four point eight."""
    groups = re.split(r"[,.'\u00a0\u202f]", token)
    found = set()
    if all(len(group) == 3 for group in groups[1:]) and len(groups[0]) <= 3:
        found.add(Decimal("".join(groups)))
    if len(groups) == 1:
        found.add(Decimal(token))
    else:
        found.add(Decimal("".join(groups[:-1]) + "." + groups[-1]))
    return frozenset(value.normalize() for value in found)


def certificates(text: str) -> tuple[str, ...]:
    """Certificates and marks named in a text, in capitals, each once."""
    return tuple(dict.fromkeys(name for name, _ in certificates_at(text)))


@lru_cache(maxsize=64)
def certificates_at(text: str) -> tuple[tuple[str, int], ...]:
    """Certificates and marks named in a text, in capitals, with their offsets."""
    found = ((match.group(), match.start()) for match in _CERTIFICATE.finditer(text[:_CAP]))
    return tuple((_CYRILLIC.get(n, n.upper()), at) for n, at in found if not _is_word(n))


def _is_word(name: str) -> bool:
    low = name.lower()
    return (low in _ORDINARY_WORDS and name.islower()) or (low in _ONLY_CAPITALS and not name.isupper())


def claims(text: str, languages: tuple[str, ...]) -> tuple[Claim, ...]:
    """All claims of a text; each figure belongs to one of them. `languages` tell which names of months to look for."""
    return tuple(_claims(_without_addresses(text[:_CAP]), tuple(dict.fromkeys(languages))))


def _without_addresses(text: str) -> str:
    text = _LINK_OR_PHONE.sub(_blank, text)
    return _EMAIL.sub(_blank, text) if "@" in text else text


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _claims(text: str, languages: tuple[str, ...]) -> Iterator[Claim]:
    at = 0
    while (figure := _FIGURE.search(text, at)) is not None:
        before = text[max(0, figure.start() - _LOOK_BACK) : figure.start()]
        for kind in (_date, _money, _share, _duration, _number):
            if (found := kind(text, before, figure, languages)) is not None:
                claim, at = found
                yield claim
                break
        else:
            at = figure.end()


_Found = tuple[Claim, int] | None
"""A claim and where it ends."""


def _date(text: str, before: str, figure: re.Match[str], languages: tuple[str, ...]) -> _Found:
    if not figure.group()[0].isdigit():
        return None
    if match := _NUMERIC_DATE.match(text, figure.start()):
        numbers = [int(group) for group in match.groups() if group]
        year_first = match[1] is not None
        days = {(numbers[1], numbers[2])} if year_first else {(numbers[1], numbers[0]), (numbers[0], numbers[1])}
        return Claim("date", match.group(), frozenset(days), figure.start()), match.end()
    if match := _CJK_DATE.match(text, figure.start()):
        return Claim("date", match.group(), frozenset({(int(match[1]), int(match[2]))}), figure.start()), match.end()
    return _written_date(text, before, figure, languages) if len(figure.group()) <= 2 else None


def _written_date(text: str, before: str, figure: re.Match[str], languages: tuple[str, ...]) -> _Found:
    for language in languages:
        names, after, ahead = _months(language)
        if match := after.match(text, figure.end()):
            day = frozenset({(names[match["month"].casefold()], int(figure.group()))})
            return Claim("date", text[figure.start() : match.end()], day, figure.start()), match.end()
        if match := ahead.search(before):
            year = _YEAR_AFTER.match(text, figure.end())
            end = year.end() if year is not None else figure.end()
            day = frozenset({(names[match["month"].casefold()], int(figure.group()))})
            return Claim("date", match["month"] + " " + text[figure.start() : end], day, figure.start()), end
    return None


_YEAR_AFTER = re.compile(r"(?:st|nd|rd|th)?(?:,? \d{4}(?!\d))?")


@cache
def _months(language: str) -> tuple[dict[str, int], re.Pattern[str], re.Pattern[str]]:
    """Names of months in small letters, with the patterns for a name after a day and ahead of it."""
    names: dict[str, int] = {}
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in get_month_names(width, context, locale_of(language)).items():
                if name.rstrip(".").isalpha():
                    names[name.casefold()] = names[name.casefold().rstrip(".")] = number
    month = "(?P<month>" + ("|".join(sorted(map(re.escape, names), key=len, reverse=True)) or r"(?!)") + ")"
    after = rf"(?:st|nd|rd|th)?\.?(?: de| of)? {month}(?!\w)(?:,?(?: de)? \d{{4}}(?!\d))?"
    return names, re.compile(after, re.IGNORECASE), re.compile(rf"(?<!\w){month} \Z", re.IGNORECASE)


def _money(text: str, before: str, figure: re.Match[str], _: tuple[str, ...]) -> _Found:
    if not figure.group()[0].isdigit():
        return None
    ahead = _MONEY_BEFORE.search(before)
    after = None if ahead else _MONEY_AFTER.match(text, figure.end())
    sign = ahead or after
    if sign is None:
        return None
    name = sign[1].upper()
    codes = _SIGNS.get(name) or _SIGNS.get(name.rstrip("S")) or frozenset({name})
    end = after.end() if after is not None else figure.end()
    words = (sign.group() if ahead else "") + text[figure.start() : end]
    values = frozenset((amount, code) for amount in readings(figure.group()) for code in codes)
    return Claim("money", words, values, figure.start()), end


def _share(text: str, _: str, figure: re.Match[str], __: tuple[str, ...]) -> _Found:
    match = _SHARE_AFTER.match(text, figure.end()) if figure.group()[0].isdigit() else None
    if match is None:
        return None
    return Claim("share", text[figure.start() : match.end()], readings(figure.group()), figure.start()), match.end()


def _duration(text: str, _: str, figure: re.Match[str], __: tuple[str, ...]) -> _Found:
    found = unit_after(text, figure.end())
    if found is None:
        return None
    unit, end = found
    values = frozenset((amount, unit) for amount in _amounts(figure.group()))
    return Claim("duration", text[figure.start() : end], values, figure.start()), end


def _amounts(figure: str) -> frozenset[Decimal]:
    if figure.lower() in _WORDS:
        return frozenset({Decimal(_WORDS.index(figure.lower()) + 1)})
    if figure in _HAN:
        return frozenset({Decimal(_HAN.index(figure) + 1)})
    return readings(figure)


def _number(text: str, before: str, figure: re.Match[str], _: tuple[str, ...]) -> _Found:
    """Figures, and codes such as DL-12: a code is known as a whole, or by the figure that it starts with."""
    if not figure.group()[0].isdigit():
        return None
    head = _CODE_BEFORE.search(before)
    tail = _CODE_AFTER.match(text, figure.end())
    end = tail.end() if tail is not None else figure.end()
    token = ((head.group() if head else "") + text[figure.start() : end]).rstrip("./-")
    values: set[object] = set() if head else set(readings(figure.group()))
    if head or tail:
        values.add(token.casefold())
    return Claim("number", token, frozenset(values), figure.start()), end
