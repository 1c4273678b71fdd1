"""Which language a text is in: by its script where that settles it, by function words, else by langdetect."""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

from triage.reading.folding import fold, fold_term
from triage.reading.lexicons import lexicons

if TYPE_CHECKING:
    from langdetect.detector_factory import DetectorFactory

MAX_CHARACTERS = 2_000
_DETECTOR_CHARACTERS = 400
"""langdetect's cost grows with the text, its answer hardly changes after some lines."""
_NOISE = re.compile(r"(?:https?://|www\.)\S{1,200}|\S{1,64}@\S{1,200}|[A-Za-z_.-]{0,20}[0-9][A-Za-z0-9_.-]{0,40}")
_SCRIPTS: tuple[tuple[str, re.Pattern[str], int], ...] = tuple(
    (name, re.compile(f"[{span}]"), weight)
    for name, span, weight in (
        ("latin", "A-Za-z\u00c0-\u024f\u1e00-\u1eff", 1),
        ("kana", "\u3040-\u30ff", 5),
        ("han", "\u3400-\u9fff\uf900-\ufaff", 5),
        ("hangul", "\uac00-\ud7af\u1100-\u11ff\u3130-\u318f", 5),
        ("cyrillic", "\u0400-\u052f", 1),
        ("arabic", "\u0600-\u06ff\u0750-\u077f", 1),
        ("greek", "\u0370-\u03ff\u1f00-\u1fff", 1),
        ("hebrew", "\u0590-\u05ff", 1),
        ("thai", "\u0e00-\u0e7f", 1),
        ("devanagari", "\u0900-\u097f", 1),
        ("georgian", "\u10a0-\u10ff", 1),
        ("armenian", "\u0530-\u058f", 1),
        ("bengali", "\u0980-\u09ff", 1),
        ("tamil", "\u0b80-\u0bff", 1),
        ("telugu", "\u0c00-\u0c7f", 1),
        ("gujarati", "\u0a80-\u0aff", 1),
        ("khmer", "\u1780-\u17ff", 1),
        ("burmese", "\u1000-\u109f", 1),
        ("lao", "\u0e80-\u0eff", 1),
        ("sinhala", "\u0d80-\u0dff", 1),
    )
)
"""Script, its letters, and how much one letter says: a Han character is a word where Latin needs five letters."""
_ONE_LANGUAGE = {
    "greek": "el", "hebrew": "he", "thai": "th", "georgian": "ka", "armenian": "hy", "bengali": "bn", "tamil": "ta",
    "telugu": "te", "gujarati": "gu", "khmer": "km", "burmese": "my", "lao": "lo", "sinhala": "si", "hangul": "ko",
}  # fmt: skip
_TELLING_LETTERS: dict[str, tuple[tuple[str, re.Pattern[str]], ...]] = {
    "cyrillic": (
        ("uk", re.compile("[іїєґІЇЄҐ]")),
        ("be", re.compile("[ўЎ]")),
        ("sr", re.compile("[јљњђћџЈЉЊЂЋЏ]")),
        ("kk", re.compile("[қңұғҚҢҰҒәһ]")),
        ("mn", re.compile("[өүӨҮ]")),
    ),
    "arabic": (("ur", re.compile("[ٹڈڑےں]")), ("fa", re.compile("[پچژگکی]"))),
}
_CONTINENTAL = {"cyrillic": "ru", "arabic": "ar", "devanagari": "hi"}
_RUSSIAN_ONLY = re.compile("[ыэёЫЭЁ]")
_SCRIPT_OF = {
    "ru": "cyrillic", "uk": "cyrillic", "bg": "cyrillic", "mk": "cyrillic", "ar": "arabic",
    "fa": "arabic", "ur": "arabic",
    "hi": "devanagari", "mr": "devanagari", "ne": "devanagari", "bn": "", "el": "", "gu": "", "he": "",
    "ja": "", "kn": "",
    "ko": "", "ml": "", "pa": "", "ta": "", "te": "", "th": "", "zh-cn": "", "zh-tw": "",
}  # fmt: skip
"""Of langdetect's languages; those not named are written in Latin letters, the empty ones are known by their script."""
_RARE_IN_TRADE = frozenset({"af", "ca", "cy", "so", "sq", "sw", "tl", "et", "ne", "mr", "mk"})
"""langdetect answers these for short Dutch, English or Spanish lines far more often than buyers write them."""
_SMALLER = frozenset({"da", "no", "sl", "sk", "hr", "lt", "lv", "bg", "uk", "fi", "hu", "ur"})
"""A smaller neighbour of a larger language: a short line is more often the larger one's."""
_SIBLINGS = (("da", "no"), ("cs", "sk"), ("hr", "sl"))
_KANA = re.compile("[\u3041-\u30fa]")
_HAN = re.compile("[\u3400-\u9fff]")
_JAPANESE_FORMS = re.compile("[価発単図売込検済応対広戻総続覧験県関実様]|見積|納期|弊社|御社|送料")
"""Characters that only Japanese writes so, and words that tell a kana-less subject from Chinese."""
_WORD = re.compile(r"[^\W\d_]+")
_ENOUGH_VOTES = 3
_SHORTEST_TRADE_WORD = 4
_TRADE_WORD_WEIGHT = 0.7
_lock = Lock()


