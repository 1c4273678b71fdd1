"""The running service: database, page, API, and who may do what."""

import re
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from triage.config.values import SecretSource, Section
from triage.vocabulary.servers import is_loopback


class DatabaseSection(Section):
    url: str = "sqlite:///triage.db"
    audit_key_file: Path = Path("triage.key")
    disk_reserve_mb: int = Field(200, ge=1)

    @property
    def file(self) -> Path | None:
        """The SQLite file; None for a database server, whose disk is not ours to look at."""
        name = self.url.removeprefix("sqlite:///")
        return Path(name) if name != self.url else None


class WebSection(Section):
    host: str = "127.0.0.1"
    port: int = Field(8025, ge=0, le=65535)
    url: str = Field("", pattern=r"^(https?://[A-Za-z0-9.-]+(:\d+)?)?$")
    trusted_hosts: tuple[str, ...] = ()
    plain_http: bool = False
    login: bool = True
    idle_minutes: int = Field(240, ge=1)
    session_hours: int = Field(24, ge=1)
    undo_seconds: int = Field(20, ge=0, le=600)

    @model_validator(mode="after")
    def _open_to_the_right_people(self) -> Self:
        if is_loopback(self.host):
            return self
        if not self.login:
            raise ValueError("login = false is accepted on loopback addresses only")
        if not self.url.startswith("https://") and not self.plain_http:
            raise ValueError(
                "passwords would cross the network unencrypted: listen on 127.0.0.1 behind a proxy with TLS and give "
                "its address as url = 'https://...', or set plain_http = true where the network is your own"
            )
        return self

    @property
    def hosts(self) -> frozenset[str]:
        """Names under which the page may be asked for, beside this machine's own (S18)."""
        own = re.sub(r"^https?://|:\d+$", "", self.url)
        return frozenset(name.lower() for name in (own, *self.trusted_hosts) if name)


class ApiSection(Section):
    requests_per_minute: int = Field(600, ge=1)


class WebhooksSection(Section):
    allowed_hosts: tuple[str, ...] = ()


class ReviewSection(Section):
    second_approver_above: float = Field(0.0, ge=0)
    second_approver_complaints: bool = False


class DaemonSection(Section):
    sending: bool = True
    letters_per_minute: int = Field(20, ge=1)
    log_format: Literal["json", "text"] = "json"
    log_level: Literal["debug", "info", "warning", "error"] = "info"


class OidcSection(Section):
    """Off while `issuer` is empty (S11)."""

    issuer: str = Field("", pattern=r"^(https://[^\s]+|http://(127\.0\.0\.1|localhost)(:\d+)?(/[^\s]*)?)?$")
    client_id: str = ""
    client_secret: SecretSource | None = None
    label: str = ""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.issuer and not (self.client_id and self.client_secret):
            raise ValueError("with an issuer, give client_id and client_secret too")
        return self
