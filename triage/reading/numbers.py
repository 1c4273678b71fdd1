"""Numbers, quantities, money and dates as buyers write them: 1,000 and 1.000, 5000个, 3万, USD 1.20, 15 March."""

import re
from functools import cache

from triage.reading.folding import fold_term

NUMBER = re.compile(
    # The digit stands first, for which the search is fastest; then what may not stand before it.
    r"\d(?<![a-z0-9.,]\d)(?:\d{0,2}(?:[.,' ]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d{0,8}(?:[.,]\d{1,4})?)"
    r"(?:\s?(?:万|萬|千|百万|億|만|천|mio\b|mln\b|million\b|thousand\b|mil\b|тыс\.?|k\b(?![\w/])))?"
)
_MULTIPLIERS = {
    "万": 10_000, "萬": 10_000, "만": 10_000, "千": 1_000, "천": 1_000, "百万": 1_000_000, "億": 100_000_000,
    "mio": 1_000_000, "mln": 1_000_000, "million": 1_000_000, "thousand": 1_000, "mil": 1_000, "k": 1_000, "тыс": 1_000,
}  # fmt: skip
_DATE_FORMS = "|".join(
    (
        r"\d{4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}(?:\s?日)?",
        r"\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})\b",
        r"\d{4}年\d{1,2}月(?:末|底|中|初)?",
        r"\d{1,2}月\s?\d{1,2}\s?[日号]",
        r"\d{1,2}月(?:末|底|中旬|初|上旬|下旬)?",
        r"\d{1,2}월(?:\s?\d{1,2}일|\s?말|\s?초|\s?중순)?",
        r"\d{1,2}[./]\d{1,2}\.?(?!\d)",
        r"\bq[1-4]\b(?:\s?/?\s?20\d\d)?",
        r"\b(?:week|kw|semana|semaine|settimana|woche)\s?\d{1,2}\b",
    )
)


def number_value(text: str) -> float | None:
    """The number meant: a separator followed by exactly three digits groups thousands, else it is the decimal sign."""
    match = re.match(r"[\d.,' ]*\d", text)
    if match is None:
        return None
    digits = match.group().replace(" ", "").replace("'", "")
    marks = re.findall(r"[.,]", digits)
    if marks and (len(set(marks)) == 2 or len(re.split(r"[.,]", digits)[-1]) != 3):
        whole, _, decimals = digits.replace(",", ".").rpartition(".")
        digits = f"{whole.replace('.', '')}.{decimals}"
    else:
        digits = re.sub(r"[.,]", "", digits)
    unit = text[match.end() :].strip(" .")
    return float(digits) * _MULTIPLIERS.get(unit, 1)


def plain(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


@cache
def date_pattern(language: str) -> re.Pattern[str]:
    """Dates in the month names of the language and of English, on folded text."""
    names = _month_names(language)
    month = rf"\b(?:{'|'.join(sorted(map(re.escape, names), key=len, reverse=True))})\b(?:\.(?=[ ,]?\d))?"
    ordinal = r"(?:st|nd|rd|th|\.|er|º|°|ro|-го)?"
    day_first = rf"\b\d{{1,2}}{ordinal}\s{{1,3}}(?:of\s|de\s|d')?{month}(?:,?\s{{1,2}}(?:de\s)?\d{{4}}\b)?"
    month_first = rf"{month}\s{{1,2}}\d{{1,2}}{ordinal}\b(?:,?\s{{1,2}}\d{{4}}\b)?"
    return re.compile(rf"{_DATE_FORMS}|{day_first}|{month_first}|{month}(?:\s(?:de\s)?\d{{4}}\b)?")


@cache
def month_numbers(language: str) -> dict[str, int]:
    """Folded month names of the language and of English, wide and short, to 1-12."""
    from babel import Locale, UnknownLocaleError

    numbers: dict[str, int] = {}
    for code in ("en", language):
        try:
            months = Locale.parse(code).months
        except (UnknownLocaleError, ValueError):
            continue
        for use, width in (("format", "abbreviated"), ("format", "wide"), ("stand-alone", "wide")):
            numbers |= {fold_term(name).rstrip("."): number for number, name in months[use][width].items()}
    return numbers


def _month_names(language: str) -> set[str]:
    names = set(month_numbers(language))
    # `may` and `mar` and the like are too common as words; `5 mar` is found by the wide name's cousins in other lines.
    return {name for name in names if len(name) > 2 and not name[0].isdigit()} - {"mar", "may", "mart"} | (
        {"may"} if language == "en" else {"mart"} if language == "tr" else set()
    )
