"""How long the review page takes, in the server and as a whole, at few and at many mails.

    python -m benchmarks.review_page [--rows 10000 1000000] [--rounds 40] [--only sqlite|postgresql]

Filled rows: one mail in its own conversation each; one in a hundred waits for review, the others were sent. The same
process answers the same pages at each size, on SQLite and on a PostgreSQL of its own. The bars: 20 ms in the server
and 150 ms for a whole page (95th percentiles) at a million mails, and 1.5 times the time at ten thousand (medians).
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from fastapi.testclient import TestClient
from sqlalchemy import create_engine, func, insert, select, text

from benchmarks.audit_report import own_postgres
from benchmarks.store import at, draft, message, response, revision
from tests.harness.desks import CONFIG
from tests.unit.store import filling
from triage.app import App
from triage.config import load
from triage.store.engine import connect
from triage.store.tables import ConversationRow, DraftRevisionRow, DraftRow, MessageRow, ResponseRow
from triage.vocabulary.states import DraftStatus
from triage.vocabulary.worklist import Filter, Tab
from triage.web.app import create

STEP = 5_000
IN_REVIEW = 100
"""One mail of so many waits for a person."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.only != "postgresql":
            measure(Path(folder), f"sqlite:///{folder}/page.db", options.rows, options.rounds)
        if options.only != "sqlite":
            with own_postgres() as url:
                measure(Path(folder), url, options.rows, options.rounds)


def measure(folder: Path, url: str, sizes: Sequence[int], rounds: int) -> None:
    print(url.partition(":")[0], "- median and 95th percentile in ms; median beside the first size's", flush=True)
    app = application(folder, url)
    smallest: dict[str, float] = {}
    for rows in sizes:
        fill(url, rows)
        print(f"  at {rows:,} mails", flush=True)
        for name, ask in questions(app).items():
            ask()
            times = sorted(timed(ask) for _ in range(rounds))
            median, p95 = statistics.median(times), times[min(int(rounds * 0.95), rounds - 1)]
            ratio = median / smallest.setdefault(name, median)
            print(f"    {name:42} {median:8.1f} {p95:8.1f} {ratio:8.2f}", flush=True)
    app.store.close()


def application(folder: Path, url: str) -> App:
    path = folder / "config.toml"
    page = "[web]\nport = 0\nlogin = false\n"
    path.write_text(f'{CONFIG}{page}[database]\nurl = "{url}"\naudit_key_file = "{url[:6]}.key"\n', encoding="utf-8")
    app = App(load(path))
    app.upgrade()
    with app.store.begin() as uow:
        filling.put_draft(uow)
        uow.commit()
    return app


def questions(app: App) -> dict[str, Callable[[], object]]:
    page = TestClient(create(app), base_url="http://127.0.0.1")
    middle = app.viewing.page(Tab.REVIEW, Filter(), limit=60).next
    return {
        "server: first page of the queue": lambda: app.viewing.page(Tab.REVIEW, Filter()),
        "server: a later page": lambda: app.viewing.page(Tab.REVIEW, Filter(), middle),
        "server: waiting on the buyer": lambda: app.viewing.page(Tab.WAITING, Filter()),
        "server: numbers of all lists": lambda: app.viewing.counts(None),
        "server: search, a rare word": lambda: app.viewing.page(Tab.ALL, Filter(search="zirconium")),
        "server: search, a word of every mail": lambda: app.viewing.page(Tab.ALL, Filter(search="delivery")),
        "whole page with mail and letter": lambda: page.get("/review").raise_for_status(),
        "whole page: waiting on the buyer": lambda: page.get("/review?tab=waiting").raise_for_status(),
        "whole page: all mail": lambda: page.get("/review?tab=all").raise_for_status(),
        "whole page: a search": lambda: page.get("/review?tab=all&q=zirconium").raise_for_status(),
        "whole page: health": lambda: page.get("/health").raise_for_status(),
    }


def timed(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000


def fill(url: str, rows: int) -> None:
    engine = create_engine(connect(url).url)
    insert_words = {
        "sqlite": "INSERT INTO search (rowid, mail, letter) VALUES (:id, :mail, '')",
        "postgresql": "INSERT INTO search (message_id, mail, letter) VALUES (:id, to_tsvector('simple', :mail), '')",
    }[engine.dialect.name]
    with engine.begin() as connection:
        present = connection.execute(select(func.max(MessageRow.id))).scalar() or 0
        sample = connection.execute(select(MessageRow).limit(1)).mappings().one()
        letter = connection.execute(select(DraftRevisionRow.letter).limit(1)).scalar_one()
        content = connection.execute(text("SELECT mail, screening FROM message_content LIMIT 1")).one()
        for first in range(present + 1, rows + 1, STEP):
            ids = range(first, min(first + STEP, rows + 1))
            connection.execute(insert(ConversationRow), [conversation(key) for key in ids])
            connection.execute(insert(MessageRow), [{**message(sample, key), "conversation_id": key} for key in ids])
            stored = "INSERT INTO message_content (message_id, mail, screening) VALUES (:id, :mail, :screening)"
            connection.execute(text(stored), [{"id": key, "mail": content[0], "screening": content[1]} for key in ids])
            words = [{"id": key, "mail": f"please quote delivery to port {key % 997} model {key}"} for key in ids]
            connection.execute(text(insert_words), words)
            connection.execute(insert(DraftRow), [with_status(key) for key in ids])
            connection.execute(insert(DraftRevisionRow), [revision(key, letter) for key in ids])
            connection.execute(insert(ResponseRow), [response(key, key) for key in ids])
        connection.exec_driver_sql("ANALYZE")
    engine.dispose()


def conversation(key: int) -> dict[str, object]:
    return {
        "id": key,
        "account_id": filling.ACCOUNT,
        "subject": f"mail {key}",
        "version": 0,
        "last_message_at": at(key),
    }


def with_status(key: int) -> dict[str, object]:
    waits = key % IN_REVIEW == 0
    status = {"status": DraftStatus.PROPOSED} if waits else {"status": DraftStatus.SENT, "sent_at": at(key)}
    return {"sent_at": None, **draft(key, key), **status}


if __name__ == "__main__":
    main()
