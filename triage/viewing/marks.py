"""A mail's words with what was found in them marked at its place (R3, R17)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from triage.vocabulary.inquiry import Reading, Reason


class MarkKind(StrEnum):
    POINT = "point"
    FACT = "fact"
    SIGNAL = "signal"
    RISK = "risk"
    REASON = "reason"
    """Behind a score; `name` is the reason's number."""


@dataclass(frozen=True, slots=True)
class Mark:
    """`name` is a point, fact or signal of the vocabulary."""

    kind: MarkKind
    name: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of text with the same marks, none for plain words."""

    text: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    mark: Mark


def marked(text: str, reading: Reading, reasons: Sequence[Reason] = ()) -> tuple[Stretch, ...]:
    """`text` in stretches, which joined are `text` again. Where findings overlap, a stretch carries all of them."""
    spans = [span for span in (*_spans(text, reading), *_behind(reasons)) if 0 <= span.start < span.end <= len(text)]
    cuts = sorted({0, len(text), *(span.start for span in spans), *(span.end for span in spans)})
    return tuple(Stretch(text[start:end], _over(spans, start)) for start, end in pairwise(cuts))


def _spans(text: str, reading: Reading) -> Iterable[_Span]:
    for asked in reading.asked:
        yield _Span(asked.start, asked.end, Mark(MarkKind.POINT, asked.point))
    for told in reading.told:
        yield _Span(told.start, told.end, Mark(MarkKind.FACT, told.fact))
    for signal in reading.signals:
        start = text.find(signal.text) if signal.text else -1
        kind = MarkKind.RISK if signal.risk else MarkKind.SIGNAL
        yield _Span(start, start + len(signal.text), Mark(kind, signal.name))


def _behind(reasons: Sequence[Reason]) -> Iterable[_Span]:
    for number, reason in enumerate(reasons):
        yield _Span(reason.start, reason.end, Mark(MarkKind.REASON, str(number)))


def _over(spans: Sequence[_Span], at: int) -> tuple[Mark, ...]:
    return tuple(dict.fromkeys(span.mark for span in spans if span.start <= at < span.end))


def quoted_rest(text: str, newest: str) -> str:
    """What a mail holds beside its newest words, as it stands: quotes, history, signature. Empty when there is none."""
    start = text.find(newest) if newest else -1
    if start == -1:
        return "" if text.strip() == newest.strip() else text
    return (text[:start] + text[start + len(newest) :]).strip()
