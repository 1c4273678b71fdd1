"""What the buyer tells about the deal: quantity, product, destination, price, deadline, business (R5, R14)."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from datetime import date

from triage.reading.deadlines import deadlines
from triage.reading.folding import Text
from triage.reading.lexicons import common_words
from triage.reading.marks import Marks
from triage.reading.money import currency_of
from triage.reading.numbers import NUMBER, number_value, plain
from triage.reading.phrases import Hit
from triage.reading.places import Place
from triage.reading.product import product
from triage.reading.sentences import Sentence
from triage.reading.totals import order_total
from triage.vocabulary.inquiry import FactName, Told

_MOST_NUMBERS = 60
"""A price list pasted into the mail tells no quantities beyond these."""
_UNIT_GAP = re.compile(r"[ \t\n×*-]{0,2}(?:x ?)?")
_GOODS_WORD = re.compile(r" ([^\W\d_]{3,30})")
_LIST_NUMBER = re.compile(r"\s*(?:n\.|no\.|nr\.|n°|№)?\s*")
_WANTED_REACH = 24
_LONGEST_GOODS = 30
_FEWEST_WANTED = 10
_OURS_REACH = 6
_PLACE_REACH = 18
"""A destination follows its cue within so many characters: `to the port of Hamburg`."""
_LONGEST_BUSINESS = 160
_SELLERS_COUNTRY = "CN"
_TRADE_REACH = 48
_NAMED_TERM = re.compile(
    r"\b(?:CIF|CFR|DDP|DAP|CIP|CPT|DPU)\s{1,2}(?:port\s(?:of\s)?)?([A-Z][\w-]{2,20}(?:\s[A-Z][\w-]{2,20})?)"
)


def deal_facts(
    text: Text, marks: Marks, spans: list[Sentence], places: list[Place], language: str, sent: date | None
) -> list[Told]:
    """The facts of the deal, in order of appearance. `sent`: the day of the mail, from which deadlines count."""
    found: list[Told] = []
    numbers = list(_numbers(text.folded))
    at = [number.start() for number in numbers]
    placed = bool(places) or _NAMED_TERM.search(text.original) is not None
    for sentence in spans:
        inside = numbers[bisect_left(at, sentence.start) : bisect_left(at, sentence.end)]
        if inside:
            found += _amounts(text, marks, sentence, inside)
        if placed:
            found += _destinations(text, marks, sentence, places)
            found += _experience(text, marks, sentence, places)
        found += deadlines(text, marks, sentence, language, sent)
        found += _lines(text, marks, sentence)
    return [*found, *order_total(text, marks, numbers), *product(text, marks, spans)]


def _numbers(folded: str) -> Iterator[re.Match[str]]:
    for count, match in enumerate(NUMBER.finditer(folded)):
        if count == _MOST_NUMBERS:
            return
        yield match


def _amounts(text: Text, marks: Marks, sentence: Sentence, numbers: list[re.Match[str]]) -> Iterator[Told]:
    for number in numbers:
        currency, start, end = currency_of(text.folded, marks, number)
        if currency:
            yield from _target_price(text, marks, sentence, (currency, start, end), number)
            continue
        quantity = _quantity(text.folded, marks, number)
        if quantity is None:
            bare = _bare_quantity(text.folded, marks, sentence, number)
            if bare is None:
                continue
            quantity = "pcs", bare
        unit, end = quantity
        yearly = marks.within("yearly.cue", max(sentence.start, number.start() - 40), min(sentence.end, end + 30))
        value = number_value(number.group())
        fact = FactName.VOLUME_PER_YEAR if yearly else FactName.QUANTITY
        if yearly:
            start, end = min(number.start(), yearly[0].start), max(end, yearly[0].end)
        else:
            start = number.start()
        yield Told(fact, *text.cite(start, end), value=f"{plain(value)} {unit}" if value is not None else "")


def _quantity(folded: str, marks: Marks, number: re.Match[str]) -> tuple[str, int] | None:
    """Unit and end of the quantity that begins with this number, or None when it counts something else."""
    gap = _UNIT_GAP.match(folded, number.end())
    units = marks.within("units", number.end(), (gap.end() if gap else number.end()) + 1)
    if units:
        unit = units[0]
        period = marks.at("deadline.period", unit.start)
        following = folded[unit.end : unit.end + 1]
        if (period is not None and period.end >= unit.end) or following in ("月", "/"):
            return None
        return unit.label, unit.end
    asked_before = marks.within("quantity.cue", max(0, number.start() - 30), number.start())
    if asked_before and re.fullmatch(
        r"\W{0,4}(?:of|is|:|=|about|approx\.?)?\W{0,3}", folded[asked_before[-1].end : number.start()]
    ):
        return "pcs", number.end()
    return None


def _bare_quantity(folded: str, marks: Marks, sentence: Sentence, number: re.Match[str]) -> int | None:
    """End of a quantity whose unit is the goods: a list line `- 60 solar pumps`, `we need about 200 mats`."""
    following = _GOODS_WORD.match(folded, number.end(), sentence.end)
    if following is None or marks.at("deadline.period", following.start(1)) or following[1] in common_words("measures"):
        return None
    end = following.end()
    for more in _GOODS_WORD.finditer(folded, end, min(end + _LONGEST_GOODS, sentence.end)):
        if more.start() != end or any(marks.at(table, more.start(1)) for table in ("product.stop", "join.and")):
            break
        end = more.end()
    before = folded[sentence.start : number.start()]
    if sentence.item and _LIST_NUMBER.fullmatch(before):
        return end
    if before.endswith("the "):
        # `A sample of the 6204 bearing`: an article's number.
        return None
    wanted = marks.within("product.after", number.start() - _WANTED_REACH, number.start())
    enough = (number_value(number.group()) or 0) >= _FEWEST_WANTED
    return end if wanted and enough else None


def _target_price(
    text: Text, marks: Marks, sentence: Sentence, money: tuple[str, int, int], number: re.Match[str]
) -> Iterator[Told]:
    currency, start, end = money
    ours = [hit for hit in marks.within("target.not", sentence.start, start) if start - hit.end <= _OURS_REACH]
    if marks.within("target.cue", sentence.start, sentence.end) and not ours:
        value = number_value(number.group())
        yield Told(
            FactName.TARGET_PRICE,
            *text.cite(start, end),
            value=f"{currency} {plain(value)}" if value is not None else "",
        )


def _destinations(text: Text, marks: Marks, sentence: Sentence, places: list[Place]) -> Iterator[Told]:
    for place in places:
        if not sentence.start <= place.start < sentence.end:
            continue
        near = max(sentence.start, place.start - _PLACE_REACH)
        cues = marks.within("destination.cue", near, place.start)
        never = marks.within("destination.never", max(sentence.start, near - 4), place.start)
        after = marks.within("destination.after", place.end, place.end + 4)
        led = cues and not any(n.end >= cues[-1].start for n in never)
        if led or (after and not never):
            yield Told(FactName.DESTINATION, *text.cite(place.start, place.end), value=place.country)
            return
    named = _NAMED_TERM.search(text.original, *_original_span(text, sentence))
    if named:
        yield Told(FactName.DESTINATION, named.group(1), named.start(1), named.end(1))


def _original_span(text: Text, sentence: Sentence) -> tuple[int, int]:
    if text.origin is None:
        return sentence.start, sentence.end
    return text.origin[sentence.start], text.origin[sentence.end]


def _lines(text: Text, marks: Marks, sentence: Sentence) -> Iterator[Told]:
    """Facts that a whole clause tells."""
    for fact, table in (
        (FactName.EXPERIENCE_WITH_CHINA, "experience"),
        (FactName.CHANNELS, "channels.cue"),
    ):
        tables = ("experience.yes", "experience.no") if table == "experience" else (table,)
        hits = [hit for name in tables for hit in marks.within(name, sentence.start, sentence.end)]
        if hits and not (sentence.question and fact is FactName.CHANNELS):
            value = "no" if any(hit.table == "experience.no" for hit in hits) else ""
            yield Told(fact, *text.cite(*_clause_around(text.folded, sentence, hits[0])), value=value)
    are = marks.within("we.are", sentence.start, sentence.end)
    if are:
        kinds = marks.within("buyer", are[0].start, min(sentence.end, are[0].start + _LONGEST_BUSINESS))
        # "We are looking for a manufacturer" says what is sought, not who writes.
        if kinds and not marks.within("product.after", are[0].start + 1, kinds[0].start):
            _, end = _clause_around(text.folded, sentence, kinds[0])
            yield Told(FactName.BUSINESS, *text.cite(are[0].start, end), value=kinds[0].label)


def _experience(text: Text, marks: Marks, sentence: Sentence, places: list[Place]) -> Iterator[Told]:
    """`We import from China`: the country and a word of trade in one sentence, which asks nothing."""
    if sentence.question or marks.within("experience.yes", sentence.start, sentence.end):
        return
    for place in places:
        if place.country == _SELLERS_COUNTRY and sentence.start <= place.start < sentence.end:
            near = max(sentence.start, place.start - _TRADE_REACH), min(sentence.end, place.end + _TRADE_REACH)
            trade = marks.within("experience.trade", *near)
            if trade and not marks.within("experience.no", sentence.start, sentence.end):
                start, end = min(trade[0].start, place.start), max(trade[0].end, place.end)
                yield Told(FactName.EXPERIENCE_WITH_CHINA, *text.cite(start, end))
                return


def _clause_around(folded: str, sentence: Sentence, hit: Hit) -> tuple[int, int]:
    start = max(folded.rfind(mark, sentence.start, hit.start) + 1 for mark in (",", ";", "、", "،")) or sentence.start
    ends = [at for mark in (",", ";", "、", "،") if (at := folded.find(mark, hit.end, sentence.end)) >= 0]
    return max(start, sentence.start), min([*ends, sentence.end])
