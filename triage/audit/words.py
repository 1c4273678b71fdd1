"""Figures as words, and hostile names as one harmless line (I13)."""

import unicodedata
from datetime import datetime
from zoneinfo import ZoneInfo

from triage.audit.sheets import Cell, Unit


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


def shown(text: str, columns: int) -> str:
    """One line without control or direction characters, cut to that width."""
    clean = "".join(char if char.isprintable() else " " for char in text[:400])
    line = " ".join(clean.split())
    if width(line) <= columns:
        return line
    while width(line) > columns - 1:
        line = line[:-1]
    return f"{line}…"


def percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def worded(cell: Cell, unit: Unit, zone: ZoneInfo, columns: int) -> str:
    """A cell as a person reads it; a dash where nothing was counted."""
    if cell is None:
        return "-"
    if isinstance(cell, datetime):
        return cell.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    if isinstance(cell, str):
        return shown(cell, columns)
    if unit is Unit.SECONDS:
        return duration(cell)
    return percent(cell) if unit is Unit.SHARE else f"{cell:.0f}"
