"""The page over an application whose clock tests move, with people in every role, asked without a browser."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from fastapi.testclient import TestClient

from tests.harness.desks import CONFIG, Desktop, MovableClock
from triage.app import App
from triage.pipeline import Desk
from triage.vocabulary.people import Role
from triage.web.app import create

PASSWORD = "several plain words"
HOST = "http://127.0.0.1:8025"
OTHER_ACCOUNT = CONFIG[CONFIG.index("[accounts.sales]") :].replace("sales", "other")


@dataclass
class Site:
    desktop: Desktop

    def __post_init__(self) -> None:
        self._web = create(self.desktop.app)

    @property
    def app(self) -> App:
        return self.desktop.app

    def stranger(self) -> TestClient:
        return TestClient(self._web, base_url=HOST, follow_redirects=False, raise_server_exceptions=False)

    def signed_in(self, role: Role, mailboxes: list[str] | None = None, name: str = "") -> TestClient:
        """A browser of a new person in that role."""
        token = self.app.people.add(name or f"{role} {mailboxes}", role, mailboxes, "test")
        client = self.stranger()
        assert client.post(f"/welcome/{token}", data={"password": PASSWORD}).status_code == 303
        client.headers["x-csrf-token"] = csrf(client)
        return client


def csrf(client: TestClient) -> str:
    """The secret that the person's forms carry."""
    found = re.search(r'X-CSRF-Token":"([^"]+)"', client.get("/review").text)
    assert found
    return found[1]


_DESKS: list[Desk] = []
"""Model, templates and catalogue, loaded once for all tests."""


@pytest.fixture
def site(make_app: Callable[[str], App]) -> Iterator[Site]:
    app = make_app(CONFIG + OTHER_ACCOUNT)
    if not _DESKS:
        _DESKS.append(app.desk)
    app.__dict__["desk"] = _DESKS[0]
    assert isinstance(app.clock, MovableClock)
    yield Site(Desktop(app, app.clock))
    app.store.close()
