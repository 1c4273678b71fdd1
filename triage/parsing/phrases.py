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
_LABEL = re.compile(r"[\s*|_]{0,12}([^\W\d_][^:：\n<>@]{0,30}?)[ \t\xa0*]{0,3}[:：]")


@dataclass(frozen=True)
class Phrases:
    """`quotes.toml` compiled."""

    opener: re.Pattern[str]
    opener_inside: re.Pattern[str]
    verbs: tuple[str, ...]
    verb_then_date: re.Pattern[str]
    verb_then_name: re.Pattern[str]
    wrote_between_rules: re.Pattern[str]
    name_first: re.Pattern[str]
    separators: tuple[str, ...]
    forwarded: tuple[str, ...]
    labels: dict[str, str]
    sent_from: tuple[str, ...]
    not_after_delimiter: tuple[str, ...]

    def ends_with_verb(self, text: str) -> bool:
        end = text[-60:].rstrip(" .,)>\"'").casefold()
        if not end.endswith(self.verbs):
            return False
        verb = next(verb for verb in self.verbs if end.endswith(verb))
        before = end[-len(verb) - 1 : -len(verb)]
        # Chinese, Japanese and Korean set no space before it.
        return not before.isalpha() or verb[0] >= "\u2e80"


def _any_of(phrases_: Sequence[str]) -> str:
    ordered = sorted(set(phrases_), key=len, reverse=True)
    return "|".join(r"\s+".join(map(re.escape, phrase.split())) for phrase in ordered)


def _folded(words: Sequence[str]) -> tuple[str, ...]:
    """Longest first, for `str.startswith`: far quicker than an expression of hundreds of branches on every line."""
    return tuple(sorted((word.casefold() for word in words), key=len, reverse=True))


@cache
def phrases() -> Phrases:
    data = tomllib.loads(resources.files("triage.parsing").joinpath("quotes.toml").read_text("utf-8"))
    verbs = _any_of(data["attribution"]["verbs"])
    openers = _any_of(data["attribution"]["openers"])
    return Phrases(
        opener=re.compile(rf"[\s*_-]{{0,12}}(?:{openers})(?![^\W\d_])", re.IGNORECASE),
        opener_inside=re.compile(
            r"(?:\s|-{2,3}\s?)(?P<opener>(?:On|Am|Le|El|Em|Il|Op|Den)\s(?=\S{0,12}\s?\S{0,6}\d|\w{3},))"
        ),
        verbs=tuple(
            sorted((verb.casefold().rstrip(")") for verb in data["attribution"]["verbs"]), key=len, reverse=True)
        ),
        verb_then_date=re.compile(rf"(?:>|\"|\s)\s?(?:{verbs})\s[^\n]{{0,80}}\d[^\n]{{0,20}}\Z", re.IGNORECASE),
        verb_then_name=re.compile(rf"\s(?:{verbs})\s[^\n]{{1,80}}\Z", re.IGNORECASE),
        wrote_between_rules=re.compile(rf"\s*-{{3,}}.{{1,200}}(?:{verbs})\s?-{{3,}}\s*\Z", re.IGNORECASE),
        name_first=re.compile(r"[\"'\w]"),
        separators=_folded(data["separator"]["original"] + data["separator"]["forwarded"]),
        forwarded=_folded(data["separator"]["forwarded"]),
        labels={
            " ".join(name.casefold().split()): kind
            for kind in reversed(data["headers"])
            for name in data["headers"][kind]
        },
        sent_from=_folded(data["signature"]["sent_from"]),
        not_after_delimiter=tuple(data["signature"]["not_after_delimiter"]),
    )


class Separator(NamedTuple):
    """What stands left and right of a separator's words, as in `----- Original Message -----`."""

    before: str
    after: str


_DASHES = "-=—–~"


def separator(line: str, words: tuple[str, ...]) -> Separator | None:
    """Split a line that begins with one of `words`, dashes aside; None for any other line."""
    plain = line.lstrip(" \t>*_")
    said = plain.lstrip(_DASHES + " *_")
    folded = said[:80].casefold()
    if len(line) > 200 or not folded.startswith(words):
        return None
    phrase = next(word for word in words if folded.startswith(word))
    dashes = plain[: len(plain) - len(said)].strip(" *_")
    return Separator(dashes, said[len(phrase) :])


def label(line: str) -> str | None:
    """Which header field a line like `Von: ...` names: from, date, to, cc, subject, other, or None."""
    if ":" not in line[:60] and "：" not in line[:60]:
        return None
    found = _LABEL.match(line)
    return phrases().labels.get(" ".join(found[1].casefold().split())) if found else None
