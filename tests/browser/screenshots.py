"""Takes the README's pictures of the review page, on the demo's mailbox at a fixed moment.

python -m tests.browser.screenshots docs/images
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser.mailbox import demo_app
from tests.harness.browser import ARGUMENTS, CHROMIUM, DESKTOP, PHONE
from triage.app import App
from triage.config import load
from triage.demo.quarter.living import live_through
from triage.demo.servers import start_demo_servers
from triage.demo.setting import write_config
from triage.web.app import serve

SHOTS = (
    ("review-en", "/review", DESKTOP, "light", "en-GB"),
    ("review-zh", "/review", DESKTOP, "light", "zh-CN"),
    ("review-dark", "/review?tab=all&q=panel", DESKTOP, "dark", "en-GB"),
    ("phone-en", "/review", PHONE, "light", "en-GB"),
)
OF_THE_QUARTER = (("audit-en", "/audit?days=91&by=week", DESKTOP, "light", "en-GB"),)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        for app, shots in ((demo_app(Path(home)), SHOTS), (quarter_app(Path(home, "quarter")), OF_THE_QUARTER)):
            page = serve(app)
            for name, path, viewport, scheme, locale in shots:
                take(browser, f"{page.url}{path}", folder / f"{name}.png", viewport, scheme, locale)
            page.stop()
            app.store.close()
        browser.close()


def quarter_app(home: Path) -> App:
    """The demo's quarter, ended today."""
    home.mkdir()
    servers = start_demo_servers(home)
    settings = load(write_config(home, servers))
    app = App(settings)
    app.upgrade()
    live_through(settings, app.clock.now())
    servers.stop()
    return app


def take(browser: Browser, url: str, file: Path, viewport: dict[str, int], scheme: str, locale: str) -> None:
    context = browser.new_context(viewport=viewport, color_scheme=scheme, locale=locale, timezone_id="UTC")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(url)
    page.wait_for_timeout(500)
    page.screenshot(path=file)
    context.close()
    sys.stdout.write(f"{file}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/images"))
