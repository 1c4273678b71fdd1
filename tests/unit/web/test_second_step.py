"""The second step of signing in (S01, S10): digits once, recovery codes once, nothing opens by the password alone."""

import re
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from fastapi.testclient import TestClient

from tests.unit.web.desk import PASSWORD, Site, csrf, site
from triage.vocabulary.people import Role

__all__ = ["site"]


def digits(site: Site, secret: str) -> str:
    return pyotp.TOTP(secret).at(site.desktop.clock.now())


def enrolled(site: Site) -> tuple[str, list[str]]:
    """Li Na turns the second step on, at the page; (secret, recovery codes)."""
    client = site.signed_in(Role.APPROVER, name="Li Na")
    secret = re.search(r"<code>([A-Z2-7]{32})</code>", client.post("/account/second-factor").text)
    assert secret
    shown = client.post("/account/second-factor/confirm", data={"code": digits(site, secret[1])})
    assert shown.status_code == 200
    return secret[1], re.findall(r"[a-z2-7]{4}(?:-[a-z2-7]{4}){3}", shown.text)


def halfway(site: Site) -> TestClient:
    """A browser after the right password."""
    client = site.stranger()
    answer = client.post("/login", data={"name": "Li Na", "password": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login/code")
    return client


def inside(client: TestClient) -> bool:
    return client.get("/review").status_code == 200


def test_the_password_alone_opens_nothing(site: Site) -> None:
    secret, _ = enrolled(site)
    client = halfway(site)
    assert not inside(client)
    site.desktop.clock.move(seconds=30)
    assert client.post("/login/code", data={"code": digits(site, secret)}).headers["location"] == "/review"
    assert inside(client)
    assert csrf(client)


def test_digits_work_once_and_only_around_their_time(site: Site) -> None:
    secret, _ = enrolled(site)
    used = digits(site, secret)
    assert halfway(site).post("/login/code", data={"code": used}).status_code == 401, "used for the enrolment"
    site.desktop.clock.move(minutes=2)
    assert halfway(site).post("/login/code", data={"code": used}).status_code == 401
    before = pyotp.TOTP(secret).at(site.desktop.clock.now() - timedelta(seconds=30))
    assert halfway(site).post("/login/code", data={"code": f"{before[:3]} {before[3:]}"}).status_code == 303


def test_a_recovery_code_works_once(site: Site) -> None:
    _, codes = enrolled(site)
    assert len(set(codes)) == 10
    assert halfway(site).post("/login/code", data={"code": codes[0].upper()}).status_code == 303
    assert halfway(site).post("/login/code", data={"code": codes[0]}).status_code == 401
    assert halfway(site).post("/login/code", data={"code": codes[1]}).status_code == 303


def test_guessing_digits_is_stopped(site: Site) -> None:
    secret, _ = enrolled(site)
    site.desktop.clock.move(minutes=1)
    client = halfway(site)
    for _ in range(10):
        assert client.post("/login/code", data={"code": "000000"}).status_code == 401
    assert client.post("/login/code", data={"code": digits(site, secret)}).status_code == 401


def test_a_first_step_lasts_five_minutes_and_a_stranger_has_none(site: Site) -> None:
    secret, _ = enrolled(site)
    client = halfway(site)
    site.desktop.clock.move(minutes=6)
    assert client.post("/login/code", data={"code": digits(site, secret)}).headers["location"] == "/login"
    assert site.stranger().post("/login/code", data={"code": digits(site, secret)}).headers["location"] == "/login"


def test_a_new_password_does_not_go_round_it(site: Site) -> None:
    enrolled(site)
    token = site.app.people.new_link("Li Na", "test")
    client = site.stranger()
    answer = client.post(f"/welcome/{token}", data={"password": "other plain words"})
    assert answer.headers["location"] == "/login/code"
    assert not inside(client)


def test_wrong_digits_do_not_turn_it_on_and_a_second_one_is_not_begun(site: Site) -> None:
    client = site.signed_in(Role.VIEWER, name="Wang Wei")
    client.post("/account/second-factor")
    assert client.post("/account/second-factor/confirm", data={"code": "000000"}).status_code == 422
    assert client.get("/account").status_code == 200
    enrolled(site)
    li_na = next(person for person in site.app.people.all() if person.name == "Li Na")
    assert site.app.second_factors.on(li_na.id)
    assert not any(site.app.second_factors.on(person.id) for person in site.app.people.all() if person.id != li_na.id)


@pytest.mark.parametrize("by", ["page", "api"])
def test_an_admin_resets_it(site: Site, by: str) -> None:
    enrolled(site)
    admin = site.signed_in(Role.ADMIN)
    if by == "page":
        assert admin.post("/settings/users/reset-factor", data={"name": "Li Na"}).status_code == 303
    else:
        assert admin.delete("/api/v1/users/Li Na/second-factor").status_code == 204
    client = site.stranger()
    assert client.post("/login", data={"name": "Li Na", "password": PASSWORD}).headers["location"] == "/review"


def test_the_database_holds_neither_secret_nor_code(site: Site) -> None:
    """The secret follows from the key file too; codes are stored as hashes (S15)."""
    secret, codes = enrolled(site)
    path = Path(str(site.app.settings.database.file))
    stored = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    for hidden in (secret, *codes, *(code.replace("-", "") for code in codes)):
        assert hidden.encode() not in stored
