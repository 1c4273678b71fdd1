"""The patterns by which wrapped inquiries are known: `wrappers.toml`, and a file of the user's own beside it."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from triage.errors import ConfigError

_LISTS = frozenset({"domains", "headers", "phrases", "name_from", "ends"})
_FLAGS = frozenset({"relay", "form"})


@dataclass(frozen=True)
class Pattern:
    """One [[wrapper]]."""

    name: str
    domains: tuple[str, ...]
    """Each with a dot in front: `.alibaba.com`."""
    headers: tuple[tuple[str, str], ...]
    """Names with a part of the value, the empty string where any value will do."""
    phrases: tuple[str, ...]
    name_from: tuple[re.Pattern[str], ...]
    ends: tuple[str, ...]
    relay: bool
    form: bool


@dataclass(frozen=True)
class Patterns:
    """All patterns in the order in which they are tried, and the field that each label, folded, stands for."""

    patterns: tuple[Pattern, ...]
    labels: Mapping[str, str]


@cache
def shipped_patterns() -> Patterns:
    return _patterns(tomllib.loads(resources.files("triage.parsing").joinpath("wrappers.toml").read_text("utf-8")))


def load_patterns(path: Path) -> Patterns:
    """The user's patterns, tried first, with the shipped ones. Raises ConfigError naming the fault."""
    try:
        own = _patterns(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ConfigError(
            f"Can't read {path}: {error.strerror}.", "Mend `wrappers_file` in the configuration."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not valid TOML: {error}.", "Mend the line it names.") from error
    except ValueError as error:
        raise ConfigError(f"{path}: {error}.", "docs/wrappers.md shows the format.") from error
    shipped = shipped_patterns()
    return Patterns(own.patterns + shipped.patterns, {**shipped.labels, **own.labels})


def _patterns(data: dict[str, Any]) -> Patterns:
    if unknown := data.keys() - {"wrapper", "labels"}:
        raise ValueError(f"there is no section {sorted(unknown)[0]!r}")
    labels = data.get("labels", {})
    for field, words in labels.items():
        _check_words(f"labels.{field}", words)
    known = {word.casefold(): field for field in reversed(labels) for word in labels[field]}
    return Patterns(tuple(_pattern(number, row) for number, row in enumerate(data.get("wrapper", []), 1)), known)


def _pattern(number: int, row: dict[str, Any]) -> Pattern:
    name = row.get("name")
    if not isinstance(name, str) or not name:
        raise ValueError(f"wrapper {number} has no name")
    for key, value in row.items():
        if key in _LISTS:
            _check_words(f"{name}.{key}", value)
        elif key != "name" and (key not in _FLAGS or not isinstance(value, bool)):
            raise ValueError(f"{name}.{key} is no key, or not of its kind")
    words = {key: tuple(word.lower() for word in row.get(key, [])) for key in _LISTS - {"name_from"}}
    return Pattern(
        name,
        tuple(f".{domain}" for domain in words["domains"]),
        tuple((name, value) for name, _, value in (header.partition(": ") for header in words["headers"])),
        words["phrases"],
        tuple(_expression(name, one) for one in row.get("name_from", [])),
        words["ends"],
        row.get("relay", False),
        row.get("form", False),
    )


def _expression(name: str, text: str) -> re.Pattern[str]:
    try:
        found = re.compile(text)
    except re.error as error:
        raise ValueError(f"{name}.name_from: {text!r} is no regular expression ({error})") from error
    if "name" not in found.groupindex:
        raise ValueError(f"{name}.name_from: {text!r} has no group called name")
    return found


def _check_words(key: str, value: object) -> None:
    if not isinstance(value, list) or not all(isinstance(word, str) and word for word in value):
        raise ValueError(f"{key} is not a list of words")
