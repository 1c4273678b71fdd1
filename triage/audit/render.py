"""A report as text for the terminal, as JSON and as CSV. Names in it come from mails and are hostile (I13)."""

import csv
import io
import json
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from triage.audit.report import Case, Figures, Report, Spread

PERCENTILES = "linear interpolation between the closest ranks"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_SENDER_WIDTH, _SUBJECT_WIDTH = 32, 40
_COLUMNS = ("due", "answered", "answered %", "in target %", "held", "median", "mean", "p90")


def table(report: Report) -> str:
    """Plain text with aligned columns, also where words are Chinese, Japanese or Korean. Ends with a line break."""
    zone = ZoneInfo(report.time_zone)
    lines = [_heading(report, zone), "", *_summary(report.total)]
    if report.groups:
        head = (*(dimension.value for dimension in report.by), *_COLUMNS)
        body = [(*group.key, *_cells(group.figures)) for group in report.groups]
        lines += ["", f"By {', '.join(report.by)} (working time)", *_grid([head, *body], words=len(report.by))]
    if report.worst:
        lines += ["", "Longest waits for an answer (working time)", *_named(report.worst, zone)]
    if report.waiting:
        shown = len(report.waiting)
        more = f", the longest {shown} of {report.total.waiting}" if shown < report.total.waiting else ""
        lines += ["", f"Waiting now{more} (working time)", *_named(report.waiting, zone)]
    return "\n".join(lines) + "\n"


def as_json(report: Report) -> str:
    """One object; times in ISO 8601, UTC; durations in seconds; shares from 0 to 1; null where nothing was counted."""
    return json.dumps(
        {
            "now": _utc(report.now),
            "time_zone": report.time_zone,
            "since": _utc(report.since),
            "until": _utc(report.until),
            "percentiles": PERCENTILES,
            "total": _flat(report.total),
            "by": list(report.by),
            "groups": [dict(zip(report.by, group.key, strict=True)) | _flat(group.figures) for group in report.groups],
            "worst": [_case_object(case) for case in report.worst],
            "waiting": [_case_object(case) for case in report.waiting],
        },
        ensure_ascii=False,
        indent=2,
    )


def as_csv(report: Report) -> str:
    """A line for each group, and one for the total where the dimensions are empty. Durations in seconds (H24)."""
    out = io.StringIO()
    writer = csv.writer(out)
    names = list(_flat(report.total))
    writer.writerow([*report.by, *names])
    for group in report.groups:
        writer.writerow([*map(guarded, group.key), *_flat(group.figures).values()])
    writer.writerow([*("" for _ in report.by), *_flat(report.total).values()])
    return out.getvalue()


def guarded(cell: str) -> str:
    """A text that no spreadsheet takes for a formula (H24)."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


def width(text: str) -> int:
    """Columns the text takes in a terminal."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def duration(seconds: float) -> str:
    """`45 s`, `12 min`, `3 h 05 min`. Hours are never made days, because a working day has no fixed length."""
    if seconds < 60:
        return f"{int(seconds)} s"
    hours, minutes = divmod(int(seconds) // 60, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min"


def _heading(report: Report, zone: ZoneInfo) -> str:
    if report.since is None or report.until is None:
        return "Response times: no mail was due an answer"
    since, until = (at.astimezone(zone).date().isoformat() for at in (report.since, report.until))
    return f"Response times of mails that came {since} to {until} ({report.time_zone})"


def _summary(figures: Figures) -> list[str]:
    decided = figures.in_target + figures.late
    counts = [
        f"due an answer  {figures.due}",
        f"answered       {figures.answered} ({_percent(figures.share_answered)})",
        f"in target      {figures.in_target} of {decided} ({_percent(figures.share_in_target)})",
        f"waiting        {figures.waiting}",
        f"holding reply  {figures.held}",
    ]
    if figures.elapsed is None or figures.working is None:
        return counts
    rows = [("", "median", "mean", "p90", "longest")]
    rows += [
        (name, *_durations(spread)) for name, spread in (("elapsed", figures.elapsed), ("working", figures.working))
    ]
    return [*counts, "", *_grid(rows, words=1)]


def _durations(spread: Spread) -> tuple[str, str, str, str]:
    return duration(spread.median), duration(spread.mean), duration(spread.p90), duration(spread.longest)


def _cells(figures: Figures) -> tuple[str, ...]:
    spread = _durations(figures.working)[:3] if figures.working else ("-", "-", "-")
    shares = (_percent(figures.share_answered), _percent(figures.share_in_target))
    return (str(figures.due), str(figures.answered), *shares, str(figures.held), *spread)


def _named(cases: Sequence[Case], zone: ZoneInfo) -> list[str]:
    rows = [("took", "elapsed", "target", "tier", "kind", "came", "from", "subject")]
    rows += [
        (
            duration(case.working_seconds),
            duration(case.elapsed_seconds),
            duration(case.target_seconds),
            case.tier.value,
            case.kind.value,
            case.received_at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
            shown(case.sender, _SENDER_WIDTH),
            shown(case.subject, _SUBJECT_WIDTH),
        )
        for case in cases
    ]
    return _grid(rows, numbers=3)


def shown(text: str, columns: int) -> str:
    """One line without control or direction characters, cut to that width."""
    clean = "".join(char if char.isprintable() else " " for char in text[:400])
    line = " ".join(clean.split())
    if width(line) <= columns:
        return line
    while width(line) > columns - 1:
        line = line[:-1]
    return f"{line}…"


def _grid(rows: Sequence[Sequence[str]], *, words: int = 0, numbers: int = 0) -> list[str]:
    """Rows with aligned columns: either the first `words` to the left and the rest to the right, or the reverse."""
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    right = [index >= words if words else index < numbers for index in range(len(widths))]
    return ["  ".join(_padded(*cell) for cell in zip(row, widths, right, strict=True)).rstrip() for row in rows]


def _padded(text: str, columns: int, right: bool) -> str:
    blanks = " " * (columns - width(text))
    return blanks + text if right else text + blanks


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f} %"


def _utc(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _flat(figures: Figures) -> dict[str, Any]:
    flat: dict[str, Any] = {
        "due": figures.due,
        "answered": figures.answered,
        "waiting": figures.waiting,
        "share_answered": _rounded(figures.share_answered),
        "in_target": figures.in_target,
        "late": figures.late,
        "share_in_target": _rounded(figures.share_in_target),
        "held": figures.held,
    }
    for name, spread in (("elapsed", figures.elapsed), ("working", figures.working)):
        for part in ("median", "mean", "p90", "longest"):
            flat[f"{name}_{part}"] = None if spread is None else round(getattr(spread, part), 3)
    return flat


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


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
