"""An evaluation as one HTML page that needs nothing else: tables, and charts as inline SVG."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from string import Template

from triage.scoring.evaluation import Figures
from triage.scoring.measures import Bin
from triage.vocabulary.inquiry import Kind

_PAGE = Template("""<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>How well mails are told apart</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; color: #1c2430; }
table { border-collapse: collapse; margin: 0 0 1.5rem } td, th { padding: .15rem .6rem; text-align: right }
td:first-child, th:first-child { text-align: left } tr:nth-child(even) { background: #f3f5f8 }
.matrix { overflow-x: auto } .matrix td { min-width: 1.6rem; padding: .15rem .3rem }
.matrix th { writing-mode: vertical-rl; font-weight: normal } .matrix th:first-child { writing-mode: horizontal-tb }
svg { max-width: 100%; height: auto } svg text { font: 12px system-ui, sans-serif; fill: #1c2430 }
</style>
<h1>How well mails are told apart</h1>
<p>$mails mails of $source, by model $model.</p>
<h2>Chief figures</h2>$chief
<h2>Calibration</h2>
<p>Where a dot lies on the line, what the model claims comes true. The size tells how many mails.</p>$calibration
<h2>By kind</h2>$kinds
<h2>By language</h2>$languages
<h2>Confusion</h2><p>Rows: what the mail is; columns: what it was called.</p><div class="matrix">$matrix</div>
</html>
""")
_SIZE, _EDGE = 320, 40


def html_report(figures: Figures, intervals: Mapping[str, tuple[float, float]], source: str, model: str) -> str:
    """`source` and `model` are names to show; whatever they hold, it stays text."""
    return _PAGE.substitute(
        mails=figures.mails,
        source=escape(source),
        model=escape(model),
        chief=_table(("figure", "value", "95 % interval"), chief_rows(figures, intervals)),
        calibration=_calibration(figures.bins),
        kinds=_bars({kind.value: share for kind, share in figures.kind_f1.items()}, "F1"),
        languages=_table(("language", "mails", "kind right", "macro F1"), language_rows(figures)),
        matrix=_matrix(figures.table),
    )


def chief_rows(figures: Figures, intervals: Mapping[str, tuple[float, float]]) -> list[tuple[str, str, str]]:
    """Name, value and interval of each figure, to print or to show."""
    rows = {
        "kind right": (figures.accuracy, "accuracy"),
        "kind, macro F1": (figures.macro_f1, "macro_f1"),
        "buyer or not, F1": (figures.buyer_f1, "buyer_f1"),
        "kind group right": (figures.group_accuracy, "group_accuracy"),
        "buyer or not, AUC": (figures.buyer_auc, ""),
        "fraud found": (figures.fraud_recall, ""),
        "others called fraud": (figures.fraud_false, ""),
        "Brier score (0 best, 2 worst)": (figures.brier, ""),
        "calibration error": (figures.calibration_error, ""),
    }
    return [(name, f"{value:.3f}", _interval(intervals.get(key))) for name, (value, key) in rows.items()]


def language_rows(figures: Figures) -> list[tuple[str, str, str, str]]:
    return [
        (language, str(mails), f"{share:.3f}", f"{figures.language_f1[language]:.3f}")
        for language, (share, mails) in figures.language_accuracy.items()
    ]


def matrix_rows(table: Mapping[Kind, Mapping[Kind, int]]) -> tuple[list[Kind], list[tuple[Kind, list[int]]]]:
    """Columns, and for each true kind its counts: only the kinds that occur."""
    told = [kind for kind in Kind if any(kind in row for row in table.values()) or kind in table]
    return told, [(kind, [row.get(column, 0) for column in told]) for kind, row in table.items()]


def _interval(bounds: tuple[float, float] | None) -> str:
    return f"{bounds[0]:.3f} - {bounds[1]:.3f}" if bounds else ""


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><tr>{''.join(f'<th>{escape(cell)}</th>' for cell in head)}</tr>{lines}</table>"


def _calibration(bins: Sequence[Bin]) -> str:
    size, edge = _SIZE, _EDGE
    most = max((each.mails for each in bins), default=1)
    dots = "".join(
        f'<circle cx="{edge + each.confidence * size:.1f}" cy="{edge + (1 - each.right) * size:.1f}"'
        f' r="{3 + 9 * (each.mails / most) ** 0.5:.1f}" fill="#2563eb" fill-opacity=".7">'
        f"<title>claimed {each.confidence:.0%}, right {each.right:.0%}, {each.mails} mails</title></circle>"
        for each in bins
    )
    far = edge + size
    return (
        f'<svg viewBox="0 0 {far + edge} {far + edge}" width="{far + edge}" role="img" aria-label="calibration">'
        f'<rect x="{edge}" y="{edge}" width="{size}" height="{size}" fill="none" stroke="#94a3b8"/>'
        f'<line x1="{edge}" y1="{far}" x2="{far}" y2="{edge}" stroke="#94a3b8" stroke-dasharray="4"/>{dots}'
        f'<text x="{edge}" y="{far + 18}">0 %</text><text x="{far - 30}" y="{far + 18}">100 %</text>'
        f'<text x="{edge + size / 2 - 30}" y="{far + 18}">claimed</text>'
        f'<text x="{edge - 12}" y="{edge + size / 2 + 15}" transform="rotate(-90 {edge - 12} {edge + size / 2})">right'
        f"</text></svg>"
    )


def _bars(values: Mapping[str, float], unit: str) -> str:
    height, start, length = 22, 130, 400
    lines = "".join(
        f'<text x="0" y="{row * height + 15}">{escape(name)}</text>'
        f'<rect x="{start}" y="{row * height + 3}" width="{value * length:.1f}" height="{height - 6}" fill="#2563eb"/>'
        f'<text x="{start + value * length + 6:.1f}" y="{row * height + 15}">{value:.2f}</text>'
        for row, (name, value) in enumerate(values.items())
    )
    tall = max(1, len(values)) * height
    return (
        f'<svg viewBox="0 0 {start + length + 60} {tall}" width="{start + length + 60}" role="img"'
        f' aria-label="{escape(unit)} by kind">{lines}</svg>'
    )


def _matrix(table: Mapping[Kind, Mapping[Kind, int]]) -> str:
    told, rows = matrix_rows(table)
    head = "<th></th>" + "".join(f"<th>{escape(kind.value)}</th>" for kind in told)
    lines = []
    for kind, counts in rows:
        most = max(sum(counts), 1)
        cells = "".join(_cell(count, most, kind is column) for column, count in zip(told, counts, strict=True))
        lines.append(f"<tr><td>{escape(kind.value)}</td>{cells}</tr>")
    return f"<table><tr>{head}</tr>{''.join(lines)}</table>"


def _cell(count: int, most: int, right: bool) -> str:
    colour = "37 99 235" if right else "220 38 38"
    return f'<td style="background: rgb({colour} / {count / most:.2f})">{count or ""}</td>'
