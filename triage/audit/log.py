"""The audit log's chain: each event is sealed with a keyed MAC over itself and the MAC before it (I14, S16).

Whoever lacks the key can't edit, drop, reorder or re-chain events unseen; `anchors` tells of the newest ones dropped.
"""

import hmac
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from triage.audit.anchors import Anchor
from triage.vocabulary.ports import AuditLog, Seal
from triage.vocabulary.records import AuditEvent

_PAGE = 2_000
Checked = Callable[[int], None]
"""Told now and then how many events were checked."""


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


def check_chain(events: Iterable[AuditEvent], key: bytes, anchors: Sequence[Anchor] = ()) -> Iterator[Fault]:
    """Faults of all events, first to last. Each is judged by its stored predecessor, so that one edit is one fault."""
    anchored = {anchor.seq: anchor.mac for anchor in anchors}
    last, mac = 0, ""
    for event in events:
        if event.seq != last + 1:
            yield Fault(last + 1, "missing", f"Events {last + 1} to {event.seq - 1} are missing.")
        expected = seal(key, mac, event.seq, event.at, event.actor, event.name, event.subject, event.data)
        whole = hmac.compare_digest(expected, event.mac)
        if event.seq == last + 1 and not whole:
            yield Fault(event.seq, "altered", f"Event {event.seq} is not what was written.")
        elif anchored.get(event.seq, event.mac) != event.mac:
            yield Fault(event.seq, "altered", f"Event {event.seq} is not the one that was anchored.")
        last, mac = event.seq, event.mac
    end = max(anchored, default=0)
    if end > last:
        yield Fault(last + 1, "cut_off", f"Events {last + 1} to {end} are cut off: an anchor knows them.")


def verify(
    log: AuditLog, key: bytes, anchors: Sequence[Anchor] = (), checked: Checked = lambda _: None
) -> Iterator[Fault]:
    """`check_chain` over the whole log, read in pages, so that a log of any length fits in memory."""
    return check_chain(events(log, checked), key, anchors)


def events(log: AuditLog, checked: Checked = lambda _: None) -> Iterator[AuditEvent]:
    """All of them, oldest first."""
    last = 0
    while page := log.events(after_seq=last, limit=_PAGE):
        yield from page
        last = page[-1].seq
        checked(last)
