"""What the buyer wants: the noun phrase beside the words of interest, in the text or in the subject."""

import re

from triage.reading.folding import Text
from triage.reading.marks import Marks
from triage.reading.numbers import NUMBER
from triage.reading.phrases import Hit
from triage.reading.places import PLACE
from triage.reading.sentences import Sentence
from triage.vocabulary.inquiry import FactName, Point, Told

_BREAK = re.compile(r"[,;:](?!\d)|[.!?](?=\s|$)|[()\[\]\"“”「」『』。、،؛؟?!\n|]|\s-\s")
_NOT_GOODS = frozenset(set(Point) - {Point.CUSTOMIZATION, Point.SPECS, Point.AVAILABILITY, Point.CATALOG})
"""A phrase that begins with such a point (`certificates of conformity`) names no goods."""
_LONGEST = 70
_LETTERS = re.compile(r"[^\W\d_]")


def product(text: Text, marks: Marks, spans: list[Sentence]) -> list[Told]:
    """At most three products, in order."""
    found: list[Told] = []
    for sentence in spans:
        for start, end in _phrases(text.folded, marks, sentence):
            told = Told(FactName.PRODUCT, *text.cite(start, end))
            if told.text and all(told.text.casefold() != other.text.casefold() for other in found):
                found.append(told)
        if len(found) >= 3:
            break
    return found[:3]


def _phrases(folded: str, marks: Marks, sentence: Sentence) -> list[tuple[int, int]]:
    spans = []
    used = sentence.start
    for cue in marks.within("product.after", sentence.start, sentence.end):
        if cue.start < used or _declined(marks, sentence, cue.end) or _told(marks, sentence, cue):
            continue
        span = _forward(folded, marks, cue.end, sentence.end)
        if span:
            spans.append(span)
            used = span[1]
    for cue in marks.within("product.before", sentence.start, sentence.end):
        span = _backward(folded, marks, sentence.start, cue.start)
        if span and not any(start <= span[0] < end or span[0] <= start < span[1] for start, end in spans):
            spans.append(span)
    return sorted(spans)


def _declined(marks: Marks, sentence: Sentence, end: int) -> bool:
    """`no samples of...`, `образцы не нужны`."""
    return bool(
        marks.within("hush.deny", sentence.start, end) or marks.within("hush.after", end, min(end + 12, sentence.end))
    )


def _told(marks: Marks, sentence: Sentence, cue: Hit) -> bool:
    """`wir haben sie geprüft` tells, though `haben sie` asks for goods."""
    return any(hit.end == cue.end for hit in marks.within("hush.told", sentence.start, cue.end))


def _forward(folded: str, marks: Marks, start: int, limit: int) -> tuple[int, int] | None:
    start = _skip(folded, marks, start, limit)
    end = min(limit, start + _LONGEST)
    stop = _BREAK.search(folded, start, end)
    end = stop.start() if stop else end
    words = [hit.start for hit in marks.within("product.stop", start, end)]
    end = min([end, *words])
    return _kept(folded, marks, start, end)


def _backward(folded: str, marks: Marks, limit: int, end: int) -> tuple[int, int] | None:
    start = max(limit, end - _LONGEST)
    for stop in _BREAK.finditer(folded, start, end):
        start = stop.end()
    for hit in (*marks.within("product.after", start, end), *marks.within("product.lead", start, end)):
        start = max(start, min(hit.end, end))
    if any(hit.end >= end - 1 for hit in marks.within("join.and", start, end)):
        return None  # `we are wholesalers in Nuremberg and buy ...`: what is bought comes behind
    start = _skip(folded, marks, start, end)
    return _kept(folded, marks, start, end)


def _skip(folded: str, marks: Marks, start: int, limit: int) -> int:
    """Past articles, `your`, `500 pcs of` and the like."""
    for _ in range(6):
        while start < limit and folded[start] in " \t\n:-*\"'":
            start += 1
        hit = marks.at("product.skip", start)
        number = NUMBER.match(folded, start, limit)
        if hit is not None and hit.end <= limit:
            start = hit.end
        elif number is not None:
            start = number.end() + (folded[number.end() : number.end() + 1] == " ")
            unit = marks.at("units", start)
            start = unit.end if unit is not None else start
        else:
            break
    return start


def _kept(folded: str, marks: Marks, start: int, end: int) -> tuple[int, int] | None:
    """The phrase, unless nothing or only a word such as `price` or `catalogue` is left of it."""
    for _ in range(2):
        while end > start and folded[end - 1] in " \t\n-:'\"":
            end -= 1
        # `Drills and`: what follows was cut off.
        end = next((hit.start for hit in marks.within("join.and", start + 1, end) if hit.end >= end), end)
    if len(_LETTERS.findall(folded, start, end)) < 2:
        return None
    named = marks.at("points", start)
    if named is not None and named.label in _NOT_GOODS:
        return None
    if marks.at("deadline.cue", start) or any(hit.end >= end for hit in marks.within(PLACE, start, start + 1)):
        return None
    at = start
    while at < end:
        hit = marks.at("product.empty", at) or marks.at("product.skip", at) or marks.at("join.and", at)
        if hit is None:
            return start, end
        at = hit.end
        while at < end and folded[at] in " \t\n-'":
            at += 1
    return None
