"""The API: who may ask what, one letter from the list to its approval, repeated requests, pages of lists, problems."""

import json
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.harness.desks import inquiry
from tests.unit.web.api import program
from tests.unit.web.desk import Site, site
from triage.vocabulary.access import Scope
from triage.vocabulary.people import Role

__all__ = ["site"]
SCOPES = {
    ("GET", "/v1/queue"): Scope.READ,
    ("GET", "/v1/audit"): Scope.READ,
    ("GET", "/v1/messages/{message_id}"): Scope.READ,
    ("GET", "/v1/messages/{message_id}/raw"): Scope.READ,
    ("GET", "/v1/messages/{message_id}/attachments/{position}"): Scope.READ,
    ("POST", "/v1/messages/{message_id}/relabel"): Scope.REVIEW,
    ("POST", "/v1/messages/{message_id}/tier"): Scope.REVIEW,
    ("POST", "/v1/messages/{message_id}/assign"): Scope.REVIEW,
    ("POST", "/v1/messages/{message_id}/snooze"): Scope.REVIEW,
    ("GET", "/v1/drafts/{draft_id}"): Scope.READ,
    ("PATCH", "/v1/drafts/{draft_id}"): Scope.REVIEW,
    ("POST", "/v1/drafts/{draft_id}/language"): Scope.REVIEW,
    ("POST", "/v1/drafts/{draft_id}/hold"): Scope.REVIEW,
    ("POST", "/v1/drafts/{draft_id}/release"): Scope.REVIEW,
    ("POST", "/v1/drafts/{draft_id}/approve"): Scope.APPROVE,
    ("POST", "/v1/drafts/{draft_id}/recipients"): Scope.APPROVE,
    ("POST", "/v1/drafts/{draft_id}/reject"): Scope.APPROVE,
    ("POST", "/v1/drafts/{draft_id}/resolve"): Scope.APPROVE,
    ("GET", "/v1/promises"): Scope.READ,
    ("POST", "/v1/promises/{promise_id}/settle"): Scope.REVIEW,
    ("GET", "/v1/customers"): Scope.READ,
    ("GET", "/v1/customers/{customer_id}"): Scope.READ,
    ("PATCH", "/v1/customers/{customer_id}"): Scope.REVIEW,
    ("POST", "/v1/customers/{customer_id}/notes"): Scope.REVIEW,
    ("POST", "/v1/customers/{customer_id}/merge"): Scope.REVIEW,
    ("POST", "/v1/merges/{merge_id}/undo"): Scope.REVIEW,
    ("GET", "/v1/health"): Scope.READ,
    ("GET", "/v1/parked"): Scope.ADMIN,
    ("POST", "/v1/parked/{message_id}/replay"): Scope.ADMIN,
    ("GET", "/v1/users"): Scope.ADMIN,
    ("POST", "/v1/users"): Scope.ADMIN,
    ("PATCH", "/v1/users/{name}"): Scope.ADMIN,
    ("DELETE", "/v1/users/{name}/second-factor"): Scope.ADMIN,
    ("GET", "/v1/tokens"): Scope.ADMIN,
    ("POST", "/v1/tokens"): Scope.ADMIN,
    ("DELETE", "/v1/tokens/{token_id}"): Scope.ADMIN,
    ("GET", "/v1/webhooks"): Scope.ADMIN,
    ("POST", "/v1/webhooks"): Scope.ADMIN,
    ("GET", "/v1/webhooks/{webhook_id}/deliveries"): Scope.ADMIN,
    ("DELETE", "/v1/webhooks/{webhook_id}"): Scope.ADMIN,
}


@pytest.fixture
def mail(site: Site) -> int:
    return site.desktop.arrive(inquiry())


def address(path: str) -> str:
    return "/api" + re.sub(r"\{\w+\}", "1", path)


def approve(client: TestClient, draft_id: int = 1, **headers: str) -> tuple[int, dict[str, object]]:
    seen = client.get(f"/api/v1/drafts/{draft_id}").json()["content_hash"]
    answer = client.post(f"/api/v1/drafts/{draft_id}/approve", json={"content_hash": seen}, headers=headers)
    return answer.status_code, answer.json()


def is_problem(answer: object, status: int) -> bool:
    """Whether it is the problem of that status, told as RFC 9457 asks."""
    told = answer.json()  # type: ignore[attr-defined]
    kind = answer.headers["content-type"]  # type: ignore[attr-defined]
    return bool(kind == "application/problem+json" and told["status"] == status == answer.status_code)  # type: ignore[attr-defined]


