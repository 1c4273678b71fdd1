"""Links that lead elsewhere than to the writer's own site: what phishing lives by, and buyers seldom need."""

import re

from triage.vocabulary.mail import ParsedMail, site_of

_LINK = re.compile(r"https?://([^/\s\"'<>?#:]{1,255})", re.IGNORECASE)
_ANCHOR = re.compile(r"<a\s[^<>]{0,500}?href\s{0,5}=[\s\"']{0,5}https?://([^/\s\"'<>?#:]{1,255})", re.IGNORECASE)
_ANYBODYS = frozenset(
    {
        "facebook.com", "google.com", "goo.gl", "instagram.com", "linkedin.com", "pinterest.com", "t.me", "twitter.com",
        "vk.com", "w3.org", "wa.me", "wechat.com", "qq.com", "whatsapp.com", "x.com", "youtube.com",
    }
)  # fmt: skip
"""Sites that people link to from their signatures, wherever they write from."""
_DEEP = re.compile(r"https?://[^/\s\"'<>?#]{1,255}/[^\s\"'<>]{1,2000}", re.IGNORECASE)
_FEW_LETTERS = 200
_MAX_TEXT, _MAX_HTML = 20_000, 60_000


def link_elsewhere(mail: ParsedMail) -> str:
    """The first host linked to that is not of the writer's domain; empty when there is none."""
    own = site_of(mail.writer.domain) if mail.writer else ""
    return next((host for host in _hosts(mail) if site_of(host) != own), "")


def leads_away(mail: ParsedMail) -> bool:
    """Whether there are links, and none to the writer's site or ours: many a phisher writes from a stolen account."""
    known = {site_of(address.domain) for address in (mail.writer, *mail.to, *mail.cc) if address}
    sites = {site_of(host) for host in _ANCHOR.findall(mail.html[:_MAX_HTML])} - _ANYBODYS
    return bool(sites) and not sites & known


def mostly_a_link(mail: ParsedMail) -> bool:
    """Whether few words stand around a link that goes deeper than a site's front page, be it the writer's own site."""
    deep = _DEEP.search(mail.message[:_MAX_TEXT]) or _DEEP.search(mail.html[:_MAX_HTML])
    return deep is not None and sum(map(str.isalpha, _DEEP.sub(" ", mail.message[:_MAX_TEXT]))) < _FEW_LETTERS


def says_nothing(mail: ParsedMail) -> bool:
    """Whether the message has hardly a letter: the rest is a picture or a link."""
    return sum(map(str.isalpha, mail.message[:200])) < 10


def _hosts(mail: ParsedMail) -> list[str]:
    return [*_LINK.findall(mail.text[:_MAX_TEXT]), *_LINK.findall(mail.html[:_MAX_HTML])]
