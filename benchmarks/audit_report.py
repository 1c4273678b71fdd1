"""The response-time report over a million responses, beside the raw SQL for the same run's data.

    python -m benchmarks.audit_report [--rows 1000000] [--rounds 3] [--only sqlite|postgresql]

Seeds one SQLite file and one PostgreSQL of its own. "Raw SQL, same groups" is the quickest statement known for count,
mean, median and 90th percentile of elapsed and working time, in all, by turn, by kind and tier, and by week: on SQLite
an index for each of the eight and OFFSET, on PostgreSQL percentile_cont. "One question" is the smallest such one: of
one measure the 50th, 90th, 95th and 99th percentile by kind, exact, on SQLite by an index made for it, on PostgreSQL by
percentile_cont. The whole report also has the buyer's hours, heat map, states, conversations and names. The brief one
has counts, mean, median, 90th percentile and longest of elapsed and working time, in all and by kind. "Cold" is the
whole report before any month is packed, once. The bar of 1.5 is for like beside like: the whole report beside the same
groups, the brief one beside the one question. The whole one beside the one question is told as well.
"""

import argparse
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert, text

from triage.store import upgrade
from triage.store.engine import connect
from triage.store.tables import (
    AccountRow,
    ConversationRow,
    FolderRow,
    MessageRow,
    ResponseRow,
)
from triage.vocabulary.inquiry import Kind, Tier
from triage.vocabulary.records import FolderRole, Via
from triage.vocabulary.states import Direction, MessageStatus

