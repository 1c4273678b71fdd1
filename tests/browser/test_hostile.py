"""Mails that attack the page, in a real browser: no script runs, nothing is asked for elsewhere (H15, H16, S08)."""

from collections.abc import Callable, Iterator
from email.message import EmailMessage

import pytest

from tests.harness.browser import OpenPage
from tests.harness.desks import CONFIG, Desktop, MovableClock
from triage.app import App
from triage.web.app import serve

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]
BEACON = "https://evil.example/beacon"
PAYLOADS = (
    "<script>document.title='owned'</script>",
    "<img src=x onerror=\"document.title='owned'\">",
    f'<img src="{BEACON}">',
    f'<style>@import "{BEACON}"; body {{ background: url({BEACON}) }}</style>',
    f'<div style="background:url({BEACON})">x</div>',
    f'<link rel="stylesheet" href="{BEACON}">',
    f'<meta http-equiv="refresh" content="0;url={BEACON}">',
    f'<iframe src="{BEACON}"></iframe>',
    f'<form action="{BEACON}"><button autofocus>Click</button></form>',
    "<svg><script>document.title='owned'</script></svg>",
    "<svg onload=\"document.title='owned'\">",
    "<math><mtext><table><mglyph><style><img src=x onerror=\"document.title='owned'\">",
    "<noscript><p title=\"</noscript><img src=x onerror=document.title='owned'>\">",
    "<a href=\"javascript:document.title='owned'\">link</a>",
    "<details open ontoggle=\"document.title='owned'\">",
    f'<video src="{BEACON}" autoplay></video><audio src="{BEACON}">',
    f'<base href="{BEACON}">',
    f'<object data="{BEACON}"></object><embed src="{BEACON}">',
    "<input autofocus onfocus=\"document.title='owned'\">",
    '<div hx-get="/review" hx-trigger="load" hx-target="body">x</div>',
    "{{ 7 * 7 }}{% raw %}",
)


@pytest.fixture
def desktop(make_app: Callable[[str], App]) -> Iterator[Desktop]:
    app = make_app(CONFIG + "[web]\nport = 0\nlogin = false\n")
    assert isinstance(app.clock, MovableClock)
    yield Desktop(app, app.clock)
    app.store.close()


def attack(number: int, payload: str) -> bytes:
    """The payload wherever a mail has room for words."""
    mail = EmailMessage()
    mail["From"] = f'"{payload[:60].replace(chr(34), "")}" <buyer{number}@muster.example>'
    mail["To"] = "sales@seller.example"
    mail["Subject"] = f"Quote {number} {payload[:150]}"
    mail["Message-ID"] = f"<{number}@muster.example>"
    mail.set_content(f"Please quote 500 LED bulbs. {payload}\n\nTell us the price and MOQ.")
    mail.add_alternative(f"<html><body><p>Please quote 500 LED bulbs.</p>{payload}</body></html>", subtype="html")
    mail.add_attachment(payload.encode(), maintype="text", subtype="html", filename=f"{payload[:40]}.html")
    return bytes(mail)


def test_no_payload_runs_or_fetches(desktop: Desktop, open_page: OpenPage) -> None:
    ids = [desktop.arrive(attack(number, payload)) for number, payload in enumerate(PAYLOADS)]
    page = serve(desktop.app)
    try:
        watched = open_page(f"{page.url}/review?tab=all")
        for message_id in ids:
            watched.page.goto(f"{page.url}/review?tab=all&mail={message_id}")
            watched.page.locator("[data-original] summary").click()
            watched.page.frame_locator("iframe[src$='/original']").locator("body").wait_for()
            frame = next(frame for frame in watched.page.frames if frame.url.endswith("/original"))
            assert frame.locator("script, img, style, svg, form, iframe, object, link, base, video, input").count() <= 1
            assert "owned" not in watched.page.title()
            assert watched.page.evaluate("document.querySelectorAll('iframe:not(.original)').length") == 0
        assert watched.outside == []
        refused = [text for text in watched.complaints if "Content Security Policy" in text]
        assert refused == []  # nothing even tried: the violation log is empty
    finally:
        page.stop()
