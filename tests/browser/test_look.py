"""The page on the demo's mailbox: accessible, complete in both languages, usable on a phone, light in transfer."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.mailbox import demo_app
from tests.harness.browser import DESKTOP, PHONE, OpenPage
from triage.vocabulary.worklist import Tab
from triage.web.app import serve

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """The address of a page over the demo's sample mailbox, and the draft of a letter to someone who never wrote."""
    folder = tmp_path_factory.mktemp("look")
    app = demo_app(folder, "[followups]\nto_silent_book = true\n")
    book = folder / "book.csv"
    book.write_text("company,name,email,country\nNordlicht GmbH,Jana Muster,jana@nordlicht.example,IS\n", "utf-8")
    app.customer_tables.load(book, "Li Na", dry_run=False)
    (made,) = app.outreach.news(app.customers.filter(["country=IS"]), "Our new panels reach 140 lm/W.")
    page = serve(app)
    yield page.url, made.draft_id
    page.stop()
    app.store.close()


@pytest.fixture
def address(opened: tuple[str, int]) -> str:
    return opened[0]


PAGES = (
    *(f"/review?tab={tab}" for tab in Tab),
    "/review?tab=all&q=panel",
    "/review?tab=all&q=nothing+like+it",
    "/followups?closed=true&filter=country%3DIS",
    "/review?tab=all&q=Reklamace",
    "/audit?days=9999&by=kind",
    "/audit/rules",
    "/health",
    "/settings",
    "/account",
    "/login",
    "/drafts/999999/preview",
)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_no_serious_finding_of_axe(
    address: str, open_page: OpenPage, path: str, scheme: str, viewport: dict[str, int]
) -> None:
    watched = open_page(f"{address}{path}", color_scheme=scheme, viewport=viewport, bypass_csp=True)
    assert watched.axe() == []


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_a_letter_that_opens_a_conversation_is_as_accessible(
    opened: tuple[str, int], open_page: OpenPage, locale: str, viewport: dict[str, int]
) -> None:
    address, draft_id = opened
    watched = open_page(f"{address}/review?draft={draft_id}", locale=locale, viewport=viewport, bypass_csp=True)
    assert watched.axe() == []
    assert watched.page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert watched.complaints == []


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_the_follow_ups_fit_the_screen(
    address: str, open_page: OpenPage, locale: str, viewport: dict[str, int]
) -> None:
    watched = open_page(f"{address}/followups?filter=country%3DIS", locale=locale, viewport=viewport)
    expect(watched.page.locator(".reach")).to_be_visible()
    assert watched.page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert watched.complaints == []