BAR = 1.5
NOW = datetime(2026, 11, 2, tzinfo=UTC)
BATCH = 20_000
PEOPLE = ("li", "wang", "chen")
COUNTRIES = ("DE", "US", "FR", "BR", "AE", "IN", "JP", "GB", "SA", None)
WEEK = {"sqlite": "strftime('%Y-%W', received_at)", "postgresql": "date_trunc('week', received_at AT TIME ZONE 'UTC')"}
GROUPS = ("", "first", "kind, tier", "week")
MEASURES = ("working_seconds", "elapsed_seconds")
Shares = tuple[float, ...]
TWO, FOUR = (0.5, 0.9), (0.5, 0.9, 0.95, 0.99)
ANSWERED = "working_seconds IS NOT NULL"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--report", help=argparse.SUPPRESS)
    parser.add_argument("--brief", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.report:
        time_reports(options.report, options.rounds, options.brief)
        return
    if options.only != "postgresql":
        with tempfile.TemporaryDirectory(prefix="triage-bench-") as folder:
            url = f"sqlite:///{folder}/triage.db"
            upgrade(url)
            measure("SQLite", url, options.rows, options.rounds, raw_sqlite)
    if options.only != "sqlite":
        with own_postgres() as url:
            measure("PostgreSQL", url, options.rows, options.rounds, raw_postgres)


def measure(name: str, url: str, rows: int, rounds: int, raw: Callable[[Engine, str, str, Shares], None]) -> None:
    engine = connect(url)
    seed(engine, rows)
    if name == "SQLite":
        index(engine)
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    questions = [(by, measure) for by in GROUPS for measure in MEASURES]

    def raw_all() -> None:
        for by, measure in questions:
            raw(engine, by, measure, TWO)

    def raw_one() -> None:
        raw(engine, "kind", MEASURES[0], FOUR)

    ones, raws = ([timed(ask) for _ in range(rounds)] for ask in (raw_one, raw_all))
    engine.dispose()
    cold = in_a_fresh_process(url, rounds)  # packs the months too
    whole = in_a_fresh_process(url, rounds)
    brief = in_a_fresh_process(url, rounds, "--brief")
    ones += [timed(raw_one) for _ in range(rounds)]
    raws += [timed(raw_all) for _ in range(rounds)]
    same, one, warm, quick = (statistics.median(each) for each in (raws, ones, whole["next"], brief["next"]))
    print(f"{name}, {rows:,} responses")
    print(f"  raw SQL, same groups         {same:6.2f} s")
    print(f"  raw SQL, one question        {one:6.2f} s")
    print(f"  whole report                 {warm:6.2f} s   {warm / same:.2f} of the same groups (bar {BAR})")
    print(f"                                          {warm / one:.2f} of the one question")
    print(f"    in a new process           {whole['first'][0]:6.2f} s")
    print(f"    cold, nothing packed       {cold['first'][0]:6.2f} s   packing, once {cold['pack'][0]:.1f} s")
    print(f"    highest memory             {max(cold['memory'] + whole['memory']):6.0f} MB")
    print(f"  brief report, by kind        {quick:6.2f} s   {quick / one:.2f} of the one question (bar {BAR})")
    print(f"    in a new process           {brief['first'][0]:6.2f} s")
    print(f"    highest memory             {brief['memory'][0]:6.0f} MB", flush=True)


def index(engine: Engine) -> None:
    """What raw SQL needs on SQLite to be quick."""
    with engine.begin() as connection:
        for number, by in enumerate(("kind", *GROUPS)):
            for measure in MEASURES:
                columns = ", ".join(filter(None, (by.replace("week", WEEK["sqlite"]), measure)))
                name = f"raw_{number}_{measure}"
                connection.execute(text(f"CREATE INDEX {name} ON response ({columns}) WHERE {ANSWERED}"))


def in_a_fresh_process(url: str, rounds: int, *options: str) -> dict[str, list[float]]:
    """What `time_reports` prints there."""
    command = [sys.executable, "-m", "benchmarks.audit_report", "--rounds", str(rounds), "--report", url, *options]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return {key: [*map(float, found)] for key, *found in map(str.split, told.splitlines())}


def time_reports(url: str, rounds: int, brief: bool) -> None:
    """Run by `in_a_fresh_process`: prints the seconds of the first report, of packing, and of further reports."""
    from triage.app import App
    from triage.audit.report import Dimension
    from triage.config import default_settings

    class Clock:
        def now(self) -> datetime:
            return NOW

    with tempfile.TemporaryDirectory() as folder:
        plain = default_settings()
        database = plain.database.model_copy(update={"url": url, "audit_key_file": Path(folder, "key")})
        app = App(plain.model_copy(update={"database": database}), Clock())

        def report() -> None:
            ask = app.reporting
            made = ask.brief([Dimension.KIND]) if brief else ask.response_times([Dimension.KIND, Dimension.TIER])
            assert made.total.due > 0

        print("first", timed(report))
        print("pack", timed(app.upkeep.pack_responses))
        print("next", *(timed(report) for _ in range(rounds)))
        print("memory", highest_memory())
        app.store.close()


def highest_memory() -> float:
    """MB that this program had at most. `ru_maxrss` would count the process that started it too."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)[1]) / 1024  # type: ignore[index]


def timed(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def raw_sqlite(engine: Engine, by: str, measure: str, shares: Shares) -> None:
    by = by.replace("week", WEEK["sqlite"])
    keys = by.split(", ") if by and "(" not in by else [by] * bool(by)
    group = f"GROUP BY {by}" if by else ""
    chosen = " AND ".join([ANSWERED, *(f"{key} = :key{place}" for place, key in enumerate(keys))])
    counts = (  # the words are constants of this file
        f"SELECT count(*), avg({measure}) {''.join(f', {key}' for key in keys)} FROM response WHERE {ANSWERED} {group}"  # noqa: S608
    )
    rank = text(f"SELECT {measure} FROM response WHERE {chosen} ORDER BY {measure} LIMIT 2 OFFSET :below")  # noqa: S608
    with engine.connect() as connection:
        for number, _, *key in connection.execute(text(counts)).all():
            words = {f"key{place}": word for place, word in enumerate(key)}
            for share in shares:
                assert connection.execute(rank, {"below": int((number - 1) * share), **words}).all()


def raw_postgres(engine: Engine, by: str, measure: str, shares: Shares) -> None:
    by = by.replace("week", WEEK["postgresql"])
    group = f"GROUP BY {by}" if by else ""
    ranks = f"percentile_cont(ARRAY{[*shares]}) WITHIN GROUP (ORDER BY {measure})"
    asked = f"SELECT count(*), avg({measure}), {ranks} FROM response WHERE {ANSWERED} {group}"  # noqa: S608
    with engine.connect() as connection:
        assert connection.execute(text(asked)).all()


def seed(engine: Engine, rows: int) -> None:
    """Three years of mails of buyers; one in fourteen waits. Messages and conversations are as few as keys allow."""
    chance = random.Random(20260302)  # noqa: S311
    open_mailboxes(engine)
    for mails in arrivals(rows):
        store(engine, mails, [response(number, at, chance) for number, at in mails])


def open_mailboxes(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(insert(AccountRow), [{"id": name, "address": f"{name}@shop.example"} for name in ACCOUNTS])
        connection.execute(
            insert(FolderRow), {"id": 1, "account_id": "sales", "name": "INBOX", "role": FolderRole.INBOX}
        )


def arrivals(rows: int) -> Iterator[list[tuple[int, datetime]]]:
    """Numbers and instants, a batch at a time, over three years."""
    step = timedelta(days=3 * 365) / rows
    began = NOW - timedelta(days=3 * 365)
    for first in range(1, rows + 1, BATCH):
        yield [(number, began + step * number) for number in range(first, min(first + BATCH, rows + 1))]


ACCOUNTS = ("sales", "export")


def store(engine: Engine, mails: list[tuple[int, datetime]], responses: list[dict[str, Any]]) -> None:
    conversations = [
        {"id": number, "account_id": "sales", "subject": "", "last_message_at": at, "version": 1}
        for number, at in mails
    ]
    messages = [
        {
            "id": number,
            "account_id": "sales",
            "folder_id": 1,
            "direction": Direction.IN,
            "uidvalidity": 1,
            "uid": number,
            "size": 1,
            "received_at": at,
            "status": MessageStatus.PROCESSED,
        }
        for number, at in mails
    ]
    with engine.begin() as connection:
        connection.execute(insert(ConversationRow), conversations)
        connection.execute(insert(MessageRow), messages)
        connection.execute(insert(ResponseRow), responses)


def response(number: int, at: datetime, chance: random.Random) -> dict[str, Any]:
    working = chance.expovariate(1 / 9_000)
    answered = chance.random() < 13 / 14
    drafted = answered and chance.random() < 0.8
    sent = at + timedelta(seconds=3 * working)
    return {
        "id": number,
        "message_id": number,
        "conversation_id": max(1, number - chance.randrange(3)),
        "account_id": chance.choice(ACCOUNTS),
        "first": chance.random() < 0.6,
        "received_at": at,
        "kind": chance.choice([kind for kind in Kind if kind.is_buyer]),
        "tier": chance.choice([Tier.A, Tier.B, Tier.C]),
        "country": chance.choice(COUNTRIES),
        "target_seconds": chance.choice((7_200.0, 14_400.0, 28_800.0)),
        "answered_at": sent if answered else None,
        "via": (Via.TOOL if drafted else Via.ELSEWHERE) if answered else None,
        "person": chance.choice(PEOPLE) if answered else "",
        "elapsed_seconds": 3 * working if answered else None,
        "working_seconds": working if answered else None,
        "proposed_at": at + timedelta(seconds=5) if drafted else None,
        "approved_at": at + timedelta(seconds=2.9 * working) if drafted else None,
        "edited_share": chance.choice((0.0, 0.0, 0.1, 0.4)) if drafted else None,
    }


@contextmanager
def own_postgres() -> Iterator[str]:
    from tests.harness.postgres import postgres

    servers = postgres.__wrapped__()  # type: ignore[attr-defined]
    try:
        yield next(servers).database()
    finally:
        servers.close()


if __name__ == "__main__":
    main()
