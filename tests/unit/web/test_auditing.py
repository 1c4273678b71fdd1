"""The audit page says what the report says, to the second."""

import json
import re
from html import unescape

from tests.harness.desks import inquiry
from tests.unit.web.desk import Site, site
from triage.audit.render import as_json
from triage.audit.report import Dimension
from triage.audit.sheets import Unit, sheets
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
