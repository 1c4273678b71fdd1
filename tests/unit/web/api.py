"""The API asked by a program that holds a token."""

from fastapi.testclient import TestClient

from tests.unit.web.desk import Site
from triage.vocabulary.access import Scope
from triage.vocabulary.people import Role


def program(
    site: Site, *scopes: Scope, role: Role = Role.ADMIN, mailboxes: list[str] | None = None, owner: str = "Li Na"
) -> TestClient:
    """With a new token of that person, who is made where missing."""
    if owner not in {person.name for person in site.app.people.all()}:
        site.app.people.add(owner, role, mailboxes, "test")
    name = f"token {len(site.app.tokens.all())}"
    token = site.app.tokens.add(name, owner, scopes or tuple(Scope), "test")
    client = site.stranger()
    client.headers["authorization"] = f"Bearer {token}"
    return client
