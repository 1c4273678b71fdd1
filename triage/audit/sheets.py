"""A report as plain tables with typed cells: what the terminal, the spreadsheet, the HTML file and the page print, so
that the same figure is the same everywhere. Each column names the rule of docs/audit-rules.md by which it is made."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from triage.audit.report import Brief, Case, Figures, Group, HeatCell, Measured, Report, Spread
from triage.vocabulary.responses import WEEKDAYS

Cell = str | int | float | datetime | None
"""None: nothing was counted."""


class Unit(StrEnum):
    """What the cells of a column are."""

    WORD = "word"
    """May come from a mail: hostile (I13)."""
    COUNT = "count"
    SECONDS = "seconds"
    SHARE = "share"
    """0 to 1."""
    MOMENT = "moment"


class Chart(StrEnum):
    LINE = "line"
    BARS = "bars"
    HEAT = "heat"


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    unit: Unit
    rule: str = ""
    narrow: bool = True
    """Also in the terminal, which is narrow."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """`drawn` names the columns of the chart, if there is one."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    chart: Chart | None = None
    drawn: tuple[str, ...] = ()
    note: str = ""
    row_rules: tuple[str, ...] = ()
    """The rule of each row, where rows are figures of their own."""

    def rule_of(self, line: int) -> str:
        return self.row_rules[line] if self.row_rules else ""


_SPREAD = (("median", "A14"), ("mean", "A14"), ("p90", "A14"), ("longest", "A14"))
_MEASURES: tuple[tuple[Measured, str, str], ...] = (
    ("elapsed", "A14", "elapsed"),
    ("working", "A20", "our working time"),
    ("buyer", "A24", "the buyer's hours"),
)
_COUNTS = (
    Column("due", Unit.COUNT, "A3"),
    Column("answered", Unit.COUNT, "A4"),
    Column("answered %", Unit.SHARE, "A4"),
    Column("in target %", Unit.SHARE, "A16"),
    Column("late", Unit.COUNT, "A16", narrow=False),
    Column("waiting", Unit.COUNT, "A18", narrow=False),
    Column("held", Unit.COUNT, "A6"),
)
_CASES = (
    Column("took", Unit.SECONDS, "A20"),
    Column("elapsed", Unit.SECONDS, "A14"),
    Column("target", Unit.SECONDS, "A13"),
    Column("tier", Unit.WORD),
    Column("kind", Unit.WORD),
    Column("mailbox", Unit.WORD, narrow=False),
    Column("market", Unit.WORD, narrow=False),
    Column("person", Unit.WORD, narrow=False),
    Column("came", Unit.MOMENT, "A1"),
    Column("answered", Unit.MOMENT, "A4", narrow=False),
    Column("from", Unit.WORD),
    Column("subject", Unit.WORD),
)
_PART = (*(Column(part, Unit.SECONDS, rule) for part, rule in _SPREAD),)


def sheets(report: Brief) -> tuple[Sheet, ...]:
    """All that the report has something to say about; the first two always."""
    made = _whole(report) if isinstance(report, Report) else (_breakdown(report),)
    return (_counts(report), _times(report.total), *(sheet for sheet in made if sheet.rows))


def _whole(report: Report) -> tuple[Sheet, ...]:
    return (
        _groups("turns", "First response and next response", ("turn",), ("A10",), report.turns),
        _distribution(report),
        _breakdown(report),
        _weeks(report),
        _heat(report),
        _stages(report),
        _conversations(report),
        _edits(report),
        _reviewers(report),
        _promises(report),
        _complaints(report),
        _marketplaces(report),
        _recount(report),
        Sheet("worst", "Longest waits for an answer (working time)", _CASES, _cases(report.worst), note="A17"),
        _waiting(report),
    )


def _counts(report: Brief) -> Sheet:
    figures = report.total
    rows: tuple[tuple[Cell, ...], ...] = (
        ("due an answer", figures.due, None),
        ("answered", figures.answered, figures.share_answered),
        ("in target", figures.in_target, figures.share_in_target),
        ("late", figures.late, None),
        ("waiting", figures.waiting, None),
        ("holding reply", figures.held, None),
    )
    columns = (Column("figure", Unit.WORD), Column("mails", Unit.COUNT, "A3"), Column("share", Unit.SHARE, "A16"))
    return Sheet("counts", "Mails", columns, rows, row_rules=("A3", "A4", "A16", "A16", "A18", "A6"))


