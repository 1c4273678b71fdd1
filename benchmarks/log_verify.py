"""`triage log verify` over a long log: time and memory of a process that does nothing else.

    python -m benchmarks.log_verify [--events 1000000] [--only sqlite|postgresql]

Seeds one SQLite file and one PostgreSQL of its own with whole, sealed events, five to a response. "Before" is the
process's memory when the application is ready, "highest" what it came to.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert

from benchmarks.audit_report import NOW, arrivals, highest_memory, open_mailboxes, own_postgres, response, store
from triage.app import App
from triage.audit.business_hours import digest, working_seconds
from triage.audit.log import seal
from triage.config import default_settings
from triage.store import upgrade
from triage.store.engine import connect
from triage.store.tables import AuditEventRow
from triage.vocabulary.policy import WorkCalendar

PER_RESPONSE = 5
Told = tuple[datetime, str, str, dict[str, str]]
"""(instant, name, subject, data) of an event."""


class Clock:
    def now(self) -> datetime:
        return NOW


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--verify", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.verify:
        verify(*options.verify)
        return
    with tempfile.TemporaryDirectory(prefix="triage-bench-") as folder:
        if options.only != "postgresql":
            url = f"sqlite:///{folder}/triage.db"
            upgrade(url)
            measure("SQLite", url, folder, options.events)
        if options.only != "sqlite":
            with own_postgres() as url:
                measure("PostgreSQL", url, folder, options.events)


def measure(name: str, url: str, folder: str, events: int) -> None:
    engine = connect(url)
    seed(engine, events // PER_RESPONSE, ready(url, folder).keys.key())
    engine.dispose()
    command = [sys.executable, "-m", "benchmarks.log_verify", "--verify", url, folder]
    print(f"{name}, {events:,} events")
    print(subprocess.run(command, check=True, capture_output=True, text=True).stdout, end="", flush=True)


def ready(url: str, folder: str) -> App:
    plain = default_settings()
    database = plain.database.model_copy(update={"url": url, "audit_key_file": Path(folder, "key")})
    return App(plain.model_copy(update={"database": database}), Clock())


def verify(url: str, folder: str) -> None:
    """Run in a process of its own."""
    app = ready(url, folder)
    app.log_keeper.anchor()
    before, began = highest_memory(), time.perf_counter()
    assert not list(app.log_keeper.verify())
    took = time.perf_counter() - began
    print(f"  {took:6.1f} s   memory before {before:.0f} MB, highest {highest_memory():.0f} MB")
    app.store.close()


def seed(engine: Engine, responses: int, key: bytes) -> None:
    """Responses as the report's benchmark has them, and what the log tells of each."""
    chance = random.Random(20260302)  # noqa: S311
    chain = Chain(key)
    calendar = default_settings().calendar.value()
    open_mailboxes(engine)
    for mails in arrivals(responses):
        rows = [counted(response(number, at, chance), calendar) for number, at in mails]
        store(engine, mails, rows)
        events = [chain.add(event) for row in rows for event in told(row, calendar)]
        with engine.begin() as connection:
            connection.execute(insert(AuditEventRow), events)


def counted(row: dict[str, Any], calendar: WorkCalendar) -> dict[str, Any]:
    """With figures that follow from its instants."""
    if row["answered_at"] is None:
        return row
    took = (row["answered_at"] - row["received_at"]).total_seconds()
    return row | {
        "elapsed_seconds": took,
        "working_seconds": working_seconds(calendar, row["received_at"], row["answered_at"]),
    }


def told(row: dict[str, Any], calendar: WorkCalendar) -> Iterator[Told]:
    """Five events; of a mail that waits four."""
    came, subject, draft = row["received_at"], f"response:{row['id']}", f"draft:{row['id']}"
    yield (
        came,
        "response.started",
        subject,
        {
            "message": str(row["id"]),
            "received_at": came.isoformat(),
            "mailbox": row["account_id"],
            "turn": "first" if row["first"] else "next",
            "kind": row["kind"],
            "tier": row["tier"],
            "country": row["country"] or "",
            "target": f"{row['target_seconds']:.0f}",
        },
    )
    yield came, "draft.proposed", draft, {"message": str(row["id"])}
    yield came, "draft.approved", draft, {"hash": "0" * 64}
    yield came, "draft.claimed", draft, {"before": "approved", "note": ""}
    if row["answered_at"] is None:
        return
    figures = {"elapsed": f"{row['elapsed_seconds']:.6f}", "working": f"{row['working_seconds']:.6f}"}
    done = {"answered_at": row["answered_at"].isoformat(), "via": row["via"], "calendar": digest(calendar)}
    yield row["answered_at"], "response.answered", subject, done | figures


@dataclass(slots=True)
class Chain:
    key: bytes
    seq: int = 0
    mac: str = ""

    def add(self, event: Told) -> dict[str, Any]:
        at, name, subject, data = event
        self.seq += 1
        self.mac = seal(self.key, self.mac, self.seq, at, "triage", name, subject, data)
        row = {"seq": self.seq, "at": at, "actor": "triage", "name": name, "subject": subject, "data": data}
        return row | {"mac": self.mac}


if __name__ == "__main__":
    main()
