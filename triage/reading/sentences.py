"""Sentences of a mail: full stops of many scripts, bullets, headings, lines wrapped by the mail program."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from triage.reading.lexicons import common_words

_BULLET = re.compile(r"[ \t]*(?:[-*•·●○▪■◆‣⁃–]|\(?\d{1,2}[.)、:](?!\d)|\(?[a-h][.)]|[①-⑳])[ \t]*(?=\S)")
_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_STOP = re.compile(rf"[.!?;]+(?=[\s\"')\]]|$)|[。؟؛।…]+|(?<=[{_CJK}])[!?;]+|[!?]+(?=[{_CJK}])")
_PLAIN_STOP = re.compile(r"[.!?;]+(?=[\s\"')\]]|$)")
"""The same for ASCII text."""
_ABBREVIATIONS = common_words("abbreviations")
_LAST_WORD = re.compile(r"\S+$")
MAX_SENTENCES = 500
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


def sentences(folded: str) -> list[Sentence]:
    """In order; at most `MAX_SENTENCES`."""
    found = (sentence for start, end, item in _blocks(folded) for sentence in _split(folded, start, end, item))
    return list(islice(found, MAX_SENTENCES))


def _blocks(folded: str) -> Iterator[tuple[int, int, bool]]:
    """Lines, those wrapped by a mail program joined again: start, end, is a bullet."""
    lines = _lines(folded)
    at = 0
    while at < len(lines):
        start, end = lines[at]
        if not folded[start:end].strip():
            at += 1
            continue
        bullet = _BULLET.match(folded, start, end)
        while at + 1 < len(lines) and _continues(folded, lines[at], lines[at + 1]):
            at += 1
            end = lines[at][1]
        yield (bullet.end() if bullet else start), end, bullet is not None
        at += 1


def _lines(folded: str) -> list[tuple[int, int]]:
    spans, start = [], 0
    for line in folded.splitlines(keepends=True):
        spans.append((start, start + len(line.rstrip("\r\n"))))
        start += len(line)
    return spans


def _continues(folded: str, line: tuple[int, int], following: tuple[int, int]) -> bool:
    text = folded[line[0] : line[1]].rstrip()
    if (
        len(text) < WRAP_COLUMN
        or text[-1] in ".!?:;。！？：；؟"
        or text[-1] >= "\u2e80"
        or following[0] == following[1]
    ):
        return False
    return not folded[following[0] : following[1]].isspace() and not _BULLET.match(folded, *following)


def _split(folded: str, start: int, end: int, item: bool) -> Iterator[Sentence]:
    at = start
    whole = True
    for stop in (_PLAIN_STOP if folded.isascii() else _STOP).finditer(folded, start, end):
        if stop.group()[0] == "." and _abbreviated(folded, at, stop.start()):
            continue
        if stop.end() >= end:
            break
        if folded[at : stop.start()].strip():
            whole = False
            yield Sentence(at, stop.end(), item, question="?" in stop.group() or "؟" in stop.group())
        at = stop.end()
    tail = folded[at:end].strip()
    if tail:
        yield Sentence(at, end, item, tail[-1] == ":", whole, tail[-1] in "?؟" or tail.endswith("?)"))


def _abbreviated(folded: str, start: int, stop: int) -> bool:
    word = _LAST_WORD.search(folded, max(start, stop - 12), stop)
    if word is None:
        return False
    bare = word.group().lstrip("(")
    # `12. Juni`: an ordinal number ends no sentence.
    return bare in _ABBREVIATIONS or len(bare) == 1 or (len(bare) == 2 and bare.isdigit())