def test_every_operation_is_in_the_matrix(site: Site) -> None:
    paths = site.stranger().get("/api/openapi.json").json()["paths"]
    assert {(method.upper(), path) for path, found in paths.items() for method in found} == set(SCOPES)


def test_a_stranger_gets_nothing(site: Site, mail: int) -> None:
    guess = {"authorization": "Bearer tri_" + "a" * 43}
    for method, path in SCOPES:
        assert is_problem(site.stranger().request(method, address(path), json={}), 401), path
        assert is_problem(site.stranger().request(method, address(path), json={}, headers=guess), 401), path


@pytest.mark.parametrize("scope", list(Scope))
def test_a_scope_grants_its_own_work_and_reading(site: Site, mail: int, scope: Scope) -> None:
    program(site, Scope.READ)  # token 1, for the admin's operation to revoke
    client = program(site, scope)
    may_not = [operation for operation, needed in SCOPES.items() if needed not in (scope, Scope.READ)]
    for method, path in may_not:
        assert is_problem(client.request(method, address(path), json={}), 403), path
    assert site.app.draft(1).status == "proposed"
    for method, path in SCOPES.keys() - set(may_not):
        assert client.request(method, address(path), json={}).status_code not in (401, 403), path


def test_a_token_may_no_more_than_its_owner(site: Site, mail: int) -> None:
    client = program(site, *Scope, role=Role.REVIEWER)
    assert approve(client)[0] == 403
    site.app.people.change("Li Na", "test", role=Role.APPROVER)
    assert approve(client)[0] == 200
    site.app.people.change("Li Na", "test", active=False)
    assert is_problem(client.get("/api/v1/queue"), 401)


def test_a_foreign_mailbox_is_as_if_it_were_not_there(site: Site, mail: int) -> None:
    client = program(site, mailboxes=["other"])
    assert client.get("/api/v1/queue?tab=all").json()["items"] == []
    for path in ("messages/1", "messages/1/raw", "messages/1/attachments/0", "drafts/1"):
        assert is_problem(client.get(f"/api/v1/{path}"), 404)
    seen = {"content_hash": site.app.draft(1).content_hash}
    for path, body in (
        ("drafts/1/approve", seen),
        ("drafts/1/reject", {}),
        ("drafts/1/hold", {}),
        ("drafts/1/release", {}),
        ("drafts/1/resolve", {"found": "delivered"}),
        ("drafts/1/recipients", {**seen, "to": ["eve@evil.example"]}),
        ("drafts/1/language", {**seen, "language": "de"}),
        ("messages/1/relabel", {"kind": "scam"}),
        ("messages/1/tier", {"tier": "A"}),
        ("messages/1/assign", {"assignee": "Li Na"}),
        ("messages/1/snooze", {"until": None}),
    ):
        assert is_problem(client.post(f"/api/v1/{path}", json=body), 404), path
    assert is_problem(client.patch("/api/v1/drafts/1", json={**seen, "text": "x"}), 404)
    assert is_problem(client.get("/api/v1/users"), 403), "an admin of one mailbox would let themselves into all"
    assert site.app.draft(1).status == "proposed"


def test_a_letter_from_the_list_to_its_approval_and_back(site: Site, mail: int) -> None:
    client = program(site, Scope.REVIEW, Scope.APPROVE)
    (row,) = client.get("/api/v1/queue", params={"q": "bulbs"}).json()["items"]
    draft = client.get(f"/api/v1/drafts/{row['draft_id']}").json()
    change = {"content_hash": draft["content_hash"], "text": draft["text"].replace("Dear", "Good day, dear")}
    edited = client.patch("/api/v1/drafts/1", json=change).json()
    assert edited["edited_by"] == "Li Na"
    assert edited["revision"] == 2
    stale = client.post("/api/v1/drafts/1/approve", json={"content_hash": draft["content_hash"]})
    assert is_problem(stale, 409)
    status, approved = approve(client)
    assert (status, approved["status"], approved["approved_by"]) == (200, "approved", "Li Na")
    with site.app.store.begin(write=False) as uow:
        outgoing = uow.drafts.outgoing(1)
    assert outgoing is not None
    assert b"Good day, dear" in outgoing.data
    assert client.post("/api/v1/drafts/1/release").json()["status"] == "proposed"
    assert site.app.due_letters("sales") == []


