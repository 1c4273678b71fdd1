"""Which points the buyer asks (R3): questions, requests, needs, bare lists; not what is declined or told."""

import re
from collections.abc import Iterator

from triage.reading.folding import Text
from triage.reading.lexicons import WEAK
from triage.reading.marks import Marks
from triage.reading.phrases import Hit
from triage.reading.sentences import Sentence
from triage.vocabulary.inquiry import Asked, Point

_CLAUSE = re.compile(r"[,;:](?!\d)\s{0,4}|[、؛،。]\s{0,4}|\s-\s|\n")
_LONGEST_FRAGMENT = 80
_NAMING_REACH = 14
"""A bare line such as `best price CIF Hamburg` names its point within so many characters."""
_LONG_QUESTION = 24
"""A question of so many characters is one, whatever its words."""
_FULL_STOPS = (".", "。", "।")
_SHORT_NAME = 24
_NUMBERED = re.compile(r" ?(?:no|nr|num|n|№|#)?[.:°]? ?#?\d")
_SHORT_QUESTION = 30
_PRICE_ALONE = re.compile(
    r"\s(?:it\s)?(?:for\s|at\s)?(?:us\$|[$€£]|usd\s|eur\s)?\d{1,4}[.,]\d{2}(?!\d)(?!\s?(?:m|mm|cm|kg|l|inch)\b)"
)
_MONEY_REACH = 6
_LABELLED = re.compile(r"[:=]\s*\S")

_HAGGLE = "haggle.cue"
_WEAK_SPECS = WEAK + Point.SPECS

NONE, NEED, DIRECT = 0, 1, 2
"""How plainly a sentence asks: not at all, by stating a need, or by a question, a request or a list of wishes."""

_CARRIES_OTHERS = frozenset({Point.AVAILABILITY, Point.PRICE})
"""`Do you have` and `how much is` ask these only when nothing plainer follows: `do you have a certificate`."""
_YIELDS = {
    Point.SHIPPING: frozenset({Point.ORDER_STATUS}),
    Point.LEAD_TIME: frozenset({Point.ORDER_STATUS}),
}
"""Points that another one in the same sentence explains: `when will you ship our order` asks no lead time."""
_YIELDS_BESIDE = {
    Point.AVAILABILITY: frozenset({Point.CATALOG}),
    Point.ORDER_STATUS: frozenset({Point.DOCUMENTS, Point.CERTIFICATION, Point.PRICE, Point.CATALOG}),
    Point.COMPANY_INFO: frozenset(Point) - {Point.COMPANY_INFO, Point.DOCUMENTS, Point.CATALOG},
}
"""The same within one clause: `the certificate has not arrived` asks for the paper, not for the goods."""

_PRICED_WITH_THE_GOODS = frozenset({Point.CUSTOMIZATION, Point.SPECS})
"""`How much are bags with print`: they describe the goods; `how much is the sample` asks for another price."""

Span = tuple[int, int]


def asked_points(text: Text, marks: Marks, spans: list[Sentence]) -> tuple[Asked, ...]:
    """Each point once a sentence, in order of appearance."""
    found: list[Asked] = []
    wishes = False
    before: list[Asked] = []
    for sentence in spans:
        if not (sentence.question or sentence.heading or _named(marks, sentence)):
            # Most sentences: nothing to ask for is named in them.
            wishes, before = _list_goes_on(text.folded, sentence, wishes), []
            continue
        hushed = _hushed(text.folded, marks, sentence)
        strength = _strength(text.folded, marks, sentence, hushed)
        wishes = _list_goes_on(text.folded, sentence, wishes)
        if wishes and not _LABELLED.search(text.folded, sentence.start, sentence.end) and not hushed:
            strength = DIRECT
        items = list(_points(text, marks, sentence, hushed, strength)) if strength else []
        if not items and _unclear(marks, sentence, hushed, follows=bool(before)):
            items = [Asked(Point.OTHER, *text.cite(sentence.start, sentence.end))]
        found += items
        before = items
        wishes = wishes or (sentence.heading and strength > NONE)
    return tuple(found)


