"""What mail programs put before a subject: marks of answers and forwards, gateways' tags (RFC 5256 2.1)."""

import re
import unicodedata

_FORWARDS = "fwd?|wg|tr|rv|enc|vl|i|pd|ilt|转发|轉寄|轉發|転送|전달"
_ANSWERS = "re|r|aw|antw?|sv|vs|ref|res|rif|odp|ynt|回复|回覆|答复|答覆|返信|회신|답장"
_COUNT = r"\s{0,3}(?:\[\d{1,3}\]|\(\d{1,3}\)|\d{1,3})?\s{0,3}[:：]\s?"
_MARK = re.compile(f"(?:{_ANSWERS}|{_FORWARDS}){_COUNT}", re.IGNORECASE)
_FORWARD = re.compile(f"(?:{_FORWARDS}){_COUNT}", re.IGNORECASE)
_TAG = re.compile(r"\[(?:ext(?:ern(?:al)?)?|spam|外部邮件|外部)\]\s?", re.IGNORECASE)
_LOOKED_AT = 2000
BREAKS = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Categories of characters that a header can't carry."""
REVERSING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that make `gpj.exe` read as `exe.jpg` (H10)."""


def base_subject(subject: str) -> str:
    """Without marks and tags, fit for a header, in single spaces."""
    text = _plain(subject)
    while found := _MARK.match(text) or _TAG.match(text):
        text = text[found.end() :].lstrip()
    return text


def is_continued(subject: str) -> bool:
    """Whether it says that this mail answers another one or passes it on."""
    return _MARK.match(_untagged(subject)) is not None


def is_forward(subject: str) -> bool:
    """Whether the newest mark says that this mail passes another one on."""
    return _FORWARD.match(_untagged(subject)) is not None


def _untagged(subject: str) -> str:
    text = _plain(subject)
    while found := _TAG.match(text):
        text = text[found.end() :]
    return text


def _plain(subject: str) -> str:
    signs = (" " if unicodedata.category(sign) in BREAKS else sign for sign in subject[:_LOOKED_AT])
    return " ".join("".join(sign for sign in signs if sign not in REVERSING).split())
