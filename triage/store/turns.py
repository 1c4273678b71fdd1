"""Writers of one process take turns."""

from threading import Lock


class Turns:
    """A lock that whoever has just had it can't take again before those who wait.

    SQLite's own waiting is a matter of luck: it looks again after a pause, and a busy writer that comes straight back
    kept others waiting for seconds.
    """

    def __init__(self) -> None:
        self._first_in_line, self._held = Lock(), Lock()

    def take(self, timeout: float) -> bool:
        """False when `timeout` seconds passed."""
        if not self._first_in_line.acquire(timeout=timeout):
            return False
        try:
            return self._held.acquire(timeout=timeout)
        finally:
            self._first_in_line.release()

    def give_back(self) -> None:
        self._held.release()
