"""Text as it is stored and shown: line ends, control characters, format=flowed (RFC 3676), H05."""

import re

MAX_TEXT = 1_000_000

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_QUOTED = re.compile(r"(>*)( ?)(.*)", re.DOTALL)


def clean_text(text: str) -> str:
    """Lines ended by LF, no control characters (a database refuses NUL and lone surrogates)."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", text) if _CONTROL.search(text) else text


def unflow(text: str, delsp: bool) -> str:
    """Join the soft-broken lines of format=flowed; a signature's `-- ` is never joined, quote depths never mixed."""
    out: list[str] = []
    depth_before, open_line = -1, False
    for line in text.split("\n"):
        quote, _, rest = _QUOTED.match(line).groups()  # type: ignore[union-attr]  # matches anything
        depth = len(quote)
        soft = rest.endswith(" ") and rest != "-- "
        if soft and delsp:
            rest = rest[:-1]
        if open_line and depth == depth_before and rest != "-- ":
            out.append(rest)
        else:
            out.append(("\n" if depth_before != -1 else "") + (f"{quote} {rest}" if quote else rest))
        depth_before, open_line = depth, soft
    return "".join(out)
