"""`triage import`, as typed."""

import mailbox
import signal
import subprocess
import sys
from email import message_from_bytes
from pathlib import Path

import pytest

from tests.harness.command_line import Triage
from tests.harness.desks import Desktop, inquiry

ROOT = Path(__file__).parents[3]
COUNT = 500
"""Mails enough to be interrupted at: five batches."""


def mails(count: int) -> list[bytes]:
    return [
        inquiry(f"buyer{n}@company{n}.example", f"LED bulbs ({n})", message_id=f"<{n}@company{n}.example>")
        for n in range(count)
    ]


def mbox(path: Path, raws: list[bytes]) -> Path:
    box = mailbox.mbox(path)
    for raw in raws:
        box.add(message_from_bytes(raw))
    box.close()
    return path


def maildir(path: Path, raws: list[bytes]) -> Path:
    for name in ("cur", "new", "tmp"):
        (path / name).mkdir(parents=True)
    for number, raw in enumerate(raws):
        (path / "cur" / f"{1764000000 + number}.{number}.host:2,S").write_bytes(raw)
    return path


def folder(path: Path, raws: list[bytes]) -> Path:
    path.mkdir()
    for number, raw in enumerate(raws):
        (path / f"{number}.eml").write_bytes(raw)
    return path


def test_every_form_of_archive_is_stored_and_drafted_once(triage: Triage, desktop: Desktop, tmp_path: Path) -> None:
    raws = mails(6)
    paths = [
        str(mbox(tmp_path / "old.mbox", raws[:2])),
        str(maildir(tmp_path / "Maildir", raws[2:4])),
        str(folder(tmp_path / "letters", raws[4:])),
    ]

    first = triage("import", *paths)
    second = triage("import", *paths)

    assert (first.code, second.code) == (0, 0)
    assert [line for line in first.errors.splitlines() if line.endswith("known already.")] == [
        f"{path}: 2 new, 0 known already." for path in paths
    ]
    assert [line for line in second.errors.splitlines() if line.endswith("known already.")] == [
        f"{path}: 0 new, 2 known already." for path in paths
    ]
    assert desktop.app.counts()["messages"]["processed"] == 6
    assert desktop.app.counts()["drafts"]["proposed"] == 6


def test_imported_letters_of_ours_answer_imported_mails(triage: Triage, desktop: Desktop, tmp_path: Path) -> None:
    reply = inquiry(
        "sales@seller.example",
        "Re: LED bulbs (0)",
        "Dear Karl, the MOQ is 500 pcs and the lead time is 25 days.",
        "<reply@seller.example>",
        In_Reply_To="<0@company0.example>",
        References="<0@company0.example>",
    ).replace(b"To: sales@seller.example", b"To: buyer0@company0.example")
    reply = reply.replace(b"09:55:00 +0100", b"10:55:00 +0100")
    triage("import", str(mbox(tmp_path / "inbox", mails(1))), "--account", "sales")

    answer = triage("import", str(mbox(tmp_path / "sent", [reply])), "--account", "sales", "--sent")

    assert answer.code == 0
    with desktop.app.store.begin(write=False) as uow:
        assert uow.responses.waiting() == []
    assert desktop.app.counts()["drafts"]["held"] == 1


@pytest.mark.parametrize("empty", [False, True])
def test_what_can_not_be_imported_is_named(triage: Triage, tmp_path: Path, empty: bool) -> None:
    if empty:
        (tmp_path / "archive").mkdir()

    answer = triage("import", str(tmp_path / "archive"))

    assert answer.code == 2
    assert answer.errors.startswith("triage: ")
    assert str(tmp_path / "archive") in answer.errors


def test_an_interrupted_import_goes_on_where_it_stopped(desktop: Desktop, tmp_path: Path) -> None:
    path = mbox(tmp_path / "old.mbox", mails(COUNT))
    command = [sys.executable, "-m", "triage", "import", str(path), "--config", str(tmp_path / "config.toml")]
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background inherits that it is ignored
    started = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    assert started.stderr is not None
    while not started.stderr.readline().startswith("processed"):
        assert started.poll() is None
    started.send_signal(signal.SIGINT)
    _, errors = started.communicate(timeout=60)
    interrupted = desktop.app.counts()["messages"]

    again = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)

    assert started.returncode == 130
    assert errors.endswith("triage: interrupted; what was done is kept, run it again to go on.\n")
    assert 0 < interrupted["processed"] < COUNT
    assert again.returncode == 0, again.stderr
    assert f"{path}: 0 new, {COUNT} known already." in again.stderr
    assert desktop.app.counts()["messages"]["processed"] == COUNT
    assert desktop.app.counts()["drafts"]["proposed"] == COUNT
