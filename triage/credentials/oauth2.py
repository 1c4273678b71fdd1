"""OAuth2 access tokens for XOAUTH2 from a refresh token (RFC 6749 section 6)."""

import json
import re
import ssl
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPException
from pathlib import Path
from typing import Any

from triage.clock import SystemClock
from triage.credentials.secret import Secret, keyed_digest
from triage.credentials.tokenfile import comment_in, locked, replace
from triage.errors import CertificateRefused, ConfigError, ConnectionLost, LoginRefused, MailboxError, Throttled
from triage.vocabulary.ports import Clock
from triage.vocabulary.servers import Login, is_loopback

TIMEOUT = 30.0
"""Seconds to wait for a token endpoint."""


@dataclass(frozen=True, slots=True)
class TokenEndpoint:
    """Where refresh tokens are turned into access tokens. `scope` is sent along where the provider wants it."""

    url: str
    scope: str = ""
    ca_file: str = ""

    def __post_init__(self) -> None:
        parts = urllib.parse.urlsplit(self.url)
        if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
            raise ConfigError(f"The token endpoint {self.url} is not an https address.", "Use https.")


GOOGLE = TokenEndpoint("https://oauth2.googleapis.com/token")


def microsoft(tenant: str = "common") -> TokenEndpoint:
    return TokenEndpoint(
        f"https://login.microsoftonline.com/{urllib.parse.quote(tenant, safe='')}/oauth2/v2.0/token",
        "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access",
    )


class OAuth2Credentials:
    """Access tokens for XOAUTH2, refreshed before they expire. The refresh token lives in a file; when the provider
    rotates it, the new one replaces the old atomically, under a lock that other processes respect (F20)."""

    def __init__(
        self,
        user: str,
        endpoint: TokenEndpoint,
        client_id: str,
        refresh_token_file: Path,
        digest_key: bytes,
        *,
        client_secret: Secret | None = None,
        clock: Clock | None = None,
        timeout: float = TIMEOUT,
    ) -> None:
        self._user, self._endpoint, self._client_id = user, endpoint, client_id
        self._file, self._client_secret, self._digest_key = refresh_token_file, client_secret, digest_key
        self._clock, self._timeout = clock or SystemClock(), timeout
        self._lock = threading.Lock()
        self._access_token = self._unsaved = ""
        self._fresh_until: datetime | None = None

    def login(self) -> Login:
        """Raises LoginRefused when the consent is gone, ConnectionLost when the endpoint can't be reached."""
        with self._lock:
            if self._fresh_until is None or self._clock.now() >= self._fresh_until:
                self._refresh()
            return Login(self._user, access_token=self._access_token)

    def digest(self) -> str:
        secret = self._client_secret.read_or_nothing() if self._client_secret else ""
        return keyed_digest(self._digest_key, self._user, self._client_id, secret, self._origin())

    def _origin(self) -> str:
        """Digest of the refresh token that the user put into the file. Rotated ones carry it on as a comment, so that
        a provider which rotates and refuses at once does not look like a user who mends the account (F19)."""
        return comment_in(self._file) or keyed_digest(self._digest_key, Secret(file=self._file).read_or_nothing())

    def forget(self) -> None:
        with self._lock:
            self._access_token, self._fresh_until = "", None

    def _form(self, refresh_token: str) -> dict[str, str]:
        form = {"grant_type": "refresh_token", "client_id": self._client_id, "refresh_token": refresh_token}
        if self._endpoint.scope:
            form["scope"] = self._endpoint.scope
        if self._client_secret:
            form["client_secret"] = self._client_secret.read()
        return form

    def _refresh(self) -> None:
        with locked(self._file):
            refresh_token = self._unsaved or Secret(file=self._file).read()
            try:
                answer = _post(self._endpoint, self._form(refresh_token), self._timeout, self._file)
            except LoginRefused:
                self._unsaved = ""  # a person will put a new one into the file
                raise
            rotated = answer.get("refresh_token") or self._unsaved
            if isinstance(rotated, str) and rotated and rotated != Secret(file=self._file).read_or_nothing():
                self._unsaved = rotated  # should the disk be full: the provider has voided the old one
                replace(self._file, f"{rotated}\n# {self._origin()}\n")
                self._unsaved = ""
        token = answer.get("access_token")
        if not isinstance(token, str) or not token:
            raise ConnectionLost(f"{_host(self._endpoint)} answered without an access token.")
        self._access_token = token
        self._fresh_until = self._clock.now() + _use_for(answer.get("expires_in"))


def _use_for(expires_in: object) -> timedelta:
    """A token is renewed some minutes, or a quarter of its life, before it ends."""
    try:
        life = float(str(expires_in))
    except ValueError:
        life = 3600.0
    life = life if 0 <= life <= 1_000_000 else 3600.0
    return timedelta(seconds=max(life - 300.0, life * 0.75))


def _post(endpoint: TokenEndpoint, form: Mapping[str, str], timeout: float, file: Path) -> dict[str, Any]:
    context = ssl.create_default_context()
    if endpoint.ca_file:
        context.load_verify_locations(endpoint.ca_file)
    opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context), _NoRedirect)
    try:
        with opener.open(endpoint.url, urllib.parse.urlencode(form).encode(), timeout=timeout) as reply:
            answer = json.loads(reply.read(65_536))
    except urllib.error.HTTPError as error:
        with error:
            raise _refusal(endpoint, error, file) from None
    except urllib.error.URLError as error:
        if isinstance(error.reason, ssl.SSLCertVerificationError):
            raise CertificateRefused(
                f"The certificate of {_host(endpoint)} does not verify: {error.reason.verify_message}",
                "Check the clock and what stands between this machine and the provider.",
            ) from None
        raise ConnectionLost(f"{_host(endpoint)} can't be reached: {error.reason}.") from None
    except (OSError, HTTPException, ValueError) as error:
        raise ConnectionLost(f"{_host(endpoint)} did not answer properly: {type(error).__name__}.") from None
    return answer if isinstance(answer, dict) else {}


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Secrets go to the configured address and nowhere else."""

    def redirect_request(self, *args: object) -> None:
        return None


def _refusal(endpoint: TokenEndpoint, error: urllib.error.HTTPError, file: Path) -> MailboxError:
    """RFC 6749 section 5.2. Of the endpoint's words only its error codes are shown: descriptions may quote secrets."""
    host = _host(endpoint)
    try:
        body = error.read(65_536).decode("utf-8", "replace")
        told = json.loads(body)
        code = str(told.get("error", ""))
    except (OSError, HTTPException, ValueError, AttributeError):
        body, code = "", ""
    code = code if re.fullmatch(r"[a-z_]{1,40}", code) else "an error it did not name"
    number = re.search(r"\bAADSTS\d{1,9}\b", body)
    words = f"{code} ({number[0]})" if number else code
    if error.code == 429:
        seconds = error.headers.get("Retry-After", "")
        return Throttled(f"{host} asks for patience.", float(seconds) if seconds.isdigit() else 300.0)
    if error.code >= 500 or code in ("temporarily_unavailable", "server_error"):
        return ConnectionLost(f"{host} can't give a token now: HTTP {error.code}.")
    if code == "invalid_grant":
        return LoginRefused(
            f"{host} does not accept the refresh token any more: {words}.",
            f"Give your consent again and put the new refresh token into {file}.",
        )
    return LoginRefused(f"{host} gives no token: {words}.", "Check client_id, client_secret and the app's permissions.")


def _host(endpoint: TokenEndpoint) -> str:
    return urllib.parse.urlsplit(endpoint.url).netloc
