"""The configuration: one TOML file, overridden by `TRIAGE_...` variables, turned into the frozen values that rooms use.

`config.example.toml` explains every key. Secrets come from a value, an environment variable, a file or a command
and are held as `SecretStr`, so that no log or error shows them.
"""

import ipaddress
import os
import re
import tomllib
from datetime import date, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from triage.conversation import free_mail_domains
from triage.credentials import GOOGLE, OAuth2Credentials, PasswordCredentials, Secret, TokenEndpoint, microsoft
from triage.errors import ConfigError
from triage.vocabulary.customers import Patience
from triage.vocabulary.inquiry import Kind, Tier
from triage.vocabulary.policy import (
    Alarms,
    Calendars,
    Company,
    FollowUpRules,
    MarketPolicy,
    SentCopy,
    Targets,
    TierRule,
    Window,
    WorkCalendar,
)
from triage.vocabulary.servers import Credentials, FirstRun, MailboxPlan, Security, SendingPlan, Server

ENV_PREFIX = "TRIAGE_"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class _Section(BaseModel):
    """Unknown keys are errors: a misspelt key would otherwise be silently without effect."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"unknown time zone {name!r}; use a name such as Asia/Shanghai") from error
    return name


def parse_windows(text: object) -> tuple[Window, ...]:
    """`09:00-12:00, 13:30-18:00` as windows; the empty string is a day off. Raises ValueError with what to write."""
    if isinstance(text, tuple):
        return text
    windows = []
    for part in filter(None, (p.strip() for p in str(text).split(","))):
        found = re.fullmatch(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})", part)
        if not found:
            raise ValueError(f"{part!r} is no working window; write it as 09:00-12:00")
        start_hour, start_minute, end_hour, end_minute = map(int, found.groups())
        windows.append(Window(time(start_hour, start_minute), time(end_hour % 24, end_minute)))
    return tuple(windows)


TimeZone = Annotated[str, AfterValidator(_known_zone)]
Windows = Annotated[tuple[Window, ...], BeforeValidator(parse_windows)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Hours = Annotated[float, Field(gt=0)]


def _buyers(kind: Kind) -> Kind:
    if not kind.is_buyer or kind is Kind.COMPLAINT:
        names = ", ".join(each for each in Kind if each.is_buyer and each is not Kind.COMPLAINT)
        raise ValueError(f"no target of its own for {kind}; one of {names} (complaints: complaint_hours)")
    return kind


BuyerKind = Annotated[Kind, AfterValidator(_buyers)]


class CompanySection(_Section):
    name: str = ""
    person: str = ""
    role: str = ""
    country: Country = "CN"
    website: str = ""
    phone: str = ""
    profile: str = ""
    catalogue_link: str = ""
    languages: tuple[str, ...] = ()

    def value(self) -> Company:
        return Company(**self.model_dump())


class WeekSection(_Section):
    mon: Windows = parse_windows("09:00-12:00, 13:30-18:00")
    tue: Windows = parse_windows("09:00-12:00, 13:30-18:00")
    wed: Windows = parse_windows("09:00-12:00, 13:30-18:00")
    thu: Windows = parse_windows("09:00-12:00, 13:30-18:00")
    fri: Windows = parse_windows("09:00-12:00, 13:30-18:00")
    sat: Windows = ()
    sun: Windows = ()


class CalendarSection(_Section):
    time_zone: TimeZone = "Asia/Shanghai"
    holiday_country: Country | Literal[""] = "CN"
    holiday_subdivision: str = ""
    closed: tuple[date, ...] = ()
    opened: dict[date, Windows] = Field(default_factory=dict)
    windows: WeekSection = WeekSection()

    def value(self) -> WorkCalendar:
        return WorkCalendar(
            time_zone=self.time_zone,
            windows={day: getattr(self.windows, name) for day, name in enumerate(WEEKDAYS)},
            holiday_country=self.holiday_country or None,
            holiday_subdivision=self.holiday_subdivision or None,
            closed=frozenset(self.closed),
            opened=dict(self.opened),
        )


class TargetsSection(_Section):
    a_hours: float = Field(2.0, gt=0)
    b_hours: float = Field(4.0, gt=0)
    c_hours: float = Field(8.0, gt=0)
    complaint_hours: float = Field(2.0, gt=0)
    promise_hours: float = Field(8.0, gt=0)
    kinds: dict[BuyerKind, Hours] = Field(default_factory=dict)
    markets: dict[Country, Hours] = Field(default_factory=dict)

    def value(self) -> Targets:
        hours = {Tier.A: self.a_hours, Tier.B: self.b_hours, Tier.C: self.c_hours}
        return Targets(
            {tier: timedelta(hours=h) for tier, h in hours.items()},
            timedelta(hours=self.complaint_hours),
            {kind: timedelta(hours=h) for kind, h in self.kinds.items()},
            {country: timedelta(hours=h) for country, h in self.markets.items()},
        )


class AlarmsSection(_Section):
    warn_share: float = Field(0.75, ge=0, lt=1)
    steps_hours: tuple[Annotated[float, Field(ge=0)], ...] = (0.0, 4.0, 16.0)
    quiet: Windows = ()
    mail_to: tuple[Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")], ...] = ()

    def value(self) -> Alarms:
        steps = tuple(timedelta(hours=hours) for hours in sorted(set(self.steps_hours)))
        return Alarms(self.warn_share, steps, self.quiet, self.mail_to)


class LettersSection(_Section):
    """What goes beyond answering buyers."""

    thank_vendors: bool = False
    thank_applicants: bool = False
    quote_original: bool = True

    def thanked(self) -> frozenset[Kind]:
        kinds = ((self.thank_vendors, Kind.VENDOR_PITCH), (self.thank_applicants, Kind.JOB_APPLICATION))
        return frozenset(kind for wanted, kind in kinds if wanted)


class FollowUpsSection(_Section):
    """Letters of our own accord: drafts only."""

    enabled: bool = False
    quotation_days: int = Field(4, ge=1, le=60)
    sample_days: int = Field(10, ge=1, le=60)
    nudges: int = Field(2, ge=0, le=10)
    dormant_every_days: float = Field(60.0, gt=0)
    greetings: bool = True
    greeting_days: int = Field(7, ge=1, le=30)
    complaint_days: int = Field(3, ge=0, le=60)
    a_month: int = Field(2, ge=0)
    a_day: int = Field(20, ge=0)
    unsubscribe: Annotated[str, Field(pattern=r"^([^@\s]+@[^@\s]+)?$")] = ""

    def value(self) -> FollowUpRules:
        return FollowUpRules(
            enabled=self.enabled,
            quotation_days=self.quotation_days,
            sample_days=self.sample_days,
            nudges=self.nudges,
            dormant_every=timedelta(days=self.dormant_every_days),
            greetings=self.greetings,
            greeting_lead=timedelta(days=self.greeting_days),
            complaint_days=self.complaint_days,
            a_month=self.a_month,
            a_day=self.a_day,
            unsubscribe=self.unsubscribe,
        )


class MarketsSection(_Section):
    weights: dict[Country, Annotated[float, Field(ge=0, le=2)]] = Field(default_factory=dict)
    sanctioned: list[Country] = Field(default_factory=list)

    def value(self, home: str) -> MarketPolicy:
        return MarketPolicy(targets=dict(self.weights), home=home, sanctioned=frozenset(self.sanctioned))


class TiersSection(_Section):
    """The least priority of tiers A and B."""

    a: float = Field(74, gt=0, le=100)
    b: float = Field(56, gt=0, le=100)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.b >= self.a:
            raise ValueError("tier b must start below tier a")
        return self

    def value(self) -> TierRule:
        return TierRule(self.a, self.b)


class CustomersSection(_Section):
    dormant_days: float = Field(90.0, gt=0)
    lost_days: float = Field(365.0, gt=0)
    loyal_orders: int = Field(3, ge=1)
    patience_contacts: int = Field(12, ge=1)
    shared_domains: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _lost_comes_after_dormant(self) -> Self:
        if self.lost_days <= self.dormant_days:
            raise ValueError("lost_days must be more than dormant_days")
        return self

    def value(self) -> Patience:
        return Patience(
            contacts=self.patience_contacts,
            loyal_orders=self.loyal_orders,
            dormant_after=timedelta(days=self.dormant_days),
            lost_after=timedelta(days=self.lost_days),
        )


class DatabaseSection(_Section):
    url: str = "sqlite:///triage.db"
    audit_key_file: Path = Path("triage.key")
    disk_reserve_mb: int = Field(200, ge=1)

    @property
    def file(self) -> Path | None:
        """The SQLite file; None for a database server, whose disk is not ours to look at."""
        name = self.url.removeprefix("sqlite:///")
        return Path(name) if name != self.url else None


class WebSection(_Section):
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
        if _is_loopback(self.host):
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


class ApiSection(_Section):
    requests_per_minute: int = Field(600, ge=1)


class WebhooksSection(_Section):
    allowed_hosts: tuple[str, ...] = ()


class ReviewSection(_Section):
    second_approver_above: float = Field(0.0, ge=0)
    second_approver_complaints: bool = False


class DaemonSection(_Section):
    sending: bool = True
    letters_per_minute: int = Field(20, ge=1)
    log_format: Literal["json", "text"] = "json"
    log_level: Literal["debug", "info", "warning", "error"] = "info"


class SecretSource(_Section):
    """Where a secret comes from: exactly one of the four."""

    value: SecretStr | None = None
    env: str = ""
    file: Path | None = None
    command: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        told = [self.value is not None, bool(self.env), self.file is not None, bool(self.command)]
        if sum(told) != 1:
            raise ValueError("give exactly one of value, env, file, command")
        return self

    def secret(self) -> Secret:
        return Secret(self.value.get_secret_value() if self.value else "", self.env, self.file, self.command)


class OidcSection(_Section):
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


class OAuthSection(_Section):
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


class ServerSection(_Section):
    host: str
    port: int = Field(ge=1, le=65535)
    security: Security = Security.TLS
    ca_file: Path | None = None
    connect_timeout: float = Field(15.0, gt=0)
    read_timeout: float = Field(60.0, gt=0)

    @model_validator(mode="after")
    def _plain_text_stays_at_home(self) -> Self:
        if self.security is Security.NONE and not _is_loopback(self.host):
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


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class AccountSection(_Section):
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


class Settings(BaseSettings):
    """The whole configuration, checked. Paths are relative to the configuration file's folder."""

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        env_prefix=ENV_PREFIX,
        env_nested_delimiter="__",
        nested_model_default_partial_update=True,
    )

    company: CompanySection = CompanySection()
    calendar: CalendarSection = CalendarSection()
    targets: TargetsSection = TargetsSection()
    alarms: AlarmsSection = AlarmsSection()
    markets: MarketsSection = MarketsSection()
    customers: CustomersSection = CustomersSection()
    letters: LettersSection = LettersSection()
    tiers: TiersSection = TiersSection()
    followups: FollowUpsSection = FollowUpsSection()
    database: DatabaseSection = DatabaseSection()
    web: WebSection = WebSection()
    daemon: DaemonSection = DaemonSection()
    api: ApiSection = ApiSection()
    webhooks: WebhooksSection = WebhooksSection()
    review: ReviewSection = ReviewSection()
    oidc: OidcSection = OidcSection()
    catalogue_file: Path | None = None
    templates_folder: Path | None = None
    attachments_folder: Path | None = None
    attachments_limit_mb: float = Field(5.0, gt=0, le=25)
    model_file: Path | None = None
    wrappers_file: Path | None = None
    models_folder: Path = Path("models")
    second_look: bool = True
    accounts: dict[AccountId, AccountSection] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _alarms_stay_among_ourselves(self) -> Self:
        """At a provider of everybody's only an account's own address is a colleague's."""
        own = {address.rpartition("@")[2] for address in self.own_addresses} - free_mail_domains()
        for address in map(str.lower, self.alarms.mail_to):
            if address not in self.own_addresses and address.rpartition("@")[2] not in own:
                raise ValueError(f"alarms.mail_to: {address} is at no domain of an account; only colleagues are told")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (env_settings, init_settings)

    @property
    def calendars(self) -> Calendars:
        own = {name: account.calendar.value() for name, account in self.accounts.items() if account.calendar}
        return Calendars(self.calendar.value(), own)

    @property
    def own_addresses(self) -> frozenset[str]:
        return frozenset(account.address.lower() for account in self.accounts.values())


