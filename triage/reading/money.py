"""The currency beside a number."""

import re

from triage.reading.marks import Marks
from triage.reading.phrases import Hit

_SYMBOLS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "CNY", "₹": "INR", "₽": "RUB", "₩": "KRW", "₺": "TRY"}


def currency_of(folded: str, marks: Marks, number: re.Match[str]) -> tuple[str, int, int]:
    """Currency beside the number, and the span of both; the empty string when there is none."""
    before = folded[max(0, number.start() - 2) : number.start()].strip()
    if before[-1:] in _SYMBOLS:
        start = number.start() - 1 - (folded[number.start() - 1] == " ")
        return _SYMBOLS[before[-1]], start - 2 * folded.startswith("us$", max(0, start - 2)), number.end()
    for hit in marks.within("currency", max(0, number.start() - 12), number.start()):
        if number.start() - hit.end <= 2:
            return _code(folded, hit), hit.start, number.end()
    at = number.end() + (folded[number.end() : number.end() + 1] in (" ", "\xa0"))
    if folded[at : at + 1] in _SYMBOLS:
        return _SYMBOLS[folded[at]], number.start(), at + 1
    after = marks.at("currency", at)
    return (_code(folded, after), number.start(), after.end) if after else ("", 0, 0)


def _code(folded: str, hit: Hit) -> str:
    word = folded[hit.start : hit.end].upper()
    return hit.label if hit.label != "other" else word
