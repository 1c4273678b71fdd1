"""A report as an Excel workbook: typed cells, native charts, and no text that a spreadsheet would take for a formula or
a link (H24)."""

import io
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from triage.audit.render import heading
from triage.audit.report import Report
from triage.audit.rulebook import Rulebook
from triage.audit.sheets import Cell, Chart, Sheet, Unit, sheets
from triage.audit.words import shown, width

_TEXT_WIDTH = 300
_WIDEST_COLUMN = 60
_SECONDS_A_DAY = 86_400
_FORMATS = {
    Unit.WORD: "@",
    Unit.COUNT: "#,##0",
    Unit.SECONDS: "[h]:mm:ss",
    Unit.SHARE: "0.0%",
    Unit.MOMENT: "yyyy-mm-dd hh:mm",
}
"""Durations and moments are numbers of days, as spreadsheets count."""
_SAFE = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def as_xlsx(report: Report, rules: Rulebook) -> bytes:
    """A sheet for each part of the report, between one that says what it is about and one with the rules. Moments are
    the desk's wall clock."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    with Workbook(out, _SAFE) as workbook:
        workbook.set_properties({"title": heading(report)})
        bold = workbook.add_format({"bold": True})
        formats = {unit: workbook.add_format({"num_format": shape}) for unit, shape in _FORMATS.items()}
        _about(workbook.add_worksheet("about"), report, bold)
        for sheet in sheets(report):
            if sheet.rows:
                page = workbook.add_worksheet(sheet.name)
                _write(page, sheet, ZoneInfo(report.time_zone), bold, formats)
                _draw(workbook, page, sheet)
        _list_rules(workbook.add_worksheet("rules"), rules, bold)
    return out.getvalue()


def _about(page: Any, report: Report, bold: Any) -> None:  # noqa: ANN401 (the library is not typed)
    page.set_column(0, 0, _WIDEST_COLUMN)
    page.write_string(0, 0, heading(report), bold)
    page.write_string(1, 0, f"Made {report.now.astimezone(ZoneInfo(report.time_zone)):%Y-%m-%d %H:%M}")
    page.write_string(2, 0, "Durations are hours, minutes and seconds. Headings name their rules: last sheet.")


def _write(page: Any, sheet: Sheet, zone: ZoneInfo, bold: Any, formats: dict[Unit, Any]) -> None:  # noqa: ANN401
    for place, column in enumerate(sheet.columns):
        narrow = sheet.chart is Chart.HEAT and place > 0  # the first column names the rule of all hours
        page.write_string(0, place, _ruled(column.name, "" if narrow else column.rule), bold)
        longest = max((width(cell) for row in sheet.rows if isinstance(cell := row[place], str)), default=0)
        page.set_column(place, place, min(_WIDEST_COLUMN, max(10 if sheet.chart is not Chart.HEAT else 5, longest + 1)))
    for line, row in enumerate(sheet.rows, 1):
        for place, (cell, column) in enumerate(zip(row, sheet.columns, strict=True)):
            words = _ruled(cell, sheet.rule_of(line - 1)) if place == 0 and isinstance(cell, str) else cell
            _put(page, line, place, words, column.unit, formats[column.unit], zone)
    page.freeze_panes(1, 1)


def _list_rules(page: Any, rules: Rulebook, bold: Any) -> None:  # noqa: ANN401
    page.set_column(1, 1, _WIDEST_COLUMN)
    for place, name in enumerate(("rule", "text")):
        page.write_string(0, place, name, bold)
    for line, rule in enumerate((rule for section in rules for rule in section.rules), 1):
        for place, words in enumerate((rule.id, rule.title + "".join(piece.text for piece in rule.text))):
            page.write_string(line, place, words)
    page.freeze_panes(1, 1)


def _ruled(words: str, rule: str) -> str:
    return f"{words} ({rule})" if rule else words


def _put(page: Any, line: int, place: int, cell: Cell, unit: Unit, shape: Any, zone: ZoneInfo) -> None:  # noqa: ANN401
    if isinstance(cell, datetime):
        page.write_datetime(line, place, cell.astimezone(zone).replace(tzinfo=None), shape)
    elif isinstance(cell, str):
        page.write_string(line, place, shown(cell, _TEXT_WIDTH), shape)
    elif cell is not None:
        page.write_number(line, place, cell / _SECONDS_A_DAY if unit is Unit.SECONDS else cell, shape)


def _draw(workbook: Any, page: Any, sheet: Sheet) -> None:  # noqa: ANN401
    last, names = len(sheet.rows), [column.name for column in sheet.columns]
    if sheet.chart is Chart.HEAT:
        page.conditional_format(1, 1, last, len(names) - 1, {"type": "2_color_scale", "min_color": "#FFFFFF"})
        return
    if sheet.chart is None:
        return
    drawing = workbook.add_chart({"type": "line" if sheet.chart is Chart.LINE else "column"})
    for name in sheet.drawn:
        place = names.index(name)
        drawing.add_series(
            {
                "name": [sheet.name, 0, place],
                "categories": [sheet.name, 1, 0, last, 0],
                "values": [sheet.name, 1, place, last, place],
            }
        )
    drawing.set_title({"name": sheet.title})
    drawing.set_size({"width": 900, "height": 360})
    page.insert_chart(last + 2, 0, drawing)
