"""Plain text tables that stay aligned with Chinese, Japanese and Korean text in them."""

import unicodedata
from collections.abc import Mapping, Sequence


def clean(text: str) -> str:
    """One line without control, bidi and invisible format characters (H10, H25)."""
    return "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)


def clean_block(text: str) -> str:
    """Like `clean`, line breaks kept."""
    return "\n".join(clean(line) for line in text.splitlines())


def width(text: str) -> int:
    """Columns a terminal needs for it."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def fit(text: str, columns: int) -> str:
    """Cut with an ellipsis, or pad, to exactly that many columns."""
    if width(text) > columns:
        kept = ""
        for c in text:
            if width(kept + c) > columns - 1:
                break
            kept += c
        text = kept + "…"
    return text + " " * (columns - width(text))


def table(head: Sequence[str], rows: Sequence[Sequence[str]], wide: Mapping[str, int] | None = None) -> str:
    """Columns as wide as their widest cell, but at most what `wide` allows for that heading."""
    cells = [[clean(cell) for cell in row] for row in rows]
    limits = wide or {}
    sizes = [
        min(max(width(row[i]) for row in [list(head), *cells]), limits.get(name, 1000)) for i, name in enumerate(head)
    ]
    lines = [head, *cells]
    return "\n".join(
        "  ".join(fit(cell, size) for cell, size in zip(line, sizes, strict=True)).rstrip() for line in lines
    )
