"""From the mail server's acceptance of a buyer's mail to the stored draft, beside the delay of a bare IDLE client.

    python -m benchmarks.arrival_to_draft [--mails 200] [--every 0.2]

Real Postfix and Dovecot on loopback, the daemon as a process of its own. The bar: IDLE's own delay plus 0.1 s.
Prints the daemon's resident memory too. Needs root and the Debian packages of the tests.
"""

import argparse
import smtplib
import sqlite3
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from imapclient import IMAPClient

from tests.acceptance.mails import mail
from tests.harness.dovecot import Dovecot, dovecot
from tests.harness.postfix import Postfix, running
from tests.harness.service import Service, make_service

PROBES = 15


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=200)
    parser.add_argument("--every", type=float, default=0.2, help="seconds between two mails")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="triage-bench-")))
        server = stack.enter_context(contextmanager(dovecot.__wrapped__)())
        postfix = stack.enter_context(running(Postfix(server)))
        idle = idle_delay(server, postfix)
        service = make_service(folder, server, postfix)
        stack.callback(service.end)
        service.start()
        accepted = deliver(service, options.mails, options.every)
        delays = sorted(drafted_after(service, accepted))
        middle, late = statistics.median(delays), delays[int(len(delays) * 0.95)]
        print(f"{len(delays)} drafts of {options.mails} mails, one every {options.every} s")
        print(f"to the stored draft   median {middle:.3f} s   p95 {late:.3f} s")
        print(f"IDLE's own delay      median {idle:.3f} s   (bar: that and 0.1 s)")
        print(f"memory of the daemon  {resident(service):.0f} MB")


def deliver(service: Service, mails: int, every: float) -> dict[str, datetime]:
    """Sender of each buyer's mail to the moment of the server's 250."""
    accepted = {}
    with smtplib.SMTP(service.postfix.host, service.postfix.port) as smtp:
        for number in range(mails):
            sender, raw, buyer = mail(number, service.address)
            smtp.sendmail(sender, [service.address], raw)
            if buyer:
                accepted[sender] = datetime.now(UTC)
            time.sleep(every)
    return accepted


def drafted_after(service: Service, accepted: dict[str, datetime]) -> Iterator[float]:
    """Seconds from acceptance to the row of the draft."""
    deadline = time.monotonic() + 60
    rows: list[tuple[str, str]] = []
    while len(rows) < len(accepted) and time.monotonic() < deadline:
        time.sleep(0.5)
        with sqlite3.connect(service.folder / "triage.db") as database:
            query = "SELECT message.sender, draft.created_at FROM draft JOIN message ON message.id = draft.message_id"
            rows = database.execute(query).fetchall()
        database.close()
    for sender, created_at in rows:
        yield (datetime.fromisoformat(created_at).replace(tzinfo=UTC) - accepted[sender]).total_seconds()


def idle_delay(server: Dovecot, postfix: Postfix) -> float:
    """Median seconds from the 250 until a client that does nothing but IDLE is told."""
    user = server.new_user("probe")
    delays = []
    with (
        IMAPClient(server.host, server.imap_port, ssl=False) as client,
        smtplib.SMTP(postfix.host, postfix.port) as smtp,
    ):
        client.login(user, server.password)
        client.select_folder("INBOX", readonly=True)
        for number in range(PROBES):
            client.idle()
            threading.Event().wait(0.3)
            smtp.sendmail("probe@example.com", [user], mail(number, user)[1])
            accepted = time.monotonic()
            while not any(b"EXISTS" in part for part in client.idle_check(timeout=5)):
                pass
            delays.append(time.monotonic() - accepted)
            client.idle_done()
    return statistics.median(delays)


def resident(service: Service) -> float:
    assert service.daemon is not None
    status = Path(f"/proc/{service.daemon.pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1000


if __name__ == "__main__":
    main()
