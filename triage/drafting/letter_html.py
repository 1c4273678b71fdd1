"""A letter's text as simple HTML."""

import html
import re
from collections.abc import Sequence
from itertools import groupby

from triage.drafting import formats

BULLET = "- "
_NUMBERED = re.compile(r"\d{1,2}[.、)] ?")


def to_html(text: str, language: str) -> str:
    """The same text as simple HTML: paragraphs, lists, line breaks. Everything is escaped."""
    direction = ' dir="rtl"' if formats.is_right_to_left(language) else ""
    blocks = "\n".join(_block(block.split("\n")) for block in text.split("\n\n") if block.strip())
    return f'<div lang="{html.escape(language)}"{direction}>\n{blocks}\n</div>'


def _block(lines: Sequence[str]) -> str:
    return "\n".join(_run(tag, list(group)) for tag, group in groupby(lines, key=_tag))


def _tag(line: str) -> str:
    if line.startswith(BULLET):
        return "ul"
    return "ol" if _NUMBERED.match(line) else "p"


def _run(tag: str, lines: Sequence[str]) -> str:
    if tag == "ul":
        return _list(tag, [line.removeprefix(BULLET) for line in lines])
    if tag == "ol":
        return _list(tag, [_NUMBERED.sub("", line, count=1) for line in lines])
    return "<p>" + "<br>\n".join(map(html.escape, lines)) + "</p>"


def _list(tag: str, items: Sequence[str]) -> str:
    return f"<{tag}>\n" + "\n".join(f"<li>{html.escape(item)}</li>" for item in items) + f"\n</{tag}>"
