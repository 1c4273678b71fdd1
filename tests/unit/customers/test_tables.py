"""Tables out and in: typed, inert, whole."""

import csv
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from triage.customers.columns import COLUMNS
from triage.customers.tables_in import TableRow, read_table
from triage.customers.tables_out import write_csv, write_xlsx
from triage.errors import SheetError
from triage.vocabulary.customers import Person, Segment
from triage.vocabulary.inquiry import BuyerType, FactName
from triage.vocabulary.records import CustomerRecord

HOSTILE = ["=1+1", "+49 30 5550 1234", "-2", "@SUM(A1)", "'=x", "'quoted", '=HYPERLINK("http://a.example")', "\t=1"]
NOW = datetime(2026, 3, 2, 1, 2, 3, 456_789, tzinfo=UTC)
SHOWN = NOW.replace(tzinfo=None, microsecond=0)
"""Spreadsheets know no zones."""
CARD = CustomerRecord(
    id=7,
    name="Dana Whitfield",
    company="=cmd|' /C calc'!A0",
    country="DE",
    addresses=("dana@sample.example", "x@sample.example"),
    facts={FactName.PHONE: "+49 30 5550 1234", FactName.WEBSITE: "https://sample.example"},
    first_contact_at=NOW,
    last_contact_at=NOW,
    messages_in=3,
    orders=2,
    do_not_contact=True,
    note="two\nlines, 中文 and \x07 a bell",
    type=BuyerType.IMPORTER,
    value=1250.5,
)
PEOPLE = [Person("dana@sample.example", 7, "Dana", "owner", "+1 617 555 0142", "sample.example")]


def line(card: CustomerRecord = CARD) -> tuple[CustomerRecord, Segment, list[Person]]:
    return card, Segment.KEY, PEOPLE


def cells(path: Path) -> dict[str, object]:
    """The first customer of a workbook by column name, as openpyxl has them."""
    sheet = openpyxl.load_workbook(path)["Customers"]
    head, row, *_ = sheet.iter_rows()
    return {str(name.value): cell for name, cell in zip(head, row, strict=True)}


