import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.harness.token_endpoint import TokenEndpointServer, token_endpoint
from triage.credentials import GOOGLE, OAuth2Credentials, Secret, TokenEndpoint, microsoft
from triage.errors import CertificateRefused, ConfigError, ConnectionLost, LoginRefused, MailboxError, Throttled

KEY = b"key of this test"


class MovedClock:
    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 23, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def endpoint() -> Iterator[TokenEndpointServer]:
    with token_endpoint() as server:
        yield server


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "refresh-token"
    path.write_text("refresh-1\n")
    return path


def credentials(
    endpoint: TokenEndpointServer, file: Path, clock: MovedClock | None = None, timeout: float = 5.0
) -> OAuth2Credentials:
    return OAuth2Credentials(
        "sales@seller.example",
        TokenEndpoint(endpoint.url, scope="mail offline_access"),
        "client-7",
        file,
        KEY,
        client_secret=Secret(value="client-secret"),
        clock=clock or MovedClock(),
        timeout=timeout,
    )


def test_a_login_trades_the_refresh_token_for_an_access_token(endpoint: TokenEndpointServer, file: Path) -> None:
    endpoint.give(200, {"access_token": "access-1", "expires_in": 3600})
    login = credentials(endpoint, file).login()
    assert (login.user, login.access_token, login.password) == ("sales@seller.example", "access-1", "")
    assert endpoint.forms == [
        {
            "grant_type": "refresh_token",
            "client_id": "client-7",
            "client_secret": "client-secret",
            "refresh_token": "refresh-1",
            "scope": "mail offline_access",
        }
    ]


@pytest.mark.parametrize(("life", "kept_for"), [(3600, 3300), (300, 225), (60, 45)])
def test_f20_a_token_is_kept_while_fresh_and_renewed_before_it_ends(
    endpoint: TokenEndpointServer, file: Path, life: int, kept_for: int
) -> None:
    clock = MovedClock()
    endpoint.give(200, {"access_token": "access-1", "expires_in": life})
    endpoint.give(200, {"access_token": "access-2", "expires_in": life})
    made = credentials(endpoint, file, clock)
    assert made.login().access_token == "access-1"
    clock.moment += timedelta(seconds=kept_for - 1)
    assert made.login().access_token == "access-1"
    clock.moment += timedelta(seconds=1)
    assert made.login().access_token == "access-2"


def test_f20_what_a_server_refused_is_not_offered_again(endpoint: TokenEndpointServer, file: Path) -> None:
    endpoint.give(200, {"access_token": "access-1", "expires_in": 3600})
    endpoint.give(200, {"access_token": "access-2", "expires_in": 3600})
    made = credentials(endpoint, file)
    made.login()
    made.forget()
    assert made.login().access_token == "access-2"


def test_f20_a_rotated_refresh_token_replaces_the_old_one_for_its_owner_only(
    endpoint: TokenEndpointServer, file: Path
) -> None:
    endpoint.give(200, {"access_token": "access-1", "expires_in": 60, "refresh_token": "refresh-2"})
    endpoint.give(200, {"access_token": "access-2", "expires_in": 60, "refresh_token": "refresh-3"})
    made = credentials(endpoint, file)
    made.login()
    made.forget()
    made.login()
    assert [form["refresh_token"] for form in endpoint.forms] == ["refresh-1", "refresh-2"]
    assert file.read_text().splitlines()[0] == "refresh-3"
    assert file.stat().st_mode & 0o777 == 0o600
    assert {path.name for path in file.parent.iterdir()} == {"refresh-token", "refresh-token.lock"}


def test_f19_rotation_does_not_look_like_new_credentials_but_a_new_consent_does(
    endpoint: TokenEndpointServer, file: Path
) -> None:
    endpoint.give(200, {"access_token": "access-1", "expires_in": 60, "refresh_token": "refresh-2"})
    endpoint.give(200, {"access_token": "access-2", "expires_in": 60, "refresh_token": "refresh-3"})
    made = credentials(endpoint, file)
    at_first = made.digest()
    made.login()
    after_one = made.digest()
    made.forget()
    made.login()
    after_two = credentials(endpoint, file).digest()
    file.write_text("refresh-by-new-consent\n")
    assert (after_one, after_two) == (at_first, at_first)
    assert made.digest() != at_first


