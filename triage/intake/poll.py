"""The intake of one account: single polls, and a watch that lives as long as the daemon."""

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from triage.errors import LoginRefused, TriageError
from triage.intake.folder_reader import FolderReader, Look
from triage.intake.folders import find_sent
from triage.intake.imap import Mailbox
from triage.intake.standing import Standing
from triage.vocabulary.ports import Clock, Store
from triage.vocabulary.records import FolderRole
from triage.vocabulary.servers import Credentials, MailboxPlan, Server

log = structlog.get_logger()

CYCLE = 60.0
"""Seconds of one IDLE. Short, because the Sent folder is looked at between two of them, so that an answer from a
colleague's phone is noticed soon (F30), and because a link that died silently shows itself at the end of one (F03)."""
HELD_CHECK = 30.0
"""Seconds between two looks at whether a stop or a throttle is over."""


@dataclass(frozen=True, slots=True)
class PollResult:
    """`stored` mails are new and safe; `listed` ones could not be fetched; `held` says why nothing was tried, if so."""

    stored: int = 0
    listed: int = 0
    held: str = ""


def jittered(failures: int, error: TriageError) -> float:
    """Seconds to wait after so many failures in a row: doubling from 1 s to 5 minutes, spread by half. A refused login
    waits a minute at least, because some providers refuse good passwords while they are ill (F19)."""
    seconds = min(300.0, 2.0 ** (failures - 1)) * random.uniform(0.5, 1.5)  # noqa: S311 (no secret)
    return max(60.0, seconds) if isinstance(error, LoginRefused) else seconds


class Intake:
    """Reads INBOX and Sent of one account into the store. `poll` and `watch` hold one connection at a time."""

    def __init__(
        self,
        plan: MailboxPlan,
        server: Server,
        credentials: Credentials,
        store: Store,
        clock: Clock,
        *,
        may_store: Callable[[], bool] = lambda: True,
        unnoted: Callable[[str], None] = lambda words: None,
        pause: Callable[[int, TriageError], float] = jittered,
    ) -> None:
        self._plan, self._server, self._credentials, self._store, self._clock = plan, server, credentials, store, clock
        self._pause = pause
        self._standing = Standing(plan, credentials, store, clock, unnoted)
        self._reader = FolderReader(plan, store, clock, may_store)

    def poll(self) -> PollResult:
        """One look at each folder. What goes wrong is counted and raised: MailboxError, ConfigError, StoreError."""
        if held := self._standing.held_because():
            return PollResult(held=held)
        try:
            with self._open() as mailbox:
                look = self._look(mailbox, self._sent(mailbox))
        except TriageError as error:
            self._standing.failed(error)
            raise
        return PollResult(look.stored, look.listed)

    def watch(self, stop: threading.Event, on_new: Callable[[], None]) -> None:
        """Keep reading until `stop` is set, and return within two seconds then. `on_new` is called after each look
        that brought mail. Faults are noted, and tried again after a pause that grows."""
        failures = 0
        while not stop.is_set():
            try:
                if self._standing.held_because():
                    stop.wait(HELD_CHECK)
                    continue
                with self._open() as mailbox:
                    sent = self._sent(mailbox)
                    while not stop.is_set():
                        if self._look(mailbox, sent) != Look():
                            on_new()
                        failures = 0
                        self._await_news(mailbox, stop)
            except TriageError as error:
                if not stop.is_set():
                    failures += 1
                    self._standing.failed(error)
                    stop.wait(self._pause(failures, error))

    def resume(self, why: str) -> None:
        """A person says that a stopped account, and its stopped folders, are to be read again. Such a folder is taken
        as one seen for the first time."""
        self._standing.resume(why)
        with self._store.begin() as uow:
            for folder in uow.accounts.folders(self._plan.account_id):
                if folder.stopped_reason:
                    uow.accounts.save_folder(replace(folder, uidvalidity=None, last_uid=0, gaps=(), stopped_reason=""))
                    uow.alerts.clear(f"account:{self._plan.account_id}:folder:{folder.name}", self._clock.now())
            uow.commit()

    def _open(self) -> Mailbox:
        return Mailbox.open(self._server, self._credentials, max_literal=self._plan.max_size + 1_000_000)

    def _sent(self, mailbox: Mailbox) -> str | None:
        name = self._plan.sent or find_sent(mailbox.folders())
        key, now = f"account:{self._plan.account_id}:sent", self._clock.now()
        with self._store.begin() as uow:
            if name is None:
                text = f"{self._plan.address} shows no folder of sent letters: answers from elsewhere go unnoticed."
                uow.alerts.raise_(key, f"{text} Name it with `sent` in the configuration.", now)
            else:
                uow.alerts.clear(key, now)
            uow.commit()
        return name

    def _look(self, mailbox: Mailbox, sent: str | None) -> Look:
        """INBOX comes last: it stays open, and what arrived meanwhile is announced by IDLE."""
        look = self._reader.look(mailbox, sent, FolderRole.SENT) if sent else Look()
        look += self._reader.look(mailbox, self._plan.inbox, FolderRole.INBOX)
        self._standing.round_trip()
        return look

    def _await_news(self, mailbox: Mailbox, stop: threading.Event) -> None:
        if self._plan.idle and mailbox.offers("IDLE"):
            mailbox.idle(min(self._plan.poll_seconds, CYCLE), stop)
        elif not stop.wait(self._plan.poll_seconds):
            mailbox.noop()
