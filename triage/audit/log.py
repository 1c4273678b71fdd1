"""The audit log's chain: each event is sealed with a keyed MAC over itself and the MAC before it (I14, S16).

Whoever lacks the key can't edit, drop, reorder or re-chain events unseen. Dropping the newest ones leaves a whole
chain behind, so the head is written down outside of the database now and then: an anchor.
"""

import hmac
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from triage.errors import StoreError
from triage.vocabulary.ports import AuditLog, Seal
from triage.vocabulary.records import AuditEvent

_PAGE = 10_000
_TAIL = 4_096
"""Bytes. An anchor takes some 150."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The head of the log as it once was."""

    seq: int
    mac: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A place where the log is not what was written, or the table of responses not what the log tells. `code`: missing,
    altered, cut_off; unlogged, removed, figure."""

    seq: int
    code: str
    text: str

    def __str__(self) -> str:
        return self.text


def seal(
    key: bytes,
    previous_mac: str,
    seq: int,
    at: datetime,
    actor: str,
    name: str,
    subject: str,
    data: Mapping[str, str],
) -> str:
    """HMAC-SHA256, in hex, over an encoding in which no two different events look the same."""
    fields = [previous_mac, seq, at.astimezone(UTC).isoformat(), actor, name, subject, sorted(data.items())]
    return hmac.digest(key, json.dumps(fields).encode("ascii"), "sha256").hex()


def sealer(key: bytes) -> Seal:
    """`seal` with its key, for the store."""
    return partial(seal, key)


def check_chain(events: Iterable[AuditEvent], key: bytes, anchors: Sequence[Anchor] = ()) -> list[Fault]:
    """Faults of all events, first to last. Each is judged by its stored predecessor, so that one edit is one fault."""
    faults: list[Fault] = []
    anchored = {anchor.seq: anchor.mac for anchor in anchors}
    last, mac = 0, ""
    for event in events:
        if event.seq != last + 1:
            faults.append(Fault(last + 1, "missing", f"Events {last + 1} to {event.seq - 1} are missing."))
        expected = seal(key, mac, event.seq, event.at, event.actor, event.name, event.subject, event.data)
        whole = hmac.compare_digest(expected, event.mac)
        if event.seq == last + 1 and not whole:
            faults.append(Fault(event.seq, "altered", f"Event {event.seq} is not what was written."))
        elif anchored.get(event.seq, event.mac) != event.mac:
            faults.append(Fault(event.seq, "altered", f"Event {event.seq} is not the one that was anchored."))
        last, mac = event.seq, event.mac
    end = max(anchored, default=0)
    if end > last:
        faults.append(Fault(last + 1, "cut_off", f"Events {last + 1} to {end} are cut off: an anchor knows them."))
    return faults


def lacks(log: AuditLog, anchor: Anchor) -> bool:
    """Whether the log does not hold the anchored event: its database is a copy from before (F39)."""
    return [event.mac for event in log.events(after_seq=anchor.seq - 1, limit=1)] != [anchor.mac]


def verify(log: AuditLog, key: bytes, anchors: Sequence[Anchor] = ()) -> list[Fault]:
    """`check_chain` over the whole log, read in pages."""
    return check_chain(events(log), key, anchors)


def write_anchor(path: Path, head: tuple[int, str], at: datetime) -> None:
    """Add the log's head to a file of anchors, unless it stands there as the last one. Raises `StoreError`."""
    anchor = Anchor(*head)
    if anchor.seq == 0 or last_anchor(path) == anchor:
        return
    line = json.dumps({"seq": anchor.seq, "mac": anchor.mac, "at": at.astimezone(UTC).isoformat()})
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "w", encoding="ascii") as file:
            file.write(f"{line}\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise StoreError(
            f"The anchor file {path} can't be written: {error}.", "Check its folder and the disk."
        ) from error


def read_anchors(path: Path) -> list[Anchor]:
    """The anchors of a file, oldest first; none if there is no file. Raises `StoreError` for one that can't be read."""
    return _anchors(path, whole=True)


def last_anchor(path: Path) -> Anchor | None:
    """The newest anchor of a file that may be long: it is asked for before each letter. Raises `StoreError`."""
    return next(iter(_anchors(path, whole=False)[-1:]), None)


def _anchors(path: Path, *, whole: bool) -> list[Anchor]:
    """All of a file, or those of its last bytes."""
    try:
        with path.open("rb") as file:
            start = 0 if whole else max(0, file.seek(0, os.SEEK_END) - _TAIL)
            file.seek(start)
            lines = file.read().decode("ascii").splitlines()[1 if start else 0 :]
        return [Anchor(int(entry["seq"]), str(entry["mac"])) for entry in map(json.loads, lines)]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(
            f"The anchor file {path} can't be read: {error}.", "Restore it from a copy, or name another one."
        ) from error


def events(log: AuditLog) -> Iterator[AuditEvent]:
    """All of them, oldest first, read in pages."""
    last = 0
    while page := log.events(after_seq=last, limit=_PAGE):
        yield from page
        last = page[-1].seq
