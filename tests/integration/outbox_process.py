"""A process that sends and dies at a named point: `python -m tests.integration.outbox_process POINT DATABASE ...`."""

import json
import os
import smtplib
import sys
from collections.abc import Callable
from typing import NoReturn

from tests.harness.stores import AUDIT_KEY
from triage.audit.log import sealer
from triage.clock import SystemClock
from triage.outbox.dispatch import Dispatcher
from triage.outbox.smtp import Sender
from triage.store import SqlStore
from triage.vocabulary.ports import SentFolder, UnitOfWork
from triage.vocabulary.records import Delivery, DraftRecord, Outgoing
from triage.vocabulary.servers import Security, SendingPlan, Server

PLAN = SendingPlan("sales", "Li Wei", "sales@seller.example", answer_timeout=10.0)


def die() -> NoReturn:
    """As SIGKILL: no handler, no finally, no flush."""
    os._exit(9)


class Dying:
    """A real `Sender` whose process dies at one of the kill points of the failure catalogue."""

    def __init__(self, point: str, sender: Sender) -> None:
        self._point = point
        self._sender = sender

    def credentials_digest(self) -> str:
        return self._sender.credentials_digest()

    def deliver(self, outgoing: Outgoing, mark: Callable[[], None]) -> Delivery:
        def marked() -> None:
            if self._point == "K10 recipients named":
                die()
            mark()
            if self._point == "K11 marked":
                die()
            if self._point in {"K12 in mid-body", "K13 dot sent"}:
                smtplib.SMTP.send = send_and_die  # type: ignore[method-assign,assignment]

        def send_and_die(client: smtplib.SMTP, body: bytes) -> None:
            assert client.sock is not None
            client.sock.sendall(body[: len(body) // 2] if self._point == "K12 in mid-body" else body)
            die()

        if self._point == "K09 claimed":
            die()
        result = self._sender.deliver(outgoing, marked)
        if self._point == "K14 answered":
            die()
        return result


def dispatcher(database: str, port: int, point: str = "") -> tuple[Dispatcher, SqlStore]:
    """As the application wires it, save that nothing but sending happens."""

    def no_folder(account_id: str) -> SentFolder:
        raise AssertionError("sending looks at no folder")

    def nothing(uow: UnitOfWork, draft: DraftRecord, at: object) -> None:
        """No response times here."""

    sender = Sender(Server("127.0.0.1", port, Security.NONE), PLAN, None)
    store = SqlStore(database, sealer(AUDIT_KEY))
    made = Dispatcher(
        store,
        SystemClock(),
        sender_for=lambda _: Dying(point, sender),
        plan_for=lambda _: PLAN,
        folder_for=no_folder,
        on_sent=nothing,
        per_minute=1000,
    )
    return made, store


def main(point: str, database: str, port: str, drafts: str) -> None:
    made, _ = dispatcher(database, int(port), point)
    if point != "race":
        made.recover()
    for draft_id in json.loads(drafts):
        made.dispatch(draft_id)
    if point == "K15 sent":
        die()


if __name__ == "__main__":
    main(*sys.argv[1:])
