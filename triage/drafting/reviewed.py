"""A letter's present text, prepared for the checks: what states something, and which phrases stand in it."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property

from triage.drafting.plan import Plan
from triage.drafting.render import Templates
from triage.drafting.sources import Sources
from triage.drafting.tokens import Hit, tokens
from triage.vocabulary.letter import Letter

_SENTENCE_END = re.compile(r"(?<=[.!?])\s|(?<=[。！？])|\n")
_ITEM = re.compile(r"(?m)^\d{1,2}[.、)] ")


class Reviewed:
    """`text` is the letter without list numbers. `stated` is the same, offset by offset, with blanks in place of words
    that state nothing: what is openly deferred, what is asked, the buyer's own words said back."""

    def __init__(self, letter: Letter, plan: Plan, templates: Templates) -> None:
        self.letter = letter
        self.plan = plan
        self.templates = templates
        self.request = plan.matter.request
        self.words = templates.words(letter.language)
        self.text = _ITEM.sub("", letter.text)
        self._ends = [*(match.end() for match in _SENTENCE_END.finditer(self.text)), len(self.text) + 1]
        starts = [0, *self._ends]
        parts = (self.text[start:end].strip() for start, end in zip(starts, self._ends, strict=False))
        self.sentences = tuple(part for part in parts if part)
        self.stated = _blanked(self.text, self._open())
        self.sources = Sources(plan, self.text)
        self.hits = self.words.index.hits(self.text)

    @cached_property
    def length(self) -> int:
        """In words; in signs where a script has no spaces."""
        return len(tokens(self.text))

    def sentence_at(self, offset: int) -> str:
        """The sentence that an offset of the text lies in."""
        number = bisect_right(self._ends, offset)
        return self.text[self._ends[number - 1] if number else 0 : self._ends[number]]

    def found(self, name: str, stated: bool = False, but: str = "") -> tuple[Hit, ...]:
        """Phrases of a list, each text once; only where something is stated; not inside phrases of the list `but`."""
        hits: dict[str, Hit] = {}
        for hit in self.every(name, stated, but):
            hits.setdefault(hit.text.casefold(), hit)
        return tuple(hits.values())

    def every(self, name: str, stated: bool = False, but: str = "") -> Iterator[Hit]:
        """The same, also where a text stands again."""
        spared = [hit for hit in self.hits if hit.name == but]
        for hit in self.hits:
            if hit.name != name or (stated and self.stated[hit.start : hit.end].isspace()):
                continue
            if not any(other.start <= hit.start and hit.end <= other.end for other in spared):
                yield hit

    def _open(self) -> Iterator[str]:
        yield from (promise.text for promise in self.letter.promises)
        yield from (question.text for question in self.letter.questions)
        yield self.plan.matter.wanted


def _blanked(text: str, parts: Iterable[str]) -> str:
    for part in parts:
        if part:
            text = text.replace(part, " " * len(part))
    return text
