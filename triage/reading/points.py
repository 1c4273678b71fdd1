"""Which points the buyer asks (R3): questions, requests, stated needs, bare lists, but not what is declined or only told."""

import re
from collections.abc import Iterator

from triage.reading.folding import Text
from triage.reading.lexicons import WEAK
from triage.reading.marks import Marks
from triage.reading.phrases import Hit
from triage.reading.sentences import Sentence
from triage.vocabulary.inquiry import Asked, Point

_CLAUSE = re.compile(r"[,;:、؛،]\s*|\s[-–]\s|\n")
_LONGEST_FRAGMENT = 80
_NAMING_REACH = 14
"""A bare line such as `best price CIF Hamburg` names its point within so many characters."""
_LABELLED = re.compile(r"[:=]\s*\S")

NONE, NEED, DIRECT = 0, 1, 2
"""How plainly a sentence asks: not at all, by stating a need, or by a question, a request or a list of wishes."""


def asked_points(text: Text, marks: Marks, spans: list[Sentence]) -> tuple[Asked, ...]:
    """Each point once a sentence, in order of appearance."""
    found: list[Asked] = []
    wishes = False
    for sentence in spans:
        hushed = _hushed(text.folded, marks, sentence)
        strength = _strength(text.folded, marks, sentence, hushed)
        wishes = _list_goes_on(text.folded, sentence, wishes)
        if wishes and not _LABELLED.search(text.folded, sentence.start, sentence.end) and not hushed:
            strength = DIRECT
        items = list(_points(text, marks, sentence, hushed, strength)) if strength else []
        if not items and _unclear(marks, sentence, hushed):
            items = [Asked(Point.OTHER, *text.cite(sentence.start, sentence.end))]
        found += items
        wishes = wishes or (sentence.heading and strength > NONE)
    return tuple(found)


def _list_goes_on(folded: str, sentence: Sentence, wishes: bool) -> bool:
    """After `please quote:` each bullet or short line is a wish, until prose begins again."""
    short = sentence.end - sentence.start <= _LONGEST_FRAGMENT and sentence.alone
    return wishes and (sentence.item or short) and folded[sentence.end - 1 : sentence.end] != "."


def _points(text: Text, marks: Marks, sentence: Sentence, hushed: list[tuple[int, int]], strength: int) -> Iterator[Asked]:
    seen: set[Point] = set()
    for hit in marks.within("points", sentence.start, sentence.end):
        weak = hit.label.startswith(WEAK)
        point = Point(hit.label.removeprefix(WEAK))
        if point in seen or _inside(hit, hushed) or (weak and strength < DIRECT):
            continue
        seen.add(point)
        yield Asked(point, *_clause(text, marks, sentence, hit))


def _strength(folded: str, marks: Marks, sentence: Sentence, hushed: list[tuple[int, int]]) -> int:
    if sentence.question:
        return DIRECT
    cues = [hit for hit in _asking(marks, sentence) if not _inside(hit, hushed)]
    if any(hit.label != "need" for hit in cues):
        return DIRECT
    if cues:
        return NEED
    return NEED if not hushed and _names_only(folded, marks, sentence) else NONE


def _asking(marks: Marks, sentence: Sentence) -> list[Hit]:
    """Asking words, save those of pleasantries (`please find attached`)."""
    polite = [(hit.start, hit.end) for hit in marks.within("smalltalk.closing", sentence.start, sentence.end)]
    return [hit for hit in marks.within("ask", sentence.start, sentence.end) if not _inside(hit, polite)]


def _names_only(folded: str, marks: Marks, sentence: Sentence) -> bool:
    """A bullet or short line that says little more than the point: `- MOQ`, `Best price CIF Hamburg`."""
    if not (sentence.alone and sentence.end - sentence.start <= _LONGEST_FRAGMENT):
        return False
    if _LABELLED.search(folded, sentence.start, sentence.end):
        return False
    hits = marks.within("points", sentence.start, sentence.start + _NAMING_REACH)
    return any(not hit.label.startswith(WEAK) for hit in hits)


def _unclear(marks: Marks, sentence: Sentence, hushed: list[tuple[int, int]]) -> bool:
    """A question that no point covers: the reviewer has to see it."""
    if marks.within("smalltalk.closing", sentence.start, sentence.end):
        return False
    cues = [hit.label for hit in _asking(marks, sentence) if not _inside(hit, hushed)]
    return sentence.question and bool(cues)


def _hushed(folded: str, marks: Marks, sentence: Sentence) -> list[tuple[int, int]]:
    """Stretches that decline (`no need for samples`) or tell (`our target price is`): their words ask nothing."""
    spans = []
    for table in ("hush.deny", "hush.told"):
        for hit in marks.within(table, sentence.start, sentence.end):
            spans.append((hit.start, _scope_end(folded, marks, sentence, hit.end)))
    for hit in marks.within("hush.after", sentence.start, sentence.end):
        before = [m.end() for m in _CLAUSE.finditer(folded, sentence.start, hit.start)]
        spans.append((max(before, default=sentence.start), hit.end))
    return spans


def _scope_end(folded: str, marks: Marks, sentence: Sentence, start: int) -> int:
    ends = [sentence.end]
    clause = _CLAUSE.search(folded, start, sentence.end)
    if clause:
        ends.append(clause.start())
    ends += [hit.start for hit in marks.within("join.but", start, sentence.end)[:1]]
    for join in marks.within("join.and", start, sentence.end):
        if marks.within("ask", join.end, join.end + 3):
            ends.append(join.start)
    return min(ends)


def _clause(text: Text, marks: Marks, sentence: Sentence, hit: Hit) -> tuple[str, int, int]:
    """The words around the hit, up to the next comma or `and`: what the review page highlights."""
    cuts = [sentence.start]
    ends = [sentence.end]
    for match in _CLAUSE.finditer(text.folded, sentence.start, sentence.end):
        (cuts if match.end() <= hit.start else ends).append(match.end() if match.end() <= hit.start else match.start())
    for join in marks.within("join.and", sentence.start, sentence.end):
        if join.end <= hit.start:
            cuts.append(join.end)
        elif join.start >= hit.end:
            ends.append(join.start)
    start, end = max(cuts), min(e for e in ends if e >= hit.end)
    return text.cite(start, end)


def _inside(hit: Hit, spans: list[tuple[int, int]]) -> bool:
    return any(start <= hit.start < end for start, end in spans)
