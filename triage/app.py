"""The only wiring: a configuration becomes ready objects, each made when first used, so that commands start quickly."""

import hmac
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from triage.alarm_mail import notice
from triage.audit import alarms, response_times
from triage.audit import log as audit_log
from triage.clock import SystemClock
from triage.complaints_desk import ComplaintsDesk
from triage.config import AccountSection, Settings
from triage.customers_desk import BookRules, CustomersDesk
from triage.customers_tables import CustomerTables
from triage.desk import desk_of
from triage.drafting.plan import is_mailing
from triage.drafting.quoting import quote_html
from triage.erasure import EraseDesk
from triage.errors import ConfigError, NotFound, ReviewConflict, TriageError
from triage.followups import promises, withdrawal
from triage.intake.imap import ImapSentFolder
from triage.intake.poll import Intake
from triage.intake.watchers import Watchers
from triage.outbox.dispatch import Dispatcher
from triage.outbox.smtp import Sender
from triage.outreach import Outreach, OutreachRules
from triage.people import People, SessionRules
from triage.pipeline import Desk
from triage.placing import Rules
from triage.processing import Processor, tell_parked
from triage.reading.webmail import free_mail_domains
from triage.review import Review
from triage.scoring.kind import Abstainer
from triage.second_factor import SecondFactors
from triage.store import SqlStore, upgrade
from triage.tokens import ApiTokens
from triage.two_people import TwoPeople
from triage.viewing.service import Viewing
from triage.vitals import Vitals
from triage.vocabulary.inquiry import Kind
from triage.vocabulary.letter import Choices, Letter, LetterAttachment
from triage.vocabulary.mail import Address
from triage.vocabulary.outgoing import Envelope, OutgoingFile
from triage.vocabulary.ports import Clock, UnitOfWork
from triage.vocabulary.records import DraftRecord, Outcome
from triage.vocabulary.servers import Credentials
from triage.vocabulary.states import MessageStatus, Occasion, PromiseStatus
from triage.webhooks import Webhooks
from triage.worklist import Worklist

if TYPE_CHECKING:
    from triage.audit.report import Report
    from triage.vocabulary.responses import Dimension


