"""Signing in through an identity provider: a real one on loopback, with users that it verified and others (S11)."""

from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from fastapi.testclient import TestClient

from tests.harness.desks import CONFIG
from tests.unit.web.desk import HOST
from triage.app import App
from triage.clock import SystemClock
from triage.vocabulary.people import Role
from triage.web.app import create

pytestmark = [
    pytest.mark.integration,
    # The provider's own library complains about itself, in its own thread.
    pytest.mark.filterwarnings("ignore:authlib.jose module is deprecated"),
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),
]
USERS = (
    ("li-na", {"email": "li.na@seller.example", "email_verified": True}),
    ("stranger", {"email": "eve@evil.example", "email_verified": True}),
    ("pretender", {"email": "li.na@seller.example", "email_verified": False}),
)


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    import oidc_provider_mock

    users = [oidc_provider_mock.User(sub=sub, claims=dict(claims)) for sub, claims in USERS]
    with oidc_provider_mock.run_server_in_thread(user_claims=users, require_nonce=True) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def app(issuer: str, make_app: Callable[[str], App]) -> Iterator[App]:
    section = f'[oidc]\nissuer = "{issuer}"\nclient_id = "triage"\nclient_secret = {{ value = "unused-secret" }}\n'
    wired = App(make_app(section + CONFIG).settings, SystemClock())
    wired.people.add("Li Na", Role.REVIEWER, None, "test")
    wired.people.set_email("Li Na", "Li.Na@seller.example", "test")
    yield wired
    wired.store.close()


@pytest.fixture
def browser(app: App) -> TestClient:
    return TestClient(create(app), base_url=HOST, follow_redirects=False)


def way_out(browser: TestClient) -> str:
    answer = browser.get("/login/oidc")
    assert answer.status_code == 303
    return answer.headers["location"]


def way_back(url: str, sub: str) -> str:
    """What the provider answers to a person who signs in there."""
    answer = httpx2.post(url, data={"sub": sub}, follow_redirects=False)
    assert answer.status_code == 302
    back = urlsplit(answer.headers["location"])
    return f"{back.path}?{back.query}"


def test_a_verified_address_of_a_user_signs_in(app: App, browser: TestClient) -> None:
    url = way_out(browser)
    asked = parse_qs(urlsplit(url).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["nonce"][0]) >= 32
    answer = browser.get(way_back(url, "li-na"))
    assert answer.headers["location"] == "/review"
    assert "Li Na" in browser.get("/review").text


@pytest.mark.parametrize("sub", ["stranger", "pretender"])
def test_others_stay_outside(browser: TestClient, sub: str) -> None:
    answer = browser.get(way_back(way_out(browser), sub))
    assert answer.status_code == 401
    assert browser.get("/review").status_code == 303


def test_the_link_is_to_the_identity_not_to_the_address(app: App, browser: TestClient) -> None:
    browser.get(way_back(way_out(browser), "li-na"))
    app.people.set_email("Li Na", None, "test")
    again = TestClient(browser.app, base_url=HOST, follow_redirects=False)
    assert again.get(way_back(way_out(again), "li-na")).status_code == 401, "a changed address ends the link"


def test_a_way_back_works_once_and_in_the_browser_that_set_out(browser: TestClient) -> None:
    back = way_back(way_out(browser), "li-na")
    other = TestClient(browser.app, base_url=HOST, follow_redirects=False)
    assert other.get(back).status_code == 401
    way_out(other)
    assert other.get(back).status_code == 401
    assert browser.get(back).status_code == 303
    browser.cookies.set("triage-state", parse_qs(urlsplit(back).query)["state"][0])
    assert browser.get(back).status_code == 401


def test_a_made_up_code_is_refused(browser: TestClient) -> None:
    state = parse_qs(urlsplit(way_out(browser)).query)["state"][0]
    assert browser.get("/login/oidc/callback", params={"state": state, "code": "made-up"}).status_code == 401


def test_who_is_shut_out_stays_out(app: App, browser: TestClient) -> None:
    app.people.change("Li Na", "test", active=False)
    assert browser.get(way_back(way_out(browser), "li-na")).status_code == 401


def test_it_is_off_by_default(make_app: Callable[[str], App]) -> None:
    app = make_app(CONFIG)
    client = TestClient(create(app), base_url=HOST, follow_redirects=False)
    assert client.get("/login/oidc").status_code == 404
    for name in ("x-forwarded-user", "x-remote-user", "remote-user", "x-forwarded-email"):
        assert client.get("/review", headers={name: "admin"}).status_code == 303
    app.store.close()
