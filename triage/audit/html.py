"""A report as one HTML file: no scripts, nothing fetched, fit for print; the charts carry their numbers.

Names come from mails: all text is escaped, and the file forbids itself everything but its own styles (I13).
"""

from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from triage.audit.charts import chart
from triage.audit.render import heading
from triage.audit.report import Report
from triage.audit.rulebook import Passage, Rulebook, Section
from triage.audit.sheets import Cell, Column, Sheet, Unit, sheets
from triage.audit.words import worded

_TEXT_WIDTH = 120
_STYLE = """
body { font: 14px/1.45 system-ui, sans-serif; color: #1b1f24; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .6rem; text-align: right; border-bottom: 1px solid #d7dce1; white-space: nowrap; }
th { color: #57606a; font-weight: 600; } .word { text-align: left; white-space: normal; min-width: 5.5rem; }
.ruled { color: inherit; text-decoration: underline dotted #8c959f; }
dl { display: grid; grid-template-columns: 3.5rem auto; gap: .3rem 0; } dd { margin: 0; }
svg { width: 100%; height: auto; max-width: 60rem; }
svg text { font: 11px system-ui, sans-serif; } footer { color: #57606a; margin-top: 2rem; }
@media print { body { margin: 0; max-width: none; font-size: 10px; } .figures { break-inside: avoid; }
  .wide { overflow: visible; } }
"""


def as_html(report: Report, rules: Rulebook) -> str:
    """The whole document: the figures, each linked to its rule, and behind them the rules."""
    zone = ZoneInfo(report.time_zone)
    title = escape(heading(report))
    sections = "\n".join(_section(sheet, zone) for sheet in sheets(report) if sheet.rows)
    behind = "\n".join(_rules(section) for section in rules if section.rules)
    made = f"{report.now.astimezone(zone):%Y-%m-%d %H:%M} {escape(report.time_zone)}"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body>\n<h1>{title}</h1>\n{sections}\n"
        f"{behind}\n<footer>Made {made}.</footer>\n</body></html>\n"
    )


def _section(sheet: Sheet, zone: ZoneInfo) -> str:
    head = "".join(_heading(column) for column in sheet.columns)
    rows = "\n".join(_row(sheet, line, zone) for line in range(len(sheet.rows)))
    return (
        f'<section class="figures" id="{sheet.name}"><h2>{_ruled(sheet.title, sheet.note)}</h2>{chart(sheet)}'
        f'<div class="wide"><table><thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody></table></div></section>'
    )


def _heading(column: Column) -> str:
    return f'<th scope="col"{_side(column)}>{_ruled(column.name, column.rule)}</th>'


def _ruled(words: str, rule: str) -> str:
    """With a tooltip that names the rule, and a link to it."""
    title = f"Rule {rule} of docs/audit-rules.md"
    return f'<a class="ruled" href="#{rule}" title="{title}">{escape(words)}</a>' if rule else escape(words)


def _row(sheet: Sheet, line: int, zone: ZoneInfo) -> str:
    rules = (sheet.rule_of(line), *("",) * len(sheet.columns))
    cells = zip(sheet.rows[line], sheet.columns, rules, strict=False)
    return f"<tr>{''.join(_cell(cell, column, zone, rule) for cell, column, rule in cells)}</tr>"


def _cell(cell: Cell, column: Column, zone: ZoneInfo, rule: str) -> str:
    words = _ruled(worded(cell, column.unit, zone, _TEXT_WIDTH), rule)
    if isinstance(cell, datetime):
        words = f'<time datetime="{cell.isoformat()}">{words}</time>'
    elif isinstance(cell, int | float) and column.unit is Unit.SECONDS:
        words = f'<data value="{cell:.3f}">{words}</data>'
    return f"<td{_side(column)}>{words}</td>"


def _side(column: Column) -> str:
    return ' class="word"' if column.unit is Unit.WORD else ""


def _rules(section: Section) -> str:
    entries = "\n".join(
        f'<dt id="{rule.id}">{rule.id}</dt><dd><b>{escape(rule.title)}</b>{_said(rule.text)}</dd>'
        for rule in section.rules
    )
    return f"<section><h2>{escape(section.heading)}</h2><dl>{entries}</dl></section>"


def _said(passage: Passage) -> str:
    words = ((escape(piece.text), piece.is_code) for piece in passage)
    return "".join(f"<code>{text}</code>" if is_code else text for text, is_code in words)
