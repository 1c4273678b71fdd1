"""A database restored from a copy shows letters as unsent that are long at the buyers (F39, I6)."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.harness.desks import CONFIG, Desktop, MovableClock, inquiry
from tests.harness.smtp_peer import SmtpPeer, smtp_peer
from triage.app import App
from triage.vocabulary.records import FolderRole
from triage.vocabulary.states import DraftStatus

LETTERS = 10


@pytest.fixture
def peer() -> Iterator[SmtpPeer]:
    with smtp_peer({"EHLO": "250-peer.example\r\n250 AUTH PLAIN", "AUTH": "235 2.7.0 welcome"}) as peer:
        yield peer


@pytest.fixture
def desktop(make_app: Callable[[str], App], peer: SmtpPeer) -> Desktop:
    smtp = f"""[accounts.sales.smtp]\nhost = "127.0.0.1"\nport = {peer.port}"""
    config = CONFIG.replace("""[accounts.sales.smtp]\nhost = "127.0.0.1"\nport = 1""", smtp)
    app = make_app(config)
    assert isinstance(app.clock, MovableClock)
    return Desktop(app, app.clock)


def copy_database(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def send_all(app: App, draft_ids: list[int]) -> list[DraftStatus]:
    return [app.dispatcher.dispatch(draft_id) for draft_id in draft_ids]


def test_letters_sent_after_the_copy_are_not_sent_again(desktop: Desktop, peer: SmtpPeer, tmp_path: Path) -> None:
    drafts = []
    for number in range(LETTERS):
        message_id = desktop.arrive(
            inquiry(f"buyer{number}@firm{number}.example", message_id=f"<{number}@firm.example>")
        )
        (draft_id, _), *_ = desktop.drafts(message_id)
        desktop.app.review.approve(draft_id, "li")
        drafts.append(draft_id)
    database = Path(desktop.app.settings.database.url.removeprefix("sqlite:///"))
    copy_database(database, tmp_path / "copy.db")
    assert send_all(desktop.app, drafts) == [DraftStatus.SENT] * LETTERS

    copy_database(tmp_path / "copy.db", database)
    desktop.clock.move(minutes=5)
    again = App(desktop.app.settings, desktop.clock)
    again.upkeep.end_leftovers(again.dispatcher)

    assert send_all(again, drafts) == [DraftStatus.UNCERTAIN] * LETTERS
    assert len(peer.bodies) == LETTERS
    assert any("restored from a copy" in alert for alert in again.vitals.health().alerts)


def test_a_doubted_letter_found_in_sent_is_sent(desktop: Desktop, peer: SmtpPeer) -> None:
    (draft_id, _), *_ = desktop.drafts(desktop.arrive(inquiry()))
    desktop.app.review.approve(draft_id, "li")
    desktop.clock.move(minutes=5)
    later = App(desktop.app.settings, desktop.clock)
    later.dispatcher.distrust()
    rfc_id = later.draft(draft_id).rfc_message_id

    letter = inquiry("sales@seller.example", "Re: LED bulbs", "Dear Karl,", rfc_id)
    desktop.arrive(letter, FolderRole.SENT)

    assert later.draft(draft_id).status is DraftStatus.SENT
    assert peer.bodies == []


def test_an_ordinary_start_doubts_nothing(desktop: Desktop, peer: SmtpPeer) -> None:
    (draft_id, _), *_ = desktop.drafts(desktop.arrive(inquiry()))
    desktop.app.upkeep.end_leftovers(desktop.app.dispatcher)
    desktop.app.review.approve(draft_id, "li")
    desktop.clock.move(minutes=5)
    again = App(desktop.app.settings, desktop.clock)
    again.upkeep.end_leftovers(again.dispatcher)

    assert send_all(again, [draft_id]) == [DraftStatus.SENT]
    assert len(peer.bodies) == 1
