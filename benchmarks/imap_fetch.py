"""IMAP fetch rate against the standard library's imaplib in batches of 200, on one Dovecot, in turns.

    python -m benchmarks.imap_fetch [--mails 5000] [--rounds 3]

Prints the median mails/s of each and the ratio to imaplib; the bar for `mailbox` is 0.7. `mailbox` also reads sizes
and arrivals, `intake, stored` adds hashing and a durable database. Needs Debian's dovecot-imapd.
"""

import argparse
import random
import shutil
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from tests.harness.dovecot import Dovecot, scratch_folder, start, stop
from triage.audit.log import sealer
from triage.clock import SystemClock
from triage.credentials import PasswordCredentials, Secret
from triage.intake.imap import Mailbox
from triage.intake.poll import Intake
from triage.store import SqlStore, upgrade
from triage.vocabulary.servers import FirstRun, Login, MailboxPlan, Security, Server

BATCH = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    folder = scratch_folder()
    server = start(folder)
    try:
        compare(server, options.mails, options.rounds, folder)
    finally:
        stop(server)
        shutil.rmtree(folder)


def compare(server: Dovecot, mails: int, rounds: int, folder: Path) -> None:
    user = server.new_user()
    total = fill(server, user, mails)
    ways: dict[str, Callable[[], int]] = {
        "imaplib, batches of 200": lambda: by_imaplib(server, user),
        "mailbox": lambda: by_mailbox(server, user),
        "intake, stored": lambda: by_intake(server, user, folder),
    }
    by_imaplib(server, user)  # warm the server's cache
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, fetch in ways.items():
            started = time.perf_counter()
            assert fetch() == mails, name
            rates[name].append(mails / (time.perf_counter() - started))
    base = statistics.median(rates["imaplib, batches of 200"])
    print(f"{mails} mails, {total / mails:.0f} bytes each on average")
    for name, found in rates.items():
        rate = statistics.median(found)
        print(f"{name:26} {rate:8.0f} mails/s {rate * total / mails / 1e6:6.0f} MB/s  ratio {rate / base:.2f}")


def fill(server: Dovecot, user: str, mails: int) -> int:
    """Mails of 1 to 40 kB, most of them small; the same ones each time."""
    dice = random.Random(7)  # noqa: S311 (no secret)
    total = 0
    inbox = server.maildir(user) / "cur"
    for number in range(mails):
        lines = min(550, int(dice.lognormvariate(4.2, 1.0)))
        raw = f"Message-ID: <{number}@example.com>\nSubject: {number}\n\n".encode() + (b"y" * 71 + b"\n") * lines
        file = inbox / f"{1_700_000_000 + number}.M{number}.bench:2,"
        file.write_bytes(raw)
        file.chmod(0o666)
        total += len(raw)
    return total


def by_imaplib(server: Dovecot, user: str) -> int:
    with server.imap(user) as client:
        client.select("INBOX", readonly=True)
        uids = client.uid("SEARCH", "ALL")[1][0].split()
        count = 0
        for start_at in range(0, len(uids), BATCH):
            chosen = b",".join(uids[start_at : start_at + BATCH]).decode()
            count += sum(isinstance(part, tuple) for part in client.uid("FETCH", chosen, "(BODY.PEEK[])")[1])
    return count


def by_mailbox(server: Dovecot, user: str) -> int:
    """What the intake asks for: the heavy mails first, then sizes, arrivals and bodies of all others."""
    now = SystemClock().now()
    count = 0
    with Mailbox(Server(server.host, server.imap_port, Security.NONE), Login(user, server.password)) as mailbox:
        mailbox.examine("INBOX")
        uids = mailbox.uids_above(0)
        assert not mailbox.uids_larger(uids[0], uids[-1], 160_000)
        for start_at in range(0, len(uids), BATCH):
            count += len(mailbox.whole(uids[start_at : start_at + BATCH], now))
    return count


def by_intake(server: Dovecot, user: str, folder: Path) -> int:
    database = folder / "benchmark.db"
    database.unlink(missing_ok=True)
    upgrade(f"sqlite:///{database}")
    store = SqlStore(f"sqlite:///{database}", sealer(b"benchmark"))
    plan = MailboxPlan("bench", user, first_run=FirstRun.EVERYTHING)
    credentials = PasswordCredentials(user, Secret(value=server.password), b"benchmark")
    place = Server(server.host, server.imap_port, Security.NONE)
    found = Intake(plan, place, credentials, store, SystemClock()).poll().stored
    store.close()
    return found


if __name__ == "__main__":
    main()
