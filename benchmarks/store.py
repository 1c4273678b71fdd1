"""What storing costs: mails/s into SQLite and PostgreSQL, and the frequent questions at many rows.

    python -m benchmarks.store [--mails 2000] [--rounds 3] [--rows 100000] [--postgres URL]

Three ways of storing the same mails, in turns in one run: the plain way as the peer (ORM objects, one commit for each
mail), ours in batches of 100, and ours with all that the pipeline keeps of a mail (conversation, card, assessment,
draft, clock, audit event). `--postgres` names an empty database with this version's tables.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from sqlalchemy import create_engine, func, insert, select
from sqlalchemy.orm import Session

from tests.unit.store import filling
from triage.audit.log import sealer
from triage.store import SqlStore, upgrade
from triage.store.engine import connect
from triage.store.tables import DraftRevisionRow, DraftRow, FolderRow, MessageRow, RawMessageRow, ResponseRow
from triage.vocabulary.inquiry import FactName, Kind, Tier
from triage.vocabulary.records import FolderRole, NewMessage, NewResponse
from triage.vocabulary.states import Direction, DraftStatus, MessageStatus, SentCopyStatus

BATCH = 100
START = datetime(2026, 3, 2, tzinfo=UTC)
WORDS = ["price", "sample", "chair", "table", "delivery", "quantity", "container", "certificate", "carton", "drawing"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--postgres", help="URL of an empty database of this version")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/store.db"
        upgrade(url)
        for name, target in (("SQLite", url), ("PostgreSQL", options.postgres)):
            if target:
                print(f"{name}, mails/s, median of {options.rounds} rounds of {options.mails}")
                compare(target, options.mails, options.rounds)
                questions(target, options.rows)
        print(f"file: {Path(folder, 'store.db').stat().st_size / 1e6:.0f} MB")


def raw_mail(number: int) -> bytes:
    """About 8 KB, the mean of real mail."""
    body = " ".join(WORDS[(number + step) % len(WORDS)] for step in range(1_000))
    return f"Subject: mail {number}\r\nMessage-ID: <{number}@shop.example>\r\n\r\n{body}\r\n".encode()


def compare(url: str, mails: int, rounds: int) -> None:
    store = SqlStore(url, sealer(b"benchmark"))
    ways: dict[str, Callable[[int, Sequence[bytes]], None]] = {
        "ORM, one commit a mail (peer)": lambda uid, raws: orm_one_by_one(url, uid, raws),
        "messages.add, batches of 100": lambda uid, raws: add_in_batches(store, uid, raws),
        "all that the pipeline keeps, batches of 100": lambda uid, raws: keep_all(store, uid, raws),
    }
    rates: dict[str, list[float]] = {name: [] for name in ways}
    uid = 1
    with store.begin() as uow:
        filling.inbox(uow)
        uow.commit()
    for _ in range(rounds):
        for name, store_mails in ways.items():
            raws = [raw_mail(number) for number in range(uid, uid + mails)]
            began = time.perf_counter()
            store_mails(uid, raws)
            rates[name].append(mails / (time.perf_counter() - began))
            uid += mails
    peer = statistics.median(rates["ORM, one commit a mail (peer)"])
    for name, measured in rates.items():
        rate = statistics.median(measured)
        print(f"  {name:45} {rate:8,.0f}  {rate / peer:5.1f} x")
    store.close()


def orm_one_by_one(url: str, uid: int, raws: Sequence[bytes]) -> None:
    engine = connect(url)
    with Session(engine) as session:
        folder = session.scalars(select(FolderRow)).one()
        folder_id, account_id = folder.id, folder.account_id
        for number, raw in enumerate(raws, uid):
            digest = sha256(raw).hexdigest()
            session.add(RawMessageRow(sha256=digest, size=len(raw), data=raw))
            session.flush()
            session.add(
                MessageRow(
                    account_id=account_id,
                    folder_id=folder_id,
                    direction=Direction.IN,
                    uidvalidity=1,
                    uid=number,
                    sha256=digest,
                    size=len(raw),
                    received_at=START,
                    status=MessageStatus.STORED,
                )
            )
            session.commit()
    engine.dispose()


def batches(uid: int, raws: Sequence[bytes], folder_id: int) -> Sequence[Sequence[NewMessage]]:
    new = [
        NewMessage(folder_id, 1, number, START + timedelta(seconds=number), raw, len(raw))
        for number, raw in enumerate(raws, uid)
    ]
    return [new[place : place + BATCH] for place in range(0, len(new), BATCH)]


def add_in_batches(store: SqlStore, uid: int, raws: Sequence[bytes]) -> None:
    with store.begin() as uow:
        folder_id = uow.accounts.folder(filling.ACCOUNT, "INBOX", FolderRole.INBOX).id
        for batch in batches(uid, raws, folder_id):
            uow.messages.add(batch)
            uow.commit()


def keep_all(store: SqlStore, uid: int, raws: Sequence[bytes]) -> None:
    with store.begin() as uow:
        folder_id = uow.accounts.folder(filling.ACCOUNT, "INBOX", FolderRole.INBOX).id
        for batch in batches(uid, raws, folder_id):
            ids = uow.messages.add(batch)
            uow.commit()
            for message_id, new in zip(ids, batch, strict=True):
                keep(uow, message_id, new.uid, new.received_at)
            uow.commit()


def keep(uow: object, message_id: int, number: int, at: datetime) -> None:
    """As `triage.placing` does it for a buyer's first mail."""
    from triage.store import SqlUnitOfWork

    assert isinstance(uow, SqlUnitOfWork)
    outcome = filling.processed(number)
    uow.messages.by_rfc_ids(outcome.mail.references)
    address = f"buyer-{number}@shop.example"
    customer_id = uow.customers.remember(address, "Ana", "CL", {FactName.QUANTITY: "500"}, at)
    conversation_id = uow.conversations.create(filling.ACCOUNT, outcome.mail.subject, customer_id, at)
    uow.conversations.history(conversation_id, at)
    uow.messages.save_processed(message_id, outcome, conversation_id)
    uow.conversations.join(conversation_id, at)
    draft_id = uow.drafts.add(filling.new_draft(message_id, conversation_id, number), at)
    uow.responses.open(
        NewResponse(message_id, conversation_id, filling.ACCOUNT, True, at, Kind.RFQ, Tier.A, "CL", 7200)
    )
    uow.audit.append(at, "daemon", "draft.proposed", f"draft:{draft_id}", {"message": str(message_id)})


