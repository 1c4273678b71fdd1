"""Deadlines as calendar dates: a date as the buyer writes it, or a period, counted from the day of the mail."""

import calendar
import re
from datetime import date, timedelta

from triage.reading.lexicons import common_words
from triage.reading.numbers import month_numbers

_YEAR_FIRST = re.compile(r"(\d{4})\s?[-/.年]\s?(\d{1,2})(?:\s?[-/.月]\s?(\d{1,2}))?")
_NUMBERS = re.compile(r"(\d{1,2})[./-](\d{1,2})(?:[./-](\d{4}|\d{2})\b)?")
_EAST_ASIAN = re.compile(r"(\d{1,2})\s?[月월]\s?(?:(\d{1,2})\s?[日号일])?")
_DAY = re.compile(r"\b(\d{1,2})(?!\d)")
_YEAR = re.compile(r"\b(20\d\d)\b")
_WORD = re.compile(r"[^\W\d_]+")
_PERIOD = re.compile(r"(\d{1,3})\s?([^\W\d_]+)")
_LONGEST_PERIOD = 400
"""Days; a longer one is no delivery time but a mistake of reading."""
_MIDDLE, _BEGINNING = 15, 10
"""`Mid June` is the 15th, `early June` the 10th: the day by which it is meant at the latest."""


def date_of(folded: str, language: str, sent: date | None) -> str:
    """ISO date of the last day meant, or the empty string: where day and month cannot be told apart (`4/5`), where the
    year is open and `sent`, the day of the mail, is not known.
    """
    period = _after_period(folded, sent)
    if period is not None:
        return period.isoformat()
    year, month, day = _parts(folded, language)
    if month is None or not 1 <= month <= 12:
        return ""
    if year is None and sent is None:
        return ""
    last = _last_day(folded, day, year or (sent.year if sent else 0), month)
    found = _calendar(year or (sent.year if sent else 0), month, last)
    if found is not None and year is None and sent is not None and found < sent:
        found = _calendar(found.year + 1, month, last)
    return found.isoformat() if found else ""


def _parts(folded: str, language: str) -> tuple[int | None, int | None, int | None]:
    """Year, month, day as far as written."""
    if match := _YEAR_FIRST.search(folded):
        return int(match[1]), int(match[2]), int(match[3]) if match[3] else None
    if match := _EAST_ASIAN.search(folded):
        return None, int(match[1]), int(match[2]) if match[2] else None
    if match := _NUMBERS.search(folded):
        first, second = int(match[1]), int(match[2])
        year = int(match[3]) + (2000 if len(match[3]) == 2 else 0) if match[3] else None
        if second > 12:
            return year, first, second
        # Only English leaves open which number is the month.
        return (year, None, None) if language == "en" and first <= 12 and first != second else (year, second, first)
    names = month_numbers(language)
    month = next((names[word] for word in _WORD.findall(folded) if word in names), None)
    day, year_match = _DAY.search(folded), _YEAR.search(folded)
    return int(year_match[1]) if year_match else None, month, int(day[1]) if day else None


def _last_day(folded: str, day: int | None, year: int, month: int) -> int:
    if day is not None:
        return day
    words = set(_WORD.findall(folded))
    if words & common_words("middle_of") or any(mark in folded for mark in ("中", "중")):
        return _MIDDLE
    if words & common_words("beginning_of") or any(mark in folded for mark in ("初", "上旬", "초")):
        return _BEGINNING
    return calendar.monthrange(max(1, year), month)[1]


def _calendar(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _after_period(folded: str, sent: date | None) -> date | None:
    """`within 30 days`, `3周内`."""
    match = _PERIOD.search(folded)
    if match is None or sent is None:
        return None
    for key, days in (("stems_of_day", 1), ("stems_of_week", 7), ("stems_of_month", 30)):
        if match[2].startswith(tuple(common_words(key))):
            length = int(match[1]) * days
            return sent + timedelta(days=length) if length <= _LONGEST_PERIOD else None
    return None
