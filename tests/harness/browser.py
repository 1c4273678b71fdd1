"""Debian's Chromium, driven by Playwright: one browser a session, a fresh context for each page."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Path(__file__).parents[1] / "vendor" / "axe-4.14.1.min.js"
DESKTOP, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}


@dataclass
class Watched:
    """A page, with what its browser complained about and everything that it asked for."""

    page: Page
    origin: str
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @property
    def outside(self) -> list[str]:
        """Requests to anywhere but the page's own server."""
        return [url for url in self.asked if not url.startswith((self.origin, "data:", "about:", "blob:"))]

    def axe(self) -> list[str]:
        """Serious and critical findings of axe-core on the page as it stands."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found: dict[str, Any] = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{violation['id']}: {node['html'][:160]}: {node['failureSummary'][:300]}"
            for violation in found["violations"]
            if violation["impact"] in ("serious", "critical")
            for node in violation["nodes"]
        ]


OpenPage = Callable[..., Watched]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("Debian's chromium is not installed (make debian)")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Open an address in a context of its own: `open_page(url, viewport=PHONE, locale="zh-CN")`."""
    contexts: list[BrowserContext] = []

    def opened(url: str, **options: Any) -> Watched:
        context = browser.new_context(
            **{"viewport": DESKTOP, "locale": "en-GB", "timezone_id": "UTC", "bypass_csp": False, **options}
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        watched = Watched(context.new_page(), "/".join(url.split("/")[:3]))

        def note(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning"):
                watched.complaints.append(message.text)

        def note_request(request: Request) -> None:
            watched.asked.append(request.url)

        watched.page.on("console", note)
        watched.page.on("pageerror", lambda error: watched.complaints.append(str(error)))
        context.on("request", note_request)
        watched.page.goto(url)
        return watched

    yield opened
    for context in contexts:
        context.close()
