import csv
import io
import json
import re
from datetime import datetime, timedelta
from html import unescape

import pytest
from openpyxl import load_workbook

from tests.unit.audit.desk import OFFICE, at
from tests.unit.audit.test_report import NOW, response
from triage.audit.html import as_html
from triage.audit.render import as_csv, as_json, guarded, table
from triage.audit.report import Report
from triage.audit.rulebook import rulebook
from triage.audit.sheets import Unit, sheets
from triage.audit.spreadsheet import as_xlsx
from triage.audit.summary import report
from triage.audit.words import duration, shown, width
from triage.vocabulary.inquiry import Kind, Tier
from triage.vocabulary.responses import Dimension

HOSTILE = "Where is my\x1b[31m order?\r\nBcc: x\u202e<script>alert(1)</script>"
RULES = rulebook("# Rules\n\nWhat they are.\n\n## Figures\n\n- **A16 In target.** What `counts`.\n")
FORMULA = '=HYPERLINK("http://evil.example")'
ROWS = (
    response(1, at(9), 1800.0, country="US", tier=Tier.A, kind=Kind.RFQ, person=FORMULA, edited_share=0.25),
    response(
        2, at(16), 18 * 3600.0, country="CN", subject="询价:LED面板灯 3000件", holding_at=at(16.5), edited_share=0.0
    ),
    response(3, at(16, days=1), country="DE", subject=HOSTILE),
)


def made(*by: Dimension) -> Report:
    return report(ROWS, by, NOW, OFFICE)


def test_the_table_reads_at_a_glance() -> None:
    lines = table(made(Dimension.MARKET)).splitlines()
    assert lines[:13] == [
        "Response times of mails that came 2026-06-15 to 2026-06-16 (UTC)",
        "",
        "due an answer  3",
        "answered       2 (67 %)",
        "in target      1 of 3 (33 %)",
        "waiting        1",
        "holding reply  1",
        "",
        "Time to the answer",
        "time                   median        mean          p90      longest",
        "elapsed            9 h 15 min  9 h 15 min  16 h 15 min  18 h 00 min",
        "our working time   1 h 15 min  1 h 15 min   1 h 51 min   2 h 00 min",
        "the buyer's hours  4 h 00 min  4 h 00 min   7 h 12 min   8 h 00 min",
    ]
    market = lines.index("By market")
    assert [line.split()[:2] for line in lines[market + 1 : market + 5]] == [
        ["market", "due"],
        ["CN", "1"],
        ["DE", "1"],
        ["US", "1"],
    ]
    assert lines[-2:] == [
        "      took      elapsed      target  tier  kind     came              from                   subject",
        "7 h 00 min  23 h 00 min  1 h 00 min  B     inquiry  2026-06-16 16:00  buyer3@muster.example  "
        "Where is my [31m order? Bcc: x <script>…",
    ]


def test_an_empty_report_says_so() -> None:
    text = table(report([], (Dimension.TIER,), NOW, OFFICE))
    assert text.splitlines()[0] == "Response times: no mail was due an answer"
    assert "answered       0 (-)" in text.splitlines()


def test_a_shortened_list_says_how_many_there_are() -> None:
    found = report([response(n, at(9)) for n in range(1, 5)], (), NOW, OFFICE, waiting=2)
    assert "Waiting now, the longest 2 of 4 (working time)" in table(found).splitlines()


def test_columns_stay_aligned_after_wide_words() -> None:
    rows = [response(1, at(9), 60.0, person="陈小姐"), response(2, at(9), 60.0, person="Lin")]
    lines = table(report(rows, (Dimension.PERSON,), NOW, OFFICE)).splitlines()
    start = lines.index("By person")
    assert {width(line) for line in lines[start + 1 : start + 4]} == {width(lines[start + 1])}


def test_width_counts_columns_of_a_terminal() -> None:
    assert [width(text) for text in ("abc", "询价", "カタ", "ｶﾀ", "한국", "e\u0301", "")] == [3, 4, 4, 2, 4, 1, 0]


def test_hostile_names_become_one_short_line() -> None:
    assert shown("a\x1b[2J\r\n\tb\u202ec\x00", 40) == "a [2J b c"
    assert shown("询" * 40, 40) == "询" * 19 + "…"
    assert width(shown("x" * 100_000, 32)) == 32


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59.9, "59 s"), (60, "1 min"), (3599, "59 min"), (3600, "1 h 00 min"), (90_061, "25 h 01 min")],
)
def test_durations_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_json_carries_every_figure_with_its_definition() -> None:
    told = json.loads(as_json(made(Dimension.TIER, Dimension.MARKET)))
    assert {"by", "groups", "turns", "weeks", "heat", "states", "conversations", "edits"} <= set(told)
    assert {"marketplaces", "recount", "reviewers", "promises", "worst", "waiting"} <= set(told)
    assert told["total"]["due"] == 3
    assert told["total"]["share_answered"] == 0.6667
    assert (told["total"]["working_p90"], told["total"]["buyer_median"]) == (6660, 14400)
    assert told["by"] == ["tier", "market"]
    assert [(group["tier"], group["market"], group["due"]) for group in told["groups"]] == [
        ("A", "US", 1),
        ("B", "CN", 1),
        ("B", "DE", 1),
    ]
    assert told["groups"][2]["working_median"] is None
    assert told["waiting"][0]["received_at"] == "2026-06-16T16:00:00+00:00"
    assert told["worst"][0]["subject"] == "询价:LED面板灯 3000件"


