"""The audit page says what the report says, to the second."""

import io
import json
import re
from html import unescape

from openpyxl import load_workbook

from tests.harness.desks import inquiry
from tests.unit.web.desk import Site, site
from triage.audit.html import as_html
from triage.audit.render import as_json
from triage.audit.report import Dimension
from triage.audit.sheets import Unit, sheets
from triage.audit.spreadsheet import as_xlsx
from triage.reporting import audit_rules
from triage.vocabulary.people import Role
from triage.vocabulary.records import FolderRole
from triage.web.routes.auditing import BY_NAME

__all__ = ["site"]


def answered_mails(site: Site) -> None:
    """Three answered from a phone and one waiting, at odd times."""
    for number in range(4):
        sender, key = f"b{number}@muster.example", f"<{number}@muster.example>"
        site.desktop.arrive(inquiry(sender=sender, message_id=key))
        site.desktop.clock.move(minutes=7 * number + 3, seconds=13)
        if number < 3:
            answer = inquiry("sales@seller.example", "Re: LED bulbs", message_id=f"<a{number}@x.example>")
            answer = answer.replace(b"To: sales@seller.example", f"To: {sender}\r\nIn-Reply-To: {key}".encode(), 1)
            site.desktop.arrive(answer, FolderRole.SENT)
    site.desktop.clock.move(hours=5, seconds=1)


def test_the_page_shows_the_reports_figures_to_the_second(site: Site) -> None:
    answered_mails(site)
    page = site.signed_in(Role.ADMIN).get("/audit?days=9999&by=tier").text
    report = site.app.reporting.response_times([Dimension.TIER])
    expected = [
        f"{cell:.3f}"
        for sheet in sheets(report)
        if sheet.name not in BY_NAME
        for row in sheet.rows
        for cell, column in list(zip(row, sheet.columns, strict=True))[1:]
        if column.unit is Unit.SECONDS and isinstance(cell, int | float)
    ]
    shown = [value for value in re.findall(r'<data value="([0-9.]+)">', page) if re.fullmatch(r"\d+\.\d{3}", value)]
    assert sorted(shown) == sorted(expected)
    told = json.loads(as_json(report))
    of_json = {
        f"{value:.3f}" for name, value in told["total"].items() if name.endswith(("median", "mean", "p90")) and value
    }
    assert len(of_json) > 1
    assert of_json <= set(shown)
    assert (report.total.due, report.total.answered) == (4, 3)
    assert f"<dd>{told['total']['due']}</dd>" in page


def test_every_rule_that_the_page_names_can_be_read_there(site: Site) -> None:
    answered_mails(site)
    reader = site.signed_in(Role.VIEWER)
    named = set(re.findall(r'href="/audit/rules#(\w+)"', reader.get("/audit?days=9999").text))
    rules = reader.get("/audit/rules").text
    assert len(named) > 10
    assert named <= set(re.findall(r'<dt id="(\w+)">', rules))
    assert "<code>triage log verify</code>" in rules
    assert "**" not in rules


def test_every_figure_of_page_and_files_names_its_rule(site: Site) -> None:
    answered_mails(site)
    reader = site.signed_in(Role.ADMIN)
    page = unescape(reader.get("/audit?days=9999&by=tier").text)
    tables = re.findall(r"<thead><tr>(.*?)</tr></thead>\s*<tbody>(.*?)</tbody>", page, re.DOTALL)
    assert len(tables) > 8
    for head, body in tables:
        headings = re.findall(r"<th[^>]*>(.*?)</th>", head)
        for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL):
            cells = re.findall(r"<t[hd]([^>]*)>(.*?)</t[hd]>", row, re.DOTALL)
            for heading, (_, cell) in list(zip(headings, cells, strict=True))[1:]:
                if re.search(r"<data|^\d", cell):
                    assert re.search(r'href="/audit/rules#[AP]\d+" title="Rule [AP]\d+ ', heading), heading
    tiles = re.findall(r"<dt>(.*?)</dt>", page)
    assert len(tiles) == 6
    assert all(re.search(r'href="/audit/rules#[AP]\d+" title="Rule', tile) for tile in tiles)
    for heading in ("holding reply", "elapsed", "Who has waited longest", "Slowest answers"):
        assert re.search(rf'href="/audit/rules#A\d+"[^>]*>{heading}<', page), heading


def linked(rule: str, words: str) -> str:
    return f'href="#{rule}" title="Rule {rule} of docs/audit-rules.md">{words}</a>'


def test_every_figure_of_the_report_s_sheets_has_a_rule_and_the_files_name_it(site: Site) -> None:
    answered_mails(site)
    report = site.app.reporting.response_times([Dimension.TIER])
    text = unescape(as_html(report, audit_rules()))
    book = load_workbook(io.BytesIO(as_xlsx(report, audit_rules())))
    known = {rule.id for section in audit_rules() for rule in section.rules}
    for sheet in sheets(report):
        page = book[sheet.name]
        for place, column in enumerate(sheet.columns):
            if column.unit is Unit.WORD and place:
                continue
            assert column.unit is Unit.WORD or column.rule in known, (sheet.name, column.name)
            narrow = sheet.name == "heat" and place > 0
            if column.rule and not narrow:
                assert page.cell(1, place + 1).value == f"{column.name} ({column.rule})"
            if column.rule:
                assert linked(column.rule, column.name) in text
        for line, rule in enumerate(sheet.row_rules):
            assert rule in known
            assert page.cell(line + 2, 1).value == f"{sheet.rows[line][0]} ({rule})"
            assert linked(rule, str(sheet.rows[line][0])) in text
        assert not sheet.row_rules or len(sheet.row_rules) == len(sheet.rows)
    assert set(re.findall(r'href="#(\w+)"', text)) <= set(re.findall(r'<dt id="(\w+)"', text)) == known
    assert {row[0] for row in book["rules"].iter_rows(min_row=2, values_only=True)} == known


def test_each_chart_draws_numbers_of_the_table_below_it(site: Site) -> None:
    answered_mails(site)
    page = unescape(site.signed_in(Role.ADMIN).get("/audit?days=9999&by=tier").text)
    report = site.app.reporting.response_times([Dimension.TIER])
    sections = re.findall(r'<section [^>]*id="(\w+)"(.*?)</section>', page, re.DOTALL)
    charts = {name: re.search(r"data-series='(.*?)'", body) for name, body in sections}
    drawn = {name: json.loads(found[1]) for name, found in charts.items() if found}
    assert {"distribution", "groups", "weeks"} <= set(drawn)
    assert drawn["distribution"][0] == ["elapsed", [each.elapsed or None for each in report.distribution]]
    assert report.total.working is not None
    assert drawn["weeks"][0][1] == [round(report.total.working.median / 3600, 2)]
