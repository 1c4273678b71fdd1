"""The words of `quotes.toml`, compiled once, and the shapes of dates and addresses that count as evidence."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import NamedTuple

EMAIL = re.compile(r"[\w.+'-]{1,64}@[\w.-]{1,120}")
DATE = re.compile(
    r"\b(?:19|20)\d\d\b|\b\d{1,2}[:.h]\d{2}\b|"
    r"\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b|\d{4}[年년]|\d{1,2}[月월]\d{1,2}"
)
_LABEL = re.compile(r"[\s*|_\u200e\u200f\u202a-\u202e]{0,12}([^\W\d_][^:：\n<>@]{0,30}?)[ \t\xa0*]{0,3}[:：]")
_CELL = re.compile(r"\|\s{0,3}\**([^|\n]{1,30}?)[\s:：*]{0,4}\|")


@dataclass(frozen=True, slots=True)
class Beginnings:
    """Phrases that a line may begin with, whatever the case. Nearly all lines are told by their first two letters."""

    words: tuple[str, ...]
    starts: frozenset[str]

    def of(self, text: str) -> str | None:
        """The longest phrase that `text` begins with, folded; None for any other text."""
        if text[:2].casefold() not in self.starts:
            return None
        folded = text[:80].casefold()
        if not folded.startswith(self.words):
            return None
        return next(word for word in self.words if folded.startswith(word))


def beginnings(words: Sequence[str]) -> Beginnings:
    folded = sorted((word.casefold() for word in words), key=len, reverse=True)
    return Beginnings(tuple(folded), frozenset(word[:2] for word in folded))


@dataclass(frozen=True)
class Phrases:
    """`quotes.toml` compiled."""

    opener: re.Pattern[str]
    opener_inside: re.Pattern[str]
    verbs: tuple[str, ...]
    verb_ends: frozenset[str]
    """The last two letters of the verbs: a quick test."""
    verb_then_date: re.Pattern[str]
    verb_then_name: re.Pattern[str]
    wrote_between_rules: re.Pattern[str]
    name_first: re.Pattern[str]
    separators: Beginnings
    forwarded: Beginnings
    forward_subject: re.Pattern[str]
    labels: dict[str, str]
    message_of: Beginnings
    between_dashes: Beginnings
    sent_from: Beginnings
    not_after_delimiter: Beginnings

    def ends_with_verb(self, text: str) -> bool:
        end = text[-60:].rstrip(" .,)>\"'").casefold()
        if end[-2:] not in self.verb_ends or not end.endswith(self.verbs):
            return False
        verb = next(verb for verb in self.verbs if end.endswith(verb))
        before = end[-len(verb) - 1 : -len(verb)]
        # Chinese, Japanese and Korean set no space before it.
        return not before.isalpha() or verb[0] >= "\u2e80"


def _any_of(phrases_: Sequence[str]) -> str:
    ordered = sorted(set(phrases_), key=len, reverse=True)
    return "|".join(r"\s+".join(map(re.escape, phrase.split())) for phrase in ordered)


@cache
def phrases() -> Phrases:
    data = tomllib.loads(resources.files("triage.parsing").joinpath("quotes.toml").read_text("utf-8"))
    folded_verbs = sorted({verb.casefold().rstrip(")") for verb in data["attribution"]["verbs"]}, key=len, reverse=True)
    verbs = _any_of(data["attribution"]["verbs"])
    openers = _any_of(data["attribution"]["openers"])
    return Phrases(
        opener=re.compile(rf"[\s*_-]{{0,12}}(?:{openers})(?![^\W\d_])", re.IGNORECASE),
        opener_inside=re.compile(
            r"(?:\s|-{2,3}\s?)(?P<opener>(?:On|Am|Le|El|Em|Il|Op|Den)\s(?=\S{0,12}\s?\S{0,6}\d|\w{3},))"
        ),
        verbs=tuple(folded_verbs),
        verb_ends=frozenset(verb[-2:] for verb in folded_verbs),
        verb_then_date=re.compile(rf"(?:>|\"|\s)\s?(?:{verbs})\s[^\n]{{0,80}}\d[^\n]{{0,20}}\Z", re.IGNORECASE),
        verb_then_name=re.compile(rf"\s(?:{verbs})\s[^\n]{{1,80}}\Z", re.IGNORECASE),
        wrote_between_rules=re.compile(rf"\s*-{{3,}}.{{1,200}}(?:{verbs})\s?-{{3,}}\s*\Z", re.IGNORECASE),
        name_first=re.compile(r"[\"'\w]"),
        separators=beginnings(data["separator"]["original"] + data["separator"]["forwarded"]),
        forwarded=beginnings(data["separator"]["forwarded"]),
        forward_subject=re.compile(
            rf"\s{{0,3}}\[?(?:{_any_of(data['separator']['forward_subject'])})\s?[:：\]]", re.IGNORECASE
        ),
        labels={
            " ".join(name.casefold().split()): kind
            for kind in reversed(data["headers"])
            for name in data["headers"][kind]
        },
        message_of=beginnings(data["attribution"]["message_of"]),
        between_dashes=beginnings(data["separator"]["between_dashes"]),
        sent_from=beginnings(data["signature"]["sent_from"]),
        not_after_delimiter=beginnings(data["signature"]["not_after_delimiter"]),
    )


class Separator(NamedTuple):
    """What stands left and right of a separator's words, as in `----- Original Message -----`."""

    before: str
    after: str


_DASHES = "-=—–~#"


def separator(line: str, words: Beginnings) -> Separator | None:
    """Split a line that begins with one of `words`, dashes aside; None for any other line."""
    if len(line) > 500:
        return None
    plain = line.lstrip(" \t>*_")
    said = plain.lstrip(_DASHES + " *_")
    if said[:2].casefold() not in words.starts:  # asked here too, for the sake of speed
        return None
    phrase = words.of(said)
    if phrase is None:
        return None
    dashes = plain[: len(plain) - len(said)].strip(" *_")
    return Separator(dashes, said[len(phrase) :])


def label(line: str) -> str | None:
    """Which header field a line like `Von: ...` or `| Von | ... |` names: from, date, to, cc, subject or other."""
    if line.startswith("|"):
        found = _CELL.match(line)
    elif ":" not in line[:60] and "：" not in line[:60]:
        return None
    else:
        found = _LABEL.match(line)
    return phrases().labels.get(" ".join(found[1].casefold().split())) if found else None
