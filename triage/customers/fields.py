"""The values of a card that people may write: by command, on the page or in a table."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from types import MappingProxyType

from triage.customers.book import LASTING
from triage.vocabulary.customers import Source
from triage.vocabulary.inquiry import BuyerType, FactName, Quality, Stage
from triage.vocabulary.records import CustomerRecord

FAITHS = ("christian", "orthodox", "muslim", "hindu", "jewish")
"""Whose holidays a customer keeps: only a person says so (R22)."""
LONGEST_VALUE = 1_000
LONGEST_NOTE = 30_000
"""Characters; a cell of a spreadsheet holds 32,767."""

Reader = Callable[[str], object]


def _text(text: str) -> str:
    if len(text) > LONGEST_VALUE:
        raise ValueError(f"is longer than {LONGEST_VALUE} characters")
    return " ".join(text.split())


def _note(text: str) -> str:
    if len(text) > LONGEST_NOTE:
        raise ValueError(f"is longer than {LONGEST_NOTE} characters")
    return text.strip()


def _country(text: str) -> str | None:
    if text.strip() and not re.fullmatch(r"\s*[A-Za-z]{2}\s*", text):
        raise ValueError(f"is no country: {text[:40]!r}; write two letters, such as DE")
    return text.strip().upper() or None


def _word(enumeration: type[StrEnum]) -> Reader:
    def read(text: str) -> StrEnum | None:
        try:
            return enumeration(text.strip().lower()) if text.strip() else None
        except ValueError:
            raise ValueError(f"may be {', '.join(enumeration)}, not {text[:40]!r}") from None

    return read


def _flag(text: str) -> bool:
    word = text.strip().lower()
    if word not in ("yes", "no", "true", "false", "1", "0", ""):
        raise ValueError(f"may be yes or no, not {text[:40]!r}")
    return word in ("yes", "true", "1")


def _faiths(text: str) -> str:
    """Faiths in the order of FAITHS, with a comma between."""
    asked = {word.strip().lower() for word in text.split(",") if word.strip()}
    if strange := sorted(asked - set(FAITHS)):
        raise ValueError(f"may be {', '.join(FAITHS)}, not {strange[0][:40]!r}")
    return ", ".join(faith for faith in FAITHS if faith in asked)


FACTS: tuple[FactName, ...] = tuple(fact for fact in FactName if fact in LASTING and fact is not FactName.COMPANY)
"""Facts that stand on the card beside its own columns; the company is a column."""
READERS: Mapping[str, Reader] = MappingProxyType(
    {
        "name": _text,
        "company": _text,
        "country": _country,
        "type": _word(BuyerType),
        "importance": _word(Quality),
        "stage": _word(Stage),
        "do_not_contact": _flag,
        "note": _note,
        "greets": _faiths,
        **dict.fromkeys(map(str, FACTS), _text),
    }
)
"""Field to what reads it. Readers raise ValueError, whose words follow the field's name."""


def value_of(card: CustomerRecord, field: str) -> object:
    """What stands on the card: None or empty when nothing does."""
    return card.facts.get(FactName(field), "") if field in FACTS else getattr(card, field)


def with_value(card: CustomerRecord, field: str, text: str, source: Source | None) -> CustomerRecord:
    """The card with a value that a person wrote; without a source the machine may fill the field again.

    Raises ValueError for a value that can't stand there, KeyError for an unknown field.
    """
    value = READERS[field](text)
    sources = {name: known for name, known in card.sources.items() if name != field}
    if source is not None:
        sources[field] = source
    if field in FACTS:
        return replace(card, facts=_with_fact(card.facts, FactName(field), str(value)), sources=sources)
    if field == "company":
        card = replace(card, facts=_with_fact(card.facts, FactName.COMPANY, str(value)))
    changed: dict[str, object] = {field: value, "sources": sources}
    return replace(card, **changed)  # type: ignore[arg-type]


def _with_fact(facts: Mapping[FactName, str], fact: FactName, text: str) -> dict[FactName, str]:
    others = {name: known for name, known in facts.items() if name is not fact}
    return {**others, fact: text} if text else others
