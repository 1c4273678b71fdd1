"""The whole configuration, checked."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from triage.config.accounts import AccountId, AccountSection
from triage.config.office import AlarmsSection, CalendarSection, CompanySection, TargetsSection
from triage.config.service import (
    ApiSection,
    DaemonSection,
    DatabaseSection,
    OidcSection,
    ReviewSection,
    WebhooksSection,
    WebSection,
)
from triage.config.trade import CustomersSection, FollowUpsSection, LettersSection, MarketsSection, TiersSection
from triage.conversation import free_mail_domains
from triage.vocabulary.policy import Calendars

ENV_PREFIX = "TRIAGE_"


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
    buyer_languages: tuple[Annotated[str, Field(pattern="^[a-z]{2,3}$")], ...] = ()
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

    @model_validator(mode="after")
    def _somebody_writes_to_the_silent(self) -> Self:
        """Customers who never wrote have no mailbox of their own: one of ours is named, or there is only one."""
        named = self.followups.account
        if named and named not in self.accounts:
            raise ValueError(f"followups.account: there is no account {named!r}")
        if self.followups.to_silent_book and not named and len(self.accounts) > 1:
            raise ValueError("followups.to_silent_book: name the mailbox that writes to them, followups.account")
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
