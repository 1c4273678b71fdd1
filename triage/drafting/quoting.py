"""The buyer's mail below our letter, as mail programs quote it. It is the buyer's text: marked as such, never ours."""

import html

from triage.drafting.formats import is_right_to_left
from triage.drafting.render import Templates
from triage.vocabulary.letter import LetterRequest

_MOST = 8_000
"""Signs: a thread that quotes itself again and again is not worth sending round."""
_MOST_LINES = 200
_CUT = "[...]"


def quote_of(request: LetterRequest, language: str, mail_date: object, templates: Templates) -> str:
    """The line that says who wrote when, and the text with "> " before each line; empty when there is none."""
    mail = request.mail
    text = mail.message if mail.wrapped is not None else mail.text or mail.newest_text
    lines = [_plain(line) for line in text[:_MOST].strip().splitlines()]
    if not request.quote_original or not lines:
        return ""
    if len(text) > _MOST or len(lines) > _MOST_LINES:
        lines = [*lines[:_MOST_LINES], _CUT]
    writer = mail.writer
    name = _plain(writer.name or writer.email) if writer is not None else ""
    intro = templates.render(language, "quote_intro", {"date": mail_date, "name": name})
    return "\n".join((intro, *(f">{line}" if line.startswith(">") else f"> {line}".rstrip() for line in lines)))


def quote_html(quote: str, language: str) -> str:
    """The quote as HTML: everything is escaped, nothing of the buyer's own HTML goes along."""
    intro, _, rest = quote.partition("\n")
    if not intro:
        return ""
    direction = ' dir="rtl"' if is_right_to_left(language) else ""
    lines = (html.escape(line.removeprefix(">").removeprefix(" ")) for line in rest.split("\n"))
    return (
        f"<p{direction}>{html.escape(intro)}</p>\n"
        '<blockquote type="cite" dir="auto" style="margin:0 0 0 0.8ex;border-left:1px solid #ccc;padding-left:1ex">\n'
        + "<br>\n".join(lines)
        + "\n</blockquote>"
    )


def _plain(text: str) -> str:
    """Without control characters: direction marks would reach into our own words (H13)."""
    return "".join(sign for sign in text if sign.isprintable() or sign == "\t").rstrip()
