"""A mail that kills the process is counted, parked after three tries, and takes no other with it (F06)."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness.desks import CONFIG, Desktop, MovableClock, inquiry
from triage.app import App
from triage.config import load
from triage.in_hand import InHand
from triage.processing import TRIES
from triage.vocabulary.records import FolderRole, NewMessage
from triage.vocabulary.states import MessageStatus

DAEMON = """
import os, signal, sys
from datetime import timedelta
from pathlib import Path
from tests.harness.desks import START, MovableClock
from triage import pipeline
from triage.app import App
from triage.config import load

parse = pipeline.parsing.parse

def deadly(raw, *told, **named):
    if b"POISON" in raw:
        os.kill(os.getpid(), signal.SIGKILL)
    return parse(raw, *told, **named)

pipeline.parsing.parse = deadly
app = App(load(Path(sys.argv[1])), MovableClock(START + timedelta(minutes=int(sys.argv[2]))))
while app.processor.process_waiting(100):
    pass
"""
NEIGHBOURS = 6


@pytest.fixture
def app(tmp_path: Path) -> App:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG, encoding="utf-8")
    made = App(load(path), MovableClock())
    made.upgrade()
    return made


def start(tmp_path: Path, minutes: int) -> int:
    """Run a process until nothing waits or it dies; its exit code."""
    command = [sys.executable, "-c", DAEMON, str(tmp_path / "config.toml"), str(minutes)]
    return subprocess.run(command, check=False, capture_output=True).returncode


def store(app: App, mails: list[bytes]) -> list[int]:
    with app.store.begin() as uow:
        uow.accounts.ensure("sales", "sales@seller.example")
        folder = uow.accounts.folder("sales", "INBOX", FolderRole.INBOX)
        new = [NewMessage(folder.id, 1, uid, app.clock.now(), raw, len(raw)) for uid, raw in enumerate(mails, 1)]
        ids = list(uow.messages.add(new))
        uow.commit()
    return ids


def test_a_mail_that_kills_the_process_is_parked_and_its_neighbours_go_on(app: App, tmp_path: Path) -> None:
    mails = [inquiry(sender=f"b{n}@muster{n}.example", message_id=f"<{n}@x.example>") for n in range(NEIGHBOURS)]
    ids = store(app, [*mails[:3], inquiry(subject="POISON", message_id="<p@x.example>"), *mails[3:]])
    poison = ids.pop(3)
    died, went_on = -signal.SIGKILL, 0
    codes = [start(tmp_path, minutes) for minutes in range(5)]
    assert codes == [died, died, went_on, died, went_on]  # with the others, alone, not due yet, alone again, parked
    assert codes.count(died) == TRIES
    with app.store.begin(write=False) as uow:
        assert [uow.messages.get(key).status for key in ids] == [MessageStatus.PROCESSED] * NEIGHBOURS
        (parked,) = uow.messages.parked()
        assert (parked.message_id, parked.step, parked.attempts) == (poison, "processing", TRIES)
        assert uow.messages.raw(poison) is not None
    app.replay(poison, "Li Na")
    app.processor.process_waiting(100)  # this process has no fault
    with app.store.begin(write=False) as uow:
        assert uow.messages.get(poison).status is MessageStatus.PROCESSED


def test_what_a_living_process_has_in_hand_is_not_left_behind(tmp_path: Path) -> None:
    beside = tmp_path / "triage.key"
    working = InHand(beside)
    with working.holding([1, 2]):
        assert InHand(beside).left_behind() == []
    assert len(list(tmp_path.iterdir())) == 1


def test_what_was_finished_is_not_counted(tmp_path: Path) -> None:
    beside = tmp_path / "triage.key"
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom triage.in_hand import InHand\nh = InHand(Path(sys.argv[1]))\n"
    )
    finished = code + "with h.holding([1, 2]): pass\nos._exit(1)"
    died = code + "with h.holding([3]): os._exit(1)"
    for program in (finished, died):
        subprocess.run([sys.executable, "-c", program, str(beside)], check=False)
    assert InHand(beside).left_behind() == [3]
    assert list(tmp_path.iterdir()) == []


def test_a_processed_or_unknown_mail_is_no_suspect(desktop: Desktop) -> None:
    message_id = desktop.arrive(inquiry())
    beside = desktop.app.settings.database.audit_key_file
    beside.with_name(f"{beside.name}.in-hand.dead").write_text(f"[{message_id}, 999999]", encoding="ascii")
    again = App(desktop.app.settings, desktop.clock)
    assert again.processor.process_waiting(10) == 0
    with again.store.begin(write=False) as uow:
        assert uow.messages.get(message_id).attempts == 0
    assert not list(beside.parent.glob("*.in-hand.dead"))