def questions(url: str, rows: int) -> None:
    """Fill up to `rows` messages with drafts, then time what people and the daemon ask most."""
    fill(url, rows)
    store = SqlStore(url, sealer(b"benchmark"))
    now = START + timedelta(days=3650)
    asked: dict[str, Callable[[], object]] = {}
    with store.begin(write=False) as uow:
        in_review = [DraftStatus.PROPOSED, DraftStatus.HELD, DraftStatus.REFUSED]
        total = sum(uow.messages.counts().values())
        asked["review queue, first 50"] = lambda: uow.drafts.queue(in_review, 50)
        asked["review queue, 50 after 5,000"] = lambda: uow.drafts.queue(in_review, 50, 5_000)
        asked["messages by state"] = uow.messages.counts
        asked["drafts by state"] = uow.drafts.counts
        asked["letters due"] = lambda: uow.drafts.due(now, 100)
        asked["messages waiting"] = lambda: uow.messages.waiting(now, 100)
        asked["history of a conversation"] = lambda: uow.conversations.history(2, now)
        asked["by Message-ID"] = lambda: uow.messages.by_rfc_ids(["<mail-7@importadora.example>"])
        asked["all responses, streamed"] = lambda: sum(1 for _ in uow.responses.between(None, None))
        print(f"  at {total:,} messages, ms, median of 7")
        for name, ask in asked.items():
            print(f"  {name:45} {statistics.median(timed(ask) for _ in range(7)):8.2f}")
    store.close()


def timed(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000


def fill(url: str, rows: int) -> None:
    engine = create_engine(connect(url).url)
    with engine.begin() as connection:
        present = connection.execute(select(func.max(MessageRow.id))).scalar() or 0
        sample = connection.execute(select(MessageRow).limit(1)).mappings().one()
        letter = connection.execute(select(DraftRevisionRow.letter).limit(1)).scalar_one()
        conversation_id = connection.execute(select(DraftRow.conversation_id).limit(1)).scalar_one()
        for first in range(present + 1, rows + 1, 5_000):
            ids = range(first, min(first + 5_000, rows + 1))
            connection.execute(insert(MessageRow), [message(sample, key) for key in ids])
            connection.execute(insert(DraftRow), [draft(key, conversation_id) for key in ids])
            connection.execute(insert(DraftRevisionRow), [revision(key, letter) for key in ids])
            connection.execute(insert(ResponseRow), [response(key, conversation_id) for key in ids])
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("ANALYZE")
    engine.dispose()


def at(key: int) -> datetime:
    return START + timedelta(seconds=key)


def message(sample: object, key: int) -> dict[str, object]:
    copy = dict(sample)  # type: ignore[call-overload]
    return copy | {
        "id": key,
        "uid": 10_000_000 + key,
        "received_at": at(key),
        "status": MessageStatus.PROCESSED,
        "priority": key * 7919 % 1000 / 10,
        "rfc_message_id": f"<filled-{key}@shop.example>",
    }


def draft(key: int, conversation_id: int) -> dict[str, object]:
    return {
        "id": key,
        "message_id": key,
        "conversation_id": conversation_id,
        "account_id": filling.ACCOUNT,
        "revision": 1,
        "status": DraftStatus.SENT if key % 10 == 0 else DraftStatus.PROPOSED,
        "priority": key * 7919 % 1000 / 10,
        "received_at": at(key),
        "rfc_message_id": f"<filled-draft-{key}@muster.example>",
        "references": (),
        "content_hash": "h",
        "conversation_version": 0,
        "created_at": at(key),
        "changed_at": at(key),
        "sent_copy": SentCopyStatus.FILED,
    }


def revision(key: int, letter: object) -> dict[str, object]:
    return {"draft_id": key, "revision": 1, "letter": letter, "content_hash": "h", "by": "", "at": at(key)}


def response(key: int, conversation_id: int) -> dict[str, object]:
    return {
        "message_id": key,
        "conversation_id": conversation_id,
        "account_id": filling.ACCOUNT,
        "first": True,
        "received_at": at(key),
        "kind": Kind.RFQ,
        "tier": Tier.A,
        "target_seconds": 7200.0,
        "answered_at": at(key + 3600),
        "elapsed_seconds": 3600.0,
        "working_seconds": 1800.0,
    }


if __name__ == "__main__":
    main()