def _times(figures: Figures) -> Sheet:
    made = [(rule, words, found) for measure, rule, words in _MEASURES if (found := figures.spread(measure))]
    rows = tuple((words, *_spread(found)) for _, words, found in made)
    rules = tuple(rule for rule, _, _ in made)
    return Sheet("times", "Time to the answer", (Column("time", Unit.WORD, "A24"), *_PART), rows, row_rules=rules)


def _groups(
    name: str,
    title: str,
    by: Sequence[str],
    rules: Sequence[str],
    groups: Sequence[Group],
    *drawn: str,
    measures: Sequence[Measured] = Report.measures,
) -> Sheet:
    keys = tuple(Column(word, Unit.WORD, rule) for word, rule in zip(by, rules, strict=True))
    rows = tuple((*group.key, *_figures(group.figures, measures)) for group in groups)
    return Sheet(name, title, (*keys, *_COUNTS, *_parts(measures)), rows, Chart.BARS if drawn else None, drawn)


def _parts(measures: Sequence[Measured]) -> tuple[Column, ...]:
    return tuple(
        Column(
            f"{measure} {part}", Unit.SECONDS, rule, narrow=part == "median" or (measure, part) == ("working", "p90")
        )
        for measure, rule, _ in _MEASURES
        if measure in measures
        for part in ("median", "mean", "p90")
    )


def _breakdown(report: Brief) -> Sheet:
    drawn = ("working median", "working p90") if len(report.by) == 1 else ()
    by = tuple(dimension.value for dimension in report.by)
    title, rules = f"By {', '.join(by)}", ("A19",) * len(by)
    return _groups("groups", title, by, rules, report.groups, *drawn, measures=report.measures)


def _distribution(report: Report) -> Sheet:
    names = tuple(words for _, _, words in _MEASURES)
    rows = tuple((_upto(each.upto), each.elapsed, each.working, each.buyer) for each in report.distribution)
    columns = (Column("time", Unit.WORD, "A46"), *(Column(name, Unit.COUNT, "A46") for name in names))
    return Sheet("distribution", "Answers by the time they took", columns, rows, Chart.BARS, names)


def _upto(seconds: float) -> str:
    if math.isinf(seconds):
        return "longer"
    hours = seconds / 3600
    return f"up to {hours:.0f} h" if hours >= 1 else f"up to {seconds / 60:.0f} min"


def _weeks(report: Report) -> Sheet:
    sheet = _groups("weeks", "Trend by week", ("week",), ("A19",), report.weeks)
    return Sheet("weeks", sheet.title, sheet.columns, sheet.rows, Chart.LINE, ("working median", "working p90"))


def _heat(report: Report) -> Sheet:
    cells: dict[tuple[int, int], HeatCell] = {(cell.weekday, cell.hour): cell for cell in report.heat}
    hours = tuple(Column(f"{hour:02d}", Unit.COUNT, "A19") for hour in range(24))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (day, *(cells[number, hour].due if (number, hour) in cells else 0 for hour in range(24)))
        for number, day in enumerate(WEEKDAYS)
    )
    title = f"Mails by weekday and hour of arrival ({report.time_zone})"
    columns = (Column("day", Unit.WORD, "A19"), *hours)
    return Sheet("heat", title, columns, rows if cells else (), Chart.HEAT, tuple(hour.name for hour in hours))


def _stages(report: Report) -> Sheet:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (stage.name, stage.letters, *_spread(stage.elapsed)[:3], *_spread(stage.working)[:3])
        for stage in report.stages
        if stage.letters
    )
    columns = tuple(Column(f"{m} {p}", Unit.SECONDS, "A25") for m in ("elapsed", "working") for p, _ in _SPREAD[:3])
    title = "Time in each state of the drafts that became answers; review is the time to approve"
    columns = (Column("state", Unit.WORD, "A25"), Column("letters", Unit.COUNT, "A25"), *columns)
    return Sheet("states", title, columns, rows, Chart.BARS, ("elapsed median", "working median"))


def _conversations(report: Report) -> Sheet:
    found = report.resolution
    spreads = (("elapsed", found.elapsed), ("working", found.working))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (name, found.resolved, found.unresolved, *_spread(each)) for name, each in spreads if each
    )
    counts = (Column("resolved", Unit.COUNT, "A26"), Column("unresolved", Unit.COUNT, "A26"))
    title = "Conversations, from the first mail to the last answer"
    return Sheet("conversations", title, (Column("time", Unit.WORD, "A26"), *counts, *_PART), rows)


