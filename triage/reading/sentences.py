"""Sentences of a mail: full stops of many scripts, bullets, lists under a heading, lines wrapped by the mail program."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_BULLET = re.compile(r"[ \t]*(?:[-*•·●○▪■◆‣⁃–]|\(?\d{1,2}[.)、:]|\(?[a-h][.)]|[①-⑳])[ \t]*(?=\S)")
_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_STOP = re.compile(rf"[.!?;]+(?=[\s\"')\]]|$)|[。؟؛।…]+|(?<=[{_CJK}])[!?;]+|[!?]+(?=[{_CJK}])")
_ABBREVIATIONS = frozenset(
    "no nr mr mrs ms dr st co ltd inc e.g i.e eg ie approx ca z.b bzw usw etc art ref pcs qty nos sr sra srl s.a s.l m/s "
    "max min vs inkl zzgl tel ext ing dipl ul bd г шт тыс руб т.д ul av apt fig est incl p.s u.s u.k s.p.a p.o".split()
)
_LAST_WORD = re.compile(r"\S+$")
WRAP_COLUMN = 40
"""A shorter line was ended by the writer, not by the mail program."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """folded[start:end]. `item`: a bullet or list line; `heading`: ends in a colon; `alone`: a line to itself."""

    start: int
    end: int
    item: bool = False
    heading: bool = False
    alone: bool = False
    question: bool = False
    after_blank: bool = False


def sentences(folded: str) -> list[Sentence]:
    return [sentence for start, end, item, blank in _blocks(folded) for sentence in _split(folded, start, end, item, blank)]


def _blocks(folded: str) -> Iterator[tuple[int, int, bool, bool]]:
    """Lines, those wrapped by a mail program joined again: start, end, is a bullet, a blank line precedes."""
    lines = _lines(folded)
    at, blank = 0, True
    while at < len(lines):
        start, end = lines[at]
        if not folded[start:end].strip():
            blank = True
            at += 1
            continue
        bullet = _BULLET.match(folded, start, end)
        while at + 1 < len(lines) and _continues(folded, lines[at], lines[at + 1]):
            at += 1
            end = lines[at][1]
        yield (bullet.end() if bullet else start), end, bullet is not None, blank
        blank = False
        at += 1


def _lines(folded: str) -> list[tuple[int, int]]:
    spans, start = [], 0
    for line in folded.splitlines(keepends=True):
        spans.append((start, start + len(line.rstrip("\r\n"))))
        start += len(line)
    return spans


def _continues(folded: str, line: tuple[int, int], following: tuple[int, int]) -> bool:
    text, after = folded[line[0] : line[1]].rstrip(), folded[following[0] : following[1]].lstrip()
    if not after or _BULLET.match(folded, *following):
        return False
    return len(text) >= WRAP_COLUMN and text[-1] not in ".!?:;。！？：；؟" and text.isascii() | (text[-1] < "\u2e80")


def _split(folded: str, start: int, end: int, item: bool, blank: bool) -> Iterator[Sentence]:
    at = start
    whole = True
    for stop in _STOP.finditer(folded, start, end):
        if stop.group()[0] == "." and _abbreviated(folded, at, stop.start()):
            continue
        if stop.end() >= end:
            break
        if folded[at : stop.start()].strip():
            whole = False
            yield Sentence(at, stop.end(), item, False, False, "?" in stop.group() or "؟" in stop.group(), blank)
        at, blank = stop.end(), False
    tail = folded[at:end].strip()
    if tail:
        yield Sentence(at, end, item, tail[-1] in ":：", whole, tail[-1] in "?？؟" or tail.endswith("?)"), blank)


def _abbreviated(folded: str, start: int, stop: int) -> bool:
    word = _LAST_WORD.search(folded, max(start, stop - 12), stop)
    return word is not None and (word.group().lstrip("(") in _ABBREVIATIONS or len(word.group()) == 1)