def detect_language(original: str, among: Collection[str] = ()) -> tuple[str, float]:
    """ISO 639-1 code and confidence 0-1; `und` when there are no letters. `among` limits the answer where it can."""
    text = _NOISE.sub(" ", original[:MAX_CHARACTERS])
    script, share = _main_script(text)
    if not script:
        return "und", 0.0
    if script in ("kana", "han"):
        return _chinese_or_japanese(text), share
    if script in _ONE_LANGUAGE:
        return _ONE_LANGUAGE[script], share
    for language, letters in _TELLING_LETTERS.get(script, ()):
        if len(letters.findall(text)) >= 1 + len(text) // 200:
            return language, share
    if script == "cyrillic" and _RUSSIAN_ONLY.search(text):
        return "ru", share
    return _by_words(text, script, among)


def _main_script(text: str) -> tuple[str, float]:
    weights = {name: len(letters.findall(text)) * weight for name, letters, weight in _SCRIPTS if letters.search(text)}
    if not weights:
        return "", 0.0
    script = max(weights, key=lambda name: weights[name])
    if script == "han" and "kana" in weights:
        script = "kana"
    return script, weights[script] / sum(weights.values())


def _chinese_or_japanese(text: str) -> str:
    if _JAPANESE_FORMS.search(text):
        return "ja"
    return "ja" if len(_KANA.findall(text)) * 12 > len(_HAN.findall(text)) else "zh"


def _by_words(text: str, script: str, among: Collection[str]) -> tuple[str, float]:
    votes, words = _votes(text, among)
    ranked = votes.most_common(2)
    if ranked:
        best, count = ranked[0]
        second = ranked[1][1] if len(ranked) > 1 else 0.0
        if count >= _ENOUGH_VOTES and count >= second * 1.5 and count >= words * 0.2:
            return best, round(min(0.99, 0.6 + (count - second) / (count + second + 2) * 0.4), 3)
    guesses = _langdetect(text, script, among)
    scores = {
        language: guesses.get(language, 0.0) + 3 * votes[language] / max(words, 1) for language in {*guesses, *votes}
    }
    if not scores:
        return _CONTINENTAL.get(script, "und"), 0.3
    best = max(sorted(scores), key=lambda language: scores[language])
    return _sibling(best, among), round(min(0.99, scores[best] / sum(scores.values())), 3)


def _sibling(language: str, among: Collection[str]) -> str:
    """The expected one of two languages that a short line hardly tells apart."""
    if not among or language in among:
        return language
    return next((other for pair in _SIBLINGS if language in pair for other in pair if other in among), language)


def _votes(text: str, among: Collection[str]) -> tuple[Counter[str], int]:
    """How much each language's own words speak for it, and how many words there are. A shared word is a shared vote."""
    words = _WORD.findall(fold(text).folded)
    votes: Counter[str] = Counter()
    for word in words:
        speakers = _function_words().get(word, ())
        weight = 1.0
        if not speakers and len(word) >= _SHORTEST_TRADE_WORD:
            speakers, weight = _trade_words().get(word, ()) or _by_stem(word), _TRADE_WORD_WEIGHT
        for language in speakers:
            if not among or language in among:
                votes[language] += weight / len(speakers) ** 0.5
    return votes, len(words)


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
        (language, fold_term(word))
        for language, lexicon in lexicons().items()
        for _, _, phrase in lexicon.terms()
        for word in phrase.split()
        if len(word) >= _SHORTEST_TRADE_WORD
    )


def _index(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    index: dict[str, tuple[str, ...]] = {}
    for language, word in dict.fromkeys(pairs):
        index[word] = (*index.get(word, ()), language)
    return index


def _langdetect(text: str, script: str, among: Collection[str]) -> dict[str, float]:
    """langdetect's probabilities, deterministic; empty when it finds nothing to go by."""
    from langdetect.lang_detect_exception import LangDetectException

    sample = text[:_DETECTOR_CHARACTERS]
    # langdetect leaves out words in capitals, which would be all of a shouted mail.
    sample = sample.lower() if sample.isupper() else sample
    detector = _detectors().create()  # type: ignore[no-untyped-call]
    detector.set_prior_map({language: _prior(language, script, among) for language in detector.langlist})
    detector.append(sample)
    try:
        return {item.lang: item.prob for item in detector.get_probabilities()}
    except LangDetectException:
        return {}


def _prior(language: str, script: str, among: Collection[str]) -> float:
    if _SCRIPT_OF.get(language, "latin") != script:
        return 0.0
    if among and language in among:
        return 1.0
    weight = 0.01 if language in _RARE_IN_TRADE else 0.2 if language in _SMALLER else 1.0
    return weight * 0.05 if among else weight


@cache
def _loaded() -> "DetectorFactory":
    from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory

    factory = DetectorFactory()  # type: ignore[no-untyped-call]
    factory.load_profile(PROFILES_DIRECTORY)  # type: ignore[no-untyped-call]
    # Without a seed the answer differs from call to call.
    factory.seed = 0
    return factory


def _detectors() -> "DetectorFactory":
    # The lock: a first call from two threads would read a half-loaded table.
    with _lock:
        return _loaded()
