"""Finds telling phrases whatever the language: `cues.toml` names them by what they tell."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

_ANYWHERE = "\u0590-\u0eff\u1100-\u11ff\u2e80-\ud7ff\uf900-\ufaff"
"""Scripts without spaces, and those with joined prefixes: a cue may stand inside of a run of letters."""
_START = re.compile(rf"(?<!\w)\w|[{_ANYWHERE}]")
_ACCENTS = dict.fromkeys(range(0x0300, 0x0370)) | {ord("\u0131"): "i", ord("\u2019"): "'"}


def folded(text: str) -> str:
    """Lower case, plain forms, no accents: how people type on a telephone."""
    plain = unicodedata.normalize("NFKD", text.casefold()).translate(_ACCENTS)
    return unicodedata.normalize("NFC", plain)


def cues_in(text: str) -> frozenset[str]:
    """Names of the cues in a folded text. Linear: each word start looks up the few cues that begin like it."""
    index = _index()
    found: set[str] = set()
    for match in _START.finditer(text):
        start = match.start()
        for size in _key_sizes(match.group()):
            for phrase, name in index.get(text[start : start + size], ()):
                if name not in found and text.startswith(phrase, start):
                    found.add(name)
    return frozenset(found)


def _key_sizes(letter: str) -> tuple[int, ...]:
    """By how many first letters cues are looked up: scripts of many letters tell enough by one or two."""
    return (1, 2) if ord(letter) >= 0x0590 else (3,)


@cache
def _index() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """First letters to the (phrase, name) that begin with them."""
    table = tomllib.loads(files("triage.scoring").joinpath("cues.toml").read_text("utf-8"))
    index: dict[str, set[tuple[str, str]]] = {}
    for name, languages in table.items():
        for phrase in "|".join(languages.values()).split("|"):
            cue = folded(phrase)
            size = min(len(cue), _key_sizes(cue[0])[-1])
            index.setdefault(cue[:size], set()).add((cue, name))
    return {key: tuple(sorted(cues)) for key, cues in index.items()}
