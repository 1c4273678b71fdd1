"""The audit page says what the report says, to the second."""

import json
import re

from tests.harness.desks import inquiry
from tests.unit.web.desk import Site, site
from tests.unit.web.test_security import words_of
from triage.audit.render import as_json
from triage.audit.report import Dimension
from triage.audit.sheets import Unit, sheets
from triage.vocabulary.people import Role
from triage.web.routes.auditing import BY_NAME

__all__ = ["site"]


def answered_mails(site: Site) -> None:
    """Some answered, some waiting, at odd times."""
    for number in range(4):
        message_id = site.desktop.arrive(
            inquiry(message_id=f"<{number}@muster.example>", sender=f"b{number}@x.example")
        )
        ((draft_id, _),) = site.desktop.drafts(message_id)
        site.desktop.clock.move(minutes=7 * number + 3, seconds=13)
        if number < 3:
            site.app.review.approve(draft_id, "Li Na", expected_hash=words_of(site, draft_id)["seen"])
    site.desktop.clock.move(hours=5, seconds=1)


def test_the_page_shows_the_reports_figures_to_the_second(site: Site) -> None:
    answered_mails(site)
    page = site.signed_in(Role.ADMIN).get("/audit?days=9999&by=tier").text
    report = site.app.audit_report([Dimension.TIER])
    expected = [
        f"{cell:.3f}"
        for sheet in sheets(report)
        if sheet.name not in BY_NAME
        for row in sheet.rows
        for cell, column in list(zip(row, sheet.columns, strict=True))[1:]
        if column.unit is Unit.SECONDS and isinstance(cell, int | float)
    ]
    shown = [value for value in re.findall(r'<data value="([0-9.]+)">', page) if re.fullmatch(r"\d+\.\d{3}", value)]
    assert shown == expected
    told = json.loads(as_json(report))
    of_json = {f"{value:.3f}" for name, value in told["total"].items() if name.endswith("_seconds") and value}
    assert of_json <= set(shown)
    assert report.total.due == 4
    assert f"<dd>{told['total']['due']}</dd>" in page
