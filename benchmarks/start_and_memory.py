"""How quickly commands start, what a mail costs once they run, and what the daemon holds in memory.

    python -m benchmarks.start_and_memory [--runs 5] [--mails 2000] [--without-daemon]

Start-up is the wall time of a whole process; the peer is an empty Python. A mail's time is CPU time from bytes to
letter. The daemon's resident memory is read after the sample mailbox and after `--mails` more mails; the bar is 350 MB,
and that the second figure is about the first. Run it on a checkout whose bytecode is kept (PYTHONDONTWRITEBYTECODE
unset), as an installed wheel has it. The daemon's part needs root and the Debian packages of the tests.
"""

import argparse
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path

from threadpoolctl import threadpool_limits

from benchmarks.mailbag import business_mails, public_mails, sample_inbox
from tests.harness.dovecot import dovecot
from tests.harness.postfix import Postfix, running
from tests.harness.service import ROOT, Service, make_service, wait_for
from triage.clock import SystemClock
from triage.desk import default_desk
from triage.pipeline import Case, walk

MAIL = b"From: Anna Buyer <anna@example.com>\r\nSubject: Price\r\n\r\nPlease quote 500 bulbs CIF Hamburg.\r\n"
PER_MAIL_BAR = 5.0
MEMORY_BAR = 350
SETTLE = 2.0
"""Seconds of quiet before memory is read."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--mails", type=int, default=2000)
    parser.add_argument("--without-daemon", action="store_true")
    options = parser.parse_args()
    start_up(options.runs)
    with threadpool_limits(1):  # as triage's commands compute
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
    desk = default_desk()
    now = SystemClock().now()
    print(f"\n{'bytes to letter, a mail':32} {'median ms':>9} {'p95 ms':>7}   (bar {PER_MAIL_BAR:.0f} ms, median)")
    groups = {"sample mailbox": sample_inbox() * 5, "public mail (SpamAssassin ham)": public_mails(300, "easy-ham")}
    for name, mails in groups.items():
        take = [partial(walk, desk, Case(raw, now, now)) for raw in mails]
        for each in take:  # the first mail of a language loads its lexicon
            each()
        spent = sorted(map(cpu_time, take))
        if spent:
            print(f"{name:32} {statistics.median(spent) * 1e3:9.2f} {spent[len(spent) * 95 // 100] * 1e3:7.2f}")


def cpu_time(run: Callable[[], object]) -> float:
    started = time.process_time()
    run()
    return time.process_time() - started


def memory(mails: int) -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="triage-bench-")))
        server = stack.enter_context(contextmanager(dovecot.__wrapped__)())
        service = make_service(folder, server, stack.enter_context(running(Postfix(server))))
        stack.callback(service.end)
        service.start()
        print(f"\n{'resident memory of the daemon':32} {'MB':>9}   (bar {MEMORY_BAR} MB)")
        inbox, stored = sample_inbox(), 0
        steps = {"idle": [], "after the sample mailbox": inbox, f"after {mails} more mails": business_mails(mails)}
        for name, batch in steps.items():
            fill(service, stored, batch)
            stored += len(batch)
            wait_for(partial(is_processed, service, stored), f"{stored} mails are processed", 600)
            time.sleep(SETTLE)
            print(f"{name:32} {resident(service):9.0f}")


def fill(service: Service, first: int, mails: list[bytes]) -> None:
    """Into the Maildir's `new`, as a delivery agent does."""
    for number, raw in enumerate(mails, first):
        file = service.dovecot.maildir(service.address) / "new" / f"{1_700_000_000 + number}.M{number}.bench"
        file.write_bytes(raw)
        file.chmod(0o666)


def is_processed(service: Service, mails: int) -> bool:
    with closing(sqlite3.connect(service.folder / "triage.db")) as database:
        query = "SELECT count(*) FROM message WHERE status = 'processed'"
        return bool(database.execute(query).fetchone()[0] >= mails)


def resident(service: Service) -> float:
    assert service.daemon is not None
    status = Path(f"/proc/{service.daemon.pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1000


if __name__ == "__main__":
    main()
