"""What all tables share: names of constraints, and which Python type is stored how."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import Enum, Index, MetaData, text
from sqlalchemy.orm import DeclarativeBase

from triage.store.columns import CleanText, Json, UtcDateTime
from triage.vocabulary.inquiry import FactName

Texts = tuple[str, ...]
Numbers = tuple[int, ...]
Facts = Mapping[FactName, str]
WordLists = tuple[tuple[str, ...], ...]

_WORDS = Enum(StrEnum, native_enum=False, length=32, values_callable=lambda words: [word.value for word in words])


class Table(DeclarativeBase):
    """Enumerations are stored by value; every constraint has a name, so that migrations can change it."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        }
    )
    type_annotation_map: ClassVar[Mapping[Any, Any]] = {
        datetime: UtcDateTime,
        str: CleanText,
        StrEnum: _WORDS,
        Texts: Json(Texts),
        Numbers: Json(Numbers),
        Facts: Json(Facts),
        WordLists: Json(WordLists),
    }


def partial_index(name: str, *columns: str, where: str) -> Index:
    """An index of the few rows that a frequent question is about. SQLite uses it only for the same words."""
    condition = text(where)
    return Index(name, *columns, sqlite_where=condition, postgresql_where=condition)
