"""The phrases found in one text, by table, quick to look up by place."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable

from triage.reading.phrases import Hit


class Marks:
    """Hits grouped by table and ordered by start."""

    def __init__(self, hits: Iterable[Hit]) -> None:
        self._tables: dict[str, list[Hit]] = defaultdict(list)
        for hit in hits:
            self._tables[hit.table].append(hit)
        self._starts = {table: [hit.start for hit in found] for table, found in self._tables.items()}

    def all(self, table: str) -> list[Hit]:
        return self._tables.get(table, [])

    def within(self, table: str, start: int, end: int) -> list[Hit]:
        """Hits that begin in start..end."""
        starts = self._starts.get(table)
        if starts is None:
            return []
        return self._tables[table][bisect_left(starts, start) : bisect_left(starts, end)]

    def at(self, table: str, start: int) -> Hit | None:
        """The hit that begins exactly there."""
        found = self.within(table, start, start + 1)
        return found[0] if found else None
