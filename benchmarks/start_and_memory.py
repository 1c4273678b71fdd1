"""How quickly commands start, what a mail costs once they run, and what the daemon holds in memory.

    python -m benchmarks.start_and_memory [--runs 5] [--mails 2000] [--without-daemon]

Start-up is the wall time of a whole process; the peer is an empty Python. A mail's time is CPU time from bytes to letter.
The daemon's resident memory is read after the sample mailbox and after `--mails` more mails; the bar is 350 MB, and that
the second figure is about the first. Run it on a checkout whose bytecode is kept (PYTHONDONTWRITEBYTECODE unset), as an
installed wheel has it. The daemon needs Debian's dovecot-imapd and dovecot-lmtpd.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.mailbag import business_mails, public_mails, sample_inbox
from tests.harness.dovecot import Dovecot, start, stop
from tests.harness.service import CONFIG, ROOT, free_ports, wait_for
from triage.clock import SystemClock
from triage.desk import default_desk, new_case
from triage.pipeline import walk

MAIL = b"From: Anna Buyer <anna@example.com>\r\nSubject: Price\r\n\r\nPlease quote 500 bulbs CIF Hamburg.\r\n"
PER_MAIL_BAR = 5.0
MEMORY_BAR = 350


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--mails", type=int, default=2000)
    parser.add_argument("--without-daemon", action="store_true")
    options = parser.parse_args()
    start_up(options.runs)
    per_mail()
    if not options.without_daemon:
        memory(options.mails)


def start_up(runs: int) -> None:
    triage = [sys.executable, "-m", "triage"]
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "triage --help": [*triage, "--help"],
        "triage assess, one small mail": [*triage, "assess", "-"],
        "triage draft, one small mail": [*triage, "draft", "-"],
    }
    floor = 0.0
    print(f"{'start-up':32} {'median s':>9} {'times Python':>13}")
    for name, command in commands.items():
        run_once(command)  # writes bytecode, warms the disk's cache
        seconds = statistics.median(run_once(command) for _ in range(runs))
        floor = floor or seconds
        print(f"{name:32} {seconds:9.2f} {seconds / floor:13.1f}")


def run_once(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, cwd=ROOT, input=MAIL, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


def per_mail() -> None:
    settings, desk = default_desk()
    now = SystemClock().now()
    print(f"\n{'bytes to letter, a mail':32} {'median ms':>9} {'p95 ms':>7}   (bar {PER_MAIL_BAR:.0f} ms, median)")
    groups = {"sample mailbox": sample_inbox() * 5, "public mail (SpamAssassin ham)": public_mails(300, "easy-ham")}
    for name, mails in groups.items():
        for raw in mails:  # the first mail of a language loads its lexicon
            walk(desk, new_case(settings, raw, now, now))
        spent = sorted(cpu_time(lambda raw=raw: walk(desk, new_case(settings, raw, now, now))) for raw in mails)  # type: ignore[misc]
        if spent:
            print(f"{name:32} {statistics.median(spent) * 1e3:9.2f} {spent[len(spent) * 95 // 100] * 1e3:7.2f}")


def cpu_time(run: Callable[[], object]) -> float:
    started = time.process_time()
    run()
    return time.process_time() - started


def memory(mails: int) -> None:
    with server() as dovecot, daemon(dovecot) as (pid, user, processed):
        print(f"\n{'daemon, resident memory':32} {'MB':>9}          (bar {MEMORY_BAR} MB)")
        inbox = sample_inbox()
        steps = {"idle": [], "after the sample mailbox": inbox, f"after {mails} more": business_mails(mails)}
        sent = 0
        for name, batch in steps.items():
            fill(dovecot, user, sent, batch)
            sent += len(batch)
            wait_for(lambda: processed() == sent, f"{sent} mails are processed", 600)  # noqa: B023
            print(f"{name:32} {resident_mb(pid):9.0f}")


def resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS:"))


def fill(dovecot: Dovecot, user: str, first: int, mails: list[bytes]) -> None:
    """Into the Maildir's `new`, as a delivery agent does."""
    for number, raw in enumerate(mails, first):
        file = dovecot.maildir(user) / "new" / f"{1_700_000_000 + number}.M{number}.bench"
        file.write_bytes(raw)
        file.chmod(0o666)


@contextmanager
def server() -> Iterator[Dovecot]:
    folder = Path(tempfile.mkdtemp(prefix="dc-"))
    dovecot = start(folder)
    try:
        yield dovecot
    finally:
        stop(dovecot)
        shutil.rmtree(folder)


@contextmanager
def daemon(dovecot: Dovecot) -> Iterator[tuple[int, str, Callable[[], int]]]:
    """A running daemon: its process id, its mailbox, and what tells how many mails it has processed."""
    user = dovecot.new_user()
    (port,) = free_ports(1)
    with tempfile.TemporaryDirectory(prefix="triage-bench-") as folder:
        config = Path(folder) / "config.toml"
        config.write_text(
            CONFIG.format(
                database="sqlite:///triage.db",
                port=port,
                address=user,
                password=dovecot.password,
                imap_host=dovecot.host,
                imap_port=dovecot.imap_port,
                smtp_host="127.0.0.1",
                smtp_port=9,
            ),
            encoding="utf-8",
        )
