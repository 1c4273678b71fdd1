"""Customers as an Excel workbook or CSV: no row cap, typed cells, nothing that a spreadsheet would run (H24)."""

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from triage.customers.columns import COLUMNS, CUSTOMERS, PEOPLE, PEOPLE_HEAD, Cell
from triage.errors import SheetError
from triage.vocabulary.customers import Person, Segment
from triage.vocabulary.records import CustomerRecord

Line = tuple[CustomerRecord, Segment, Sequence[Person]]
ROWS_OF_A_SHEET = 1_048_575
"""Below the head. More rows go on to a further sheet."""
LONGEST_CELL = 32_767
RUNS = ("=", "+", "-", "@", "\t", "\r")
"""What a cell starts with that a spreadsheet may take for a formula (OWASP)."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
_WIDTHS = tuple(column.width for column in COLUMNS)
_PEOPLE_WIDTHS = (11, 28, 32, 24, 20, 20)


def write_csv(path: Path, lines: Iterable[Line]) -> int:
    """UTF-8 with a byte order mark, so that Excel reads it as such. Returns the rows written. Raises OSError."""
    written = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(column.name for column in COLUMNS)
        for card, segment, _ in lines:
            writer.writerow(csv_text(column.value(card, segment)) for column in COLUMNS)
            written += 1
    return written


def csv_text(value: Cell) -> str:
    """As it stands in CSV. A text that would run gets an apostrophe in front, which an import takes off again."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, int | float):
        return f"{value:.2f}" if isinstance(value, float) else str(value)
    text = _CONTROL.sub("", value)
    return f"'{text}" if text.startswith((*RUNS, "'")) else text


def write_xlsx(path: Path, lines: Iterable[Line], rows_of_a_sheet: int = ROWS_OF_A_SHEET) -> int:
    """Customers on one sheet, their people on another; rows leave memory as they are written.

    Returns the customers written. Raises OSError, and SheetError for a text that no cell holds.
    """
    import xlsxwriter

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_date_format": "yyyy-mm-dd hh:mm:ss",
        "remove_timezone": True,
    }
    written = 0
    with xlsxwriter.Workbook(str(path), options) as book:
        customers = _Table(book, CUSTOMERS, [column.name for column in COLUMNS], _WIDTHS, rows_of_a_sheet)
        people = _Table(book, PEOPLE, PEOPLE_HEAD, _PEOPLE_WIDTHS, rows_of_a_sheet)
        for card, segment, theirs in lines:
            customers.add([column.value(card, segment) for column in COLUMNS])
            for person in theirs:
                people.add([card.id, card.company, person.address, person.name, person.role, person.phone])
            written += 1
        customers.close()
        people.close()
    return written


class _Table:
    """Rows under a frozen head with filters, on as many sheets as they need."""

    def __init__(self, book: Any, name: str, head: Sequence[str], widths: Sequence[int], most: int) -> None:  # noqa: ANN401 - xlsxwriter has no types
        self._book, self._name, self._head, self._widths, self._most = book, name, head, widths, most
        self._bold = book.add_format({"bold": True, "bottom": 1})
        self._quoted = book.add_format({"quote_prefix": True})
        self._sheets = 0
        self._open()

    def _open(self) -> None:
        self._sheets += 1
        self._row = 0
        self._sheet = self._book.add_worksheet(self._name if self._sheets == 1 else f"{self._name} {self._sheets}")
        self._sheet.freeze_panes(1, 0)
        for column, (name, width) in enumerate(zip(self._head, self._widths, strict=True)):
            self._sheet.set_column(column, column, width)
            self._sheet.write_string(0, column, name, self._bold)

    def add(self, row: Sequence[Cell]) -> None:
        if self._row == self._most:
            self.close()
            self._open()
        self._row += 1
        for column, value in enumerate(row):
            if value is not None and value != "":
                self._write(column, value)

    def close(self) -> None:
        """The filters cover the rows there are."""
        self._sheet.autofilter(0, 0, self._row, len(self._head) - 1)

    def _write(self, column: int, value: Cell) -> None:
        if isinstance(value, bool):
            self._sheet.write_boolean(self._row, column, value)
        elif isinstance(value, datetime):
            self._sheet.write_datetime(self._row, column, value)
        elif isinstance(value, int | float):
            self._sheet.write_number(self._row, column, value)
        elif value is not None:
            text = _CONTROL.sub("", value)
            if len(text) > LONGEST_CELL:
                raise SheetError(
                    f"{self._head[column]} of a customer has {len(text)} characters; a cell holds {LONGEST_CELL}.",
                    "Export as .csv.",
                )
            # Still text when somebody edits the cell or saves it in another format.
            self._sheet.write_string(self._row, column, text, self._quoted if text.startswith((*RUNS, "'")) else None)
