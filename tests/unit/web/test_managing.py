"""Health and settings: for admins of all mailboxes; secrets shown once; in both languages."""

import re

import pytest

from tests.unit.web.desk import Site, site
from triage.vocabulary.people import Role

__all__ = ["site"]


def test_an_admin_of_some_mailboxes_manages_nothing(site: Site) -> None:
    """They would let themselves into the others."""
    client = site.signed_in(Role.ADMIN, ["sales"])
    for path in ("/health", "/settings"):
        assert client.get(path).status_code == 403
    new = {"name": "Eve", "role": "admin"}
    assert client.post("/settings/users", data=new).status_code == 403
    assert "Eve" not in {person.name for person in site.app.people.all()}


def test_health_shows_accounts_parked_mails_and_checks(site: Site) -> None:
    client = site.signed_in(Role.ADMIN)
    text = client.get("/health").text
    assert "sales" in text
    assert "never" in text
    assert "kind-" in text, "the model's card"
    checked = client.post("/health/checks").text
    for name in ("database", "audit log", "model", "templates", "catalogue"):
        assert f'<th scope="row">{name}</th>' in checked
    assert "whole." in checked


def test_the_pages_speak_chinese(site: Site) -> None:
    client = site.signed_in(Role.ADMIN)
    client.cookies.set("language", "zh_CN")
    assert "运行状况" in client.get("/health").text
    assert "API令牌" in client.get("/settings").text


def test_users_are_made_changed_and_shut_out(site: Site) -> None:
    client = site.signed_in(Role.ADMIN)
    made = client.post("/settings/users", data={"name": "Li Na", "role": "viewer", "mailbox": ["other"]}).text
    link = re.search(r"<code>.*(/welcome/[\w-]+)</code>", made)
    assert link
    assert site.stranger().get(link[1]).status_code == 200
    assert link[1] not in client.get("/settings").text
    assert client.post("/settings/users", data={"name": "Li Na", "role": "viewer"}).status_code == 409
    client.post("/settings/users/change", data={"name": "Li Na", "role": "approver"})
    client.post("/settings/users/change", data={"name": "Li Na", "active": "false"})
    li_na = next(person for person in site.app.people.all() if person.name == "Li Na")
    assert (li_na.role, li_na.active, li_na.mailboxes) == (Role.APPROVER, False, ("other",))


def test_a_token_is_shown_once_and_revoked(site: Site) -> None:
    client = site.signed_in(Role.ADMIN, name="Wang Wei")
    shown = client.post("/settings/tokens", data={"name": "erp", "owner": "Wang Wei", "scope": ["read", "review"]}).text
    token = re.search(r"<code>(tri_[\w-]+)</code>", shown)
    assert token
    assert token[1] not in client.get("/settings").text
    program = site.stranger()
    program.headers["authorization"] = f"Bearer {token[1]}"
    assert program.get("/api/v1/queue").status_code == 200
    client.post("/settings/tokens/revoke", data={"token": "1"})
    assert program.get("/api/v1/queue").status_code == 401


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "https://localhost/", "ftp://example.com/"])
def test_a_webhook_into_the_inside_is_refused_in_general_words(site: Site, url: str) -> None:
    client = site.signed_in(Role.ADMIN)
    answer = client.post("/settings/webhooks", data={"url": url, "event": ["mail.a_tier"]})
    assert answer.status_code == 409
    assert "The webhook&#39;s address can&#39;t be used." in answer.text
    assert site.app.webhooks.all() == []
