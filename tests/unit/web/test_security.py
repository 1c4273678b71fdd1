"""The rules S01-S18 of the page, asked without a browser; those that need one are in tests/browser."""

import hashlib
import html
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.harness.desks import inquiry
from tests.unit.web.desk import PASSWORD, Site, site
from triage.config import WebSection
from triage.vocabulary.people import Role
from triage.web import pages
from triage.web.app import routers
from triage.web.limits import Limits

__all__ = ["site"]
CANARY = "<img src=x onerror=alert(1)>'\"&{{7*7}}"
SHIELDS = ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy")


@pytest.fixture
def mail(site: Site) -> int:
    return site.desktop.arrive(inquiry())


def draft_of(site: Site, message_id: int) -> int:
    ((draft_id, _),) = site.desktop.drafts(message_id)
    return draft_id


def words_of(site: Site, draft_id: int) -> dict[str, str]:
    """What the letter's form sends."""
    draft = site.app.draft(draft_id)
    return {"seen": draft.content_hash, "subject": draft.letter.subject, "text": draft.letter.text}


WRITES = {
    "/drafts/{draft}/approve": Role.APPROVER,
    "/drafts/{draft}/reject": Role.APPROVER,
    "/drafts/{draft}/resolve": Role.APPROVER,
    "/drafts/{draft}/edit": Role.REVIEWER,
    "/drafts/{draft}/check": Role.REVIEWER,
    "/drafts/{draft}/questions": Role.REVIEWER,
    "/drafts/{draft}/plan": Role.REVIEWER,
    "/drafts/{draft}/language": Role.REVIEWER,
    "/drafts/{draft}/recipients": Role.APPROVER,
    "/drafts/{draft}/release": Role.REVIEWER,
    "/drafts/{draft}/hold": Role.REVIEWER,
    "/drafts/{draft}/promise": Role.REVIEWER,
    "/drafts/{draft}/promises/1/settle": Role.REVIEWER,
    "/followups/propose": Role.REVIEWER,
    "/followups/news": Role.REVIEWER,
    "/mails/{mail}/complaint": Role.REVIEWER,
    "/mails/{mail}/relabel": Role.REVIEWER,
    "/mails/{mail}/tier": Role.REVIEWER,
    "/mails/{mail}/assign": Role.REVIEWER,
    "/mails/{mail}/snooze": Role.REVIEWER,
    "/mails/{mail}/note": Role.REVIEWER,
    "/bulk": Role.REVIEWER,
    "/views": Role.VIEWER,
    "/views/1/forget": Role.VIEWER,
    "/account/second-factor": Role.VIEWER,
    "/account/second-factor/confirm": Role.VIEWER,
    "/health/checks": Role.ADMIN,
    "/health/replay": Role.ADMIN,
    "/settings/users": Role.ADMIN,
    "/settings/users/change": Role.ADMIN,
    "/settings/users/link": Role.ADMIN,
    "/settings/users/email": Role.ADMIN,
    "/settings/users/reset-factor": Role.ADMIN,
    "/settings/tokens": Role.ADMIN,
    "/settings/tokens/revoke": Role.ADMIN,
    "/settings/webhooks": Role.ADMIN,
    "/settings/webhooks/remove": Role.ADMIN,
}
READS = (
    "/review",
    "/review?draft={draft}",
    "/review?mail={mail}",
    "/drafts/{draft}/reading",
    "/drafts/{draft}/preview",
    "/mails/{mail}/original",
    "/mails/{mail}/raw",
    "/mails/{mail}/attachments/0",
    "/followups",
    "/audit",
    "/audit/rules",
    "/audit.csv",
    "/events",
    "/account",
    "/health",
    "/settings",
)
RANK = list(Role)


def filled(site: Site, mail: int) -> dict[str, object]:
    """One form with the fields of all of them: a route takes its own and no other (S06)."""
    fields = {
        **words_of(site, draft_of(site, mail)),
        "kind": "order",
        "put": "hours",
        "found": "delivered",
        "ends": "kept",
    }
    return {
        **fields,
        "language": "zh",
        "act": "assign",
        "mail": str(mail),
        "name": "mine",
        "to": "eve@evil.example",
        "status": "sent",
    }


