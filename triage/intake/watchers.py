"""The threads that watch the accounts: one each, so that one account's fault never delays another (I3)."""

import threading
import time
from collections.abc import Callable

import structlog

from triage.intake.poll import Intake

log = structlog.get_logger()


class Watchers:
    """Keeps one watching thread an account, until told to stop. `intake_of` gives the intake of an account."""

    def __init__(self, intake_of: Callable[[str], Intake]) -> None:
        self._intake_of = intake_of
        self._stop = threading.Event()
        self._threads: dict[str, threading.Thread] = {}

    def keep(self, account_id: str, on_new: Callable[[], None]) -> None:
        """Start the account's watcher unless it is alive. `on_new` is called after each look that brought mail."""
        thread = self._threads.get(account_id)
        if self._stop.is_set() or (thread is not None and thread.is_alive()):
            return
        if thread is not None:
            log.error("watcher died, starting anew", account=account_id)
        thread = threading.Thread(
            target=self._watch, args=[account_id, on_new], name=f"watch-{account_id}", daemon=True
        )
        self._threads[account_id] = thread
        thread.start()

    def stop(self, timeout: float) -> None:
        """Tell all to stop, and wait at most `timeout` seconds for them together."""
        self._stop.set()
        deadline = time.monotonic() + timeout
        for thread in list(self._threads.values()):
            thread.join(max(0.0, deadline - time.monotonic()))

    def _watch(self, account_id: str, on_new: Callable[[], None]) -> None:
        try:
            self._intake_of(account_id).watch(self._stop, on_new)
        except Exception:
            log.exception("watcher failed", account=account_id)
