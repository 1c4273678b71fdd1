"""Writing systems: which one a text is in, and the languages that a script or its letters give away."""

import re
from collections.abc import Callable

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
CONTINENTAL = {"cyrillic": "ru", "arabic": "ar", "devanagari": "hi"}
_RUSSIAN_ONLY = re.compile("[ыэёЫЭЁ]")
_KANA = re.compile("[\u3041-\u30fa]")
_HAN = re.compile("[\u3400-\u9fff]")
_JAPANESE_FORMS = re.compile("[価発単図売込検済応対広戻総続覧験県関実様]|見積|納期|弊社|御社|送料")
"""Characters that only Japanese writes so, and words that tell a kana-less subject from Chinese."""
_LETTER = re.compile("[A-Za-z]")
_FEWEST_FOREIGN = 0.12
"""Share of another script's letters below which they are a name in a Latin text."""


def main_script(text: str, is_prose: Callable[[str], bool]) -> tuple[str, float]:
    """The script and its share of the text; empty without letters.

    A Russian's mail may hold more Latin product names than Russian words, while a Latin text quotes a foreign name at
    most: `is_prose` tells whether the Latin words make sentences.
    """
    if text.isascii():
        return ("latin", 1.0) if _LETTER.search(text) else ("", 0.0)
    weights = {name: len(letters.findall(text)) * weight for name, letters, weight in _SCRIPTS if letters.search(text)}
    if not weights:
        return "", 0.0
    script = max(weights, key=lambda name: weights[name])
    total = sum(weights.values())
    if script == "latin" and len(weights) > 1:
        other = max((name for name in weights if name != "latin"), key=lambda name: weights[name])
        if weights[other] >= _FEWEST_FOREIGN * total and not is_prose(text):
            script = other
    if script == "han" and "kana" in weights:
        script = "kana"
    return script, weights[script] / total


def by_letters(text: str, script: str) -> str:
    """The language that the script or single letters settle, or the empty string."""
    if script in ("kana", "han"):
        return _chinese_or_japanese(text)
    if script in _ONE_LANGUAGE:
        return _ONE_LANGUAGE[script]
    for language, letters in _TELLING_LETTERS.get(script, ()):
        if len(letters.findall(text)) >= 1 + len(text) // 200:
            return language
    return "ru" if script == "cyrillic" and _RUSSIAN_ONLY.search(text) else ""


def _chinese_or_japanese(text: str) -> str:
    if _JAPANESE_FORMS.search(text):
        return "ja"
    return "ja" if len(_KANA.findall(text)) * 12 > len(_HAN.findall(text)) else "zh"
