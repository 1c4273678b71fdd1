"""Words as they are compared: by their letters, whatever their case, width, plural or script."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_TOKEN = re.compile(rf"[{_CJK}]|\d+|(?:(?![{_CJK}])[^\W\d_])+")
_IS_CJK = re.compile(rf"[{_CJK}]")
_LONG_WORD = re.compile(rf"[{_CJK}]{{2}}|[A-Za-z]{{4}}")
_ENGLISH = re.compile(r"\b(?:the|and|of|with|from|are|we|have|by|since|made|for|our|paid)\b", re.IGNORECASE)
_CJK_LANGUAGES = frozenset({"zh", "ja", "ko"})
_SCRIPTS = {
    "zh": re.compile(r"[\u3400-\u9fff]"),
    "ja": re.compile(r"[\u3040-\u30ff]"),
    "ko": re.compile(r"[\uac00-\ud7af]"),
    "ru": re.compile(r"[\u0400-\u04ff]"),
    "ar": re.compile(r"[\u0600-\u06ff]"),
}
"""Signs that a name in a language has and one in another hardly: those of Japanese are its kana."""
_CAP = 20_000
_LONGEST = 12


def tokens(text: str) -> tuple[str, ...]:
    """The words of a text. Letters and digits are parted, a CJK sign is a word, a plural counts as its singular."""
    return tuple(map(_folded, _TOKEN.findall(text[:_CAP])))


@lru_cache(maxsize=16_384)
def _folded(word: str) -> str:
    word = unicodedata.normalize("NFKC", word).casefold()
    if len(word) > 4 and word.endswith(("xes", "ches", "shes", "sses")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word


def is_cjk(language: str) -> bool:
    return language in _CJK_LANGUAGES


def has_cjk(text: str) -> bool:
    return _IS_CJK.search(text) is not None


def is_in_script_of(text: str, language: str) -> bool:
    """Whether a text shows the signs of a language that has signs of its own."""
    return language in _SCRIPTS and _SCRIPTS[language].search(text) is not None


def reads_in(text: str, language: str) -> bool:
    """Whether a text of the catalogue can stand in a letter of this language, as far as its script and the commonest
    English words tell."""
    if language != "en" and is_english(text):
        return False
    return has_cjk(text) == is_cjk(language) or not _LONG_WORD.search(text)


def is_english(text: str) -> bool:
    """Whether a text is plainly English: it holds two of its commonest words that no other language shares."""
    return len(_ENGLISH.findall(text[:_CAP])) > 1


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase found: the name of its list, and where it stands."""

    name: str
    start: int
    end: int
    text: str


@lru_cache(maxsize=64)
def lists_in(index: "PhraseIndex", text: str) -> frozenset[str]:
    """Names of the lists of which something stands in a text that is looked at again and again."""
    return frozenset(hit.name for hit in index.hits(text))


class PhraseIndex:
    """Many lists of phrases, found together in one pass over a text."""

    def __init__(self, lists: Mapping[str, Iterable[str]]) -> None:
        self._names: dict[tuple[str, ...], tuple[str, ...]] = {}
        for name, phrases in lists.items():
            for phrase in phrases:
                if key := tokens(phrase)[:_LONGEST]:
                    self._names[key] = (*self._names.get(key, ()), name)
        self._lengths: dict[str, tuple[int, ...]] = {}
        for key in self._names:
            known = {*self._lengths.get(key[0], ()), len(key)}
            self._lengths[key[0]] = tuple(sorted(known, reverse=True))

    def hits(self, text: str) -> tuple[Hit, ...]:
        """All phrases in the text, by place. Phrases of different length at one place all count."""
        return tuple(self._hits(text[:_CAP]))

    def _hits(self, text: str) -> Iterator[Hit]:
        matches = list(_TOKEN.finditer(text))
        words = tuple(_folded(match.group()) for match in matches)
        for at, word in enumerate(words):
            for length in self._lengths.get(word, ()):
                if at + length > len(words):
                    continue
                for name in self._names.get(words[at : at + length], ()):
                    start, end = matches[at].start(), matches[at + length - 1].end()
                    yield Hit(name, start, end, text[start:end])
