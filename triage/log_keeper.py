"""The audit log seen from outside of the database: its anchors, its faults, and whether the database is a copy from
before."""

from collections.abc import Sequence
from pathlib import Path

from triage.audit import log as audit_log
from triage.keyfile import KeyFile
from triage.vocabulary.policy import Calendars
from triage.vocabulary.ports import Clock, Store


class LogKeeper:
    """Shared between threads."""

    def __init__(self, store: Store, clock: Clock, keys: KeyFile, calendars: Calendars) -> None:
        self._store, self._clock, self._keys, self._calendars = store, clock, keys, calendars

    def anchor(self) -> None:
        """Write the log's head down outside of the database (S16). Raises StoreError."""
        with self._store.begin(write=False) as uow:
            head = uow.audit.head()
        audit_log.write_anchor(self._keys.anchors, head, self._clock.now())

    def is_restored(self) -> bool:
        """Whether the database is older than the last anchor: a restored copy (F39)."""
        last = audit_log.last_anchor(self._keys.anchors)
        if last is None:
            return False
        with self._store.begin(write=False) as uow:
            return audit_log.lacks(uow.audit, last)

    def verify(self, anchors: Path | None = None) -> Sequence[audit_log.Fault]:
        """Faults of the log's chain, compared with the anchors kept beside the key (or in the file given), and of the
        response figures, made anew from the log."""
        from triage.audit.recompute import compare

        with self._store.begin(write=False) as uow:
            known = audit_log.read_anchors(anchors or self._keys.anchors)
            faults = audit_log.verify(uow.audit, self._keys.key(), known)
            rows = uow.responses.between(None, None)
            return [*faults, *compare(audit_log.events(uow.audit), rows, self._calendars)]
