"""The catalogue as workbook and CSV: the same values as TOML, and faults by cell."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook

from triage.drafting import check_catalogue, load_catalogue
from triage.errors import CatalogueError
from triage.vocabulary.inquiry import Point
from triage.vocabulary.policy import Catalogue, CompanyFacts, Enclosure, PriceTier, Product

HEADS = ["id", "name", "name.zh", "names", "Prices", "prices_valid_until", "moq", "certificates", "photos", "hs_code"]
ROW = ["DL-12", "LED desk lamp DL-12", "LED台灯", "desk lamp; table lamp", "200 = 5.20; 500 = 4.80", date(2026, 12, 31)]
ROW += [200, "CE; RoHS", "https://example.com/p.jpg", "9405.21"]
EXPECTED = Catalogue(
    products=(
        Product(
            id="DL-12",
            name="LED desk lamp DL-12",
            names=("desk lamp", "table lamp"),
            prices=(PriceTier(200, Decimal("5.20")), PriceTier(500, Decimal("4.80"))),
            prices_valid_until=date(2026, 12, 31),
            moq=200,
            certificates=("CE", "RoHS"),
            photos=("https://example.com/p.jpg",),
            hs_code="9405.21",
            text={"zh": {"name": "LED台灯"}},
        ),
    ),
    answers={Point.VISIT: {"en": "Welcome."}},
    company=CompanyFacts(since=2008, certificates=("ISO 9001:2015", "BSCI")),
    enclosures=(Enclosure({"": "our catalogue", "zh": "产品目录"}, "catalogue.pdf", points=(Point.CATALOG,)),),
)
SHEETS = {
    "products": [HEADS, ROW],
    "answers": [["point", "language", "sentence"], ["visit", "en", "Welcome."]],
    "company": [["key", "value"], ["since", 2008], ["certificates", "ISO 9001:2015; BSCI"]],
    "files": [["title", "title.zh", "path", "points"], ["our catalogue", "产品目录", "catalogue.pdf", "catalog"]],
}
TOML = """
[[product]]
id = "DL-12"
name = "LED desk lamp DL-12"
names = ["desk lamp", "table lamp"]
prices = [{ quantity = 200, price = 5.20 }, { quantity = 500, price = 4.80 }]
prices_valid_until = 2026-12-31
moq = 200
certificates = ["CE", "RoHS"]
photos = ["https://example.com/p.jpg"]
hs_code = "9405.21"
[product.text.zh]
name = "LED台灯"
[answers.visit]
en = "Welcome."
[company]
since = 2008
certificates = ["ISO 9001:2015", "BSCI"]
[[file]]
title = { "" = "our catalogue", zh = "产品目录" }
path = "catalogue.pdf"
points = ["catalog"]
"""


def workbook(folder: Path, sheets: dict[str, list[list[object]]]) -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    path = folder / "catalogue.xlsx"
    book.save(path)
    return path


def csv_folder(folder: Path, sheets: dict[str, list[list[object]]], separator: str = ",") -> Path:
    for name, rows in sheets.items():
        lines = (separator.join(f'"{cell}"' for cell in row) for row in rows)
        (folder / f"{name}.csv").write_text("\n".join(lines), encoding="utf-8-sig")
    return folder


def test_all_three_forms_say_the_same(tmp_path: Path) -> None:
    toml = tmp_path / "catalogue.toml"
    toml.write_text(TOML, encoding="utf-8")
    assert load_catalogue(toml) == EXPECTED
    assert load_catalogue(workbook(tmp_path, SHEETS)) == EXPECTED
    assert load_catalogue(csv_folder(tmp_path, SHEETS)) == EXPECTED


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_one_csv_of_products_is_enough_whatever_parts_its_cells(tmp_path: Path, separator: str) -> None:
    csv_folder(tmp_path, {"products": SHEETS["products"]}, separator)
    assert load_catalogue(tmp_path / "products.csv").products == EXPECTED.products


@pytest.mark.parametrize(
    ("column", "value", "cell"),
    [
        ("moq", "ten", "G2"),
        ("moq", 0, "G2"),
        ("Prices", "cheap", "E2"),
        ("Prices", "200 = 5.20; 100 = 4.80", "E2"),
        ("prices_valid_until", "next year", "F2"),
        ("colour", "red", "K2"),
        ("id", "", "A2"),
    ],
)
def test_a_fault_is_named_by_its_cell(tmp_path: Path, column: str, value: object, cell: str) -> None:
    heads = HEADS if column in HEADS else [*HEADS, column]
    row = [value if head == column else old for head, old in zip(heads, [*ROW, None], strict=False)]
    (fault,) = check_catalogue(workbook(tmp_path, {"products": [heads, row]}))
    assert fault.place == f"sheet products, cell {cell}"
    assert fault.remedy
    (fault,) = check_catalogue(csv_folder(tmp_path, {"products": [heads, row]}) / "products.csv")
    assert fault.place == f"products.csv, line 2, column {cell[0]}"


def test_faults_of_the_other_sheets_have_their_cells(tmp_path: Path) -> None:
    sheets = dict(SHEETS)
    sheets["answers"] = [["point", "language", "sentence"], ["vist", "en", "Welcome."], ["visit", "english", "Hello."]]
    sheets["files"] = [["title", "path", "points"], ["x", "../secret.pdf", "catalogues"]]
    places = [fault.place for fault in check_catalogue(workbook(tmp_path, sheets))]
    assert places == [
        "sheet answers, cell A2",
        "sheet answers, cell C3",
        "sheet files, cell B2",
        "sheet files, cell C2",
    ]


def test_a_file_that_is_not_there_is_found_when_the_folder_is_known(tmp_path: Path) -> None:
    path = workbook(tmp_path, SHEETS)
    assert [fault.place for fault in check_catalogue(path, tmp_path)] == ["file catalogue.pdf"]
    (tmp_path / "catalogue.pdf").write_bytes(b"x" * 10)
    assert check_catalogue(path, tmp_path) == ()
    assert [file.size for file in load_catalogue(path, tmp_path).enclosures] == [10]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"not a workbook"])
def test_what_is_no_workbook_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "catalogue.xlsx"
    path.write_bytes(content)
    with pytest.raises(CatalogueError, match=r"is no workbook.*Save it as \.xlsx"):
        load_catalogue(path)


def test_a_folder_without_products_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"has no products\.csv"):
        load_catalogue(tmp_path)
