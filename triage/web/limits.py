"""How often a person may ask for what costs the database much: searches and exports (S10)."""

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from triage.vocabulary.people import Person

SEARCHES, EXPORTS = RateLimitItemPerMinute(60), RateLimitItemPerMinute(20)


class TooOften(Exception):
    """The person has to wait a minute."""


class Limits:
    """Counted by person, whatever address or header a request comes with."""

    def __init__(self) -> None:
        self._window = MovingWindowRateLimiter(MemoryStorage())

    def count(self, limit: RateLimitItemPerMinute, what: str, person: Person) -> None:
        """Raises TooOften."""
        if not self._window.hit(limit, what, str(person.id)):
            raise TooOften
