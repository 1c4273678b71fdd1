"""The signature block at the end of a mail, told from what the mail says.

Conservative on purpose: what is cut here is no longer read for the buyer's points. A block starts at a closing formula,
or at the sender's own name, and everything below must look like a signature. The words are in `signatures.toml`.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

_LOOK_BACK = 30
"""Lines with text from the end that are looked at; a legal notice may add more."""
_LONGEST = 90

_CONTACT_DATA = re.compile(
    r"[\w.+-]{1,64}@[\w-]{1,60}\.\w|https?://|www\.|\(?\+?\d[\d\s()./-]{6,24}\d|\bext?\.?\s?\d{3,5}\b|\bx\s?\d{3,5}\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\d.*,.*[^\W\d_]|[^\W\d_].*,.*\d{4,}")
_WORDS = re.compile(r"[^\W\d_]+")
_NAME = re.compile(r"[-–~*/ ]{0,4}[^\W\d_][\w.'’-]{0,20}(?:[ \xa0]{1,2}(?:[^\W\d_][\w.'’-]{0,20}|&)){0,4}[.,]?\s*\Z")


@dataclass(frozen=True)
class Words:
    """`signatures.toml` compiled."""

    sign_off: frozenset[str]
    contact: re.Pattern[str]
    titles: re.Pattern[str]
    disclaimer: tuple[str, ...]


@cache
def _words() -> Words:
    data = tomllib.loads(resources.files("triage.parsing").joinpath("signatures.toml").read_text("utf-8"))
    contact = "|".join(sorted(map(re.escape, data["contact"]), key=len, reverse=True))
    titles = "|".join(sorted(map(re.escape, data["titles"]), key=len, reverse=True))
    return Words(
        frozenset(phrase.rstrip(".!") for phrase in data["sign_off"]),
        re.compile(rf"[\s*|•-]{{0,6}}(?:{contact})\s{{0,3}}(?:[:：.|/+]|\(?\d)", re.IGNORECASE),
        re.compile(rf"(?<!\w)(?:{titles})(?!\w)|有限公司|公司|株式会社|주식회사", re.IGNORECASE),
        tuple(data["disclaimer"]),
    )


def without_signature(text: str, sender: str = "") -> tuple[str, str]:
    """(text without its signature block, the block). `sender`, name and address, helps to know a bare name."""
    lines = text.split("\n")
    filled = [at for at in range(max(0, len(lines) - 400), len(lines)) if lines[at].strip()]
    end = _before_disclaimer(lines, filled)
    start = _start(lines, filled[:end], _tokens(sender))
    if start is None:
        start = filled[end] if end < len(filled) and end > 0 else None
    if start is None or not any(line.strip() for line in lines[:start]):
        return text, ""
    return "\n".join(lines[:start]).rstrip(), "\n".join(lines[start:]).strip("\n").rstrip()


def _before_disclaimer(lines: list[str], filled: list[int]) -> int:
    """How many of `filled` stand above a legal notice at the end; all of them when there is none."""
    for back, at in enumerate(filled[-60:]):
        opening = lines[at].strip(" *_>-=\t").casefold()
        if opening.startswith(_words().disclaimer) and (len(opening) > 60 or _is_tail(lines, at)):
            notice = sum(len(lines[below]) for below in filled[-60:][back:])
            if notice > 120:
                return max(0, len(filled) - 60) + back
    return len(filled)


def _is_tail(lines: list[str], at: int) -> bool:
    return sum(len(line) for line in lines[at:]) > 120


def _start(lines: list[str], filled: list[int], sender: frozenset[str]) -> int | None:
    """The line at which the signature starts: the uppermost closing formula or name below which all looks like one."""
    start: int | None = None
    below: list[str] = []
    for at in reversed(filled[-_LOOK_BACK:]):
        line = lines[at].strip()
        if _is_sign_off(line):
            return at
        if _is_senders_name(line, sender) or (below and _opens_card(lines, at, below)):
            start = at
        elif not _may_be_signature(line):
            break
        below.append(line)
    return start


def _is_sign_off(line: str) -> bool:
    words = _words().sign_off
    plain = line.strip(" *_-–—~,.!:;，。！、،؛।>\t").casefold()
    if len(plain) > 80:
        return False
    if " ".join(plain.split()) in words:
        return True
    head, comma, name = plain.replace("，", ",").replace("،", ",").partition(",")
    named = _NAME.match(name.strip()) is not None and len(name.split()) <= 4
    return bool(comma) and " ".join(head.split()) in words and named


def _is_senders_name(line: str, sender: frozenset[str]) -> bool:
    if len(line) > 50 or _NAME.match(line) is None:
        return False
    found = [word.casefold() for word in _WORDS.findall(line) if len(word) > 1]
    return any(word in sender for word in found) and len(found) <= 4


def _opens_card(lines: list[str], at: int, below: list[str]) -> bool:
    """A name on a line of its own, after a blank one, with a post or contact data under it."""
    line = lines[at].strip()
    if (
        at == 0
        or lines[at - 1].strip()
        or _NAME.match(line) is None
        or not 2 <= len(line.split()) <= 4
        or len(below) < 2
    ):
        return False
    named = all(word[0].isupper() or not word[0].isascii() for word in line.split() if word[0].isalpha())
    return (
        named
        and any(_CONTACT_DATA.search(under) for under in below)
        and any(_words().titles.search(under) for under in below)
    )


def _may_be_signature(line: str) -> bool:
    """Contact data, a post, a firm, an address, a name: short, and no question or sentence."""
    if len(line) > 160 or line.endswith(("?", "？")):
        return False
    if (
        _CONTACT_DATA.search(line)
        or _words().contact.match(line)
        or (len(line) < _LONGEST and _words().titles.search(line))
    ):
        return not line.endswith(".") or len(line.split()) <= 8
    if line.strip("-_=*#~|. ") == "" or line.startswith(("<http", "[cid:", "[image")):
        return True
    if len(line) <= 80 and _ADDRESS.search(line):
        return True
    return len(line) <= 60 and len(line.split()) <= 7 and not line.endswith((".", "!", ":", "：", "。", "！"))


def _tokens(sender: str) -> frozenset[str]:
    return frozenset(found.casefold() for found in _WORDS.findall(sender[:300]) if len(found) > 1)
