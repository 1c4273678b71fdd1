"""Which language a text is in: by its script where that settles it, by function words, else by three detectors."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import cache, lru_cache
from math import exp, log

from triage.reading.detectors import SPOKEN, fasttext, langdetect, langid
from triage.reading.folding import fold, fold_term
from triage.reading.lexicons import lexicons
from triage.reading.scripts import CONTINENTAL, by_letters, main_script

MAX_CHARACTERS = 800
_NOISE = re.compile(
    r"(?:https?://|www\.)\S{1,200}|(?<![\w.+-])[\w.+-]{1,64}+@\S{1,200}"
    r"|(?<![A-Za-z_.-])[A-Za-z_.-]{0,20}+[0-9][A-Za-z0-9_.-]{0,40}"
)
"""Addresses and article numbers; each alternative begins where a word does, for every other place costs time."""
_BORROWED = re.compile(
    r"[\"“„«][^\"”“»\n]{3,80}[\"”“»]"
    r"|^\W{0,3}(?:(?:best|kind|warm)(?: \w+)? (?:regards|wishes)|regards|thanks(?: & regards)?|sent from my \w+)"
    r"\W{0,3}$",
    re.IGNORECASE | re.MULTILINE,
)
"""Quoted product names, and English closings that the whole world writes."""
_VOTING_CHARACTERS = 500
_WORD = re.compile(r"[^\W\d_]+")
_ENOUGH_VOTES = 3
_ENOUGH_ALONE = 1.6
"""Votes that settle it where no other language has more than `_HARDLY_A_VOTE`: the detectors need not be loaded."""
_HARDLY_A_VOTE = 0.6
_SHORTEST_TRADE_WORD = 4
_TRADE_WORD_WEIGHT = 0.7
_VOICES = ((langid, 1.0), (fasttext, 0.5), (langdetect, 0.2))
"""The detectors and their say: their logarithms are added up, as of witnesses who know little of each other. Chosen on
half of the lines that they are measured on (`benchmarks/language.py`)."""
_VOTE = 2.0
"""What a word of the language's own adds to that."""
_FLOOR = 0.01
"""No detector is surer than that of what it rules out."""
_SELDOM = frozenset({"et", "lt", "lv", "sl", "bg", "mr", "ne", "ur"})
"""Smaller neighbours of a larger language: a short line is more often the larger one's."""
_SELDOM_PRIOR = 0.06
_LONGEST_DOUBTED = 300
"""Characters from which on the slowest detector adds time only."""
_PROSE = 0.2
"""Share of function words from which Latin words make sentences, not product names."""
_SIBLINGS = (("da", "no"), ("cs", "sk"), ("hr", "sl"))


def detect_language(original: str, among: Collection[str] = ()) -> tuple[str, float]:
    """ISO 639-1 code and confidence 0-1; `und` when there are no letters. `among` limits the answer where it can."""
    text = _NOISE.sub(" ", original[:MAX_CHARACTERS])
    own = _BORROWED.sub(" ", text)
    text = own if len(_WORD.findall(own)) > 1 else text
    script, share = main_script(text, _is_prose)
    if not script:
        return "und", 0.0
    settled = by_letters(text, script)
    return (settled, share) if settled else _by_words(text, script, among)


def _is_prose(text: str) -> bool:
    words = [word for word in _WORD.findall(fold(text).folded) if word[0] < "\u0370"]
    return sum(word in _function_words() for word in words) >= _PROSE * len(words)


def _by_words(text: str, script: str, among: Collection[str]) -> tuple[str, float]:
    votes, words = _votes(text[:_VOTING_CHARACTERS], among)
    ranked = sorted(votes.items(), key=lambda vote: -vote[1])[:2]
    if ranked:
        best, count = ranked[0]
        second = ranked[1][1] if len(ranked) > 1 else 0.0
        alone = second <= _HARDLY_A_VOTE and count >= _ENOUGH_ALONE and count >= words * 0.3
        if alone or (count >= _ENOUGH_VOTES and count >= second * 1.5 and count >= words * 0.2):
            return best, round(min(0.99, 0.6 + (count - second) / (count + second + 2) * 0.4), 3)
    languages = SPOKEN.get(script, ())
    if not languages:
        return CONTINENTAL.get(script, "und"), 0.3
    scores = {language: _VOTE * votes.get(language, 0.0) + log(_prior(language, among)) for language in languages}
    for detector, say in _VOICES:
        if detector is langdetect and len(text) > _LONGEST_DOUBTED:
            continue
        found = detector(text, script)
        for language in languages:
            scores[language] += say * log(found.get(language, 0.0) + _FLOOR)
    best = max(languages, key=lambda language: scores[language])
    share = 1 / sum(exp(score - scores[best]) for score in scores.values())
    return _sibling(best, among), round(min(0.99, share), 3)


def _prior(language: str, among: Collection[str]) -> float:
    if among:
        return 1.0 if language in among else 0.01
    return _SELDOM_PRIOR if language in _SELDOM else 1.0


def _sibling(language: str, among: Collection[str]) -> str:
    """The expected one of two languages that a short line hardly tells apart."""
    if not among or language in among:
        return language
    return next((other for pair in _SIBLINGS if language in pair for other in pair if other in among), language)


def _votes(text: str, among: Collection[str]) -> tuple[dict[str, float], int]:
    """How much each language's own words speak for it, and how many words there are. A shared word is a shared vote."""
    words = _WORD.findall(fold(text).folded)
    votes: dict[str, float] = defaultdict(float)
    for word in words:
        speakers, weight = _speakers(word)
        for language in speakers:
            if not among or language in among:
                votes[language] += weight
    return votes, len(words)


@lru_cache(maxsize=20_000)
def _speakers(word: str) -> tuple[tuple[str, ...], float]:
    """The languages that have the word, and the vote each gets."""
    speakers, weight = _function_words().get(word, ()), 1.0
    if not speakers and len(word) >= _SHORTEST_TRADE_WORD:
        speakers, weight = _trade_words().get(word, ()) or _by_stem(word), _TRADE_WORD_WEIGHT
    return speakers, weight / max(1, len(speakers)) ** 0.5


def _by_stem(word: str) -> tuple[str, ...]:
    lengths = range(len(word), _SHORTEST_TRADE_WORD - 1, -1)
    return next((found for n in lengths if (found := _trade_words().get(word[:n] + "*"))), ())


@cache
def _function_words() -> dict[str, tuple[str, ...]]:
    return _index((language, word) for language, lexicon in lexicons().items() for word in lexicon.function_words)


@cache
def _trade_words() -> dict[str, tuple[str, ...]]:
    """Words of the lexicons' phrases: `Lieferzeit` is German even where no function word stands beside it."""
    return _index(
        (language, word)
        for language, lexicon in lexicons().items()
        for _, _, phrase in lexicon.terms()
        for word in fold_term(phrase).split()
        if len(word) >= _SHORTEST_TRADE_WORD
    )


def _index(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    index: dict[str, tuple[str, ...]] = {}
    for language, word in dict.fromkeys(pairs):
        index[word] = (*index.get(word, ()), language)
    return index