def load(path: Path) -> Settings:
    """Read and check the file at `path`. Raises ConfigError naming each wrong key."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"Can't read the configuration {path}: {error.strerror}.",
            "Copy config.example.toml, fill it in, and name it with --config.",
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 text.", "Save it as UTF-8.") from error
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}.", "Mend the line it names.") from error
    return _from_mapping(data, path.parent.resolve(), str(path))


def default_settings() -> Settings:
    """What holds without a configuration file: enough for `triage assess` and `triage draft`."""
    return _from_mapping({}, Path.cwd(), "the environment")


def _from_mapping(data: dict[str, Any], base: Path, name: str) -> Settings:
    _refuse_unknown_variables()
    try:
        settings = Settings(**data)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {_in_words(e)}" for e in error.errors(include_input=False))
        raise ConfigError(
            f"The configuration in {name} has faults: {faults}.", "config.example.toml explains every key."
        ) from None
    return _with_absolute_paths(settings, base)


def _in_words(error: ErrorDetails) -> str:
    if error["type"] == "extra_forbidden":
        return "unknown key"
    return str(error["msg"]).removeprefix("Value error, ")


def _refuse_unknown_variables() -> None:
    """pydantic-settings ignores unknown variables silently; a misspelt override must be told instead."""
    known = {name.upper() for name in Settings.model_fields} | {"CONFIG"}
    for variable in os.environ:
        if variable.startswith(ENV_PREFIX) and variable.removeprefix(ENV_PREFIX).split("__")[0].upper() not in known:
            raise ConfigError(
                f"The environment variable {variable} matches no configuration key.",
                f"Variables are named {ENV_PREFIX}SECTION__KEY, e.g. {ENV_PREFIX}DATABASE__URL.",
            )


def _with_absolute_paths(settings: Settings, base: Path) -> Settings:
    """The daemon's current folder must not decide which files are meant."""

    def absolute(value: object) -> object:
        if isinstance(value, Path):
            return base / value.expanduser()
        if isinstance(value, BaseModel):
            return value.model_copy(update={key: absolute(getattr(value, key)) for key in type(value).model_fields})
        if isinstance(value, dict):
            return {key: absolute(item) for key, item in value.items()}
        return value

    url = settings.database.url
    relative = re.fullmatch(r"sqlite:///([^/:].*)", url)
    resolved = cast(Settings, absolute(settings))
    if relative:
        database = resolved.database.model_copy(update={"url": f"sqlite:///{base / relative[1]}"})
        resolved = resolved.model_copy(update={"database": database})
    return resolved
