"""One row of an imported table as the card it makes or changes; each bad cell is told with its address."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType

from triage.customers.columns import BY_NAME, PEOPLE_HEAD
from triage.customers.fields import READERS, value_of, with_value
from triage.customers.tables_in import ERRORS, TableRow
from triage.vocabulary.customers import Source
from triage.vocabulary.records import CustomerRecord

ALIASES: Mapping[str, str] = MappingProxyType(
    {"address": "addresses", "email": "addresses", "e-mail": "addresses", "emails": "addresses", "customer": "name"}
)
"""What other programs call our columns."""
_ADDRESS = re.compile(r"[^@\s<>,;\"]{1,64}@[^@\s<>,;\"]{1,255}")
_COUNTS = MappingProxyType(
    {"mails_in": "messages_in", "mails_out": "messages_out", "meetings": "meetings", "orders": "orders"}
)
_DATES = MappingProxyType({"first_contact": "first_contact_at", "last_contact": "last_contact_at"})


@dataclass(frozen=True, slots=True)
class BadCell:
    """`place` is `Customers!C17`; `text` says what is wrong and what may stand there."""

    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


@dataclass(frozen=True, slots=True)
class FieldChange:
    field: str
    before: str
    after: str


Faults = list[BadCell]


def known_columns(row: TableRow, faults: Faults, heads: tuple[str, ...] = (*BY_NAME, *ALIASES)) -> bool:
    """Whether all columns of the row's sheet are ours; asked once a sheet."""
    strange = [name for name in row.letters if name not in heads]
    for name in strange:
        faults.append(BadCell(f"{row.place}!{row.letters[name]}", f"unknown column {name!r}; delete or rename it"))
    return not strange


def known_people_columns(row: TableRow, faults: Faults) -> bool:
    return known_columns(row, faults, PEOPLE_HEAD)


def addresses_of(row: TableRow, faults: Faults) -> tuple[str, ...]:
    """The row's addresses, lower case."""
    column = next((name for name in ("addresses", *ALIASES) if name in row.cells and _meaning(name) == "addresses"), "")
    parts = [part for part in re.split(r"[;,\s]+", row.cells.get(column, "").lower()) if part]
    wrong = next((part for part in parts if not _ADDRESS.fullmatch(part)), None)
    if wrong is not None:
        faults.append(BadCell(row.address(column), f"{wrong[:60]!r} is no mail address"))
    return tuple(dict.fromkeys(parts))


def id_of(row: TableRow, faults: Faults) -> int | None:
    text = row.cells.get("id", "")
    if text and not re.fullmatch(r"\d{1,9}", text):
        faults.append(BadCell(row.address("id"), f"{text[:40]!r} is no customer's number"))
        return None
    return int(text) if text else None


def written(card: CustomerRecord, row: TableRow, source: Source, faults: Faults) -> CustomerRecord:
    """The card with the row's values. Empty cells leave what stands."""
    for name, text in row.cells.items():
        field = _meaning(name)
        if text in ERRORS:
            faults.append(BadCell(row.address(name), f"{text} is the fault of a formula"))
        elif field in READERS:
            try:
                changed = with_value(card, field, text, source)
            except ValueError as error:
                faults.append(BadCell(row.address(name), f"{field} {error}"))
                continue
            if value_of(changed, field) != value_of(card, field):
                card = changed
    return card


def counted(card: CustomerRecord, row: TableRow, faults: Faults) -> CustomerRecord:
    """A new card with the figures and dates that an earlier system counted."""
    values: dict[str, object] = {}
    for column, field in _COUNTS.items():
        _read(row, column, _whole, values, field, faults)
    for column, field in _DATES.items():
        _read(row, column, _date, values, field, faults)
    _read(row, "value", _amount, values, "value", faults)
    return replace(card, **values)  # type: ignore[arg-type]


def changes(before: CustomerRecord, after: CustomerRecord) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(field, _shown(value_of(before, field)), _shown(value_of(after, field)))
        for field in READERS
        if value_of(before, field) != value_of(after, field)
    )


def _meaning(name: str) -> str:
    return ALIASES.get(name, name)


def _shown(value: object) -> str:
    return "" if value is None else ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _read(
    row: TableRow,
    column: str,
    reader: Callable[[str], object],
    values: dict[str, object],
    field: str,
    faults: Faults,
) -> None:
    text = row.cells.get(column, "")
    if text and text not in ERRORS:
        try:
            values[field] = reader(text)
        except (ValueError, OverflowError):
            faults.append(BadCell(row.address(column), f"{column} can't be {text[:40]!r}"))


def _whole(text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text):
        raise ValueError(text)
    return int(text)


def _amount(text: str) -> float:
    amount = float(text)
    if not math.isfinite(amount) or amount < 0:
        raise ValueError(text)
    return amount


def _date(text: str) -> datetime:
    """ISO date or time; UTC when it names no zone."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
