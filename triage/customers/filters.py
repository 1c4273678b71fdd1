"""The one filter language of the command line, the page and the export (R19).

| word | keeps |
|---|---|
| `text=harbor` or a bare word | name, company or an address holds it |
| `importance=high,medium` | high, medium, low, none, unknown |
| `type=importer` | end_user, retailer, wholesaler, importer, distributor, agent, manufacturer, newcomer, unknown |
| `region=europe` | africa, asia, europe, north_america, south_america, oceania, unknown |
| `country=DE,AT` | ISO codes, unknown |
| `stage=quotation` | the stages of docs/glossary.md, unknown |
| `segment=key,dormant` | new, developing, key, dormant, lost, set_aside |
| `value_class=high` | high: those who together bring 80 % of all order value; middle: others with value; low |
| `traded=yes` `contacted=no` `dormant=` `loyal=` `set_aside=` `do_not_contact=` `greets=` | yes or no |
| `contacts=3..11` `orders=1..` `value=..5000` | a number or a range, bounds included |
| `first_contact=2026-01..` `last_contact=2026-01-01..2026-03-31` | a year, month, day or a range of them |
"""

import math
import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any

from triage.errors import FilterError
from triage.vocabulary.customers import (
    LATEST_FIRST,
    CustomerFilter,
    Period,
    Range,
    Region,
    Segment,
    SortBy,
    SortKey,
    ValueClass,
)
from triage.vocabulary.inquiry import BuyerType, Quality, Stage

UNKNOWN = "unknown"
_YES = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


def split_words(text: str) -> list[str]:
    """A line of filter words; quotes keep blanks in a word. Raises FilterError."""
    try:
        return shlex.split(text)
    except ValueError as error:
        raise FilterError(f"The filter can't be read: {error}.", "Close the quotation mark.") from None


def parse_filter(words: Sequence[str], zone: tzinfo) -> CustomerFilter:
    """`key=value` words as a filter. Dates are days of `zone`. Raises FilterError with what may be written."""
    found: dict[str, Any] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals:
            key, value = "text", f"{found.get('text', '')} {word}".strip()
        elif key in found:
            raise FilterError(f"{key!r} stands twice in the filter.", "Give several values as key=one,two.")
        if key not in _READERS:
            raise FilterError(f"A filter knows no {key!r}.", f"It knows {', '.join(_READERS)}.")
        found[key] = _READERS[key](key, value, zone)
    return CustomerFilter(**found)


def parse_sort(word: str) -> SortBy:
    """`company`, or `-value` for the greatest first; empty for the latest contact first. Raises FilterError."""
    if not word:
        return LATEST_FIRST
    try:
        return SortBy(SortKey(word.removeprefix("-")), word.startswith("-"))
    except ValueError:
        raise FilterError(f"Customers can't be sorted by {word!r}.", f"Sort by {', '.join(SortKey)}.") from None


Reader = Callable[[str, str, tzinfo], object]


def _text(_key: str, value: str, _zone: tzinfo) -> str:
    return value.strip()


def _words(enumeration: type[StrEnum], *, with_unknown: bool = True) -> Reader:
    def read(key: str, value: str, _zone: tzinfo) -> frozenset[StrEnum | None]:
        allowed: dict[str, StrEnum | None] = {word.value: word for word in enumeration}
        if with_unknown:
            allowed[UNKNOWN] = None
        asked = [part.strip().lower() for part in value.split(",")]
        strange = [part for part in asked if part not in allowed]
        if strange:
            raise FilterError(f"{key}={strange[0]} means nothing.", f"Write one or more of {', '.join(allowed)}.")
        return frozenset(allowed[part] for part in asked)

    return read


def _countries(key: str, value: str, _zone: tzinfo) -> frozenset[str | None]:
    asked = [part.strip() for part in value.split(",")]
    for part in asked:
        if part.lower() != UNKNOWN and not re.fullmatch(r"[A-Za-z]{2}", part):
            raise FilterError(f"{key}={part} is no country.", "Write two letters, such as DE, or unknown.")
    return frozenset(None if part.lower() == UNKNOWN else part.upper() for part in asked)


def _yes_or_no(key: str, value: str, _zone: tzinfo) -> bool:
    if value.lower() not in _YES:
        raise FilterError(f"{key}={value} means nothing.", "Write yes or no.")
    return _YES[value.lower()]


def _range(key: str, value: str, _zone: tzinfo) -> Range:
    least, most = _bounds(value)
    try:
        bounds = Range(float(least) if least else None, float(most) if most else None)
    except ValueError:
        bounds = Range(math.nan)
    if not all(math.isfinite(bound) for bound in (bounds.least, bounds.most) if bound is not None):
        raise FilterError(f"{key}={value} is no number.", "Write 3, 3..11, 3.. or ..11.")
    return bounds


def _period(key: str, value: str, zone: tzinfo) -> Period:
    since, until = _bounds(value)
    try:
        return Period(_start(since, zone) if since else None, _end(until, zone) if until else None)
    except (ValueError, OverflowError):
        raise FilterError(
            f"{key}={value} is no date.", "Write 2026, 2026-03, 2026-03-31, or a range such as 2026-01..2026-03."
        ) from None


def _bounds(value: str) -> tuple[str, str]:
    first, dots, last = value.partition("..")
    return (first.strip(), last.strip()) if dots else (first.strip(), first.strip())


def _start(text: str, zone: tzinfo) -> datetime:
    year, month, day = _date_parts(text)
    return datetime(year, month or 1, day or 1, tzinfo=zone)


def _end(text: str, zone: tzinfo) -> datetime:
    """The first moment after that year, month or day."""
    year, month, day = _date_parts(text)
    if day:
        following = datetime(year, month, day) + timedelta(days=1)  # noqa: DTZ001 - a wall date, given its zone below
        return following.replace(tzinfo=zone)
    return datetime(year + (month in (0, 12)), month % 12 + 1 if month else 1, 1, tzinfo=zone)


def _date_parts(text: str) -> tuple[int, int, int]:
    if not re.fullmatch(r"\d{4}(-\d{1,2}){0,2}", text):
        raise ValueError(text)
    year, month, day = (*map(int, text.split("-")), 0, 0)[:3]
    if text.count("-") and not 1 <= month <= 12:
        raise ValueError(text)
    return year, month, day


_READERS: Mapping[str, Reader] = {
    "text": _text,
    "importance": _words(Quality),
    "type": _words(BuyerType),
    "region": _words(Region),
    "country": _countries,
    "stage": _words(Stage),
    "segment": _words(Segment, with_unknown=False),
    "value_class": _words(ValueClass, with_unknown=False),
    **dict.fromkeys(("traded", "contacted", "dormant", "loyal", "set_aside", "do_not_contact", "greets"), _yes_or_no),
    **dict.fromkeys(("contacts", "orders", "value"), _range),
    **dict.fromkeys(("first_contact", "last_contact"), _period),
}