def _list_goes_on(folded: str, sentence: Sentence, wishes: bool) -> bool:
    """After `please quote:` each bullet or short line is a wish, until prose begins again."""
    short = sentence.end - sentence.start <= _LONGEST_FRAGMENT and sentence.alone
    return wishes and (sentence.item or short) and folded[sentence.end - 1 : sentence.end] != "."


def _points(text: Text, marks: Marks, sentence: Sentence, hushed: list[Span], strength: int) -> Iterator[Asked]:
    hits = [hit for hit in _named(marks, sentence) if not (_inside(hit, hushed) or _is_reference(text.folded, hit))]
    haggles = any(hit.table == _HAGGLE for hit in hits)
    clauses = _clauses(text.folded, marks, sentence)
    plain = [(_clause_of(hit, clauses), _point(hit)) for hit in hits if not _faint(marks, hit)]
    said = {point for _, point in plain}
    seen: set[Point] = set()
    for hit in hits:
        point, clause = _point(hit), _clause_of(hit, clauses)
        beside = {other for where, other in plain if where == clause}
        if point is Point.PRICE and hit.label.startswith(WEAK):
            # `Quanto` or `how many` asks the price only when nothing at all stands beside it.
            beside = {_point(other) for other in hits if _clause_of(other, clauses) == clause} - {point}
        if point is Point.PRICE:
            beside = set() if marks.within("units", *clause) else beside - _PRICED_WITH_THE_GOODS
        if point in seen or (hit.label.startswith(WEAK) and strength < DIRECT):
            continue
        if (_faint(marks, hit) and beside) or _explained(point, said, beside):
            continue
        if point is Point.AVAILABILITY and _bids(text.folded, marks, hit):
            point = Point.DISCOUNT
            if point in seen | beside:
                continue
        elif point is Point.AVAILABILITY and _faint(marks, hit) and marks.within("ask", clause[0], hit.start):
            # `What terms do you offer` asks for the terms.
            continue
        if hit.label == _WEAK_SPECS and not _asks_specs(marks, sentence, clause):
            continue
        if point is Point.PRICE and (haggles or Point.DISCOUNT in beside) and not _requested(marks, clause):
            continue
        seen.add(point)
        yield Asked(point, *text.cite(clause[0], max(clause[1], hit.end)))


def _bids(folded: str, marks: Marks, hit: Hit) -> bool:
    """`Can you do 2.10`, `1.8美元能做吗`: a bare price in the place of the goods."""
    if _PRICE_ALONE.match(folded, hit.end):
        return True
    money = marks.within("currency", hit.start - _MONEY_REACH, hit.start)
    return any(cue.end == hit.start for cue in money)


def _named(marks: Marks, sentence: Sentence) -> list[Hit]:
    """The words that name a point. Talk of the price's height (`too high`, `if you can match`) asks for a discount."""
    haggling = [
        Hit(hit.start, hit.end, _HAGGLE, Point.DISCOUNT) for hit in marks.within(_HAGGLE, sentence.start, sentence.end)
    ]
    named = marks.within("points", sentence.start, sentence.end)
    return sorted([*named, *haggling]) if haggling else named


def _is_reference(folded: str, hit: Hit) -> bool:
    """`Goods of invoice 57`: a paper with its number says which deal is meant."""
    return hit.label == Point.DOCUMENTS and _NUMBERED.match(folded, hit.end) is not None


def _explained(point: Point, said: set[Point], beside: set[Point]) -> bool:
    return bool(_YIELDS.get(point, frozenset()) & said or _YIELDS_BESIDE.get(point, frozenset()) & beside)


def _asks_specs(marks: Marks, sentence: Sentence, clause: Span) -> bool:
    """Size and colour are asked by a question. `Please send 200 sets, colour grey` tells them, and in `do you have it
    in red` the colour belongs to what is asked for.
    """
    questions = sentence.question or any(hit.label == "question" for hit in marks.within("ask", *clause))
    return questions and not any(hit.label == Point.AVAILABILITY for hit in marks.within("points", *clause))


def _point(hit: Hit) -> Point:
    return Point(hit.label.removeprefix(WEAK))