def _edits(report: Report) -> Sheet:
    found = report.edits
    names = (("letters", Unit.COUNT), ("unedited", Unit.COUNT), ("unedited %", Unit.SHARE))
    shares = (("words changed, median", Unit.SHARE), ("words changed, mean", Unit.SHARE))
    columns = tuple(Column(name, unit, "A27") for name, unit in (*names, *shares))
    row = (found.letters, found.unedited, found.share_unedited, found.median, found.mean)
    return Sheet("edits", "From draft to letter", columns, (row,) if found.letters else ())


def _reviewers(report: Report) -> Sheet:
    columns = (
        Column("person", Unit.WORD, "A30"),
        *(Column(name, Unit.COUNT, "A30") for name in ("approved", "edited", "rejected")),
    )
    rows = tuple((one.person, one.approved, one.edited, one.rejected) for one in report.reviewers)
    return Sheet("reviewers", "Load of the reviewers", columns, rows, Chart.BARS, ("approved", "edited", "rejected"))


def _promises(report: Report) -> Sheet:
    columns = (Column("state", Unit.WORD, "P3"), Column("promises", Unit.COUNT, "P3"))
    rows = tuple(sorted(report.promises.items()))
    return Sheet("promises", "Promises that fell due", columns, rows, Chart.BARS, ("promises",))


def _complaints(report: Report) -> Sheet:
    columns = (
        Column("about", Unit.WORD, "A45"),
        *(Column(name, Unit.COUNT, "A45") for name in ("came", "open", "our fault", "remedied")),
        Column("median time to close", Unit.SECONDS, "A45"),
    )
    rows = tuple((c.sort, c.came, c.open, c.our_fault, c.remedied, c.median_seconds) for c in report.complaints)
    return Sheet("complaints", "Complaints", columns, rows)


def _marketplaces(report: Report) -> Sheet:
    found = report.marketplaces
    rows: list[tuple[Cell, ...]] = []
    rules: list[str] = []
    if found.received_in_30_days:
        words = f"{found.replied_in_24_hours} of {found.received_in_30_days} inquiries answered within 24 hours"
        rows.append(("Alibaba.com: quick response rate", found.reply_rate_24_hours, None, words))
        rules.append("A28")
    if found.fastest_80_percent_mean is not None:
        words = "mean of the fastest 80 % of 90 days"
        rows.append(("wlw: response time", None, found.fastest_80_percent_mean, words))
        rules.append("A29")
    columns = (
        Column("marketplace", Unit.WORD, "A28"),
        Column("share", Unit.SHARE, "A28"),
        Column("time", Unit.SECONDS, "A29"),
        Column("of", Unit.WORD),
    )
    title = "As marketplaces would count it"
    return Sheet("marketplaces", title, columns, tuple(rows), row_rules=tuple(rules))


def _recount(report: Report) -> Sheet:
    found = report.recount
    columns = (Column("figure", Unit.WORD, "A23"), Column("answers changed", Unit.COUNT, "A23"), *_PART)
    rows = (
        ("by the calendar as it was then", found.changed, *_spread(found.former)),
        ("by the calendar as it is now", found.changed, *_spread(report.total.working)),
    )
    return Sheet(
        "recount", "Working time, recounted after a change of the calendar", columns, rows if found.changed else ()
    )


def _waiting(report: Report) -> Sheet:
    number = len(report.waiting)
    more = f", the longest {number} of {report.total.waiting}" if number < report.total.waiting else ""
    return Sheet("waiting", f"Waiting now{more} (working time)", _CASES, _cases(report.waiting), note="A18")


def _figures(figures: Figures, measures: Sequence[Measured]) -> tuple[Cell, ...]:
    shares = (figures.share_answered, figures.share_in_target)
    spreads = map(figures.spread, measures)
    counts = (figures.late, figures.waiting, figures.held)
    return (figures.due, figures.answered, *shares, *counts, *(part for each in spreads for part in _spread(each)[:3]))


def _spread(found: Spread | None) -> tuple[Cell, ...]:
    return (None,) * 4 if found is None else (found.median, found.mean, found.p90, found.longest)


def _cases(cases: Sequence[Case]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(
        (
            case.working_seconds,
            case.elapsed_seconds,
            case.target_seconds,
            case.tier.value,
            case.kind.value,
            case.mailbox,
            case.country or "",
            case.person,
            case.received_at,
            case.answered_at,
            case.sender,
            case.subject,
        )
        for case in cases
    )
