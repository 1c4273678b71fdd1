"""Charts as inline SVG, with the numbers in them: a printed page or a screen reader loses nothing."""

from collections.abc import Sequence
from html import escape

from triage.audit.sheets import Cell, Chart, Sheet, Unit
from triage.audit.words import duration, percent

_COLOURS = ("#1f6feb", "#d1570a", "#2d7d46")
_WIDTH, _ROW, _LABEL = 900, 18, 150
_LINE_HEIGHT, _MARGIN = 240, 30
_LABELLED = 26
"""With more points than that only the tooltips carry the numbers; the table below has them all."""
_HEAT_CELL = 30


def chart(sheet: Sheet) -> str:
    """The sheet's chart; empty where it has none or nothing to draw."""
    if sheet.chart is None or not sheet.rows:
        return ""
    series = [(name, [column.name for column in sheet.columns].index(name)) for name in sheet.drawn]
    draw = {Chart.LINE: _line, Chart.BARS: _bars, Chart.HEAT: _heat}[sheet.chart]
    return draw(sheet, series)


def _line(sheet: Sheet, series: Sequence[tuple[str, int]]) -> str:
    top = max((_number(row[index]) for row in sheet.rows for _, index in series), default=0.0) or 1.0
    step = (_WIDTH - 2 * _MARGIN) / max(1, len(sheet.rows) - 1)
    body = []
    height = _LINE_HEIGHT - 2 * _MARGIN
    for colour, (name, index) in zip(_COLOURS, series, strict=False):
        points = [
            (_MARGIN + step * number, _MARGIN + height * (1 - _number(row[index]) / top), row)
            for number, row in enumerate(sheet.rows)
            if row[index] is not None
        ]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in points)
        body.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for x, y, row in points:
            words = _worded(row[index], sheet.columns[index].unit)
            title = _title(row[0], name, words)
            body.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}">{title}</circle>')
            if len(points) <= _LABELLED:
                body.append(_text(x, y - 6, words, "middle", colour))
    for number, row in enumerate(sheet.rows):
        if number % max(1, len(sheet.rows) // 8) == 0:
            body.append(_text(_MARGIN + step * number, _LINE_HEIGHT - 8, str(row[0]), "middle"))
    return _svg(sheet.title, _WIDTH, _LINE_HEIGHT, [*_legend(series), *body])


def _bars(sheet: Sheet, series: Sequence[tuple[str, int]]) -> str:
    top = max((_number(row[index]) for row in sheet.rows for _, index in series), default=0.0) or 1.0
    body, y = _legend(series), float(_MARGIN)
    for row in sheet.rows:
        body.append(_text(_LABEL - 6, y + _ROW - 5, str(row[0])[:24], "end"))
        for colour, (name, index) in zip(_COLOURS, series, strict=False):
            words = _worded(row[index], sheet.columns[index].unit)
            length = (_WIDTH - _LABEL - 100) * _number(row[index]) / top
            body.append(
                f'<rect x="{_LABEL}" y="{y:.0f}" width="{length:.1f}" height="{_ROW - 4}" fill="{colour}">'
                f"{_title(row[0], name, words)}</rect>"
            )
            body.append(_text(_LABEL + length + 5, y + _ROW - 6, words, "start"))
            y += _ROW
        y += 4
    return _svg(sheet.title, _WIDTH, int(y) + 4, body)


def _heat(sheet: Sheet, series: Sequence[tuple[str, int]]) -> str:
    top = max((_number(row[index]) for row in sheet.rows for _, index in series), default=0.0) or 1.0
    body = [
        _text(_LABEL / 3 + _HEAT_CELL * (place + 0.5), 14, name, "middle") for place, (name, _) in enumerate(series)
    ]
    for number, row in enumerate(sheet.rows):
        y = 20 + _HEAT_CELL * number
        body.append(_text(4, y + 19, str(row[0]), "start"))
        for place, (name, index) in enumerate(series):
            x, count = _LABEL / 3 + _HEAT_CELL * place, _number(row[index])
            shade = f'fill="{_COLOURS[0]}" fill-opacity="{0.08 + 0.8 * count / top if count else 0:.2f}"'
            square = f'<rect x="{x:.0f}" y="{y}" width="{_HEAT_CELL - 1}" height="{_HEAT_CELL - 1}" {shade}>'
            body.append(f"{square}{_title(row[0], f'{name}:00', f'{count:.0f}')}</rect>")
            if count:
                body.append(_text(x + _HEAT_CELL / 2, y + 19, f"{count:.0f}", "middle"))
    return _svg(sheet.title, int(_LABEL / 3 + _HEAT_CELL * len(series)) + 4, 24 + _HEAT_CELL * len(sheet.rows), body)


def _legend(series: Sequence[tuple[str, int]]) -> list[str]:
    places = zip(_COLOURS, series, strict=False)
    return [_text(_LABEL + 180 * place, 14, f"■ {name}", "start", c) for place, (c, (name, _)) in enumerate(places)]


def _svg(title: str, width: int, height: int, body: Sequence[str]) -> str:
    return f'<svg role="img" aria-label="{escape(title)}" viewBox="0 0 {width} {height}">{"".join(body)}</svg>'


def _text(x: float, y: float, words: str, anchor: str, colour: str = "currentColor") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(words)}</text>'


def _title(row: Cell, series: str, words: str) -> str:
    return f"<title>{escape(f'{row}, {series}: {words}')}</title>"


def _number(cell: Cell) -> float:
    return float(cell) if isinstance(cell, int | float) else 0.0


def _worded(cell: Cell, unit: Unit) -> str:
    if cell is None:
        return "-"
    if unit is Unit.SECONDS:
        return duration(_number(cell))
    return percent(_number(cell)) if unit is Unit.SHARE else f"{_number(cell):.0f}"