def test_what_a_letter_is_not_meant_to_take_is_refused(site: Site, mail: int) -> None:
    """Unknown fields too: a hidden one once copied all mail to a stranger (CVE-2026-40569)."""
    client = program(site)
    seen = {"content_hash": site.app.draft(1).content_hash}
    for extra in (
        {"bcc": "eve@evil.example"},
        {"to": ["eve@evil.example"]},
        {"status": "sent"},
        {"subject": "a\r\nBcc: e@x"},
    ):
        assert is_problem(client.patch("/api/v1/drafts/1", json={**seen, **extra}), 422)
    assert is_problem(client.post("/api/v1/drafts/1/recipients", json={**seen, "to": ["a@b.example\r\nBcc: e"]}), 422)
    assert site.app.draft(1).revision == 1


def test_new_recipients_stand_in_the_audit_log(site: Site, mail: int) -> None:
    seen = {"content_hash": site.app.draft(1).content_hash, "to": ["anna@muster.example"]}
    draft = program(site).post("/api/v1/drafts/1/recipients", json=seen).json()
    assert draft["to"] == [{"name": "", "email": "anna@muster.example"}]
    with site.app.store.begin(write=False) as uow:
        (event,) = [event for event in uow.audit.events() if event.name == "draft.readdressed"]
        kept = {str(one.revision): [to.email for to in one.letter.to] for one in uow.drafts.revisions(1)}
    assert event.actor == "Li Na"
    assert kept[event.data["from_revision"]] == ["karl@muster.example"]
    assert kept[event.data["to_revision"]] == ["anna@muster.example"]


def test_a_repeated_post_does_nothing_again(site: Site, mail: int) -> None:
    client, key = program(site), {"idempotency-key": "first"}
    seen = {"content_hash": site.app.draft(1).content_hash}
    first = client.post("/api/v1/drafts/1/approve", json=seen, headers=key)
    again = client.post("/api/v1/drafts/1/approve", json=seen, headers=key)
    assert (first.status_code, first.json()) == (again.status_code, again.json()) == (200, first.json())
    assert again.headers["idempotency-replayed"] == "true"
    assert is_problem(client.post("/api/v1/drafts/1/approve", json=seen), 409), "without the key it is a new request"
    assert is_problem(client.post("/api/v1/drafts/1/approve", json={**seen, "when": "morning"}, headers=key), 409)
    assert is_problem(client.post("/api/v1/drafts/1/hold", json=seen, headers=key), 409)
    other = program(site, owner="Wang Wei")
    assert "idempotency-replayed" not in other.post("/api/v1/drafts/1/approve", json=seen, headers=key).headers


def test_a_problem_is_kept_too_and_bad_keys_are_refused(site: Site, mail: int) -> None:
    client, key = program(site), {"idempotency-key": "second"}
    assert is_problem(client.post("/api/v1/drafts/99/hold", json={}, headers=key), 404)
    again = client.post("/api/v1/drafts/99/hold", json={}, headers=key)
    assert is_problem(again, 404)
    assert again.headers["idempotency-replayed"] == "true"
    for bad in ("", "with space", "x" * 201):
        assert is_problem(client.post("/api/v1/drafts/1/hold", json={}, headers={"idempotency-key": bad}), 400)
    site.desktop.clock.move(hours=25)
    late = client.post("/api/v1/drafts/99/hold", json={}, headers=key)
    assert "idempotency-replayed" not in late.headers


def test_lists_come_in_pages_and_cursors_can_not_be_made_up(site: Site) -> None:
    for number in range(5):
        site.desktop.arrive(inquiry(subject=f"Bulbs {number}", message_id=f"<{number}@muster.example>"))
    client, found, cursor = program(site), [], None
    for _ in range(3):
        page = client.get(
            "/api/v1/queue", params={"limit": 2, "tab": "all"} | ({"cursor": cursor} if cursor else {})
        ).json()
        found += [row["message_id"] for row in page["items"]]
        first, cursor = cursor or page["next"], page["next"]
    assert cursor is None
    assert sorted(found) == [1, 2, 3, 4, 5]
    assert first
    for bad in ("AAAA", first[:-2] + "AA", "é", first + "x"):
        assert is_problem(client.get("/api/v1/queue", params={"tab": "all", "cursor": bad}), 404), bad
    assert is_problem(client.get("/api/v1/queue", params={"tab": "review", "cursor": first}), 404), "another list's"


