"""A wired application on a fresh SQLite store, with a clock that tests move, and a way to drop mails into it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from triage.app import App
from triage.config import load
from triage.pipeline import Classifier
from triage.vocabulary.inquiry import KindPrediction, Reading
from triage.vocabulary.mail import ParsedMail, Screening
from triage.vocabulary.records import FolderRole, NewMessage

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CONFIG = """\
[company]
name = "Example Lighting Co., Ltd."
person = "Li Na"
[accounts.sales]
address = "sales@seller.example"
person = "Li Na"
sender_name = "Li Na"
password = { value = "unused" }
[accounts.sales.imap]
host = "127.0.0.1"
port = 1
security = "none"
[accounts.sales.smtp]
host = "127.0.0.1"
port = 1
security = "none"
"""


@dataclass
class MovableClock:
    """Stands still until a test moves it."""

    at: datetime = START

    def now(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


class Desktop:
    """The application with helpers that read like the story of a mailbox."""

    def __init__(self, app: App, clock: MovableClock) -> None:
        self.app = app
        self.clock = clock
        self._uid = 0

    def arrive(
        self, raw: bytes, role: FolderRole = FolderRole.INBOX, account: str = "sales", *, processed: bool = True
    ) -> int:
        """Store a mail as the intake would, process it unless that waits, return its id."""
        self._uid += 1
        with self.app.store.begin() as uow:
            uow.accounts.ensure(account, f"{account}@seller.example")
            folder = uow.accounts.folder(account, "INBOX" if role is FolderRole.INBOX else "Sent", role)
            (message_id,) = uow.messages.add([NewMessage(folder.id, 1, self._uid, self.clock.now(), raw, len(raw))])
            uow.commit()
        if processed:
            self.app.processor.process([message_id])
        return message_id

    def listed(self, fault: str) -> int:
        """A mail that could not be fetched: listed without its bytes."""
        self._uid += 1
        with self.app.store.begin() as uow:
            uow.accounts.ensure("sales", "sales@seller.example")
            folder = uow.accounts.folder("sales", "INBOX", FolderRole.INBOX)
            (message_id,) = uow.messages.add([NewMessage(folder.id, 1, self._uid, self.clock.now(), None, 0, fault)])
            uow.commit()
        return message_id

    def drafts(self, message_id: int) -> list[tuple[int, str]]:
        """(id, state) of the drafts that answer a message."""
        with self.app.store.begin(write=False) as uow:
            return [(draft.id, str(draft.status)) for draft in uow.drafts.of_message(message_id)]


@dataclass(frozen=True)
class Choking:
    """A classifier that can't stand mails of one subject: no mail is known that really upsets one."""

    sound: Classifier
    subject: str

    def predict(self, items: Sequence[tuple[ParsedMail, Reading, Screening]]) -> Sequence[KindPrediction]:
        if any(mail.subject == self.subject for mail, _, _ in items):
            raise ZeroDivisionError("chokes")
        return self.sound.predict(items)


def inquiry(
    sender: str = "karl@muster.example",
    subject: str = "LED bulbs",
    text: str = "Dear sirs,\n\nplease quote 5000 LED bulbs and tell us your MOQ and lead time.\n\nKarl Beispiel",
    message_id: str = "<1@muster.example>",
    **headers: str,
) -> bytes:
    mail = EmailMessage()
    mail["From"] = f"Karl Beispiel <{sender}>"
    mail["To"] = "sales@seller.example"
    mail["Subject"] = subject
    mail["Date"] = "Mon, 23 Nov 2026 09:55:00 +0100"
    mail["Message-ID"] = message_id
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return bytes(mail)


@pytest.fixture
def desktop(tmp_path: Path, make_app: Callable[[str], App]) -> Desktop:
    app = make_app(CONFIG)
    assert isinstance(app.clock, MovableClock)
    return Desktop(app, app.clock)


@pytest.fixture
def make_app(tmp_path: Path) -> Callable[[str], App]:
    def make(config: str) -> App:
        path = tmp_path / "config.toml"
        path.write_text(config, encoding="utf-8")
        app = App(load(path), MovableClock())
        app.upgrade()
        return app

    return make