def audit_key(path: Path) -> bytes:
    """The key of the audit log's chain, made on first use, readable by its owner alone (S15)."""
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_hex(32).encode())
        return bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"The audit key {path} can't be used: {error}.",
            "Restore the file from a copy, or name another with database.audit_key_file.",
        ) from error


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
    def store(self) -> SqlStore:
        key = audit_key(self.settings.database.audit_key_file)
        return SqlStore(self.settings.database.url, audit_log.sealer(key), self.clock)

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
    def processor(self) -> Processor:
        within = timedelta(hours=self.settings.targets.promise_hours)
        return Processor(
            self.store,
            self.clock,
            self.desk,
            Rules(self.settings.targets.value(), within, self.shared_domains, self.settings.calendars),
            self._envelope,
            self.dispatcher.note_sent_evidence,
        )

    @cached_property
    def review(self) -> Review:
        return Review(
            self.store,
            self.clock,
            self._envelope_of,
            self._recheck,
            self._revise,
            self._redraft,
            self.outreach.not_before,
            self._two_people.why,
        )

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
        return SecondFactors(self.store, self.clock, self.key_for("second factor"))

    @cached_property
    def webhooks(self) -> Webhooks:
        return Webhooks(self.store, self.clock, self.key_for("webhooks"), self.settings.webhooks.allowed_hosts)

    def key_for(self, what: str) -> bytes:
        """A key of its own for each use, all from the key file (S15)."""
        return hmac.digest(audit_key(self.settings.database.audit_key_file), what.encode(), "sha256")

    @cached_property
    def dispatcher(self) -> Dispatcher:
        return Dispatcher(
            self.store,
            self.clock,
            sender_for=self.sender,
            plan_for=lambda account_id: self.account(account_id).sending(account_id),
            folder_for=self._sent_folder,
            on_sent=self._letter_sent,
            witness=self.anchor_log,
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
            key = audit_key(self.settings.database.audit_key_file)
            self._credentials[account_id] = self.account(account_id).credentials(key)
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

    def _envelope(
        self, account_id: str, letter: Letter, rfc_message_id: str, in_reply_to: str | None, references: Sequence[str]
    ) -> Envelope:
        account = self.settings.accounts.get(account_id)
        sender = (
            Address(account.sender_name or self.settings.company.name, account.address)
            if account
            else Address("", f"{account_id}@archive.invalid")
        )
        return Envelope(
            sender=sender,
            to=letter.to,
            cc=(),
            subject=letter.subject,
            text="\n\n".join(filter(None, (letter.text.rstrip(), letter.quote))),
            html="\n".join(filter(None, (letter.html, quote_html(letter.quote, letter.language)))),
            message_id=rfc_message_id,
            in_reply_to=in_reply_to,
            references=tuple(references),
            files=tuple(self._file(attachment) for attachment in letter.attachments),
            unsubscribe=(self.settings.followups.unsubscribe or sender.email) if is_mailing(letter) else "",
        )

    def _envelope_of(self, draft: DraftRecord, letter: Letter) -> Envelope:
        return self._envelope(draft.account_id, letter, draft.rfc_message_id, draft.in_reply_to, draft.references)

    def _file(self, attachment: LetterAttachment) -> OutgoingFile:
        """Only what lies below the attachments folder may leave."""
        folder = self.settings.attachments_folder
        path = (folder / attachment.path).resolve() if folder else None
        if folder is None or path is None or not path.is_relative_to(folder.resolve()) or not path.is_file():
            raise ConfigError(
                f"The attachment {attachment.path!r} is not in the attachments folder.",
                "Put it there, or set attachments_folder.",
            )
        return OutgoingFile(attachment.name, attachment.content_type, path.read_bytes())

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

    def _follow_up(
        self, uow: UnitOfWork, message_id: int, occasion: Occasion, choices: Choices, not_before: datetime
    ) -> int | None:
        return self.processor.follow_up(uow, message_id, occasion, choices, not_before)

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

    def review_promises(self) -> None:
        with self.store.begin() as uow:
            promises.review(uow, self.clock.now())
            uow.commit()

    def propose_follow_ups(self) -> None:
        if self.settings.followups.enabled:
            self.outreach.propose()

    def review_alarms(self) -> None:
        """Warn of mails that fall due, raise what is late, and tell the desk by mail where it wants that."""
        wanted, now = self.settings.alarms.value(), self.clock.now()
        with self.store.begin(write=False) as uow:
            found = alarms.look(uow, wanted, self.settings.calendars, now)
        if not (found.new or found.ended):
            return
        with self.store.begin() as uow:
            new = alarms.settle(uow, found, now)
            uow.commit()
        by_account = {alarm.account_id for alarm in new if alarm.account_id in self.settings.accounts}
        for account_id in sorted(by_account) if wanted.mail_to and self.settings.daemon.sending else ():
            theirs = [alarm for alarm in new if alarm.account_id == account_id]
            sent = notice(self.account(account_id).address, wanted.mail_to, theirs, now)
            told = self.sender(account_id).deliver(sent, lambda: None)
            if told.outcome is Outcome.ACCEPTED:
                self.vitals.clear("alarms:mail")
            else:
                self.vitals.alert("alarms:mail", f"The notice about late answers could not be sent: {told.reply}")

    def pack_responses(self) -> None:
        """Keep past months of responses as columns, so that a report over a million of them takes no seconds."""
        today = self.clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
        packed = True
        while packed:
            with self.store.begin() as uow:
                packed = uow.responses.pack(today)
                uow.commit()

    def end_leftovers(self) -> None:
        """Once, before any letter goes out: end what an earlier process left behind, and doubt what a restored copy
        of the database holds for unsent (F39)."""
        self.dispatcher.recover()
        last = audit_log.read_anchors(self._anchor_file)[-1:]
        with self.store.begin(write=False) as uow:
            restored = any(audit_log.lacks(uow.audit, anchor) for anchor in last)
        if restored:
            doubted = self.dispatcher.distrust()
            self.vitals.alert(
                "database:restored",
                f"The database is older than its log's anchor: it was restored from a copy. {doubted} letters that"
                " waited to be sent are uncertain now; look for them in Sent, then use `triage resolve`.",
            )
        else:
            self.vitals.clear("database:restored")
        self.anchor_log()

    def watch_model(self) -> None:
        """Raise or clear the alert about a kind model that can't be used: every mail waits for a person then."""
        classifier = self.desk.classifier
        if isinstance(classifier, Abstainer):
            self.vitals.alert("model", f"Every mail counts as unsure. {classifier.why}")
        else:
            self.vitals.clear("model")

    def anchor_log(self) -> None:
        """Write the audit log's head down outside of the database (S16)."""
        with self.store.begin(write=False) as uow:
            head = uow.audit.head()
        audit_log.write_anchor(self._anchor_file, head, self.clock.now())

    # ---- for people --------------------------------------------------------------------------------------------

    def local_instant(self, wall: datetime) -> datetime:
        """A wall-clock time of the desk as an instant."""
        return wall.replace(tzinfo=ZoneInfo(self.settings.calendar.time_zone))

    def local_time(self, instant: datetime) -> datetime:
        return instant.astimezone(ZoneInfo(self.settings.calendar.time_zone))

    def audit_report(
        self,
        by: "Sequence[Dimension]" = (),
        since: datetime | None = None,
        until: datetime | None = None,
        mailboxes: frozenset[str] | None = None,
    ) -> "Report":
        """How fast the desk answered the mails that came from `since` to before `until` (docs/audit-rules.md), in the
        mailboxes that one may see. What people decided and promised is told only to who may see them all."""
        from triage.audit.complaints import complaint_counts
        from triage.audit.summary import LOOK_BACK, summarise

        now = self.clock.now()
        earlier = since and min(since, min(now, until or now) - LOOK_BACK)
        with self.store.begin(write=False) as uow:
            counts = None
            if mailboxes is None:
                complained = complaint_counts(uow.complaints.between(since, until))
                counts = replace(uow.responses.counts(since, until), complaints=complained)
            return summarise(
                uow.responses.columns(earlier, until),
                by,
                now,
                self.settings.calendars,
                uow.responses.named,
                since=since,
                until=until,
                mailboxes=mailboxes,
                counts=counts,
            )

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

    @property
    def _anchor_file(self) -> Path:
        key = self.settings.database.audit_key_file
        return key.with_name(f"{key.name}.anchors")

    def verify_log(self, anchors: Path | None) -> Sequence[audit_log.Fault]:
        """Faults of the audit log's chain, compared with the anchors kept beside the key (or in the file given), and of
        the response figures, made anew from the log."""
        from triage.audit.recompute import compare

        key = audit_key(self.settings.database.audit_key_file)
        with self.store.begin(write=False) as uow:
            faults = audit_log.verify(uow.audit, key, audit_log.read_anchors(anchors or self._anchor_file))
            rows = uow.responses.between(None, None)
            return [*faults, *compare(audit_log.events(uow.audit), rows, self.settings.calendars)]

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
