"""The mailboxes: how to reach them and what to do there."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from triage.config.office import CalendarSection
from triage.config.values import SecretSource, Section
from triage.credentials import GOOGLE, OAuth2Credentials, PasswordCredentials, TokenEndpoint, microsoft
from triage.vocabulary.policy import SentCopy
from triage.vocabulary.servers import Credentials, FirstRun, MailboxPlan, Security, SendingPlan, Server, is_loopback


class OAuthSection(Section):
    provider: Literal["google", "microsoft", "custom"]
    client_id: str
    client_secret: SecretSource | None = None
    refresh_token_file: Path
    token_url: str = ""
    tenant: str = "common"

    def endpoint(self) -> TokenEndpoint:
        if self.provider == "google":
            return GOOGLE
        return microsoft(self.tenant) if self.provider == "microsoft" else TokenEndpoint(self.token_url)


class ServerSection(Section):
    host: str
    port: int = Field(ge=1, le=65535)
    security: Security = Security.TLS
    ca_file: Path | None = None
    connect_timeout: float = Field(15.0, gt=0)
    read_timeout: float = Field(60.0, gt=0)

    @model_validator(mode="after")
    def _plain_text_stays_at_home(self) -> Self:
        if self.security is Security.NONE and not is_loopback(self.host):
            raise ValueError("security = 'none' is accepted for loopback addresses only; use 'tls' or 'starttls'")
        return self

    def value(self) -> Server:
        return Server(
            self.host,
            self.port,
            self.security,
            str(self.ca_file) if self.ca_file else "",
            self.connect_timeout,
            self.read_timeout,
        )


class AccountSection(Section):
    address: str = Field(pattern=r"^[^@\s]+@[^@\s]+$")
    person: str = ""
    sender_name: str = ""
    user: str = ""
    password: SecretSource | None = None
    oauth: OAuthSection | None = None
    imap: ServerSection
    smtp: ServerSection
    smtp_login: bool = True
    inbox: str = "INBOX"
    sent: str = ""
    first_run: Literal["now", "everything"] | date = "now"
    poll_seconds: float = Field(300.0, gt=0, le=600)
    idle: bool = True
    batch: int = Field(200, ge=1, le=500)
    max_size: int = Field(40_000_000, ge=10_000)
    keyword: str = ""
    move_to: str = ""
    sent_copy: SentCopy = SentCopy.APPEND
    answer_timeout: float = Field(600.0, ge=1)
    calendar: CalendarSection | None = None

    @model_validator(mode="after")
    def _one_way_to_log_in(self) -> Self:
        if (self.password is None) == (self.oauth is None):
            raise ValueError("give either password or oauth")
        return self

    @property
    def login_name(self) -> str:
        return self.user or self.address

    def credentials(self, digest_key: bytes) -> Credentials:
        if self.password is not None:
            return PasswordCredentials(self.login_name, self.password.secret(), digest_key)
        assert self.oauth is not None  # noqa: S101 (checked when the configuration was read)
        secret = self.oauth.client_secret.secret() if self.oauth.client_secret else None
        return OAuth2Credentials(
            self.login_name,
            self.oauth.endpoint(),
            self.oauth.client_id,
            self.oauth.refresh_token_file,
            digest_key,
            client_secret=secret,
        )

    def mailbox(self, account_id: str) -> MailboxPlan:
        since = self.first_run if isinstance(self.first_run, date) else None
        return MailboxPlan(
            account_id=account_id,
            address=self.address,
            inbox=self.inbox,
            sent=self.sent,
            first_run=FirstRun.SINCE if since else FirstRun(str(self.first_run)),
            since=since,
            poll_seconds=self.poll_seconds,
            idle=self.idle,
            batch=self.batch,
            max_size=self.max_size,
            keyword=self.keyword,
            move_to=self.move_to,
        )

    def sending(self, account_id: str) -> SendingPlan:
        return SendingPlan(account_id, self.sender_name, self.address, self.sent_copy, self.answer_timeout)


AccountId = Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
