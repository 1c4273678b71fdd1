"""docs/audit-rules.md, taken apart for the page and the files that show it: its few kinds of passages, no HTML."""

import re
from dataclasses import dataclass

_RULE = re.compile(r"\*\*([AP]\d+) (.+?)\*\*(.*)", re.DOTALL)
_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words, or a name as the configuration and the commands spell it."""

    text: str
    is_code: bool


Passage = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """`id` is what tooltips name, such as A14. The title begins the text, which goes on behind it as it stands."""

    id: str
    title: str
    text: Passage


@dataclass(frozen=True, slots=True)
class Section:
    heading: str
    passages: tuple[Passage, ...]
    rules: tuple[Rule, ...]


Rulebook = tuple[Section, ...]
"""The sections in their order; the first one is the introduction."""


def rulebook(markdown: str) -> Rulebook:
    """What the document says, under each of its headings."""
    _, *parts = re.split(r"^#+ ", markdown, flags=re.MULTILINE)
    return tuple(_section(*part.partition("\n")[::2]) for part in parts)


def _section(heading: str, body: str) -> Section:
    blocks = [" ".join(block.split()) for block in re.split(r"\n\s*\n|\n(?=- )", body) if block.strip()]
    read = [(block, _RULE.search(block)) for block in blocks]
    passages = tuple(_passage(block) for block, rule in read if rule is None)
    rules = tuple(Rule(rule[1], rule[2], _passage(rule[3])) for _, rule in read if rule is not None)
    return Section(heading.strip(), passages, rules)


def _passage(text: str) -> Passage:
    plain = _LINK.sub(r"\1", text).replace("*", "")
    pieces = (Piece(part, bool(place % 2)) for place, part in enumerate(plain.split("`")))
    return tuple(piece for piece in pieces if piece.text)
