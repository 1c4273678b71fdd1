"""When to try: how often an account may send, and how long to wait after a refusal for now."""

import threading
from collections import defaultdict, deque
from datetime import datetime, timedelta

GAPS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 120, 240))
"""Waits after the first, second, ... try that came to nothing; the last one repeats."""
TRY_FOR = timedelta(hours=48)
"""After that from the first try on, a person decides (F25, I8)."""
WINDOW = timedelta(minutes=1)


def gap(tries: int, chance: float) -> timedelta:
    """How long to wait after that many tries (1 or more). `chance` (0-1) spreads the wait by a fifth to either side."""
    return GAPS[min(tries, len(GAPS)) - 1] * (0.8 + 0.4 * chance)


class Pace:
    """At most so many letters of an account in any minute (F29). Safe to share between threads."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._taken: dict[str, deque[datetime]] = defaultdict(deque)
        self._lock = threading.Lock()

    def take(self, account_id: str, now: datetime) -> bool:
        """True, and counted, when a letter may leave now."""
        with self._lock:
            taken = self._taken[account_id]
            while taken and now - taken[0] >= WINDOW:
                taken.popleft()
            if len(taken) >= self._per_minute:
                return False
            taken.append(now)
            return True
