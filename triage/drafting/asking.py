"""Which ask-back questions a letter puts: a person ticks them on and off, and the numbered list follows (R5)."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from triage.vocabulary.letter import Letter, Question

_NUMBERED = re.compile(r"^(\d{1,2})([.、)] ?)")
_ASKS = (":", "：")


def asking(letter: Letter, offered: Sequence[Question], chosen: Collection[str]) -> Letter:
    """The letter with exactly those of the `offered` questions whose ids are `chosen`, in their order, numbered anew.

    A letter in which none of the questions stands any more (a person has rewritten it) keeps its text, and the chosen
    ones come at its end.
    """
    texts = {question.text for question in offered}
    lines = letter.text.split("\n")
    places = [number for number, line in enumerate(lines) if _NUMBERED.sub("", line) in texts]
    wanted = tuple(question for question in offered if question.id in chosen)
    sign = _NUMBERED.match(lines[places[0]]) if places else None
    listed = [f"{number}{sign[2] if sign else '. '}{question.text}" for number, question in enumerate(wanted, 1)]
    if places:
        start, end = _block(lines, places, bool(wanted))
        lines[start:end] = listed
    elif listed:
        lines = [*_without_blank_end(lines), "", *listed, ""]
    return replace(letter, text="\n".join(lines), questions=wanted)


def _block(lines: Sequence[str], places: Sequence[int], keeps_any: bool) -> tuple[int, int]:
    """Where the list stands; when nothing of it remains, the sentence that leads to it goes too."""
    start, end = places[0], places[-1] + 1
    if keeps_any:
        return start, end
    while start and not lines[start - 1].strip():
        start -= 1
    if start and lines[start - 1].rstrip().endswith(_ASKS):
        start -= 1
        while end < len(lines) and not lines[end].strip():
            end += 1
    return start, end


def _without_blank_end(lines: list[str]) -> list[str]:
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines
