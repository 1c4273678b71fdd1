"""Values in the words of a language: dates, times, numbers, money, lists. Templates get plain strings."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from typing import Literal, cast

from babel import Locale
from babel.core import UnknownLocaleError, get_global
from babel.dates import format_date, format_timedelta, get_day_names
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, get_currency_precision

from triage.drafting.tokens import is_cjk

_Unit = Literal["day", "week", "month", "year"]
_WITHOUT_PLURAL = frozenset({"zh", "ja", "ko"})
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
"""As Babel reckons."""
_NEVER = 1e9
"""So many of a unit that a larger one is never taken: 24 months stay 24 months."""
_SPAN = re.compile(r"(\d{1,4}) (day|week|month|year)s?", re.IGNORECASE)
_LOCALES = {"en": "en_GB", "pt": "pt_BR", "zh": "zh_Hans_CN"}
"""Where a language alone would pick a form that misleads: American dates put the month first."""


@dataclass(frozen=True, slots=True)
class Money:
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Count:
    """A number of units; `number` None is the unit alone, as in "per piece"."""

    number: int | None
    unit: str


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant as it stands on a clock: its zone is the reader's."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Items:
    """Strings to be read as one list: "a, b and c"."""

    items: tuple[str, ...]


@cache
def locale_of(language: str) -> Locale:
    try:
        return Locale.parse(_LOCALES.get(language, language))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")


@cache
def is_right_to_left(language: str) -> bool:
    return locale_of(language).text_direction == "rtl"


@lru_cache(maxsize=4096)
def day(value: date, language: str) -> str:
    return format_date(value, "long", locale_of(language))


@lru_cache(maxsize=4096)
def weekday_and_day(value: date, language: str) -> str:
    return format_date(value, "full", locale_of(language))


def clock(value: time | datetime) -> str:
    return f"{value.hour:02}:{value.minute:02}"


@cache
def weekday(number: int, language: str) -> str:
    """0 = Monday."""
    return str(get_day_names("wide", "format", locale_of(language))[number])


@lru_cache(maxsize=4096)
def city(zone: str, language: str) -> str:
    """The place that stands for an IANA zone: `Europe/Berlin` is "Berlin". CLDR files some places under older names."""
    names = locale_of(language).time_zones
    for name in (zone, *_older_names().get(zone, ())):
        if place := names.get(name, {}).get("city"):
            return str(place)
    return zone.rpartition("/")[2].replace("_", " ")


@cache
def _older_names() -> Mapping[str, tuple[str, ...]]:
    older: dict[str, tuple[str, ...]] = {}
    for old, new in get_global("zone_aliases").items():
        older[new] = (*older.get(new, ()), old)
    return older


@lru_cache(maxsize=4096)
def money(value: Money, language: str) -> str:
    """The ISO code before the amount, as in trade; no digit of the price is rounded off."""
    least = get_currency_precision(value.currency)
    pattern = f"#,##0.{'0' * least}######"
    amount = format_currency(value.amount, value.currency, pattern, locale_of(language), currency_digits=False)
    return f"{value.currency} {amount}"


@lru_cache(maxsize=4096)
def number(value: int, language: str) -> str:
    return format_decimal(value, locale=locale_of(language))


@lru_cache(maxsize=4096)
def listed(items: tuple[str, ...], language: str) -> str:
    return format_list(list(items), locale=locale_of(language)) if items else ""


def is_currency(code: str) -> bool:
    return code in get_global("all_currencies")


def plain(value: object, language: str, units: Mapping[str, Sequence[str]]) -> object:
    """The value as a template gets it: strings, booleans, and lists and mappings of these. `units` gives a unit's
    words in the language: for one, for many; or for one, few, many."""
    if isinstance(value, str | bool):
        return value
    if isinstance(value, Mapping):
        return {key: plain(item, language, units) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [plain(item, language, units) for item in value]
    return _words(value, language, units)


def _words(value: object, language: str, units: Mapping[str, Sequence[str]]) -> object:
    words: object
    match value:
        case int():
            words = number(value, language)
        case Money():
            words = money(value, language)
        case Count():
            words = _count(value, language, units)
        case Moment():
            words = {"day": weekday_and_day(value.at.date(), language), "time": clock(value.at)}
        case Items():
            words = listed(value.items, language)
        case time():
            words = clock(value)
        case date() if not isinstance(value, datetime):
            words = day(value, language)
        case _:
            raise TypeError(f"{type(value).__name__} has no words; an instant needs a reader's clock")
    return words


@lru_cache(maxsize=1024)
def span(amount: int, unit: "_Unit", language: str) -> str:
    """A span of time with the plural of the language; `unit` is day, week, month or year."""
    length = timedelta(days=amount * _DAYS[unit])
    return format_timedelta(length, unit, threshold=_NEVER, locale=locale_of(language))


def spans(text: str, language: str) -> str:
    """A text that is nothing but a span of time, such as "5 years", in the words of the language."""
    match = _SPAN.fullmatch(text)
    return span(int(match[1]), cast("_Unit", match[2].lower()), language) if match else text


def _count(value: Count, language: str, units: Mapping[str, Sequence[str]]) -> str:
    if value.unit == "day" and value.number is not None and language not in _WITHOUT_PLURAL:
        return span(value.number, "day", language)
    words = units.get(value.unit, (value.unit,))
    if value.number is None:
        return words[0]
    joint = "" if is_cjk(language) and words[-1] != value.unit else " "
    return f"{number(value.number, language)}{joint}{_form(words, value.number, language)}"


def _form(words: Sequence[str], value: int, language: str) -> str:
    """Of words for one, many, or for one, few, many: Russian has 1 день, 2 дня, 5 дней."""
    plural = locale_of(language).plural_form(value)
    if plural == "one":
        return words[0]
    return words[1] if plural == "few" and len(words) > 2 else words[-1]
