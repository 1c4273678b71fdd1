"""The line before a quote, "On Monday, Ann wrote:", in many languages, wrapped or not. A word alone is no evidence."""

import re

from triage.parsing.phrases import DATE, EMAIL, phrases

_ISO_START = re.compile(r"\W{0,4}\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\b")
_ZONE = re.compile(r"GMT[+-]\d")
_LONGEST = 500


def may_go_on(first: str) -> bool:
    """Could an attribution wrapped over several lines start with this one?"""
    if phrases().opener.match(first) is not None or first[:1].isdigit() or "<" in first or '"' in first:
        return True
    # "tir. 3. mars 2026 kl. 09:12 skrev Li Wei": a day and an hour in whatever language.
    return "20" in first and len(first) < 120 and first[-1:] not in ".?!" and len(DATE.findall(first)) > 1


def attribution_start(text: str, quote_follows: bool, alone: bool) -> int | None:
    """Where in `text` an attribution begins that reaches to its end, or None. What stands before is the writer's own.

    `quote_follows`: the next line is marked as quoted. `alone`: `text` is one line of the mail, not several joined.
    """
    if len(text) > _LONGEST:
        return None
    words = phrases()
    colon = text.rstrip(" -—*_>\xa0")[-1:] in (":", "：")
    closed = words.ends_with_verb(text.rstrip(" :：-—*_>\t\xa0"))
    if not (closed or "@" in text or colon or quote_follows or _ISO_START.match(text)):
        return None
    said = words.message_of.of(text.lstrip(" *_-"))
    if said is not None and colon and "@" in text and len(text) < 200:
        return 0
    email = "@" in text and EMAIL.search(text) is not None
    dates = len(DATE.findall(text))
    opened = words.opener.match(text) is not None
    if not closed and not _verb_inside(text, colon, opened, dates, email or quote_follows, alone):
        return 0 if _without_verb(text, colon, opened, dates, email, quote_follows) else None
    begins_here = opened and (dates or email) and (colon or quote_follows or (dates and email))
    inside = words.opener_inside.search(text)
    if not begins_here and inside is not None and dates and (email or quote_follows):
        return inside.start("opener")
    short = colon and len(text) < 120
    named = short and (quote_follows or (dates and alone and words.name_first.match(text)))
    return 0 if begins_here or email or named or words.wrote_between_rules.match(text) else None


def _verb_inside(text: str, colon: bool, opened: bool, dates: int, evident: bool, alone: bool) -> bool:
    """The verb before a date, "Ann schrieb am Fr., 28. Apr. um 11:53 Uhr:", or before a name, "Am ... schrieb Ann:"."""
    words = phrases()
    evident = evident or (colon and alone and dates >= 2 and len(text) < 100)
    if dates and evident and words.verb_then_date.search(text):
        return True
    return colon and opened and dates >= 2 and len(text) < 200 and words.verb_then_name.search(text) is not None


def _without_verb(text: str, colon: bool, opened: bool, dates: int, email: bool, quote_follows: bool) -> bool:
    """ "2017-02-28 14:54 GMT+01:00 Ann <ann@...>:" and its like say no verb at all, or one that we don't know."""
    if not dates:
        return False
    if quote_follows and email and colon and dates >= 2 and len(text) < 160:
        return True
    if _ISO_START.match(text) and (email or _ZONE.search(text)) and len(text) < 160:
        return True
    return email and colon and text.rstrip(" :：").endswith(">") and (opened or text[:1].isdigit() or dates >= 2)