def test_f20_a_rotated_token_survives_a_file_that_can_not_be_replaced(
    endpoint: TokenEndpointServer, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint.give(200, {"access_token": "access-1", "expires_in": 60, "refresh_token": "refresh-2"})
    endpoint.give(200, {"access_token": "access-2", "expires_in": 60})
    made = credentials(endpoint, file)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(ConfigError, match="No space left"):
        patch.setattr(os, "fsync", full)
        made.login()
    assert file.read_text() == "refresh-1\n"
    assert made.login().access_token == "access-2"
    assert endpoint.forms[1]["refresh_token"] == "refresh-2"
    assert file.read_text().splitlines()[0] == "refresh-2"


def test_threads_share_one_refresh(endpoint: TokenEndpointServer, file: Path) -> None:
    endpoint.give(200, {"access_token": "access-1", "expires_in": 3600})
    endpoint.delay = 0.1
    made = credentials(endpoint, file)
    threads = [threading.Thread(target=made.login) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(endpoint.forms) == 1


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, {"error": "invalid_grant", "error_description": "AADSTS70008: refresh-1 expired"}, LoginRefused),
        (401, {"error": "invalid_client"}, LoginRefused),
        (400, {"error": "temporarily_unavailable"}, ConnectionLost),
        (400, ["not", "an", "object"], LoginRefused),
        (429, {}, Throttled),
        (500, b"<html>", ConnectionLost),
        (503, {"error": "server_error"}, ConnectionLost),
        (200, b"<html>", ConnectionLost),
        (200, ["no", "object"], ConnectionLost),
        (200, {"expires_in": 3600}, ConnectionLost),
        (302, b"", LoginRefused),
    ],
)
def test_f20_each_answer_has_its_error_and_none_shows_a_secret(
    endpoint: TokenEndpointServer, file: Path, status: int, body: object, error: type[MailboxError]
) -> None:
    endpoint.give(status, body, Location="http://127.0.0.1:1/elsewhere", Retry_After="17")
    with pytest.raises(MailboxError) as caught:
        credentials(endpoint, file).login()
    assert type(caught.value) is error
    assert not any(word in str(caught.value) for word in ("refresh-1", "client-secret"))
    assert len(endpoint.forms) == 1


def test_a_lost_consent_says_what_to_do_with_the_providers_own_code(endpoint: TokenEndpointServer, file: Path) -> None:
    endpoint.give(400, {"error": "invalid_grant", "error_description": "AADSTS700082: The token has expired"})
    with pytest.raises(LoginRefused) as caught:
        credentials(endpoint, file).login()
    assert "invalid_grant (AADSTS700082)" in str(caught.value)
    assert str(file) in caught.value.remedy


def test_f18_the_wait_that_the_endpoint_asks_for_is_told(endpoint: TokenEndpointServer, file: Path) -> None:
    endpoint.give(429, {}, Retry_After="17")
    with pytest.raises(Throttled) as caught:
        credentials(endpoint, file).login()
    assert caught.value.seconds == 17.0


def test_f20_a_slow_endpoint_is_a_lost_connection(endpoint: TokenEndpointServer, file: Path) -> None:
    endpoint.give(200, {"access_token": "access-1", "expires_in": 3600})
    endpoint.delay = 0.5
    with pytest.raises(ConnectionLost):
        credentials(endpoint, file, timeout=0.1).login()


def test_an_unreachable_endpoint_is_a_lost_connection(file: Path) -> None:
    made = OAuth2Credentials("sales@seller.example", TokenEndpoint("http://127.0.0.1:1/token"), "c", file, KEY)
    with pytest.raises(ConnectionLost):
        made.login()


@pytest.mark.parametrize("url", ["http://login.example.com/token", "ftp://127.0.0.1/token", "", "file:///etc/passwd"])
def test_a_token_endpoint_without_tls_is_refused_outside_of_loopback(url: str) -> None:
    with pytest.raises(ConfigError):
        TokenEndpoint(url)


def test_the_presets_are_the_providers_own() -> None:
    assert GOOGLE.url == "https://oauth2.googleapis.com/token"
    assert microsoft("tenant/7").url == "https://login.microsoftonline.com/tenant%2F7/oauth2/v2.0/token"


def test_f21_an_endpoint_with_a_certificate_of_an_unknown_authority_gets_no_secret(tmp_path: Path, file: Path) -> None:
    import ssl

    from tests.harness.certificates import Authority

    certificate, key = Authority.create(tmp_path / "tls").issue()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with token_endpoint(context) as server:
        server.give(200, {"access_token": "access-1"})
        with pytest.raises(CertificateRefused):
            credentials(server, file).login()
    assert server.forms == []