def test_a_browsers_session_may_ask_but_writes_need_its_secret(site: Site, mail: int) -> None:
    client = site.signed_in(Role.APPROVER)
    secret = client.headers.pop("x-csrf-token")
    assert client.get("/api/v1/queue").status_code == 200
    assert is_problem(client.post("/api/v1/drafts/1/hold", json={}), 403)
    assert is_problem(client.post("/api/v1/drafts/1/hold", json={}, headers={"x-csrf-token": "guess"}), 403)
    foreign = {"x-csrf-token": secret, "sec-fetch-site": "cross-site"}
    assert client.post("/api/v1/drafts/1/hold", json={}, headers=foreign).status_code == 403
    assert client.post("/api/v1/drafts/1/hold", json={}, headers={"x-csrf-token": secret}).status_code == 200
    wrong = {"authorization": "Bearer nothing", "x-csrf-token": secret}
    assert is_problem(client.post("/api/v1/drafts/1/release", headers=wrong), 401), (
        "a wrong token is not saved by a cookie"
    )


@pytest.mark.parametrize(
    ("path", "most"), [("/api/v1/queue?q=panel", 60), ("/api/v1/customers?q=muster", 60), ("/api/v1/audit", 20)]
)
def test_searches_and_reports_have_the_pages_limits(site: Site, path: str, most: int) -> None:
    client = program(site)
    assert {client.get(path).status_code for _ in range(most)} == {200}
    answer = client.get(path)
    assert is_problem(answer, 429)
    assert answer.headers["retry-after"] == "60"


def test_a_brief_report_has_the_declared_fields_alone(site: Site, mail: int) -> None:
    client = program(site)
    whole = client.get("/api/v1/audit?by=kind&days=9999").json()
    brief = client.get("/api/v1/audit?by=kind&days=9999&brief=true").json()
    declared = site.stranger().get("/api/openapi.json").json()["components"]["schemas"]["AuditReport"]
    assert set(brief) == set(declared["properties"]) == set(declared["required"])
    assert set(whole) > set(brief)
    assert brief["total"] == {name: value for name, value in whole["total"].items() if not name.startswith("buyer")}
    assert (brief["total"]["due"], brief["groups"][0]["due"]) == (1, 1)
    other = program(site, mailboxes=["other"], owner="Chen Hao")
    assert other.get("/api/v1/audit?by=kind&days=9999&brief=true").json()["total"]["due"] == 0


def test_who_asks_too_often_waits(site: Site) -> None:
    limits = site.app.settings.api.model_copy(update={"requests_per_minute": 3})
    site.app.settings = site.app.settings.model_copy(update={"api": limits})
    slow = Site(site.desktop)
    client = program(slow)
    assert [client.get("/api/v1/health").status_code for _ in range(3)] == [200, 200, 200]
    answer = client.get("/api/v1/health")
    assert is_problem(answer, 429)
    assert int(answer.headers["retry-after"]) > 0
    assert program(slow).get("/api/v1/health").status_code == 200, "another token has its own rate"


def test_tokens_are_shown_once_and_end_when_revoked(site: Site) -> None:
    admin = program(site)
    made = admin.post("/api/v1/tokens", json={"name": "ci", "owner": "Li Na", "scopes": ["read"]}).json()
    client = site.stranger()
    client.headers["authorization"] = f"Bearer {made['token']}"
    assert client.get("/api/v1/queue").status_code == 200
    assert made["token"] not in admin.get("/api/v1/tokens").text
    path = Path(str(site.app.settings.database.file))
    stored = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    assert made["token"].encode() not in stored
    number = next(token["id"] for token in admin.get("/api/v1/tokens").json()["items"] if token["name"] == "ci")
    assert admin.delete(f"/api/v1/tokens/{number}").status_code == 204
    assert is_problem(admin.delete(f"/api/v1/tokens/{number}"), 404)
    assert is_problem(client.get("/api/v1/queue"), 401)


def test_users_are_made_changed_and_shut_out(site: Site) -> None:
    admin = program(site)
    new = {"name": "Chen Hao", "role": "reviewer", "mailboxes": ["other"]}
    made = admin.post("/api/v1/users", json=new)
    assert made.status_code == 201
    assert "/welcome/" in made.json()["link"]
    assert is_problem(admin.post("/api/v1/users", json=new), 409)
    assert is_problem(admin.post("/api/v1/users", json={**new, "name": "x", "mailboxes": ["none"]}), 404)
    changed = admin.patch("/api/v1/users/Chen Hao", json={"role": "viewer", "active": False}).json()
    assert (changed["role"], changed["active"], changed["mailboxes"]) == ("viewer", False, ["other"])


