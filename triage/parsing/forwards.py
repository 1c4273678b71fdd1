"""A forwarded mail inside of a text, taken apart."""

from typing import NamedTuple

from triage.parsing.phrases import label, phrases, separator

_SEARCHED = 200
_MAX_LINES = 5_000


class Forwarded(NamedTuple):
    """A forward taken apart: what was written above it, its header fields by kind, its text."""

    cover: str
    headers: dict[str, str]
    body: str


def forwarded_part(text: str) -> Forwarded | None:
    """The forwarded mail inside of `text`, when a separator that says "forwarded" announces it."""
    lines = text.split("\n")[:_MAX_LINES]
    for at, line in enumerate(lines[:_SEARCHED]):
        if separator(line, phrases().forwarded) is None:
            continue
        quoted = [below[1:].removeprefix(" ") if below.startswith(">") else below for below in lines[at + 1 :]]
        headers: dict[str, str] = {}
        here, last = 0, ""
        while here < min(len(quoted), 40) and (quoted[here].strip() or not headers):
            kind = label(quoted[here])
            if kind is not None:
                last = kind
                headers.setdefault(kind, quoted[here].replace("：", ":", 1).partition(":")[2].strip(" *\t"))
            elif last:
                headers[last] = f"{headers[last]} {quoted[here].strip()}"
            here += 1
        if "from" in headers:
            return Forwarded("\n".join(lines[:at]).strip(), headers, "\n".join(quoted[here:]).strip())
    return None
