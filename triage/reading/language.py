"""Which language a text is in: by its script where that settles it, by function words in short texts, else langdetect."""

import re
from collections import Counter
from collections.abc import Collection
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

from triage.reading.folding import fold
from triage.reading.lexicons import lexicons

if TYPE_CHECKING:
    from langdetect.detector_factory import DetectorFactory

MAX_CHARACTERS = 2_000
_DETECTOR_CHARACTERS = 400
"""langdetect's cost grows with the text, its answer hardly changes after some lines."""
_NOISE = re.compile(r"(?:https?://|www\.)\S{1,200}|\S{1,64}@\S{1,200}|\b[\w.-]*\d[\w.-]*\b")
_SCRIPTS: tuple[tuple[str, re.Pattern[str], int], ...] = tuple(
    (name, re.compile(f"[{span}]"), weight)
    for name, span, weight in (
        ("latin", "A-Za-z\u00c0-\u024f\u1e00-\u1eff", 1),
        ("kana", "\u3040-\u30ff", 3),
        ("han", "\u3400-\u9fff\uf900-\ufaff", 3),
        ("hangul", "\uac00-\ud7af\u1100-\u11ff\u3130-\u318f", 3),
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
    "ru": "cyrillic", "uk": "cyrillic", "bg": "cyrillic", "mk": "cyrillic", "ar": "arabic", "fa": "arabic", "ur": "arabic",
    "hi": "devanagari", "mr": "devanagari", "ne": "devanagari", "bn": "", "el": "", "gu": "", "he": "", "ja": "", "kn": "",
    "ko": "", "ml": "", "pa": "", "ta": "", "te": "", "th": "", "zh-cn": "", "zh-tw": "",
}  # fmt: skip
"""Of langdetect's languages; those not named are written in Latin letters, the empty ones are known by their script."""
_RARE_IN_TRADE = frozenset({"af", "ca", "cy", "so", "sq", "sw", "tl", "et", "ne", "mr"})
"""langdetect answers these for short English, Spanish or Malay lines far more often than buyers write them."""
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
    kana = len(re.findall("[\u3041-\u30fa]", text))
    return "ja" if kana * 12 > len(re.findall("[\u3400-\u9fff]", text)) else "zh"


def _by_words(text: str, script: str, among: Collection[str]) -> tuple[str, float]:
    votes, words = _votes(text, script, among)
    ranked = votes.most_common(2)
    if ranked:
        best, count = ranked[0]
        second = ranked[1][1] if len(ranked) > 1 else 0
        if count >= 3 and count >= second * 1.5 and count >= words * 0.2:
            return best, min(0.99, 0.6 + (count - second) / (count + second + 2) * 0.4)
    guesses = _langdetect(text, script, among)
    if not guesses:
        return (ranked[0][0], 0.4) if ranked else (_CONTINENTAL.get(script, "und"), 0.3)
    scores = {language: probability + 0.8 * votes[language] / max(words**0.5, 1.0) for language, probability in guesses.items()}
    for language, count in votes.items():
        scores.setdefault(language, 0.8 * count / max(words**0.5, 1.0))
    best = max(scores, key=lambda language: scores[language])
    return best, min(0.99, scores[best] / (sum(scores.values()) or 1.0))


def _votes(text: str, script: str, among: Collection[str]) -> tuple[Counter[str], int]:
    """How many of the words are function words of each language; a word of few languages says more."""
    words = re.findall(r"[^\W\d_]+", fold(text).folded)
    votes: Counter[str] = Counter()
    index = _function_words()
    for word in words:
        for language in index.get(word, ()):
            if not among or language in among:
                votes[language] += 1
    return votes, len(words)


@cache
def _function_words() -> dict[str, tuple[str, ...]]:
    index: dict[str, tuple[str, ...]] = {}
    for language, lexicon in lexicons().items():
        for word in lexicon.function_words:
            index[word] = (*index.get(word, ()), language)
    return index


def _langdetect(text: str, script: str, among: Collection[str]) -> dict[str, float]:
    """langdetect's probabilities, deterministic; empty when it finds nothing to go by."""
    from langdetect.lang_detect_exception import LangDetectException

    sample = text[:_DETECTOR_CHARACTERS]
    # langdetect leaves out words in capitals, which would be all of a shouted mail.
    sample = sample.lower() if sample.isupper() else sample
    detector = _detectors().create()
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
    weight = 0.05 if language in _RARE_IN_TRADE else 1.0
    return weight * 0.05 if among else weight


@cache
def _loaded() -> "DetectorFactory":
    from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory

    factory = DetectorFactory()
    factory.load_profile(PROFILES_DIRECTORY)
    factory.seed = 0
    """Without a seed the answer differs from call to call."""
    return factory


def _detectors() -> "DetectorFactory":
    # The lock: a first call from two threads would read a half-loaded table.
    with _lock:
        return _loaded()
