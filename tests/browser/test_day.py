"""A reviewer's day on the real daemon, between a real Dovecot and a real Postfix."""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from importlib import resources
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.harness.browser import OpenPage, Watched
from tests.harness.desks import inquiry
from tests.harness.dovecot import Dovecot
from tests.harness.postfix import Postfix
from tests.harness.service import Service, make_service, wait_for

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(300)]
PASSWORD = "several plain words"
UNDO = 4


@pytest.fixture
def service(tmp_path: Path, dovecot: Dovecot, postfix: Postfix, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.setenv("TRIAGE_WEB__UNDO_SECONDS", str(UNDO))
    catalogue = resources.files("triage.demo").joinpath("catalogue.toml").read_text(encoding="utf-8")
    (tmp_path / "catalogue.toml").write_text(catalogue, encoding="utf-8")
    made = make_service(tmp_path, dovecot, postfix, top='catalogue_file = "catalogue.toml"')
    made.start()
    yield made
    made.end()


def first_link(service: Service) -> str:
    """The one-time link of the first admin; the daemon itself shows one to a terminal only."""
    made = service.triage("users", "add", "Li Na", "--role", "admin")
    return f"http://127.0.0.1:{service.port}/welcome/{made.stdout.rpartition('/')[2].strip()}"


@pytest.fixture
def desk(service: Service, open_page: OpenPage) -> Watched:
    """The review page of an admin who has just set the first password."""
    watched = open_page(first_link(service))
    watched.page.get_by_label("Password").fill(PASSWORD)
    watched.page.get_by_role("button", name="Set password").click()
    expect(watched.page.get_by_role("heading", name="Awaiting review")).to_be_visible()
    return watched


def new_buyer(service: Service, name: str = "buyer") -> str:
    """A mailbox of a buyer, to look at what arrives."""
    return service.dovecot.new_user(name)


def deliver(service: Service, sender: str, subject: str = "LED bulbs", number: int = 1) -> None:
    text = "Dear Ms Li,\n\nplease tell us your price, MOQ and lead time for 500 LED panels LP-6060.\n\nKarl Beispiel"
    raw = inquiry(sender=sender, subject=subject, text=text, message_id=f"<{number}@muster.example>")
    service.deliver([(sender, raw)])


def test_from_arrival_to_the_buyers_mailbox(service: Service, desk: Watched) -> None:
    page, buyer = desk.page, new_buyer(service)
    deliver(service, buyer)
    expect(page.locator(".line")).to_contain_text("LED bulbs", timeout=60_000)  # by itself: nobody reloads

    page.keyboard.press("j")
    expect(page.get_by_role("heading", name="LED bulbs")).to_be_visible()
    expect(page.locator("mark.point").first).to_be_visible()
    expect(page.locator(".address")).to_have_text(buyer)
    assert service.dovecot.copies(buyer) == []

    page.keyboard.press("e")
    page.keyboard.press("Control+Home")
    page.keyboard.type("Good morning!\n\n")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.keyboard.press("u")
    expect(page.locator("#letter .state")).to_have_text("Proposed")
    expect(page.locator("#letter-text")).to_have_value(re.compile("^Good morning!"))
    page.wait_for_timeout((UNDO + 2) * 1000)
    assert service.dovecot.copies(buyer) == []

    page.keyboard.press("a")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    wait_for(lambda: service.dovecot.copies(buyer), "the letter arrives")
    (copy,) = service.dovecot.copies(buyer)
    letter = message_from_bytes(copy, policy=policy.default)
    body = letter.get_body(("plain",))
    assert body is not None
    assert body.get_content().startswith("Good morning!")
    assert letter["Subject"] == "Re: LED bulbs"

    page.goto(f"{desk.origin}/review?tab=waiting")
    expect(page.locator(".line")).to_contain_text("LED bulbs", timeout=30_000)
    expect(page.locator(".line .pace.fine, .line .pace.late")).to_have_count(0)  # its clock has stopped
    assert desk.outside == []
    assert desk.complaints == []


def test_of_two_reviewers_the_slower_is_told(service: Service, desk: Watched, open_page: OpenPage) -> None:
    buyer = new_buyer(service)
    deliver(service, buyer)
    expect(desk.page.locator(".line")).to_contain_text("LED bulbs", timeout=60_000)
    made = service.triage("users", "add", "Wang Wei", "--role", "approver")
    other = open_page(f"{desk.origin}/welcome/{made.stdout.rpartition('/')[2].strip()}")
    other.page.get_by_label("Password").fill(PASSWORD)
    other.page.get_by_role("button", name="Set password").click()
    desk.page.locator(".line").click()
    expect(other.page.locator("#letter-text")).not_to_be_empty()
    expect(desk.page.locator("#letter-text")).not_to_be_empty()

    desk.page.locator("#letter-text").fill("Dear Karl,\n\nwhich base do you need?\n\nBest regards,\nLi Na\n")
    desk.page.get_by_role("button", name="Save").click()
    expect(desk.page.locator("#letter .pane-head")).to_contain_text("revision 2")
    expect(other.page.locator(".stale")).to_be_visible(timeout=10_000)  # told by itself
    other.page.locator("#letter").get_by_role("button", name="Approve").first.click()
    expect(other.page.get_by_role("alert")).to_contain_text("changed meanwhile")
    expect(other.page.get_by_role("alert").locator(".diff")).to_contain_text("which base do you need?")
    assert service.dovecot.copies(buyer) == []


def test_without_a_session_nothing_is_shown(service: Service, open_page: OpenPage) -> None:
    stranger = open_page(f"http://127.0.0.1:{service.port}/review")
    expect(stranger.page.get_by_role("heading", name="Sign in")).to_be_visible()
    stranger.page.get_by_label("Name").fill("admin")
    stranger.page.get_by_label("Password").fill("admin")
    stranger.page.get_by_role("button", name="Sign in").click()
    expect(stranger.page.get_by_role("alert")).to_be_visible()
    assert stranger.page.context.cookies() == []
