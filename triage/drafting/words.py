"""The word lists that come with each language's templates: `words.toml` and `questions.toml`."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from triage.drafting.tokens import PhraseIndex
from triage.errors import TemplateError
from triage.vocabulary.inquiry import Point

GRIEVANCES = ("incident", "documents", "quantity", "delivery", "quality", "service")
"""What a complaint can be about (R24); the gravest and the most definite first."""
HOLIDAYS = (
    "new_year",
    "lunar_new_year",
    "nowruz",
    "thanksgiving",
    "christmas",
    "orthodox_christmas",
    "eid_al_fitr",
    "eid_al_adha",
    "diwali",
    "rosh_hashanah",
)
"""What a greeting can be for (R22)."""
PREFIX = "grievance."


@dataclass(frozen=True, slots=True)
class Words:
    """A language's words. `index` finds the phrases of all lists at once; lists of points are named
    `point.price`, those of complaints `grievance.quality`."""

    subject: str
    """The subject of an answer to a mail without one."""
    units: Mapping[str, Sequence[str]]
    """A unit's words for one and for many."""
    longest_letter: int
    """Words (signs in a script without spaces) beyond which a letter is too long (R7)."""
    longest_sentence: int
    index: PhraseIndex


def load_words(path: Path) -> Words:
    """Raises TemplateError that names file and key."""
    data = _read(path)
    try:
        points = {f"point.{Point(name)}": words for name, words in data["points"].items()}
        grievances = {f"{PREFIX}{name}": data["grievances"][name] for name in GRIEVANCES}
        return Words(
            subject=str(data["subject"]),
            units={unit: tuple(map(str, words)) for unit, words in data["units"].items()},
            longest_letter=int(data["longest_letter"]),
            longest_sentence=int(data["longest_sentence"]),
            index=PhraseIndex({**data["lists"], **points, **grievances}),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise TemplateError(f"{path}: {error}.", "Compare the file with the English one.") from error


def load_question_wording(path: Path) -> Mapping[str, str]:
    """Question id to its words. Raises TemplateError that names the file."""
    data = _read(path)
    wrong = [key for key, text in data.items() if not isinstance(text, str) or not text.strip()]
    if wrong:
        raise TemplateError(f"{path}: {wrong[0]} has no words.", "Give each question one line of text.")
    return {key: " ".join(text.split()) for key, text in data.items()}


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TemplateError(f"{path}: {error}.", "Mend the file, or remove it to use the shipped one.") from error
