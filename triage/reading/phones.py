"""Telephone numbers in international form (ITU-T E.164) and the country they belong to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

_HINT = re.compile(r"\+ ?\(?\d|0(?<!\w0)0[1-9]\d|＋")
_LABELLED = re.compile(
    r"(?:\b(?:tel|t|telephone|phone|ph|mobile|mob|cell|m|telefon|telefono|fon|cep|gsm|whatsapp|тел|моб)\b|"
    r"手机|手機|电话|電話|전화|휴대폰|هاتف|جوال)"
    r"[\s.:：)]{0,4}(\d[\d ()./-]{6,17}\d)|(?<!\d)((?:\(\d{3}\) ?|\d{3}[-.])\d{3}[-.]\d{4})(?!\d)",
    re.IGNORECASE,
)
MAX_CHARACTERS = 4_000
"""The matcher's time grows with digits (0.8 s for 400 KB of them)."""
MAX_NUMBERS = 3


@dataclass(frozen=True, slots=True)
class Phone:
    """`country` is None for numbers that belong to none, such as +800. Offsets into the text searched, or -1."""

    text: str
    start: int
    end: int
    e164: str
    country: str | None


def find_phones(original: str, region: str | None = None) -> tuple[Phone, ...]:
    """At most three numbers. National forms only count when `region` (ISO alpha-2) is known."""
    text = original[:MAX_CHARACTERS]
    if region is None and not _HINT.search(text):
        return ()
    return tuple(_matches(text, region))


def labelled_phone(signature: str, region: str | None) -> Phone | None:
    """A number in national form, as signatures have it: behind a label, or in the shape of North America's.

    It tells no country, for that is what it was read with: `region` (ISO alpha-2) only makes the E.164 form.
    """
    from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, is_possible_number, parse

    match = _LABELLED.search(signature[:MAX_CHARACTERS])
    if match is None:
        return None
    words = match.group(1) or match.group(2)
    try:
        number = parse(words, region)
        e164 = format_number(number, PhoneNumberFormat.E164) if is_possible_number(number) else ""
    except NumberParseException:
        e164 = ""
    return Phone(words, -1, -1, e164, None)


def _matches(text: str, region: str | None) -> Iterator[Phone]:
    # Never `phonenumbers.geocoder`: it costs 4 s and 200 MB.
    from phonenumbers import (
        Leniency,
        NumberParseException,
        PhoneNumberFormat,
        PhoneNumberMatcher,
        format_number,
        is_valid_number,
        parse,
        region_code_for_number,
    )

    found = 0
    for match in PhoneNumberMatcher(text, region, leniency=Leniency.VALID, max_tries=50):
        e164 = format_number(match.number, PhoneNumberFormat.E164)
        code = region_code_for_number(match.number)
        yield Phone(match.raw_string, match.start, match.end, e164, _place(match.number, code))
        found += 1
        if found == MAX_NUMBERS:
            return
    for dialled in re.finditer(r"(?<![\d+])00([1-9][\d ()/.-]{7,18}\d)", text):
        try:
            number = parse("+" + dialled.group(1), None)
        except NumberParseException:
            continue
        if is_valid_number(number) and found < MAX_NUMBERS:
            found += 1
            code = region_code_for_number(number)
            yield Phone(
                dialled.group(),
                dialled.start(),
                dialled.end(),
                format_number(number, PhoneNumberFormat.E164),
                _place(number, code),
            )


def _place(number: "PhoneNumber", code: str | None) -> str | None:
    from phonenumbers import PhoneNumberType, number_type

    if code is None or not code.isalpha():
        return None
    # +1 800 and the like are reported as US whoever owns them.
    anywhere = (
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.UAN,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.PREMIUM_RATE,
    )
    return None if number_type(number) in anywhere else code