def test_csv_has_a_line_for_each_group_and_the_total() -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(made(Dimension.MARKET)))))
    assert [(row["market"], row["due"], row["working_median"]) for row in rows] == [
        ("CN", "1", "7200.0"),
        ("DE", "1", ""),
        ("US", "1", "1800.0"),
        ("", "3", "4500.0"),
    ]


def test_the_workbook_holds_the_same_figures_typed_and_native_charts() -> None:
    found = made(Dimension.TIER)
    book = load_workbook(io.BytesIO(as_xlsx(found, RULES)))
    assert book.sheetnames == ["about", *(sheet.name for sheet in sheets(found) if sheet.rows), "rules"]
    for sheet in sheets(found):
        if sheet.rows:
            page = book[sheet.name]
            written = page.iter_rows(min_row=2, max_row=len(sheet.rows) + 1)
            for line, (row, cells) in enumerate(zip(sheet.rows, written, strict=True)):
                first = f"{row[0]} ({sheet.rule_of(line)})" if sheet.row_rules else row[0]
                for value, cell, column in zip((first, *row[1:]), cells, sheet.columns, strict=True):
                    _same(value, cell.value, column.unit)
    assert [len(book[name]._charts) for name in ("groups", "weeks")] == [1, 1]
    assert book["heat"].conditional_formatting


def _same(value: object, written: object, unit: Unit) -> None:
    match value:
        case None | "":
            assert written in (None, "")
        case datetime():
            assert written == value.replace(tzinfo=None)
        case str():
            assert written == shown(value, 300)
        case int() | float() if unit is Unit.SECONDS:
            assert isinstance(written, timedelta | int | float)
            days = written / timedelta(days=1) if isinstance(written, timedelta) else written
            assert days * 86_400 == pytest.approx(value, abs=0.01)
        case _:
            assert written == pytest.approx(value)


def test_h24_the_workbook_has_no_formula_and_no_link() -> None:
    """A person's name that begins as a formula is text in a cell, with its own characters."""
    book = load_workbook(io.BytesIO(as_xlsx(made(Dimension.PERSON), RULES)))
    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    assert FORMULA in {cell.value for cell in cells}
    assert {cell.data_type for cell in cells} <= {"s", "n", "d", "inlineStr"}
    assert all(cell.hyperlink is None for cell in cells)


def test_the_html_file_holds_every_cell_of_the_sheets_and_fetches_nothing() -> None:
    found = made(Dimension.KIND)
    text = as_html(found, RULES)
    for sheet in sheets(found):
        for value in (cell for row in sheet.rows for cell in row if isinstance(cell, float)):
            assert f'value="{value:.3f}"' in text or f">{100 * value:.0f} %<" in text
    assert re.findall(r"src=|href=[^#]{2}|@import|url\(", text) == []
    assert '<dt id="A16">A16</dt><dd><b>In target.</b> What <code>counts</code>.</dd>' in text
    assert "default-src 'none'" in text
    assert text.count("<svg") == 4
    assert "Rule A16 of docs/audit-rules.md" in text


def test_hostile_names_are_text_in_the_html_file() -> None:
    text = as_html(made(Dimension.PERSON), RULES)
    assert "<script" not in text.lower()
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "Bcc: x <script>alert(1)</script>" in unescape(text)


def test_the_charts_carry_their_numbers() -> None:
    text = as_html(made(Dimension.KIND), RULES)
    assert "<title>inquiry, working median: 2 h 00 min</title>" in text
    assert "<title>2026-06-15, working median: 1 h 15 min</title>" in text
    assert "<title>Mon, 09:00: 1</title>" in text


@pytest.mark.parametrize(
    "cell", ["=1+1", "+49 30", "-x", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x"]
)
def test_h24_no_cell_is_a_formula(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"
    told = as_csv(report([response(1, at(9), 60.0, person=cell)], (Dimension.PERSON,), NOW, OFFICE))
    assert list(csv.reader(io.StringIO(told, newline="")))[1][0] == f"'{cell}"


def test_plain_words_stay_as_they_are() -> None:
    assert [guarded(cell) for cell in ("DE", "lin", "1=1", "")] == ["DE", "lin", "1=1", ""]
