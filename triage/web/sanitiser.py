"""What is left of a mail's HTML once everything that acts, fetches or hides is gone (H15, H16)."""

import nh3
from markupsafe import Markup

from triage.parsing.html import bounded

_TEXT = {"a", "b", "br", "code", "em", "i", "small", "s", "span", "strong", "sub", "sup", "u"}
_BLOCKS = {"blockquote", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "p", "pre"}
_LISTS = {"dd", "dl", "dt", "li", "ol", "ul"}
_TABLES = {"table", "tbody", "td", "tfoot", "th", "thead", "tr"}
_SPANS = {"colspan", "rowspan"}
_GONE_WITH_CONTENT = {"iframe", "math", "noscript", "object", "script", "style", "svg", "template", "title"}


def sanitised(html: str) -> Markup:
    """Text, lists and tables: no picture, no style, no form, no address that could be opened."""
    kept = nh3.clean(
        bounded(html),
        tags=_TEXT | _BLOCKS | _LISTS | _TABLES,
        attributes={"td": _SPANS, "th": _SPANS},
        clean_content_tags=_GONE_WITH_CONTENT,
        strip_comments=True,
        link_rel=None,
        url_schemes=set(),
    )
    return Markup(kept)  # noqa: S704 - the one place where markup is trusted: what the sanitiser let through
