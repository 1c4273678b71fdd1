"""Column types: aware UTC instants, text that every database takes, and frozen values as JSON."""

from datetime import UTC, datetime
from functools import cache
from typing import Any, cast

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError
from sqlalchemy import DateTime, Dialect, String, Text
from sqlalchemy.types import TypeDecorator


def storable(text: str) -> str:
    """Without NUL and lone surrogates: PostgreSQL refuses the first, both drivers the second (H05)."""
    if not text.isascii():
        text = text.encode("utf-8", "ignore").decode()
    return text.replace("\0", "") if "\0" in text else text


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, stored and handed out in UTC. Refuses naive datetimes; SQLite keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value.isoformat()}: the store takes aware instants only")
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class CleanText(TypeDecorator[str]):
    """Text of any length that may come from a mail (H05)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


class Word(TypeDecorator[str]):
    """A short name that we chose ourselves: account ids, hashes, codes."""

    impl = String(255)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


class Json(TypeDecorator[Any]):
    """A frozen value of the vocabulary as JSON text. `shape` is its type; what comes back equals what went in."""

    impl = Text
    cache_ok = True

    def __init__(self, shape: object) -> None:
        super().__init__()
        self.shape = shape

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        return None if value is None else to_json(self.shape, value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> object:
        return None if value is None else _adapter(self.shape).validate_json(value)


@cache
def _adapter(shape: object) -> TypeAdapter[object]:
    return TypeAdapter(cast("type[object]", shape))


def to_json(shape: object, value: object) -> str:
    """JSON of a value, its texts made storable (H05): the slow way round is walked for damaged mails only."""
    adapter = _adapter(shape)
    try:
        text = adapter.dump_json(value, fallback=dict, warnings=False).decode()
    except PydanticSerializationError:
        text = "\\u0000"
    if "\\u0000" in text:
        text = adapter.dump_json(
            _clean(adapter.dump_python(value, fallback=dict, warnings=False)), fallback=dict, warnings=False
        ).decode()
    return text


def _clean(value: object) -> object:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return value
