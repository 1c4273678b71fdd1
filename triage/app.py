"""The only wiring: a configuration becomes ready objects, each made when first used, so that commands start quickly."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property, partial
from zoneinfo import ZoneInfo

from triage.audit import response_times
from triage.audit.log import sealer
from triage.clock import SystemClock
from triage.complaints_desk import ComplaintsDesk
from triage.config import AccountSection, Settings
from triage.customers_desk import BookRules, CustomersDesk
from triage.customers_tables import CustomerTables
from triage.desk import desk_of
from triage.envelopes import Envelopes
from triage.erasure import EraseDesk
from triage.errors import ConfigError, NotFound, ReviewConflict, TriageError
from triage.followups import promises, withdrawal
from triage.in_hand import InHand
from triage.intake.imap import ImapSentFolder
from triage.intake.poll import Intake
from triage.intake.watchers import Watchers
from triage.keyfile import KeyFile
from triage.log_keeper import LogKeeper
from triage.outbox.dispatch import Dispatcher
from triage.outbox.smtp import Sender
from triage.outreach import Outreach, OutreachRules
from triage.people import People, SessionRules
from triage.pipeline import Desk
from triage.placing import Rules
from triage.processing import Processor, tell_parked
from triage.reading.webmail import free_mail_domains
from triage.reporting import Reporting
from triage.review import Review
from triage.second_factor import SecondFactors
from triage.store import SqlStore, upgrade
from triage.tiering import Tiering
from triage.tokens import ApiTokens
from triage.two_people import TwoPeople
from triage.upkeep import Upkeep
from triage.viewing.service import Viewing
from triage.vitals import Vitals
from triage.vocabulary.inquiry import Kind
from triage.vocabulary.letter import Choices, Letter
from triage.vocabulary.ports import Clock, UnitOfWork
from triage.vocabulary.records import DraftRecord, Wish
from triage.vocabulary.servers import Credentials
from triage.vocabulary.states import MessageStatus, Occasion, PromiseStatus
from triage.webhooks import Webhooks
from triage.worklist import Worklist


class App:
    """Everything, wired. The parts are made on first use and shared between threads."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock = clock or SystemClock()
        self._intakes: dict[str, Intake] = {}
        self._senders: dict[str, Sender] = {}
        self._credentials: dict[str, Credentials] = {}

    # ---- parts -------------------------------------------------------------------------------------------------

    @cached_property
    def keys(self) -> KeyFile:
        return KeyFile(self.settings.database.audit_key_file)

    @cached_property
    def store(self) -> SqlStore:
        return SqlStore(self.settings.database.url, sealer(self.keys.key()), self.clock)

    def upgrade(self) -> None:
        """Make the database, or bring it to the tables of this version. Raises StoreError."""
        upgrade(self.settings.database.url)

    @cached_property
    def desk(self) -> Desk:
        return desk_of(self.settings)

    @cached_property
    def vitals(self) -> Vitals:
        return Vitals(self.settings, self.store, self.clock)

    @cached_property
    def log_keeper(self) -> LogKeeper:
        return LogKeeper(self.store, self.clock, self.keys, self.settings.calendars)

    @cached_property
    def upkeep(self) -> Upkeep:
        return Upkeep(self.settings, self.store, self.clock, self.vitals, self.log_keeper, self.sender)

    @cached_property
    def reporting(self) -> Reporting:
        return Reporting(self.store, self.clock, self.settings.calendars)

    @cached_property
    def _envelopes(self) -> Envelopes:
        return Envelopes(self.settings)

    @cached_property
    def processor(self) -> Processor:
        return Processor(
            self.store,
            self.clock,
            self.desk,
            Rules(
                self.settings.targets.value(),
                self.shared_domains,
                self.settings.calendars,
                self.settings.customers.currency,
            ),
            self._envelopes.make,
            self.dispatcher.note_sent_evidence,
            InHand(self.settings.database.audit_key_file),
        )

    @cached_property
    def review(self) -> Review:
        return Review(
            self.store,
            self.clock,
            self._envelopes.of,
            self._recheck,
            self._revise,
            self._redraft,
            self.outreach.leaves,
            self._two_people.why,
        )

    @cached_property
    def tiering(self) -> Tiering:
        return Tiering(self.store, self.clock, self.settings.tiers.value(), self.settings.targets.value())

    @cached_property
    def outreach(self) -> Outreach:
        settings = self.settings
        rules = OutreachRules(
            settings.followups.value(), settings.customers.value(), settings.calendars, frozenset(settings.accounts)
        )
        return Outreach(self.store, self.clock, rules, self._follow_up)

    @property
    def shared_domains(self) -> frozenset[str]:
        """Mail domains that are no one customer's: free mail services, those configured, and our own."""
        own = {address.rpartition("@")[2] for address in self.settings.own_addresses}
        return free_mail_domains() | {name.lower() for name in self.settings.customers.shared_domains} | own

    @cached_property
    def book_rules(self) -> BookRules:
        zone = ZoneInfo(self.settings.calendar.time_zone)
        return BookRules(self.settings.customers.value(), self.shared_domains, zone)

    @cached_property
    def customers(self) -> CustomersDesk:
        return CustomersDesk(self.store, self.clock, self.book_rules)

    @cached_property
    def customer_tables(self) -> CustomerTables:
        return CustomerTables(self.store, self.clock, self.book_rules)

    @cached_property
    def complaints(self) -> ComplaintsDesk:
        return ComplaintsDesk(self.store, self.clock)

    @cached_property
    def erasure(self) -> EraseDesk:
        return EraseDesk(self.store, self.clock, self.store.settle)

    @cached_property
    def _two_people(self) -> TwoPeople:
        rules = self.settings.review
        return TwoPeople(rules.second_approver_above, rules.second_approver_complaints)

    @cached_property
    def viewing(self) -> Viewing:
        return Viewing(self.store, self.clock, self.settings.calendar.value())

    @cached_property
    def worklist(self) -> Worklist:
        return Worklist(self.store, self.clock)

    @cached_property
    def people(self) -> People:
        web = self.settings.web
        rules = SessionRules(timedelta(minutes=web.idle_minutes), timedelta(hours=web.session_hours))
        return People(self.store, self.clock, rules)

    @cached_property
    def tokens(self) -> ApiTokens:
        return ApiTokens(self.store, self.clock)

    @cached_property
    def second_factors(self) -> SecondFactors:
        return SecondFactors(self.store, self.clock, self.keys.key_for("second factor"))

    @cached_property
    def webhooks(self) -> Webhooks:
        return Webhooks(self.store, self.clock, self.keys.key_for("webhooks"), self.settings.webhooks.allowed_hosts)

    @cached_property
    def dispatcher(self) -> Dispatcher:
        return Dispatcher(
            self.store,
            self.clock,
            sender_for=self.sender,
            plan_for=lambda account_id: self.account(account_id).sending(account_id),
            folder_for=self._sent_folder,
            on_sent=self._letter_sent,
            witness=self.log_keeper.anchor,
            enabled=self.settings.daemon.sending,
            per_minute=self.settings.daemon.letters_per_minute,
        )

    def intake(self, account_id: str) -> Intake:
        if account_id not in self._intakes:
            account = self.account(account_id)
            self._intakes[account_id] = Intake(
                account.mailbox(account_id),
                account.imap.value(),
                self.credentials(account_id),
                self.store,
                self.clock,
                may_store=lambda: not self.vitals.shortage(),
                unnoted=partial(self.vitals.unnoted, f"account:{account_id}"),
            )
        return self._intakes[account_id]

    @cached_property
    def watchers(self) -> Watchers:
        return Watchers(self.intake)

    def sender(self, account_id: str) -> Sender:
        if account_id not in self._senders:
            account = self.account(account_id)
            credentials = self.credentials(account_id) if account.smtp_login else None
            self._senders[account_id] = Sender(account.smtp.value(), account.sending(account_id), credentials)
        return self._senders[account_id]

    def credentials(self, account_id: str) -> Credentials:
        if account_id not in self._credentials:
            self._credentials[account_id] = self.account(account_id).credentials(self.keys.key())
        return self._credentials[account_id]

    def account(self, account_id: str) -> AccountSection:
        try:
            return self.settings.accounts[account_id]
        except KeyError:
            raise ConfigError(
                f"There is no account {account_id!r} in the configuration.", f"Add a section [accounts.{account_id}]."
            ) from None

    def _sent_folder(self, account_id: str) -> ImapSentFolder:
        account = self.account(account_id)
        return ImapSentFolder(account.imap.value(), account.mailbox(account_id), self.credentials(account_id))

    # ---- letters -----------------------------------------------------------------------------------------------

    def _letter_sent(self, uow: UnitOfWork, draft: DraftRecord, at: datetime) -> None:
        """In the transaction that records the acceptance: stop clocks, keep and make promises, count contacts."""
        person = self._person(draft.account_id) or draft.approved_by
        calendar = self.settings.calendars.of(draft.account_id)
        response_times.letter_sent(uow, replace(draft, approved_by=person), at, calendar)
        promises.letter_sent(uow, draft, at)
        for address in draft.letter.to:
            uow.customers.count_out(address.key, at, draft_id=draft.id)
        customer_id = uow.conversations.get(draft.conversation_id).customer_id
        if draft.occasion is Occasion.REPLY and customer_id is not None:
            withdrawal.withdraw(uow, customer_id, at, "the buyer was answered")

    def _recheck(self, uow: UnitOfWork, draft: DraftRecord, letter: Letter) -> Letter:
        """The processor, and with it model and templates, is loaded only when a reviewer needs it."""
        return self.processor.recheck(uow, draft, letter)

    def _revise(self, uow: UnitOfWork, draft: DraftRecord, choices: Choices) -> Letter:
        return self.processor.revise(uow, draft, choices)

    def _redraft(self, uow: UnitOfWork, message_id: int, kind: Kind) -> int | None:
        return self.processor.redraft(uow, message_id, kind)

    def _follow_up(self, uow: UnitOfWork, wish: Wish) -> int | None:
        """The mailbox that writes first may not have been read yet."""
        uow.accounts.ensure(wish.account_id, self.account(wish.account_id).address)
        return self.processor.follow_up(uow, wish)

    def _person(self, account_id: str) -> str:
        account = self.settings.accounts.get(account_id)
        return account.person if account else ""

    def draft(self, draft_id: int) -> DraftRecord:
        with self.store.begin(write=False) as uow:
            try:
                return uow.drafts.get(draft_id)
            except NotFound as error:
                raise NotFound(f"There is no draft {draft_id}.", "`triage queue` lists them.") from error

    def full_hash(self, draft_id: int, beginning: str | None) -> str | None:
        """The draft's hash if it begins so. Raises ReviewConflict when it does not."""
        if beginning is None:
            return None
        full = self.draft(draft_id).content_hash
        if not full.startswith(beginning):
            raise ReviewConflict(f"Draft {draft_id} changed since you looked.", "Read it again, then approve.")
        return full

    # ---- for jobs ----------------------------------------------------------------------------------------------

    def anything_waiting(self) -> bool:
        with self.store.begin(write=False) as uow:
            return bool(uow.messages.waiting(self.clock.now(), limit=1))

    def due_letters(self, account_id: str) -> Sequence[int]:
        with self.store.begin(write=False) as uow:
            return uow.drafts.due(self.clock.now(), 100, account_id)

    def accounts_with_due_letters(self) -> list[str]:
        return [account_id for account_id in self.settings.accounts if self.due_letters(account_id)]

    def copies_to_file(self) -> Sequence[int]:
        with self.store.begin(write=False) as uow:
            return uow.drafts.copies_to_file(100)

    def propose_follow_ups(self) -> None:
        if self.settings.followups.enabled:
            self.outreach.propose()

    # ---- for people --------------------------------------------------------------------------------------------

    def local_instant(self, wall: datetime) -> datetime:
        """A wall-clock time of the desk as an instant."""
        return wall.replace(tzinfo=ZoneInfo(self.settings.calendar.time_zone))

    def local_time(self, instant: datetime) -> datetime:
        return instant.astimezone(ZoneInfo(self.settings.calendar.time_zone))

    def end_promise(self, promise_id: int, status: PromiseStatus, by: str) -> None:
        with self.store.begin() as uow:
            if not promises.settle(uow, promise_id, status, by, self.clock.now()):
                raise ReviewConflict(f"Promise {promise_id} is not open any more.")
            uow.commit()

    def raw(self, message_id: int) -> bytes:
        """A stored mail as it came. Raises NotFound, and TriageError when the server never gave it."""
        with self.store.begin(write=False) as uow:
            return _raw(uow, message_id)

    def replay(self, message_id: int, by: str) -> None:
        """A parked mail is processed again. Raises like `raw`, and ReviewConflict when it is not parked."""
        now = self.clock.now()
        with self.store.begin() as uow:
            _raw(uow, message_id)
            if uow.messages.get(message_id).status is not MessageStatus.PARKED:
                raise ReviewConflict(f"Message {message_id} is not parked.", "`triage parked` lists those that are.")
            uow.messages.replay(message_id)
            uow.audit.append(now, by, "message.replayed", f"message:{message_id}")
            tell_parked(uow, now)
            uow.commit()

    def counts(self) -> Mapping[str, Mapping[str, int]]:
        with self.store.begin(write=False) as uow:
            return {"messages": uow.messages.counts(), "drafts": uow.drafts.counts()}


def _raw(uow: UnitOfWork, message_id: int) -> bytes:
    try:
        uow.messages.get(message_id)
    except NotFound as error:
        raise NotFound(f"There is no message {message_id}.", "`triage parked` lists those that are parked.") from error
    raw = uow.messages.raw(message_id)
    if raw is None:
        raise TriageError(f"Message {message_id} has no text here: its server never gave it.", "Look for it there.")
    return raw
