"""A report as text for the terminal, as JSON and as CSV. Names in it come from mails and are hostile (I13)."""

import csv
import io
import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from triage.audit.report import Brief, Case, Figures, Measured, Report, Spread
from triage.audit.sheets import Sheet, Unit, sheets
from triage.audit.words import percent, width, worded

PERCENTILES = "linear interpolation between the closest ranks"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_WIDTHS = {"from": 32, "subject": 40}
_WORD_WIDTH = 48


def table(report: Brief) -> str:
    """Plain text with aligned columns, also where words are Chinese, Japanese or Korean. Ends with a line break."""
    return _printed(report, sheets(report)[1:])


def opening(report: Brief) -> str:
    """The beginning of `table`: how many, and how long it took."""
    return _printed(report, sheets(report)[1:2])


def _printed(report: Brief, parts: Sequence[Sheet]) -> str:
    zone = ZoneInfo(report.time_zone)
    lines = [heading(report), "", *_summary(report.total)]
    for sheet in parts:
        if sheet.rows:
            lines += ["", sheet.title, *_lines(sheet, zone)]
    return "\n".join(lines) + "\n"


def heading(report: Brief) -> str:
    if report.since is None or report.until is None:
        return "Response times: no mail was due an answer"
    zone = ZoneInfo(report.time_zone)
    since, until = (at.astimezone(zone).date().isoformat() for at in (report.since, report.until))
    return f"Response times of mails that came {since} to {until} ({report.time_zone})"


def as_json(report: Brief) -> str:
    """One object; times in ISO 8601, UTC; durations in seconds; shares from 0 to 1; null where nothing was counted.
    What a brief report is without is absent."""
    told = _head(report) | (_more(report) if isinstance(report, Report) else {})
    return json.dumps(told, ensure_ascii=False, indent=2)


def _head(report: Brief) -> dict[str, Any]:
    return {
        "now": _utc(report.now),
        "time_zone": report.time_zone,
        "since": _utc(report.since),
        "until": _utc(report.until),
        "percentiles": PERCENTILES,
        "total": _flat(report.total, report.measures),
        "by": list(report.by),
        "groups": [
            dict(zip(report.by, group.key, strict=True)) | _flat(group.figures, report.measures)
            for group in report.groups
        ],
    }


def _more(report: Report) -> dict[str, Any]:
    return {
        "turns": {group.key[0]: _flat(group.figures, report.measures) for group in report.turns},
        "weeks": [{"week": group.key[0]} | _flat(group.figures, report.measures) for group in report.weeks],
        "heat": [_rounded_object(asdict(cell)) for cell in report.heat],
        "distribution": [
            asdict(each) | {"upto": None if math.isinf(each.upto) else each.upto} for each in report.distribution
        ],
        "states": [
            {"state": stage.name, "letters": stage.letters} | _measures(elapsed=stage.elapsed, working=stage.working)
            for stage in report.stages
        ],
        "conversations": {"resolved": report.resolution.resolved, "unresolved": report.resolution.unresolved}
        | _measures(elapsed=report.resolution.elapsed, working=report.resolution.working),
        "edits": _rounded_object(asdict(report.edits)),
        "marketplaces": _rounded_object(
            asdict(report.marketplaces) | {"reply_rate_24_hours": report.marketplaces.reply_rate_24_hours}
        ),
        "recount": {"changed": report.recount.changed} | _measures(former=report.recount.former),
        "reviewers": [asdict(reviewer) for reviewer in report.reviewers],
        "promises": dict(report.promises),
        "complaints": [_rounded_object(asdict(count)) for count in report.complaints],
        "worst": [_case_object(case) for case in report.worst],
        "waiting": [_case_object(case) for case in report.waiting],
    }


def as_csv(report: Brief) -> str:
    """A line for each group, and one for the total where the dimensions are empty. Durations in seconds (H24)."""
    out = io.StringIO()
    writer = csv.writer(out)
    total = _flat(report.total, report.measures)
    writer.writerow([*report.by, *total])
    for group in report.groups:
        writer.writerow([*map(guarded, group.key), *_flat(group.figures, report.measures).values()])
    writer.writerow([*("" for _ in report.by), *total.values()])
    return out.getvalue()


def guarded(cell: str) -> str:
    """A text that no spreadsheet takes for a formula (H24)."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


def _summary(figures: Figures) -> list[str]:
    decided = figures.in_target + figures.late
    return [
        f"due an answer  {figures.due}",
        f"answered       {figures.answered} ({_percent(figures.share_answered)})",
        f"in target      {figures.in_target} of {decided} ({_percent(figures.share_in_target)})",
        f"waiting        {figures.waiting}",
        f"holding reply  {figures.held}",
    ]


def _lines(sheet: Sheet, zone: ZoneInfo) -> list[str]:
    """Words to the left, numbers to the right."""
    narrow = [index for index, column in enumerate(sheet.columns) if column.narrow]
    columns = [sheet.columns[index] for index in narrow]
    rows = [[column.name for column in columns]]
    for cells in sheet.rows:
        pairs = zip(columns, (cells[index] for index in narrow), strict=True)
        rows.append([worded(cell, c.unit, zone, _WIDTHS.get(c.name, _WORD_WIDTH)) for c, cell in pairs])
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    left = [column.unit in (Unit.WORD, Unit.MOMENT) for column in columns]
    return ["  ".join(_padded(*cell) for cell in zip(row, widths, left, strict=True)).rstrip() for row in rows]


def _padded(text: str, columns: int, left: bool) -> str:
    blanks = " " * (columns - width(text))
    return text + blanks if left else blanks + text


def _percent(share: float | None) -> str:
    return "-" if share is None else percent(share)


def _utc(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _flat(figures: Figures, measures: Sequence[Measured]) -> dict[str, Any]:
    return {
        "due": figures.due,
        "answered": figures.answered,
        "waiting": figures.waiting,
        "share_answered": _rounded(figures.share_answered, 4),
        "in_target": figures.in_target,
        "late": figures.late,
        "share_in_target": _rounded(figures.share_in_target, 4),
        "held": figures.held,
    } | _measures(**{measure: figures.spread(measure) for measure in measures})


def _measures(**spreads: Spread | None) -> dict[str, float | None]:
    return {
        f"{name}_{part}": None if spread is None else round(getattr(spread, part), 3)
        for name, spread in spreads.items()
        for part in ("median", "mean", "p90", "longest")
    }


def _rounded(figure: float | None, digits: int = 3) -> float | None:
    return None if figure is None else round(figure, digits)


def _rounded_object(told: dict[str, Any]) -> dict[str, Any]:
    return {key: round(value, 4) if isinstance(value, float) else value for key, value in told.items()}


def _case_object(case: Case) -> dict[str, Any]:
    return {
        "message_id": case.message_id,
        "from": case.sender,
        "subject": case.subject,
        "mailbox": case.mailbox,
        "kind": case.kind.value,
        "tier": case.tier.value,
        "country": case.country,
        "received_at": _utc(case.received_at),
        "answered_at": _utc(case.answered_at),
        "holding_at": _utc(case.holding_at),
        "person": case.person,
        "elapsed_seconds": round(case.elapsed_seconds, 3),
        "working_seconds": round(case.working_seconds, 3),
        "target_seconds": case.target_seconds,
    }