def _faint(marks: Marks, hit: Hit) -> bool:
    """Words that name a point only when no plainer word stands beside them."""
    if hit.label.startswith(WEAK):
        return True
    opens = marks.at("ask", hit.start)
    return _point(hit) in _CARRIES_OTHERS and opens is not None and opens.label == "question"


def _requested(marks: Marks, clause: Span) -> bool:
    return any(hit.label == "request" for hit in marks.within("ask", *clause))


def _strength(folded: str, marks: Marks, sentence: Sentence, hushed: list[Span]) -> int:
    if sentence.question:
        return DIRECT
    cues = [hit for hit in _asking(marks, sentence) if not _inside(hit, hushed)]
    if any(hit.label != "need" for hit in cues):
        return DIRECT
    if cues or any(not _inside(hit, hushed) for hit in marks.within(_HAGGLE, sentence.start, sentence.end)):
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
    if _LABELLED.search(folded, sentence.start, sentence.end) or _is_told(folded[sentence.start : sentence.end]):
        return False
    hits = marks.within("points", sentence.start, sentence.start + _NAMING_REACH)
    return any(not hit.label.startswith(WEAK) for hit in hits)


def _is_told(sentence: str) -> bool:
    """A full stop ends a sentence, which says something (`The invoice was paid.`); a bare `FOB price.` is short."""
    said = sentence.strip()
    return said.endswith(_FULL_STOPS) and len(said) > (_SHORT_NAME if said[0] < "\u2e80" else _SHORT_NAME // 2)


def _unclear(marks: Marks, sentence: Sentence, hushed: list[Span], follows: bool) -> bool:
    """A question that no point covers: the reviewer has to see it. `Where is it now?` after a point belongs to it."""
    if not sentence.question or marks.within("smalltalk.closing", sentence.start, sentence.end):
        return False
    if follows and sentence.end - sentence.start <= _SHORT_QUESTION:
        return False
    asking = any(not _inside(hit, hushed) for hit in _asking(marks, sentence))
    return asking or (not hushed and sentence.end - sentence.start >= _LONG_QUESTION)


def _hushed(folded: str, marks: Marks, sentence: Sentence) -> list[Span]:
    """Stretches that decline (`no need for samples`), tell (`our target price is`) or say that all stays as it was."""
    spans = []
    for table in ("hush.deny", "hush.told"):
        told = marks.within(table, sentence.start, sentence.end)
        spans += [
            (hit.start, _scope_end(folded, marks, sentence, hit.end)) for hit in told if not _questioned(marks, hit)
        ]
    for hit in marks.within("hush.after", sentence.start, sentence.end):
        before = [m.end() for m in _CLAUSE.finditer(folded, sentence.start, hit.start)]
        spans.append((max(before, default=sentence.start), hit.end))
    for hit in marks.within("hush.usual", sentence.start, sentence.end):
        before = [m.end() for m in _CLAUSE.finditer(folded, sentence.start, hit.start)]
        spans.append((max(before, default=sentence.start), sentence.end))
    return spans


def _questioned(marks: Marks, hit: Hit) -> bool:
    """`Could we pay` asks, though `we pay` tells."""
    before = marks.within("ask", max(0, hit.start - 12), hit.start)
    return any(cue.label == "question" and cue.end >= hit.start - 1 for cue in before)


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


def _clauses(folded: str, marks: Marks, sentence: Sentence) -> list[Span]:
    """The sentence cut at commas and at `and`: the words around a point that the review page highlights."""
    cuts = [(match.start(), match.end()) for match in _CLAUSE.finditer(folded, sentence.start, sentence.end)]
    cuts += [(hit.start, hit.end) for hit in marks.within("join.and", sentence.start, sentence.end)]
    spans, start = [], sentence.start
    for left, right in sorted(cuts):
        if left >= start:
            spans.append((start, left))
            start = right
    return [*spans, (start, sentence.end)]


def _clause_of(hit: Hit, clauses: list[Span]) -> Span:
    return max((span for span in clauses if span[0] <= hit.start), default=clauses[0])


def _inside(hit: Hit, spans: list[Span]) -> bool:
    return any(start <= hit.start < end for start, end in spans)