def test_errors_tell_nothing_of_the_inside(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a secret of the inside")

    client = program(site)
    monkeypatch.setattr(site.app.viewing, "page", broken)
    answer = client.get("/api/v1/queue")
    assert is_problem(answer, 500)
    assert "secret" not in answer.text
    unknown = client.post(
        "/api/v1/tokens", json={"name": "a", "owner": "hunter2", "scopes": ["read"], "password": "hunter3"}
    )
    assert is_problem(unknown, 422)
    assert "hunter3" not in unknown.text


def test_wrong_methods_and_paths_are_problems_too(site: Site) -> None:
    client = program(site)
    answer = client.put("/api/v1/tokens")
    assert is_problem(answer, 405)
    assert answer.headers["allow"] == "GET, POST"
    assert is_problem(client.get("/api/v1/nothing"), 404)
    assert is_problem(client.post("/api/v1/drafts/1/hold", content=b"{"), 422)


def test_the_description_names_every_error_and_both_ways_in(site: Site) -> None:
    found = site.stranger().get("/api/openapi.json").json()
    assert found["servers"] == [{"url": "/api"}]
    assert set(found["components"]["securitySchemes"]) == {"token", "session"}
    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            assert {"401", "403", "404", "422", "429", "503"} <= set(operation["responses"]), path
            assert method == "get" or "409" in operation["responses"], path
    text = json.dumps(found)
    assert "HTTPValidationError" not in text
    assert text.count('"application/problem+json"') == len(found["components"]["responses"])


def test_a_mail_is_told_with_its_files_and_never_its_html(site: Site) -> None:
    raw = inquiry().replace(
        b"Content-Type: text/plain",
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html\r\n'
        b'Content-Disposition: attachment; filename="plan.html"\r\n\r\n<script>alert(1)</script>\r\n--b\r\n'
        b"Content-Type: text/plain",
        1,
    )
    number = site.desktop.arrive(raw)
    client = program(site, Scope.READ)
    told = client.get(f"/api/v1/messages/{number}").json()
    assert [file["name"] for file in told["attachments"]] == ["plan.html"]
    assert "<script" not in json.dumps(told)
    file = client.get(f"/api/v1/messages/{number}/attachments/0")
    assert file.headers["content-type"] == "application/octet-stream"
    assert "attachment" in file.headers["content-disposition"]
    assert client.get(f"/api/v1/messages/{number}/raw").content == raw
    assert is_problem(client.get(f"/api/v1/messages/{number}/attachments/7"), 404)


def test_customers_are_listed_noted_and_merged(site: Site) -> None:
    for name in ("karl", "anna"):
        site.desktop.arrive(inquiry(sender=f"{name}@{name}.example", message_id=f"<{name}@muster.example>"))
    client = program(site)
    first = client.get("/api/v1/customers", params={"limit": 1}).json()
    second = client.get("/api/v1/customers", params={"limit": 1, "cursor": first["next"]}).json()
    kept, gone = (page["items"][0]["card"]["id"] for page in (first, second))
    assert (first["total"], second["next"], kept != gone) == (2, None, True)
    noted = client.post(f"/api/v1/customers/{kept}/notes", json={"kind": "call", "text": "Wants samples."})
    assert noted.status_code == 201
    assert (
        client.patch(f"/api/v1/customers/{kept}", json={"field": "company", "value": "Muster"}).json()["company"]
        == "Muster"
    )
    merged = client.post(f"/api/v1/customers/{kept}/merge", json={"other_id": gone}).json()
    card = client.get(f"/api/v1/customers/{kept}").json()
    assert len(card["card"]["addresses"]) == 2
    assert "Wants samples." in {contact["text"] for contact in card["contacts"]}
    assert client.post(f"/api/v1/merges/{merged['merge_id']}/undo").status_code == 204
    assert client.get("/api/v1/customers").json()["total"] == 2


def test_the_customer_book_is_closed_to_who_sees_some_mailboxes_only(site: Site, mail: int) -> None:
    """CVE-2026-40591: another mailbox's customers."""
    client = program(site, mailboxes=["other"])
    for path in ("customers", "customers/1"):
        assert is_problem(client.get(f"/api/v1/{path}"), 403)
    assert is_problem(client.patch("/api/v1/customers/1", json={"field": "note", "value": "x"}), 403)
