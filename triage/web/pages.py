"""Renders pages: Jinja with autoescape, one environment a language (S09: no template marks anything as safe)."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from triage.app import App
from triage.vocabulary.inquiry import SIGNALS
from triage.vocabulary.people import Person
from triage.web import words
from triage.web.i18n import LANGUAGES, Formats, catalogue, chosen

HERE = Path(__file__).parent
STATIC = HERE / "static"
LANGUAGE_COOKIE, THEME_COOKIE = "language", "theme"
THEMES = ("auto", "light", "dark")


def render(
    request: Request,
    app: App,
    template: str,
    context: Mapping[str, object],
    *,
    person: Person | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """A page in the reader's language, with the desk's clock."""
    now, zone = app.clock.now(), ZoneInfo(app.settings.calendar.time_zone)
    language = speaks(request)
    theme = request.cookies.get(THEME_COOKIE, "auto")
    page = _environment(language).get_template(template)
    html = page.render(
        context,
        language=language,
        languages=LANGUAGES,
        theme=theme if theme in THEMES else "auto",
        person=person,
        fmt=Formats(language, zone, now),
        now=now,
        csrf=getattr(request.state, "csrf", ""),
        here=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        partial=request.headers.get("hx-target", ""),
    )
    vary = {"Vary": "Cookie, Accept-Language, HX-Request, HX-Target", "Cache-Control": "no-store"}
    return HTMLResponse(html, status, {**vary, **(headers or {})})


def speaks(request: Request) -> str:
    """The language of the page for this reader, one of LANGUAGES."""
    return chosen(request.cookies.get(LANGUAGE_COOKIE), request.headers.get("accept-language", ""))


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    messages = catalogue(language)
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        messages.gettext, messages.ngettext, newstyle=True
    )
    environment.globals.update(words=words, SIGNALS=SIGNALS, asset=asset, said=messages.gettext)
    environment.filters["html_language"] = lambda code: str(code).replace("_", "-")
    return environment


@cache
def asset(name: str) -> str:
    """The address of a static file, with its digest, so that browsers may keep it for ever."""
    digest = sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"
