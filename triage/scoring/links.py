"""Links that lead elsewhere than to the writer's own site: what phishing lives by, and buyers seldom need."""

import re

from triage.vocabulary.mail import ParsedMail

_LINK = re.compile(r"https?://([^/\s\"'<>?#:]{1,255})", re.IGNORECASE)
_MAX_TEXT, _MAX_HTML = 20_000, 60_000


def link_elsewhere(mail: ParsedMail) -> str:
    """The first host linked to that is not of the writer's domain; empty when there is none."""
    own = _site(mail.writer.domain) if mail.writer else ""
    hosts = _LINK.findall(mail.text[:_MAX_TEXT]) + _LINK.findall((mail.html or "")[:_MAX_HTML])
    return next((host for host in hosts if _site(host) != own), "")


def says_nothing(mail: ParsedMail) -> bool:
    """Whether the message has hardly a letter: the rest is a picture or a link."""
    return sum(map(str.isalpha, mail.message[:200])) < 10


def _site(domain: str) -> str:
    return ".".join(domain.lower().rstrip(".").split(".")[-2:])
