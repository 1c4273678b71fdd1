"""Tables that people made or changed, read row by row; a cell keeps its address, so that a fault can be named."""

import csv
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from triage.customers.columns import CUSTOMERS, PEOPLE
from triage.customers.tables_out import RUNS
from triage.errors import SheetError

ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})
"""What a spreadsheet shows instead of a value."""
LARGEST_FILE = 500_000_000
"""Bytes of a file, and of what a workbook unpacks to, below which it is read."""
_CODED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LARGEST_UNPACKED = 4_000_000_000


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row as texts by column name; empty cells are left out. `sheet` is `Customers` or `People`."""

    sheet: str
    place: str
    """Sheet as the file calls it."""
    number: int
    cells: Mapping[str, str]
    letters: Mapping[str, str]

    def address(self, column: str) -> str:
        """`Customers!C17`; the row alone when the column is not in the file."""
        return f"{self.place}!{self.letters.get(column, '')}{self.number}"


def read_table(path: Path) -> Iterator[TableRow]:
    """By the name's ending: .xlsx or .csv. Raises SheetError for a file that is none, with the remedy."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise SheetError(f"{path} has more than {LARGEST_FILE // 1_000_000} MB.", "Split it.")
    except OSError as error:
        raise SheetError(f"{path} can't be read: {error.strerror}.") from error
    ending = path.suffix.lower()
    if ending == ".csv":
        return _read_csv(path)
    if ending in (".xlsx", ".xlsm"):
        return _read_xlsx(path)
    raise SheetError(f"{path.name} is neither .xlsx nor .csv.", "Save it as one of them.")


def _read_csv(path: Path) -> Iterator[TableRow]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            beginning = file.read(8192)
            file.seek(0)
            delimiter = max(",;\t", key=beginning.split("\n", 1)[0].count)
            lines = ([_unescaped(text) for text in line] for line in csv.reader(file, delimiter=delimiter))
            yield from _rows(CUSTOMERS, "CSV", lines)
    except UnicodeDecodeError as error:
        raise SheetError(f"{path.name} is not UTF-8 text.", "Save it as CSV UTF-8, or as .xlsx.") from error
    except (OSError, csv.Error) as error:
        raise SheetError(f"{path.name} can't be read: {error}.") from error


def _read_xlsx(path: Path) -> Iterator[TableRow]:
    """Sheets named Customers..., People...; in a workbook without those the first one holds customers."""
    from openpyxl.reader.excel import load_workbook

    try:
        with zipfile.ZipFile(path) as packed:
            if sum(part.file_size for part in packed.infolist()) > _LARGEST_UNPACKED:
                raise SheetError(f"{path.name} unpacks to more than it may.", "Split it.")
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        with closing(book):
            for name, meaning in _sheets(book.sheetnames):
                with closing(book[name].iter_rows(values_only=True)) as lines:
                    yield from _rows(meaning, name, (list(map(_decoded, line)) for line in lines))
    except SheetError:
        raise
    except Exception as error:  # damaged workbooks raise whatever their parts raise
        raise SheetError(f"{path.name} is no readable Excel workbook: {error}.", "Save it anew as .xlsx.") from error


def _sheets(names: Sequence[str]) -> list[tuple[str, str]]:
    """Name and meaning of the sheets to read, customers first."""
    named = [(name, _meaning(name)) for name in names]
    if not any(meaning == CUSTOMERS for _, meaning in named):
        named[0] = (named[0][0], CUSTOMERS)
    return sorted((pair for pair in named if pair[1]), key=lambda pair: pair[1])


def _meaning(name: str) -> str:
    return next((meaning for meaning in (CUSTOMERS, PEOPLE) if name.casefold().startswith(meaning.casefold())), "")


def _rows(meaning: str, place: str, lines: Iterator[Sequence[object]]) -> Iterator[TableRow]:
    head: list[str] = []
    letters: dict[str, str] = {}
    for number, line in zip(count(1), lines, strict=False):
        texts = [_text(cell) for cell in line]
        if not any(texts):
            continue
        if not head:
            head = [_column_name(text) for text in texts]
            letters = {name: _letters(index) for index, name in enumerate(head) if name}
            twice = next((name for name in head if name and head.count(name) > 1), None)
            if twice:
                raise SheetError(f"{place}: the column {twice!r} stands twice.", "Rename or delete one of the two.")
            continue
        cells = {name: text for name, text in zip(head, texts, strict=False) if name and text}
        beyond = next(
            (index for index, text in enumerate(texts) if text and (index >= len(head) or not head[index])), -1
        )
        if beyond >= 0:
            raise SheetError(f"{place}!{_letters(beyond)}{number}: a value below no column name.", "Name the column.")
        yield TableRow(meaning, place, number, cells, letters)


def _column_name(text: str) -> str:
    return "_".join(text.casefold().split())


def _text(cell: object) -> str:
    """A cell as a person would write it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=cell.tzinfo or UTC).isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _decoded(cell: object) -> object:
    """Workbooks write `_x000D_` for characters that XML has no place for (ECMA-376, 22.9.2.19)."""
    return _CODED.sub(lambda found: chr(int(found[1], 16)), cell) if isinstance(cell, str) and "_x" in cell else cell


def _unescaped(text: str) -> str:
    """Without the apostrophe that keeps a text of CSV from running."""
    return text[1:] if text.startswith("'") and text[1:].startswith((*RUNS, "'")) else text


def _letters(index: int) -> str:
    """Column 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