def test_every_route_is_in_the_matrix(site: Site) -> None:
    """A route that someone adds without saying who may use it fails here."""
    known = {path.partition("?")[0] for path in (*WRITES, *READS)}
    open_to_all = {"/", "/login", "/logout", "/welcome/{token}", "/preferences", "/login/code"}
    paths = [str(getattr(route, "path", "")) for router in routers(site.app, Limits(600)) for route in router.routes]
    named = {
        "{draft_id}": "{draft}",
        "{message_id}": "{mail}",
        "{position}": "0",
        "{view_id}": "1",
        "{promise_id}": "1",
        "{kind}": "csv",
    }
    routes = {re.sub(r"\{\w+_id\}|\{position\}|\{kind\}", lambda found: named[found[0]], path) for path in paths}
    assert len(routes) > 20
    assert routes - known == open_to_all


@pytest.mark.parametrize("path", [*WRITES, *READS])
def test_a_stranger_sees_and_does_nothing(site: Site, mail: int, path: str) -> None:
    url = path.format(draft=draft_of(site, mail), mail=mail)
    answer = site.stranger().get(url) if path in READS else site.stranger().post(url, data=filled(site, mail))
    assert (answer.status_code, answer.headers.get("location")) == (303, "/login")
    assert "LED bulbs" not in answer.text


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("path", list(WRITES))
def test_a_role_does_what_it_may_and_no_more(site: Site, mail: int, path: str, role: Role) -> None:
    client = site.signed_in(role)
    answer = client.post(path.format(draft=draft_of(site, mail), mail=mail), data=filled(site, mail))
    allowed = RANK.index(role) >= RANK.index(WRITES[path])
    assert (answer.status_code == 403) is not allowed
    if not allowed:
        assert site.app.draft(draft_of(site, mail)).status == "proposed"


@pytest.mark.parametrize("path", [path for path in (*WRITES, *READS) if "{" in path and "attachments" not in path])
def test_a_foreign_mailbox_is_as_if_it_were_not_there(site: Site, mail: int, path: str) -> None:
    """Even for an admin of another mailbox, and whatever the form says (S04)."""
    client = site.signed_in(Role.ADMIN, ["other"])
    url = path.format(draft=draft_of(site, mail), mail=mail)
    answer = client.get(url) if path in READS else client.post(url, data=filled(site, mail))
    assert answer.status_code == 404
    assert "LED bulbs" not in answer.text
    assert site.app.draft(draft_of(site, mail)).status == "proposed"


def test_lists_search_and_report_hold_only_ones_own_mailboxes(site: Site, mail: int) -> None:
    client = site.signed_in(Role.ADMIN, ["other"])
    for url in (
        "/review",
        "/review?tab=all&q=bulbs",
        "/review?mailbox=sales",
        "/followups?closed=true",
        "/audit?days=9999",
        "/audit.csv",
        "/audit.html",
    ):
        assert "LED bulbs" not in client.get(url).text
    own = site.signed_in(Role.VIEWER, ["sales"])
    assert "LED bulbs" in own.get("/review?tab=all&q=bulbs").text


def test_hidden_fields_reach_neither_recipients_nor_state(site: Site, mail: int) -> None:
    """CVE-2026-40569: a hidden field once copied all mail to a stranger."""
    draft_id = draft_of(site, mail)
    extra = {"to": "eve@evil.example", "bcc": "eve@evil.example", "status": "sent", "approved_by": "eve"}
    site.signed_in(Role.APPROVER).post(f"/drafts/{draft_id}/approve", data={**words_of(site, draft_id), **extra})
    draft = site.app.draft(draft_id)
    assert draft.status == "approved"
    assert [address.email for address in draft.letter.to] == ["karl@muster.example"]
    with site.app.store.begin(write=False) as uow:
        outgoing = uow.drafts.outgoing(draft_id)
    assert outgoing is not None
    assert outgoing.recipients == ("karl@muster.example",)
    assert b"evil.example" not in outgoing.data


@pytest.mark.parametrize(
    "headers",
    [
        {"x-csrf-token": ""},
        {"x-csrf-token": "guessed"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"host": "evil.example"},
    ],
)
def test_a_write_that_is_not_from_our_page_is_refused(site: Site, mail: int, headers: dict[str, str]) -> None:
    client, draft_id = site.signed_in(Role.APPROVER), draft_of(site, mail)
    answer = client.post(f"/drafts/{draft_id}/approve", data=words_of(site, draft_id), headers=headers)
    assert answer.status_code in (400, 403)
    assert site.app.draft(draft_id).status == "proposed"


def test_a_letter_is_approved_as_it_was_seen_or_not_at_all(site: Site, mail: int) -> None:
    client, draft_id = site.signed_in(Role.APPROVER), draft_of(site, mail)
    seen = words_of(site, draft_id)
    site.app.review.edit(draft_id, "Wang Wei", text="Something else entirely.")
    answer = client.post(f"/drafts/{draft_id}/approve", data=seen)
    assert answer.status_code == 409
    assert "changed meanwhile" in answer.text
    assert "<ins>Something else entirely.</ins>" in answer.text
    assert site.app.draft(draft_id).status == "proposed"