def test_a_workbook_has_typed_cells_a_frozen_head_and_filters(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    assert write_xlsx(path, [line()]) == 1
    found = cells(path)
    values = {name: cell.value for name, cell in found.items() if cell.value is not None}  # type: ignore[attr-defined]
    assert values == {
        "id": 7,
        "name": "Dana Whitfield",
        "company": "=cmd|' /C calc'!A0",
        "country": "DE",
        "region": "europe",
        "addresses": "dana@sample.example; x@sample.example",
        "type": "importer",
        "segment": "key",
        "contacts": 3,
        "first_contact": SHOWN,
        "last_contact": SHOWN,
        "mails_in": 3,
        "mails_out": 0,
        "meetings": 0,
        "orders": 2,
        "value": 1250.5,
        "do_not_contact": True,
        "note": "two\nlines, 中文 and  a bell",
        "phone": "+49 30 5550 1234",
        "website": "https://sample.example",
    }
    book = openpyxl.load_workbook(path)
    assert [(sheet.title, sheet.freeze_panes, sheet.auto_filter.ref) for sheet in book] == [
        ("Customers", "A2", f"A1:{openpyxl.utils.get_column_letter(len(COLUMNS))}2"),
        ("People", "A2", "A1:F2"),
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_of_a_workbook_runs(tmp_path: Path, text: str) -> None:
    path = tmp_path / "book.xlsx"
    write_xlsx(path, [line(replace(CARD, name=text, note=text))])
    found = cells(path)
    for cell in (found["name"], found["note"]):
        assert (cell.data_type, cell.value) == ("s", text)  # type: ignore[attr-defined]
        assert cell.quotePrefix or text.startswith("'q")  # type: ignore[attr-defined]
    with zipfile.ZipFile(path) as packed:
        sheets = [packed.read(name) for name in packed.namelist() if "worksheets/sheet" in name]
        assert not any(b"<f>" in sheet or b"<hyperlink" in sheet for sheet in sheets)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_of_csv_runs_and_each_comes_back(tmp_path: Path, text: str) -> None:
    path = tmp_path / "book.csv"
    write_csv(path, [line(replace(CARD, name=text))])
    with path.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["name"] == f"'{text}"
    (read,) = read_table(path)
    assert read.cells["name"] == text.strip()


def test_csv_reads_in_excel_and_back(tmp_path: Path) -> None:
    path = tmp_path / "book.csv"
    assert write_csv(path, [line()]) == 1
    assert path.read_bytes().startswith(b"\xef\xbb\xbfid,name,company")
    (read,) = read_table(path)
    assert (read.cells["do_not_contact"], read.cells["value"], read.cells["first_contact"]) == (
        "yes",
        "1250.50",
        "2026-03-02 01:02:03",
    )


def test_more_rows_than_a_sheet_holds_go_on_to_the_next(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    cards = [replace(CARD, id=number) for number in range(1, 8)]
    assert write_xlsx(path, map(line, cards), rows_of_a_sheet=3) == 7
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Customers", "People", "Customers 2", "People 2", "Customers 3", "People 3"]
    assert [book[name].max_row for name in ("Customers", "Customers 2", "Customers 3")] == [4, 4, 2]
    numbers = [row.cells["id"] for row in read_table(path) if row.sheet == "Customers"]
    assert numbers == [str(number) for number in range(1, 8)]


def test_a_text_that_no_cell_holds_is_told(tmp_path: Path) -> None:
    with pytest.raises(SheetError, match=r"note of a customer has 40000 characters.*Export as \.csv"):
        write_xlsx(tmp_path / "book.xlsx", [line(replace(CARD, note="x" * 40_000))])


def workbook(path: Path, *rows: list[object], sheet: str = "Customers") -> Path:
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_cells_of_any_type_are_read_as_a_person_would_write_them(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        ["Name ", None, "First Contact", "Phone", "Do not contact", "Value"],
        [None],
        [" Dana ", None, SHOWN, 4930555012.0, True, 12.5],
        sheet="Leads",
    )
    assert list(read_table(path)) == [
        TableRow(
            "Customers",
            "Leads",
            3,
            {
                "name": "Dana",
                "first_contact": "2026-03-02T01:02:03+00:00",
                "phone": "4930555012",
                "do_not_contact": "yes",
                "value": "12.5",
            },
            {"name": "A", "first_contact": "C", "phone": "D", "do_not_contact": "E", "value": "F"},
        )
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_with_any_usual_delimiter(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"name{delimiter}company\nDana{delimiter}Sample\n", encoding="utf-8")
    (row,) = read_table(path)
    assert row.cells == {"name": "Dana", "company": "Sample"}


def test_files_that_can_not_be_read_are_told_with_the_remedy(tmp_path: Path) -> None:
    def refused(path: Path) -> str:
        with pytest.raises(SheetError) as caught:
            list(read_table(path))
        return str(caught.value)

    (tmp_path / "a.xlsx").write_bytes(b"no workbook")
    (tmp_path / "b.csv").write_bytes("name\nJosé".encode("latin-1"))
    (tmp_path / "c.ods").touch()
    whole = workbook(tmp_path / "w.xlsx", ["name"], ["x"]).read_bytes()
    (tmp_path / "d.xlsx").write_bytes(whole[: len(whole) // 2])
    assert refused(tmp_path / "a.xlsx").startswith("a.xlsx is no readable Excel workbook: ")
    assert refused(tmp_path / "d.xlsx").endswith("Save it anew as .xlsx.")
    assert refused(tmp_path / "b.csv") == "b.csv is not UTF-8 text. Save it as CSV UTF-8, or as .xlsx."
    assert refused(tmp_path / "c.ods") == "c.ods is neither .xlsx nor .csv. Save it as one of them."
    assert refused(tmp_path / "no.csv").endswith("no.csv can't be read: No such file or directory.")
    twice = workbook(tmp_path / "t.xlsx", ["name", "Name"], ["x", "y"])
    assert "the column 'name' stands twice" in refused(twice)
    beyond = workbook(tmp_path / "u.xlsx", ["name"], ["x", None, "y"])
    assert refused(beyond) == "Customers!C2: a value below no column name. Name the column."