def test_news_and_a_promise_by_the_keyboard_alone(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/review").page
    page.keyboard.press("g")
    page.keyboard.press("f")
    expect(page.get_by_role("heading", level=1)).to_have_text("Follow-ups and complaints")
    page.get_by_label("What is new").focus()
    page.keyboard.type("We have a new panel.")
    page.get_by_label("Which customers").focus()
    page.keyboard.type("country=IS")
    page.keyboard.press("Enter")
    expect(page.locator(".reach")).to_contain_text("0 customers would get a letter now of 1")
    page.goto(f"{address}/review?tab=all&q=Reklamace")
    page.locator("#letter-text").press("Control+End")
    page.keyboard.type("\n\nWe will send you the test report on Friday.")
    due = page.get_by_label("Until when we keep it")
    due.fill("2030-03-01T17:00")
    page.get_by_role("button", name="Put it on record").press("Enter")
    expect(page.locator(".promised")).to_contain_text("test report on Friday")
    expect(page.locator("#letter-text")).to_have_value(re.compile("test report on Friday"))


@pytest.mark.parametrize(("locale", "title"), [("en-GB", "Awaiting review"), ("zh-CN", "等待审核")])
def test_both_languages(address: str, open_page: OpenPage, locale: str, title: str) -> None:
    watched = open_page(f"{address}/review", locale=locale)
    expect(watched.page.get_by_role("heading", level=1)).to_have_text(title)
    watched.page.locator(".prefs button").first.click()
    expect(watched.page.get_by_role("heading", level=1)).not_to_have_text(title)
    assert watched.complaints == []


def test_on_a_phone_one_pane_at_a_time(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/review", viewport=PHONE).page
    expect(page.locator("#queue")).to_be_visible()
    expect(page.locator("#mail")).to_be_hidden()
    page.locator(".line").first.click()
    expect(page.locator("#mail")).to_be_visible()
    expect(page.locator("#queue")).to_be_hidden()
    page.get_by_role("button", name="Letter").click()
    expect(page.locator("#letter-text")).to_be_visible()
    expect(page.get_by_role("button", name="Approve")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_keys_alone_lead_through_the_list(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/review").page
    first = page.locator("#mail-title").inner_text()
    page.keyboard.press("j")
    expect(page.locator("#mail-title")).not_to_have_text(first)
    page.keyboard.press("k")
    expect(page.locator("#mail-title")).to_have_text(first)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("n")
    expect(page.get_by_role("heading", level=1)).to_have_text("Kind not sure")


def test_a_point_leads_to_its_sentence(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/review").page
    point = page.locator("[data-sentence]").first
    point.click()
    chosen = page.evaluate(
        "(t => t.value.slice(t.selectionStart, t.selectionEnd))(document.getElementById('letter-text'))"
    )
    assert chosen == point.get_attribute("data-sentence")


def test_unticked_questions_leave_the_letter(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/review").page
    page.locator(".questions summary").click()
    question = page.locator(".questions label").first.inner_text()
    expect(page.locator("#letter-text")).to_have_value(re.compile(re.escape(question)))
    page.locator(".questions input").first.click()
    expect(page.locator("#letter .pane-head")).to_contain_text("revision")
    assert question not in page.locator("#letter-text").input_value()


def test_a_small_page_from_one_place(address: str, open_page: OpenPage) -> None:
    watched = open_page(f"{address}/review")
    sizes = watched.page.evaluate(
        "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]"
        ".map(entry => entry.transferSize)"
    )
    assert sum(sizes) < 250_000
    assert watched.outside == []
    assert watched.complaints == []
    shifts = watched.page.evaluate(
        "new Promise(done => { let sum = 0; new PerformanceObserver(list => { for (const e of list.getEntries()) "
        "sum += e.value; }).observe({type: 'layout-shift', buffered: true}); setTimeout(() => done(sum), 300); })"
    )
    assert shifts < 0.01


def test_the_first_paint_comes_within_a_second(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/review").page
    painted = page.evaluate(
        "new Promise(done => new PerformanceObserver(list => done(list.getEntriesByName('first-contentful-paint')[0]"
        ".startTime)).observe({type: 'paint', buffered: true}))"
    )
    assert 0 < painted < 1000


def test_without_scripts_the_work_still_gets_done(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/review", java_script_enabled=False).page
    page.locator(".line").nth(1).click()
    expect(page.locator("#mail-title")).not_to_be_empty()
    page.locator("#letter-text").fill("Dear buyer,\n\nwhich base do you need?\n")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#letter .pane-head")).to_contain_text("revision 2")


def test_the_plan_is_changed_point_by_point(address: str, open_page: OpenPage) -> None:
    """Answered in one's own words; what was typed meanwhile stays."""
    page = open_page(f"{address}/review?tab=all&q=panel").page
    page.locator("#letter-text").press("Control+Home")
    page.locator("#letter-text").press_sequentially("Good morning!\n\n")
    page.locator(".plan > summary").click()
    page.locator(".decisions .own summary").first.click()
    page.locator(".decisions .own input[name=answer]").first.fill("We hold the goods for you until noon.")
    page.locator(".decisions .own").first.get_by_role("button", name="Say this").click()
    expect(page.locator("#letter-text")).to_have_value(re.compile("^Good morning!.*until noon", re.DOTALL))
    expect(page.locator(".plan")).to_have_attribute("open", "")  # it stays where the person works
    page.get_by_role("button", name="Leave all open").click()
    expect(page.locator("#letter-text")).not_to_have_value(re.compile("until noon"))
    expect(page.locator(".decisions > .answered")).to_have_count(0)


def test_a_letter_in_another_language_is_told_in_ones_own(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/review", locale="zh-CN").page
    page.locator(".plan > summary").click()
    page.locator(".reading summary").click()
    expect(page.locator(".in-language li").first).to_contain_text("您好")


def test_reasons_speak_chinese_and_show_their_words(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/review?tab=all&q=panel", locale="zh-CN").page
    reasons = page.locator(".reasons")
    page.locator("details:has(> .reasons) > summary").click()
    expect(reasons).to_contain_text(re.compile("[\u4e00-\u9fff]"))
    reasons.locator("[data-mark]").first.click()
    expect(page.locator("mark.lit").first).to_be_in_viewport()