def test_letters_in_the_form_are_what_is_approved(site: Site, mail: int) -> None:
    client, draft_id = site.signed_in(Role.APPROVER), draft_of(site, mail)
    words = words_of(site, draft_id)
    words["text"] = words["text"].replace("Dear", "Good morning, dear").replace("\n", "\r\n")
    assert client.post(f"/drafts/{draft_id}/approve", data=words).status_code == 303
    with site.app.store.begin(write=False) as uow:
        outgoing = uow.drafts.outgoing(draft_id)
    assert outgoing is not None
    assert b"Good morning, dear" in outgoing.data


def test_an_approval_can_be_undone_until_it_leaves(site: Site, mail: int) -> None:
    client, draft_id = site.signed_in(Role.APPROVER), draft_of(site, mail)
    client.post(f"/drafts/{draft_id}/approve", data=words_of(site, draft_id))
    assert site.app.due_letters("sales") == []
    site.desktop.clock.move(seconds=site.app.settings.web.undo_seconds - 1)
    assert site.app.due_letters("sales") == []
    client.post(f"/drafts/{draft_id}/release", data={})
    site.desktop.clock.move(seconds=60)
    assert site.app.due_letters("sales") == []
    assert site.app.draft(draft_id).status == "proposed"


@pytest.mark.parametrize("path", ["/review", "/login", "/mails/1/raw", "/nowhere", "/healthz", "/static/app.css"])
def test_every_answer_carries_the_shields(site: Site, mail: int, path: str) -> None:
    answer = site.signed_in(Role.ADMIN).get(path)
    for name in SHIELDS:
        assert answer.headers[name]
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "server" not in answer.headers


def test_pages_hold_nothing_inline(site: Site, mail: int) -> None:
    client = site.signed_in(Role.ADMIN)
    for url in ("/review", "/audit?days=9999", "/login", "/review?tab=all"):
        page = client.get(url).text
        assert not re.search(r"<script(?![^>]*\ssrc=)", page)
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page)
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', page)


def test_whatever_a_mail_says_is_text(site: Site) -> None:
    """In the subject, the name, the address, the words and the file's name alike (S09, H15)."""
    raw = inquiry(subject=CANARY, text=f"Please quote {CANARY}", message_id="<c@muster.example>")
    raw = raw.replace(b"Karl Beispiel <", b'"' + b"<script>alert(1)</script>" + b'" <', 1)
    message_id = site.desktop.arrive(raw)
    client = site.signed_in(Role.ADMIN)
    for url in ("/review", f"/review?mail={message_id}", "/review?tab=all&q=%3Cscript%3E", "/audit?days=9999"):
        page = client.get(url).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "49" not in re.findall(r"&amp;(\d+)", page)
    assert html.escape(CANARY.split("'", maxsplit=1)[0]) in client.get(f"/review?mail={message_id}").text


def test_no_template_trusts_markup() -> None:
    for template in (pages.HERE / "templates").glob("*.html"):
        assert "|safe" not in template.read_text(encoding="utf-8").replace(" ", "")


