"""HTML mail to text (H15, H16: nothing is fetched or run) and the newest part of an HTML reply."""

import re

from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import DOMContext, ElementNode, HTMLTree, Node, TextNode, traverse_dom

from triage.parsing.quotes import own_lines

MAX_HTML = 1_000_000
MAX_TAGS = 20_000
_SKIP = ["head", "title", "[hidden]", "template"]
_TAG = re.compile(r"<[a-zA-Z/!]")
_BLANK_LINES = re.compile(r"\n[ \t\xa0]*\n(?:[ \t\xa0]*\n)+")
_TRAILING = re.compile(r"[ \t\xa0]+$", re.MULTILINE)


def bounded(html: str) -> str:
    """At most MAX_HTML characters and MAX_TAGS tags of it: what is behind can't be read by a person either (H01)."""
    html = html[:MAX_HTML].replace("\x00", "")
    if html.count("<") > MAX_TAGS:
        for number, tag in enumerate(_TAG.finditer(html)):
            if number == MAX_TAGS:
                return html[: tag.start()]
    return html


def html_to_text(html: str) -> str:
    """Readable text with line breaks, lists and tables kept; hidden parts dropped. Never raises."""
    try:
        tree = HTMLTree.parse(bounded(html))
        return tidy(extract_plain_text(tree, preserve_formatting=True, alt_texts=False, skip_elements=_SKIP))
    except Exception:
        # The parser's own errors share no base class; a mail must not die of its HTML.
        return tidy(re.sub(r"<[^<>]{0,1000}>", " ", bounded(html)))


def tidy(text: str) -> str:
    return _BLANK_LINES.sub("\n\n", _TRAILING.sub("", text.replace("\xa0", " "))).strip("\n")


def newest_html(html: str, text: str | None = None) -> str:
    """The HTML of a reply without what it quotes: text and pictures of others are taken out, the writer's markup stays.

    Containers in which mail programs put quotes count as quoted; for the rest the lines of text decide, as in plain
    text. A mail that holds nothing of the writer's own (a bare forward) comes back whole. Never raises.
    `text`: the same as text, where it is known already.
    """
    if not _may_quote(html, text):
        return html
    try:
        tree = HTMLTree.parse(bounded(html))
        lines = _Lines()
        if tree.body is None:
            return html
        traverse_dom(tree.body, lines.enter, lines.leave, elements_only=False)
        if not lines.cut(tree):
            return html
        return str(tree)
    except Exception:
        return html


_BREAKS = frozenset(
    [
        *("address", "article", "blockquote", "br", "center", "dd", "div", "dl", "dt", "fieldset", "form", "header"),
        *("footer", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "section", "table", "tbody"),
        *("thead", "tr", "ul"),
    ]
)
_SILENT = frozenset({"script", "style", "head", "title", "template"})
_QUOTE_MARKS = re.compile(
    r"gmail_quote|yahoo_quoted|protonmail_quote|tutanota_quote|zmail_extra|moz-cite-prefix|reference-message|OLK_SRC_BODY_SECTION|"
    r"isReplyContent|ntes-mailmaster-quote|mail_quote|mailru-blockquote|cite_block|reply_quote|bloop_markdown_quote"
)
_INDENT = re.compile(r"margin:\s?0[^;]{0,20}40px|border:\s?none", re.IGNORECASE)


def _may_quote(html: str, text: str | None) -> bool:
    """Is a look at the tree worth its time? Most mail quotes nothing."""
    if "<blockquote" in html.lower() or _QUOTE_MARKS.search(html):
        return True
    lines = (html_to_text(html) if text is None else text).split("\n")
    kept = own_lines(lines)
    return kept.attributed or len(kept.own) + len(kept.signature) < sum(1 for line in lines if line.strip())


class _Lines:
    """The text nodes of a tree as lines, those inside of quote containers marked with `>`."""

    def __init__(self) -> None:
        self._lines: list[str] = [""]
        self._nodes: list[tuple[Node, int]] = []
        self._quote_depth: int | None = None
        self._silent_depth: int | None = None

    def enter(self, context: DOMContext) -> None:
        node, depth = context.node, context.depth
        if self._silent_depth is not None:
            return
        if isinstance(node, TextNode):
            self._text(node)
        elif isinstance(node, ElementNode):
            tag = node.tag
            if tag in _SILENT:
                self._silent_depth = depth
            elif self._quote_depth is None and _is_quote(node, tag):
                self._break()
                self._quote_depth = depth
            if tag in _BREAKS:
                self._break(always=tag == "br")
            elif tag == "img":
                self._nodes.append((node, len(self._lines) - 1))

    def leave(self, context: DOMContext) -> None:
        if self._silent_depth is not None:
            if context.depth == self._silent_depth:
                self._silent_depth = None
            return
        if not isinstance(context.node, ElementNode):
            return
        if context.node.tag in _BREAKS:
            self._break()
        if self._quote_depth == context.depth:
            self._break()
            self._quote_depth = None

    def _text(self, node: TextNode) -> None:
        words = " ".join((node.value or "").split())
        if not words:
            return
        if not self._lines[-1] and self._quote_depth is not None:
            self._lines[-1] = ">"
        self._lines[-1] = f"{self._lines[-1]} {words}" if self._lines[-1] else words
        self._nodes.append((node, len(self._lines) - 1))

    def _break(self, always: bool = False) -> None:
        if always or self._lines[-1]:
            self._lines.append("")

    def cut(self, tree: HTMLTree) -> bool:
        """Take out what is not the writer's; False when nothing is, or nothing but quotes is there."""
        before = list(self._lines)
        kept = own_lines(self._lines)
        stay = {*kept.own, *kept.signature}
        if not any(self._lines[at].strip() for at in kept.own) or len(stay) == len(before):
            return False
        for node, line in self._nodes:
            if line not in stay:
                node.decompose()
            elif before[line] != self._lines[line]:
                # The attribution began in the middle of this line: its part goes.
                words = " ".join((node.value or "").split())
                own = tree.create_text_node(self._lines[line])
                if words not in self._lines[line] and node.parent is not None and own is not None:
                    node.parent.replace_child(own, node)
        return True


def _is_quote(node: ElementNode, tag: str | None) -> bool:
    if tag == "blockquote":
        return not _INDENT.search(node.getattr("style") or "")
    return _QUOTE_MARKS.search(f"{node.getattr('class') or ''} {node.getattr('id') or ''}") is not None
