"""Until when the buyer needs it: a date or a period beside words such as `before` or `at the latest`."""

from collections.abc import Iterator
from datetime import date

from triage.reading.dates import date_of
from triage.reading.folding import Text
from triage.reading.marks import Marks
from triage.reading.numbers import NUMBER, date_pattern
from triage.reading.sentences import Sentence
from triage.vocabulary.inquiry import FactName, Told

_CUE_REACH = 10
_LONGEST_CUE = 40
_PART_REACH = 12
_LONGEST_DATE = 60


def deadlines(text: Text, marks: Marks, sentence: Sentence, language: str, sent: date | None) -> Iterator[Told]:
    """At most one a sentence. The value is an ISO date where the words settle one."""
    cues = marks.within("deadline.cue", sentence.start, sentence.end)
    if not cues or marks.within("deadline.away", sentence.start, sentence.end):
        return
    near = max(sentence.start, cues[0].start - _LONGEST_DATE), min(sentence.end, cues[-1].end + _LONGEST_DATE)
    for first, last in _spans(text.folded, marks, near, language):
        before = [
            h for h in marks.within("deadline.cue", first - _LONGEST_CUE, first) if 0 <= first - h.end <= _CUE_REACH
        ]
        after = marks.within("deadline.cue", last, last + 5)
        inside = [h for h in marks.within("deadline.cue", first + 1, last) if h.end >= last]
        if before or after or inside:
            start = _with_part(text.folded, marks, sentence, first)
            end = after[0].end if after and not before else last
            yield Told(FactName.DEADLINE, *text.cite(start, end), value=date_of(text.folded[start:end], language, sent))
            return


def _spans(folded: str, marks: Marks, near: tuple[int, int], language: str) -> list[tuple[int, int]]:
    """Dates and periods first, then `next week` and the like."""
    spans = [match.span() for match in date_pattern(language).finditer(folded, *near)]
    for number in NUMBER.finditer(folded, *near):
        at = number.end() + (folded[number.end() : number.end() + 1] == " ")
        period = marks.at("deadline.period", at)
        if period:
            spans.append((number.start(), period.end))
    relative = [(hit.start, hit.end) for hit in marks.within("deadline.relative", *near)]
    return [*sorted(spans), *relative]


def _with_part(folded: str, marks: Marks, sentence: Sentence, start: int) -> int:
    """`End of` before June belongs to the date."""
    parts = marks.within("deadline.part", max(sentence.start, start - _PART_REACH), start)
    return next((hit.start for hit in parts if not folded[hit.end : start].strip(" \t\n'")), start)