def test_sessions_end_and_are_made_anew(site: Site) -> None:
    client = site.signed_in(Role.VIEWER, name="Li Na")
    first = client.cookies["triage"]
    assert client.get("/review").status_code == 200
    client.post("/logout")
    replay = site.stranger()
    replay.cookies.set("triage", first)
    assert replay.get("/review").status_code == 303  # a copy of the cookie opens nothing any more

    answer = client.post("/login", data={"name": "Li Na", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert first not in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    site.desktop.clock.move(minutes=site.app.settings.web.idle_minutes + 1)
    assert client.get("/review").status_code == 303


def test_a_session_ends_even_in_use(site: Site) -> None:
    client = site.signed_in(Role.VIEWER)
    for _ in range(site.app.settings.web.session_hours):
        assert client.get("/review").status_code == 200
        site.desktop.clock.move(hours=1, seconds=1)
    assert client.get("/review").status_code == 303


def test_who_is_shut_out_is_out_at_once(site: Site) -> None:
    client = site.signed_in(Role.ADMIN, name="Li Na")
    site.app.people.change("Li Na", "test", active=False)
    assert client.get("/review").status_code == 303
    assert site.stranger().post("/login", data={"name": "Li Na", "password": PASSWORD}).status_code == 401


def test_guessing_is_slowed_for_the_name_and_headers_do_not_help(site: Site) -> None:
    site.signed_in(Role.VIEWER, name="Li Na")
    guess = {"name": "Li Na", "password": "wrong wrong wrong"}
    for number in range(12):
        site.stranger().post("/login", data=guess, headers={"x-forwarded-for": f"203.0.113.{number}"})
    refused = site.stranger().post("/login", data={"name": "Li Na", "password": PASSWORD})
    assert refused.status_code == 401


def test_a_link_works_once_and_for_a_day(site: Site) -> None:
    token = site.app.people.add("Li Na", Role.VIEWER, None, "test")
    client = site.stranger()
    assert client.get(f"/welcome/{token}").status_code == 200
    assert client.post(f"/welcome/{token}", data={"password": "short"}).status_code == 422
    assert client.post(f"/welcome/{token}", data={"password": PASSWORD}).status_code == 303
    assert client.get(f"/welcome/{token}").status_code == 410
    late = site.app.people.new_link("Li Na", "test")
    site.desktop.clock.move(hours=25)
    assert client.post(f"/welcome/{late}", data={"password": PASSWORD}).status_code == 410


def test_a_new_password_ends_all_sessions(site: Site) -> None:
    client = site.signed_in(Role.VIEWER, name="Li Na")
    token = site.app.people.new_link("Li Na", "test")
    site.stranger().post(f"/welcome/{token}", data={"password": "other plain words"})
    assert client.get("/review").status_code == 303


def test_the_database_holds_no_password_and_no_token(site: Site) -> None:
    client = site.signed_in(Role.VIEWER, name="Li Na")
    path = Path(str(site.app.settings.database.file))
    stored = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    assert PASSWORD.encode() not in stored
    assert client.cookies["triage"].encode() not in stored
    assert b"$argon2id$" in stored


@pytest.mark.parametrize(
    ("section", "fault"),
    [
        ({"host": "192.0.2.7"}, "unencrypted"),
        ({"host": "192.0.2.7", "url": "http://triage.example.com"}, "unencrypted"),
        ({"host": "192.0.2.7", "url": "https://triage.example.com", "login": False}, "loopback addresses only"),
    ],
)
def test_the_page_is_not_opened_to_the_world_by_mistake(section: dict[str, object], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        WebSection(**section)  # type: ignore[arg-type]


def test_attachments_are_downloads_for_people_who_may_see_the_mail(site: Site) -> None:
    raw = inquiry(message_id="<f@muster.example>").replace(
        b"Content-Type: text/plain",
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: image/svg+xml\r\n'
        b"Content-Disposition: attachment; filename*=UTF-8''%3Cx%3E%22..%2Fplan.svg\r\n\r\n"
        b"<svg onload=alert(1)>\r\n--b\r\n"
        b"Content-Type: text/plain",
        1,
    )
    message_id = site.desktop.arrive(raw)
    answer = site.signed_in(Role.VIEWER).get(f"/mails/{message_id}/attachments/0")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert not re.search(r"[<>\"/]", answer.headers["content-disposition"].partition("''")[2])
    assert "sandbox" in answer.headers["content-security-policy"]
    assert b"<svg onload" in answer.content


def test_vendored_files_are_what_their_makers_published() -> None:
    vendor = pages.STATIC / "vendor"
    listed = dict(line.split("  ")[::-1] for line in (vendor / "SHA256SUMS").read_text(encoding="ascii").splitlines())
    present = {file.name for file in vendor.iterdir()} - {"SHA256SUMS"}
    assert present == set(listed)
    for name, digest in listed.items():
        assert hashlib.sha256((vendor / name).read_bytes()).hexdigest() == digest


def test_errors_tell_nothing_of_the_inside(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    client = site.signed_in(Role.ADMIN)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr(site.app.viewing, "page", broken)
    answer = client.get("/review")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


def test_static_files_may_be_kept_for_ever(site: Site) -> None:
    client: TestClient = site.stranger()
    address = pages.asset("app.css")
    assert "immutable" in client.get(address).headers["cache-control"]


def test_changed_recipients_are_shown_approved_anew_and_kept_in_the_log(site: Site, mail: int) -> None:
    client, draft_id = site.signed_in(Role.APPROVER, name="Li Na"), draft_of(site, mail)
    seen = site.app.draft(draft_id).content_hash
    form = {"seen": seen, "to": "karl@Muster.example, einkauf@muster.example"}
    assert client.post(f"/drafts/{draft_id}/recipients", data=form).status_code == 303
    draft = site.app.draft(draft_id)
    assert [address.email for address in draft.letter.to] == ["karl@muster.example", "einkauf@muster.example"]
    assert (
        client.post(f"/drafts/{draft_id}/approve", data={**words_of(site, draft_id), "seen": seen}).status_code == 409
    )
    with site.app.store.begin(write=False) as uow:
        (event,) = [event for event in uow.audit.events() if event.name == "draft.readdressed"]
        kept = {str(one.revision): [to.email for to in one.letter.to] for one in uow.drafts.revisions(draft_id)}
    assert event.actor == "Li Na"
    assert kept[event.data["from_revision"]] == ["karl@muster.example"]
    assert kept[event.data["to_revision"]] == ["karl@muster.example", "einkauf@muster.example"]
    assert "@" not in str(event.data)


@pytest.mark.parametrize(
    "to", ["", "nobody", "a@b@c", "a@localhost", "x@y.example\r\nBcc: eve@evil.example", "a b@c.example"]
)
def test_what_is_no_address_becomes_no_recipient(site: Site, mail: int, to: str) -> None:
    client, draft_id = site.signed_in(Role.APPROVER), draft_of(site, mail)
    form = {"seen": site.app.draft(draft_id).content_hash, "to": to}
    assert client.post(f"/drafts/{draft_id}/recipients", data=form).status_code == 422
    assert site.app.draft(draft_id).revision == 1


def test_a_letter_is_written_anew_in_another_language(site: Site, mail: int) -> None:
    client, draft_id = site.signed_in(Role.REVIEWER), draft_of(site, mail)
    form = {"seen": site.app.draft(draft_id).content_hash, "language": "zh"}
    assert client.post(f"/drafts/{draft_id}/language", data=form).status_code == 303
    draft = site.app.draft(draft_id)
    assert (draft.letter.language, draft.revision) == ("zh", 2)
    assert "您好" in draft.letter.text


def test_searches_and_files_are_limited_by_person_whatever_the_headers_say(site: Site, mail: int) -> None:
    """S10."""
    client, other = site.signed_in(Role.VIEWER), site.signed_in(Role.REVIEWER)
    for url, most in (("/review?tab=all&q=bulbs", 60), ("/audit.csv?days=1", 20)):
        codes = [client.get(url, headers={"x-forwarded-for": f"203.0.113.{n}"}).status_code for n in range(most + 1)]
        assert codes == [200] * most + [429]
        assert other.get(url).status_code == 200
    assert client.get("/review").status_code == 200


def test_a_call_is_noted_on_the_card(site: Site, mail: int) -> None:
    client = site.signed_in(Role.REVIEWER, name="Li Na")
    text = "Wants <b>500</b> more"
    assert client.post(f"/mails/{mail}/note", data={"kind": "call", "text": text}).status_code == 303
    assert client.post(f"/mails/{mail}/note", data={"kind": "call", "text": " "}).status_code == 409
    assert html.escape(text) in client.get(f"/review?mail={mail}").text


def test_the_preview_holds_letter_and_quote_and_nothing_that_acts(site: Site) -> None:
    mail = site.desktop.arrive(inquiry(text=f"Please quote 5000 LED bulbs. {CANARY}\n\nKarl Beispiel"))
    answer = site.signed_in(Role.VIEWER).get(f"/drafts/{draft_of(site, mail)}/preview")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "<p>" in answer.text
    assert "Please quote 5000" in answer.text
    assert "<img" not in answer.text


def test_a_tier_is_corrected_beside_the_computed_one_and_taken_back(site: Site) -> None:
    mail = site.desktop.arrive(inquiry())
    client = site.signed_in(Role.REVIEWER, name="Li Na")
    assert client.post(f"/mails/{mail}/tier", data={"tier": "D"}).status_code == 422
    assert client.post(f"/mails/{mail}/tier", data={"tier": "B", "reason": "<i>reseller</i>"}).status_code == 303
    page = client.get(f"/review?mail={mail}").text
    assert "said Li Na" in page
    assert html.escape("<i>reseller</i>") in page
    assert client.post(f"/mails/{mail}/tier", data={"tier": ""}).status_code == 303
    assert "said Li Na" not in client.get(f"/review?mail={mail}").text


def test_an_outcome_is_noted_without_words(site: Site) -> None:
    mail = site.desktop.arrive(inquiry())
    client = site.signed_in(Role.REVIEWER, name="Li Na")
    assert client.post(f"/mails/{mail}/note", data={"kind": "lost", "text": ""}).status_code == 303
    card = site.desktop.app.viewing.case_of_message(mail, None).customer
    assert card is not None
    assert card.meetings == 0
