"""The page in both languages: every message is translated, and keeps its places for names and numbers."""

import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.extract import extract
from jinja2.ext import babel_extract

from triage.vocabulary.inquiry import SIGNALS
from triage.web import pages, words
from triage.web.i18n import CHINESE, ENGLISH, Formats, catalogue, chosen

OPTIONS = {"trim_blocks": "true", "lstrip_blocks": "true", "extensions": "jinja2.ext.do", "silent": "false"}
PLACES = re.compile(r"%\(\w+\)s")


def messages() -> set[tuple[str, str | None]]:
    """(message, plural or None) of all templates and of the words of the vocabulary."""
    found: set[tuple[str, str | None]] = {(text, None) for text in SIGNALS.values()}
    for template in sorted((pages.HERE / "templates").glob("*.html")):
        with template.open("rb") as file:
            for _, function, message, _ in babel_extract(file, ["gettext", "ngettext"], [], OPTIONS):
                parts = message if isinstance(message, tuple) else (message,)
                found.add((str(parts[0]), str(parts[1]) if function == "ngettext" else None))
    with Path(words.__file__).open("rb") as file:
        found |= {(str(message), None) for _, message, _, _ in extract("python", file, keywords={"N_": None})}
    return found


@pytest.mark.parametrize(("message", "plural"), sorted(messages(), key=str))
def test_every_message_speaks_chinese(message: str, plural: str | None) -> None:
    chinese = catalogue(CHINESE)
    said = chinese.ngettext(message, plural, 2) if plural else chinese.gettext(message)
    assert said not in (message, plural) or not re.search("[a-z]", message)
    assert sorted(PLACES.findall(said)) == sorted(PLACES.findall(plural or message))


def test_the_catalogue_holds_nothing_that_no_page_says() -> None:
    text = (pages.HERE / "locale" / CHINESE / "LC_MESSAGES" / "triage.po").read_text(encoding="utf-8")
    listed = {part.replace('\\"', '"') for part in re.findall(r'^msgid "(.+)"$', text, re.MULTILINE)}
    assert listed - {message for message, _ in messages()} == set()


@pytest.mark.parametrize(
    ("cookie", "accepted", "language"),
    [
        (None, "", ENGLISH),
        (None, "de,zh-CN;q=0.8,en;q=0.5", CHINESE),
        (None, "fr-FR,fr", ENGLISH),
        ("en", "zh-CN", ENGLISH),
        ("xx", "zh", CHINESE),
    ],
)
def test_the_language_is_the_persons_then_the_browsers(cookie: str | None, accepted: str, language: str) -> None:
    assert chosen(cookie, accepted) == language


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (59, "0 min", "0分钟"),
        (-2700, "45 min", "45分钟"),
        (4800, "1 h 20", "1小时20"),
        (7200, "2 h", "2小时"),
        (273600, "3 d 4 h", "3天4小时"),
    ],
)
def test_durations_have_two_figures_at_most(seconds: float, english: str, chinese: str) -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    assert Formats(ENGLISH, ZoneInfo("UTC"), now).duration(seconds).strip() == english
    assert Formats(CHINESE, ZoneInfo("UTC"), now).duration(seconds) == chinese
