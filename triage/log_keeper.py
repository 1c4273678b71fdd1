"""The audit log seen from outside of the database: its anchors, its faults, and whether the database is a copy from
before."""

from collections.abc import Callable, Iterator
from pathlib import Path

from triage.audit import log as audit_log
from triage.audit.anchors import lacks, last_anchor, read_anchors, write_anchor
from triage.keyfile import KeyFile
from triage.vocabulary.policy import Calendars
from triage.vocabulary.ports import Clock, Store

Progress = Callable[[int, int], None]
"""(events of the chain checked, of how many); the figures come after them."""


class LogKeeper:
    """Shared between threads."""

    def __init__(self, store: Store, clock: Clock, keys: KeyFile, calendars: Calendars) -> None:
        self._store, self._clock, self._keys, self._calendars = store, clock, keys, calendars

    def anchor(self) -> None:
        """Write the log's head down outside of the database (S16). Raises StoreError."""
        with self._store.begin(write=False) as uow:
            head = uow.audit.head()
        write_anchor(self._keys.anchors, head, self._clock.now())

    def is_restored(self) -> bool:
        """Whether the database is older than the last anchor: a restored copy (F39)."""
        last = last_anchor(self._keys.anchors)
        with self._store.begin(write=False) as uow:
            return last is not None and lacks(uow.audit, last)

    def verify(self, anchors: Path | None = None, checked: Progress = lambda *_: None) -> Iterator[audit_log.Fault]:
        """Faults, as they are found, of the log's chain, compared with the anchors kept beside the key (or in the file
        given), and of the response figures, made anew from the log. Memory does not grow with the log."""
        from triage.audit.recompute import compare

        with self._store.begin(write=False) as uow:
            known = read_anchors(anchors or self._keys.anchors)
            events, _ = uow.audit.head()
            yield from audit_log.verify(uow.audit, self._keys.key(), known, lambda done: checked(done, events))
            checked(events, events)
            yield from compare(uow.audit.by_subject("response"), uow.responses.by_number(), self._calendars)
