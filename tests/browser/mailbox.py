"""The demo's sample mailbox, read and drafted at a fixed moment, without servers."""

from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

from tests.harness.desks import CONFIG, MovableClock
from triage.app import App
from triage.config import load
from triage.demo.mails import sample_mails
from triage.vocabulary.records import FolderRole, NewMessage

NOW = datetime(2026, 11, 25, 6, 10, tzinfo=UTC)


def demo_app(folder: Path, more: str = "") -> App:
    """`more` are further sections of the configuration."""
    path = folder / "config.toml"
    catalogue = resources.files("triage.demo").joinpath("catalogue.toml").read_text(encoding="utf-8")
    (folder / "catalogue.toml").write_text(catalogue, encoding="utf-8")
    path.write_text(
        f'catalogue_file = "catalogue.toml"\n{CONFIG}[web]\nport = 0\nlogin = false\n{more}', encoding="utf-8"
    )
    app = App(load(path), MovableClock(NOW))
    app.upgrade()
    with app.store.begin() as uow:
        uow.accounts.ensure("sales", "sales@lumina-led.example")
        folders = {
            "INBOX": uow.accounts.folder("sales", "INBOX", FolderRole.INBOX).id,
            "Sent": uow.accounts.folder("sales", "Sent", FolderRole.SENT).id,
        }
        new = [
            NewMessage(folders[mail.folder], 1, number, mail.received_at, mail.raw, len(mail.raw))
            for number, mail in enumerate(sample_mails(NOW), 1)
        ]
        uow.messages.add(new)
        uow.commit()
    while app.processor.process_waiting(100):
        pass
    return app
