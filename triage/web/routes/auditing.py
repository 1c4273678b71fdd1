"""The audit page: how fast we answered, by whatever one asks, with the worst cases by name."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from triage.app import App
from triage.audit.html import as_html
from triage.audit.render import as_csv
from triage.audit.report import Brief, Dimension, Report
from triage.audit.sheets import Cell, Chart, Sheet, Unit, sheets
from triage.audit.spreadsheet import as_xlsx
from triage.reporting import audit_rules
from triage.vocabulary.people import Person
from triage.web.identity import Viewer
from triage.web.limits import Limits
from triage.web.pages import render

PERIODS = (7, 30, 90, 365)
MOST_BARS = 24
BY_NAME = ("worst", "waiting")
"""Sheets that the page shows with links to their mails instead."""
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILES: Mapping[str, tuple[Callable[[Report], bytes | str], str]] = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (lambda report: as_xlsx(report, audit_rules()), WORKBOOK),
    "html": (lambda report: as_html(report, audit_rules()), "text/html; charset=utf-8"),
}
Days = Annotated[int, Query(ge=1, le=18_000)]


def auditing(app: App, limits: Limits) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    def found(person: Person, by: Dimension, days: int) -> Report:
        since = app.clock.now() - timedelta(days=days)
        return app.reporting.response_times([by], since, mailboxes=person.mailboxes)

    def earlier(person: Person, days: int) -> Brief:
        """Of the period before that one, as long as it."""
        until = app.clock.now() - timedelta(days=days)
        return app.reporting.brief((), until - timedelta(days=days), until, mailboxes=person.mailboxes)

    @routes.get("/audit")
    def page(request: Request, person: Viewer, by: Dimension = Dimension.TIER, days: Days = 30) -> HTMLResponse:
        report = found(person, by, days)
        found_sheets = sorted(
            (sheet for sheet in sheets(report) if sheet.name not in BY_NAME),
            key=lambda sheet: sheet.name != "groups",
        )  # what was asked for comes first
        context = {
            "before": earlier(person, days).total,
            "sheets": found_sheets,
            "report": report,
            "by": by,
            "days": days,
            "periods": sorted({*PERIODS, days}),
            "dimensions": tuple(Dimension),
            "drawings": {sheet.name: drawing for sheet in found_sheets if (drawing := _drawing(sheet))},
        }
        return render(request, app, "audit.html", context, person=person)

    @routes.get("/audit/rules")
    def rules(request: Request, person: Viewer) -> HTMLResponse:
        """What each figure's tooltip names."""
        return render(request, app, "audit_rules.html", {"sections": audit_rules()}, person=person)

    @routes.get("/audit.{kind}")
    def download(
        kind: Literal["csv", "xlsx", "html"], person: Viewer, by: Dimension = Dimension.TIER, days: Days = 30
    ) -> Response:
        """The same report as a file; the HTML one is for printing."""
        limits.export(person)
        made, media_type = FILES[kind]
        headers = {"Content-Disposition": f"attachment; filename=response-times-{by}.{kind}"}
        return Response(made(found(person, by, days)), media_type=media_type, headers=headers)

    return routes


def _drawing(sheet: Sheet) -> dict[str, object] | None:
    """What the page's chart of the sheet shows: for each drawn column its name and numbers, durations in hours."""
    if sheet.chart not in (Chart.LINE, Chart.BARS) or not sheet.rows:
        return None
    rows = sheet.rows if sheet.chart is Chart.LINE else sheet.rows[:MOST_BARS]
    places = [[column.name for column in sheet.columns].index(name) for name in sheet.drawn]
    unit = sheet.columns[places[0]].unit
    series = [(sheet.columns[place].name, [_drawn(row[place], unit) for row in rows]) for place in places]
    return {"rows": len(rows), "unit": "h" if unit is Unit.SECONDS else "", "series": series}


def _drawn(cell: Cell, unit: Unit) -> float | None:
    if not isinstance(cell, int | float):
        return None
    return round(cell / 3600, 2) if unit is Unit.SECONDS else cell or None  # a mark at zero would only hide the axis
