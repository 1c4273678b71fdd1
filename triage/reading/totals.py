"""What an order comes to, where the mail says so and leaves no doubt."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from triage.reading.folding import Text
from triage.reading.marks import Marks
from triage.reading.money import currency_of
from triage.reading.numbers import number_value, plain
from triage.vocabulary.inquiry import FactName, Told

_REACH = 40
"""The sum follows its word within so many characters of the line."""


def order_total(text: Text, marks: Marks, numbers: Sequence[re.Match[str]]) -> Iterator[Told]:
    """The one sum that is called the total; none where two of them differ. `numbers`: those of the text, in order."""
    sure = _sums(text, marks, numbers, "total.sure")
    found = sure or _sums(text, marks, numbers, "total.cue")
    if len({value for value, _, _ in found}) == 1:
        value, start, end = found[0]
        yield Told(FactName.ORDER_TOTAL, *text.cite(start, end), value=value)


def _sums(text: Text, marks: Marks, numbers: Sequence[re.Match[str]], table: str) -> list[tuple[str, int, int]]:
    """(currency and sum, start, end) of each sum that one of the table's words names."""
    found = []
    at = [number.start() for number in numbers]
    for cue in marks.all(table):
        line_end = text.folded.find("\n", cue.end)
        reach = min(cue.end + _REACH, line_end if line_end >= 0 else len(text.folded))
        for number in numbers[bisect_left(at, cue.end) :]:
            if number.start() >= reach:
                break
            currency, _, end = currency_of(text.folded, marks, number)
            value = number_value(number.group())
            if currency and value:
                found.append((f"{currency} {plain(value)}", cue.start, end))
                break
    return found
