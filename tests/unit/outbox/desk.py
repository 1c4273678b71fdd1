"""A small sales desk on a real database: approved letters, a clock to move, and a way out that does as it is told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tests.harness.stores import SetClock
from tests.unit.outbox.letters import envelope
from triage.outbox.compose import content_hash, outgoing
from triage.outbox.dispatch import Dispatcher
from triage.vocabulary.letter import Letter
from triage.vocabulary.mail import Address
from triage.vocabulary.policy import SentCopy
from triage.vocabulary.ports import Deliverer, Store, UnitOfWork
from triage.vocabulary.records import Delivery, DraftRecord, FolderRole, NewDraft, NewMessage, Outcome, Outgoing
from triage.vocabulary.servers import SendingPlan
from triage.vocabulary.states import DraftStatus

START = SetClock().moment
ACCOUNT = "sales"

ACCEPTED = Delivery(Outcome.ACCEPTED, "body", 250, "2.0.0 queued as 4711")
TRANSIENT = Delivery(Outcome.TRANSIENT, "rcpt", 450, "anna@buyer.example: 450 4.2.0 greylisted")
AT_THE_DOT = Delivery(Outcome.TRANSIENT, "body", 451, "4.3.0 try again")
PERMANENT = Delivery(Outcome.PERMANENT, "rcpt", 550, "anna@buyer.example: 550 5.1.1 no such user")
UNKNOWN = Delivery(Outcome.UNKNOWN, "body", None, "No answer to the letter: timed out")
LOGIN_REFUSED = Delivery(Outcome.TRANSIENT, "login", 535, "5.7.8 bad credentials", login_refused=True)


@dataclass
class WayOut:
    """A `Deliverer` that yields the results given, the last one again and again. `sent` holds what passed the mark."""

    results: Sequence[Delivery] = (ACCEPTED,)
    digest: str = "digest"
    before_mark: Callable[[], None] = lambda: None
    after_mark: Callable[[], None] = lambda: None
    sent: list[Outgoing] = field(default_factory=list)
    tries: int = 0

    def credentials_digest(self) -> str:
        return self.digest

    def deliver(self, outgoing: Outgoing, mark: Callable[[], None]) -> Delivery:
        result = self.results[min(self.tries, len(self.results) - 1)]
        self.tries += 1
        self.before_mark()
        if result.phase != "body":
            return result
        try:
            mark()
        except Exception as error:
            return Delivery(Outcome.TRANSIENT, "data", None, f"Not sent: {error}")
        self.sent.append(outgoing)
        self.after_mark()
        return result


@dataclass
class Desk:
    """`answered` collects what the callback for sent letters was told: draft id and the moment the letter left."""

    store: Store
    clock: SetClock
    out: WayOut = field(default_factory=WayOut)
    sent_copy: SentCopy = SentCopy.APPEND
    answered: list[tuple[int, datetime]] = field(default_factory=list)
    letters: int = 0

    def dispatcher(self, sender: Deliverer | None = None, **options: object) -> Dispatcher:
        """A new process's dispatcher."""
        settings: dict[str, object] = {
            "per_minute": 1000,
            "chance": lambda: 0.5,
            "on_sent": self.note_sent,
            "folder_for": self.no_folder,
        }
        return Dispatcher(
            self.store,
            self.clock,
            sender_for=lambda _: sender or self.out,
            plan_for=lambda account_id: SendingPlan(account_id, "Li Wei", "sales@seller.example", self.sent_copy),
            **(settings | options),  # type: ignore[arg-type]
        )

    def note_sent(self, uow: UnitOfWork, draft: DraftRecord, at: datetime) -> None:
        assert draft.status is DraftStatus.SENT
        self.answered.append((draft.id, at))

    @staticmethod
    def no_folder(account_id: str) -> None:
        raise AssertionError("sending looks at no folder")

    def draft(self, to: str = "anna@buyer.example", account: str = ACCOUNT) -> int:
        """A proposed reply to a new mail in a conversation of its own."""
        self.letters += 1
        number, now = self.letters, self.clock.now()
        with self.store.begin() as uow:
            uow.accounts.ensure(account, f"{account}@seller.example")
            folder = uow.accounts.folder(account, "INBOX", FolderRole.INBOX)
            mail = NewMessage(folder.id, 1, number, now, b"Subject: %d\r\n\r\nHello\r\n" % number, 30)
            (message_id,) = uow.messages.add([mail])
            conversation_id = uow.conversations.create(account, "Valves", None, now)
            letter = Letter((Address("Anna", to),), "Re: Valves", "en", "Dear Anna,\n", "")
            new = NewDraft(
                message_id=message_id,
                conversation_id=conversation_id,
                account_id=account,
                letter=letter,
                rfc_message_id=f"<letter-{account}-{number}@seller.example>",
                in_reply_to=f"<mail-{number}@buyer.example>",
                references=(f"<first-{number}@buyer.example>", f"<mail-{number}@buyer.example>"),
                content_hash="",
                conversation_version=0,
            )
            draft_id = uow.drafts.add(new, now)
            uow.commit()
        return draft_id

    def approved(self, to: str = "anna@buyer.example", account: str = ACCOUNT) -> int:
        draft_id = self.draft(to, account)
        self.approve(draft_id)
        return draft_id

    def approve(self, draft_id: int, not_before: datetime | None = None) -> None:
        """As the review room does: the exact bytes, bound to the conversation as it is."""
        with self.store.begin() as uow:
            draft = uow.drafts.get(draft_id)
            version = uow.conversations.get(draft.conversation_id).version
            letter = envelope(
                to=draft.letter.to,
                text=draft.letter.text,
                html="",
                message_id=draft.rfc_message_id,
                in_reply_to=draft.in_reply_to,
                references=draft.references,
            )
            now, seal = self.clock.now(), content_hash(letter)
            assert uow.drafts.revise(draft_id, draft.revision, draft.letter, seal, version, now)
            bytes_of_it = outgoing(letter, now)
            assert uow.drafts.approve(draft_id, draft.revision + 1, seal, version, bytes_of_it, "li", now, not_before)
            uow.commit()

    def row(self, draft_id: int) -> DraftRecord:
        with self.store.begin(write=False) as uow:
            return uow.drafts.get(draft_id)

    def status(self, draft_id: int) -> DraftStatus:
        return self.row(draft_id).status

    def move(self, draft_id: int, *states: DraftStatus) -> None:
        """Straight through the table, as another process would."""
        with self.store.begin() as uow:
            for state in states:
                assert uow.drafts.move(draft_id, uow.drafts.get(draft_id).status, state, self.clock.now())
            uow.commit()

    def new_mail_joins(self, draft_id: int) -> None:
        with self.store.begin() as uow:
            uow.conversations.join(uow.drafts.get(draft_id).conversation_id, self.clock.now())
            uow.commit()

    def alerts(self) -> list[str]:
        with self.store.begin(write=False) as uow:
            return [alert.key for alert in uow.alerts.standing()]

    def events(self) -> list[str]:
        with self.store.begin(write=False) as uow:
            return [event.name for event in uow.audit.events()]

    def outcomes(self, draft_id: int) -> list[Outcome]:
        with self.store.begin(write=False) as uow:
            return [attempt.outcome for attempt in uow.drafts.attempts(draft_id)]
