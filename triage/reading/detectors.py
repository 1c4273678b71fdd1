"""The statistical language detectors: py3langid, and langdetect as second voice; deterministic, loaded once."""

from collections.abc import Collection
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
_SELDOM = frozenset({"et", "lt", "lv", "sl", "bg", "mr", "ne", "ur"})
"""Smaller neighbours of a larger language: a short line is more often the larger one's."""
_CHARACTERS = 400
"""The detectors' cost grows with the text, their answer hardly changes after some lines."""
_TRIALS = 3
"""langdetect averages as many runs; it makes seven, which change the answer for no golden mail."""
_lock = Lock()


def langid(text: str, script: str, among: Collection[str] = ()) -> dict[str, float]:
    """py3langid's probabilities of the script's languages; they sum to 1. Those of `among` weigh more."""
    ranked = _identifier().rank(_calm(text))  # type: ignore[no-untyped-call]
    return _weighted({language: float(share) for language, share in ranked}, script, among)


def langdetect(text: str, script: str, among: Collection[str] = ()) -> dict[str, float]:
    """langdetect's probabilities, likewise; empty when it finds nothing to go by."""
    from langdetect.lang_detect_exception import LangDetectException

    detector = _factory().create()  # type: ignore[no-untyped-call]
    detector.n_trial = _TRIALS
    detector.append(_calm(text))
    try:
        found = {item.lang: item.prob for item in detector.get_probabilities()}
    except LangDetectException:
        return {}
    return _weighted(found, script, among)


def _calm(text: str) -> str:
    """langdetect leaves out words in capitals, which would be all of a shouted mail."""
    sample = text[:_CHARACTERS]
    return sample.lower() if sample.isupper() else sample


def _weighted(found: dict[str, float], script: str, among: Collection[str]) -> dict[str, float]:
    weights = {
        language: found[language] * _prior(language, among) for language in SPOKEN.get(script, ()) if language in found
    }
    total = sum(weights.values())
    return {language: weight / total for language, weight in weights.items()} if total else {}


def _prior(language: str, among: Collection[str]) -> float:
    if among:
        return 1.0 if language in among else 0.02
    return 0.2 if language in _SELDOM else 1.0


@cache
def _loaded_identifier() -> "LanguageIdentifier":
    from py3langid.langid import LanguageIdentifier

    identifier: LanguageIdentifier = LanguageIdentifier.from_model_file(  # type: ignore[no-untyped-call]
        "data/model.npz.xz", norm_probs=True
    )
    spoken = [language for languages in SPOKEN.values() for language in languages]
    identifier.set_languages(spoken)  # type: ignore[no-untyped-call]
    return identifier


def _identifier() -> "LanguageIdentifier":
    with _lock:
        return _loaded_identifier()


@cache
def _loaded_factory() -> "DetectorFactory":
    from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory

    factory = DetectorFactory()  # type: ignore[no-untyped-call]
    spoken = {language for languages in SPOKEN.values() for language in languages}
    profiles = [path.read_text("utf-8") for path in sorted(Path(PROFILES_DIRECTORY).iterdir()) if path.name in spoken]
    factory.load_json_profile(profiles)  # type: ignore[no-untyped-call]
    # Without a seed the answer differs from call to call.
    factory.seed = 0
    return factory


def _factory() -> "DetectorFactory":
    # The lock: a first call from two threads would read a half-loaded table.
    with _lock:
        return _loaded_factory()
