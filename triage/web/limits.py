"""How often a person or a program may ask at all, and for what costs the database much: searches and exports (S10)."""

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from triage.vocabulary.people import Person

SEARCHES, EXPORTS = RateLimitItemPerMinute(60), RateLimitItemPerMinute(20)


class TooOften(Exception):
    """Whoever asks has to wait `seconds`."""

    seconds = 60


class Limits:
    """The page's and the API's, counted by who asks, whatever address or header a request comes with."""

    def __init__(self, requests_per_minute: int) -> None:
        self._requests = RateLimitItemPerMinute(requests_per_minute)
        self._window = MovingWindowRateLimiter(MemoryStorage())

    def search(self, person: Person) -> None:
        """Raises TooOften."""
        self._count(SEARCHES, "search", str(person.id))

    def export(self, person: Person) -> None:
        """Raises TooOften."""
        self._count(EXPORTS, "export", str(person.id))

    def request(self, caller: str) -> None:
        """Any request of the API, by its token or person. Raises TooOften."""
        self._count(self._requests, "request", caller)

    def _count(self, limit: RateLimitItemPerMinute, what: str, who: str) -> None:
        if not self._window.hit(limit, what, who):
            raise TooOften
