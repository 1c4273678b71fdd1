"""A catalogue kept as tables: a workbook with sheets, or CSV files; each cell by its address.

Sheets or files: `products` (a row a product), `answers` (point, language, sentence), `company` (key, value), `files`.
Several values in one cell are parted by semicolons; prices stand as `100 = 17.80; 500 = 16.20`; a column `specs.zh`
holds the words in another language.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path
from typing import Any

from triage.drafting.catalogue_reader import COLUMNS, DATES, LISTS, WHOLES
from triage.drafting.faults import Fault
from triage.errors import CatalogueError

_SHEETS = ("products", "answers", "company", "files")
_TIER = re.compile(r"\s*(\d[\d ,.']*?)\s*[=:]\s*(\d+(?:[.,]\d+)?)(?:\s+until\s+(\d{4}-\d\d-\d\d))?\s*")
_MOST_ROWS = 20_000
_MOST_COLUMNS = 200
_FILE_LISTS = ("products", "points")
_COMPANY_LISTS = ("certificates", "references")

Row = Sequence[object]
Address = Callable[[int, int], str]
"""Line and column to where they stand."""
Cells = dict[str, tuple[int, object]]
"""A row: head to column and value."""


@dataclass
class Tables:
    """`data` as a TOML catalogue would hold it; `place` gives the address of a key."""

    data: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    addresses: dict[str, str] = field(default_factory=dict)

    def place(self, key: str) -> str:
        """The cell of a key, or of the nearest key above it."""
        while key:
            if key in self.addresses:
                return self.addresses[key]
            key = re.sub(r"(?:\.[^.\[]*|\[\d+\])\Z", "", key) if re.search(r"[.\[]", key) else ""
        return "the catalogue"


def read_workbook(path: Path) -> Tables:
    """Raises CatalogueError when the file is no workbook, OSError when it can't be read."""
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
        sheets = {
            sheet.title.strip().lower(): [
                tuple(row) for row in sheet.iter_rows(max_row=_MOST_ROWS + 2, max_col=_MOST_COLUMNS, values_only=True)
            ]
            for sheet in book.worksheets
        }
        book.close()
    except (BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise CatalogueError(f"is no workbook: {error}.", "Save it as .xlsx.") from error
    if "products" not in sheets and len(sheets) == 1:
        sheets = {"products": next(iter(sheets.values()))}
    return _tables(sheets, lambda sheet, row, column: f"sheet {sheet}, cell {_letters(column)}{row}")


def read_csv(path: Path) -> Tables:
    """One file of products, or a folder of such files. Raises OSError and UnicodeDecodeError."""
    files = {"products": path} if path.is_file() else {name: path / f"{name}.csv" for name in _SHEETS}
    if not path.is_file() and not files["products"].is_file():
        raise CatalogueError("has no products.csv.", "Put it there.")
    sheets = {name: _rows(file) for name, file in files.items() if file.is_file()}
    return _tables(sheets, lambda sheet, row, column: f"{files[sheet].name}, line {row}, column {_letters(column)}")


def _rows(file: Path) -> list[Row]:
    text = file.read_text(encoding="utf-8-sig")
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    try:
        return [tuple(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)]
    except csv.Error as error:
        raise CatalogueError(f"{file.name} is no CSV: {error}.", "Save it anew as CSV, UTF-8.") from error


def _tables(sheets: Mapping[str, Sequence[Row]], address: Callable[[str, int, int], str]) -> Tables:
    tables = Tables()
    readers = {"products": _products, "answers": _answers, "company": _company, "files": _files}
    for name, rows in sheets.items():
        if len(rows) > _MOST_ROWS + 1:
            raise CatalogueError(f"{name} has more than {_MOST_ROWS} rows.", "Leave out what letters never speak of.")
        if name in readers:
            readers[name](tables, rows, partial(address, name))
    return tables


def _records(rows: Sequence[Row]) -> Iterable[tuple[int, Cells]]:
    """Rows below the heads, with their line; empty rows and cells left out."""
    heads = [str(cell or "").strip().lower().replace(" ", "_") for cell in (rows[0] if rows else ())]
    for number, row in enumerate(rows[1:], 2):
        cells = {
            head: (column, value.strip() if isinstance(value, str) else value)
            for column, (head, value) in enumerate(zip(heads, row, strict=False), 1)
            if head and value is not None and str(value).strip()
        }
        if cells:
            yield number, cells


def _products(tables: Tables, rows: Sequence[Row], address: Address) -> None:
    products: list[dict[str, Any]] = []
    for line, cells in _records(rows):
        place = f"product[{len(products) + 1}]"
        tables.addresses[place] = address(line, 1)
        product: dict[str, Any] = {}
        for head, (column, value) in cells.items():
            key, _, language = head.partition(".")
            if language:
                tables.addresses[f"{place}.text.{language}.{key}"] = address(line, column)
                product.setdefault("text", {}).setdefault(language, {})[key] = str(value)
            else:
                tables.addresses[f"{place}.{key}"] = address(line, column)
                product[key] = _cell(key, value)
        products.append(product)
    tables.data["product"] = products


def _cell(key: str, value: object) -> object:
    """A cell in the form that the reader expects; what can't be made so is left for the reader to object to."""
    text = str(value)
    if key == "prices":
        return _tiers(text)
    if key in LISTS:
        return _list(text)
    if key in DATES:
        return _day(value)
    if key in WHOLES:
        return _whole(value)
    return text if key in COLUMNS and not isinstance(value, float) else text.removesuffix(".0")


def _tiers(text: str) -> object:
    tiers = []
    for part in filter(str.strip, text.split(";")):
        match = _TIER.fullmatch(part)
        if match is None:
            return text
        price = match[2].replace(",", ".")
        until = {"valid_until": _day(match[3])} if match[3] else {}
        tiers.append({"quantity": int(re.sub(r"\D", "", match[1])), "price": Decimal(price), **until})
    return tiers


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _day(value: object) -> object:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return value


def _whole(value: object) -> object:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return value
    return int(number) if number.is_finite() and number == number.to_integral_value() else value


def _answers(tables: Tables, rows: Sequence[Row], address: Address) -> None:
    answers: dict[str, dict[str, str]] = {}
    for line, cells in _records(rows):
        point, language, sentence = (str(cells.get(head, (0, ""))[1]) for head in ("point", "language", "sentence"))
        tables.addresses[f"answers.{point}"] = address(line, cells.get("point", (1, ""))[0])
        tables.addresses[f"answers.{point}.{language}"] = address(line, cells.get("sentence", (1, ""))[0])
        answers.setdefault(point, {})[language] = sentence
    tables.data["answers"] = answers


def _company(tables: Tables, rows: Sequence[Row], address: Address) -> None:
    company: dict[str, object] = {}
    for line, cells in _records(rows):
        key, value = str(cells.get("key", (0, ""))[1]), cells.get("value", (0, ""))[1]
        tables.addresses[f"company.{key}"] = address(line, 2)
        company[key] = _whole(value) if key == "since" else _list(str(value)) if key in _COMPANY_LISTS else str(value)
    tables.data["company"] = company


def _files(tables: Tables, rows: Sequence[Row], address: Address) -> None:
    files: list[dict[str, Any]] = []
    for line, cells in _records(rows):
        place = f"file[{len(files) + 1}]"
        tables.addresses[place] = address(line, 1)
        item: dict[str, Any] = {}
        for head, (column, value) in cells.items():
            key, _, language = head.partition(".")
            tables.addresses[f"{place}.{key}"] = address(line, column)
            if key == "title":
                item.setdefault("title", {})[language] = str(value)
            else:
                item[key] = _list(str(value)) if key in _FILE_LISTS else str(value)
        files.append(item)
    tables.data["file"] = files


def _letters(column: int) -> str:
    """Column number to its letters: 1 is A, 28 is AB."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
