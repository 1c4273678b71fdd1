"""What to fetch next: pure arithmetic over UIDs (F04, F05, F14).

The one invariant: every mail of the folder with a UID up to `last_uid` is stored, listed as unfetchable, in
`gaps`, or was there before the first run's starting point.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from triage.vocabulary.records import FolderState, MessageRecord

MIN_TO_JUDGE = 10
"""Mails needed before a match rate says anything."""
MIN_MATCH_RATE = 0.5

_MESSAGE_ID = re.compile(rb"<[^<>\s]{1,900}>")


@dataclass(frozen=True, slots=True)
class Announced:
    """A mail as the server lists it. `message_id` is the header line, or empty."""

    uid: int
    size: int
    received_at: datetime
    message_id: bytes = b""


@dataclass(frozen=True, slots=True)
class Rematch:
    """Stored message id to new UID, and the stored ones that found no partner."""

    pairs: Mapping[int, int]
    lost: tuple[MessageRecord, ...]


def starting_uid(uidnext: int | None, uids: Sequence[int]) -> int:
    """The watermark of a first run that takes exactly the mails with `uids` (ascending) and all later ones."""
    if uids:
        return uids[0] - 1
    return (uidnext or 1) - 1


def nothing_new(state: FolderState, uidnext: int | None) -> bool:
    """Whether UIDNEXT alone shows that there is nothing to fetch. An untold one shows nothing."""
    return uidnext is not None and uidnext <= state.last_uid + 1 and not state.gaps


def wanted(state: FolderState, above: Iterable[int]) -> list[int]:
    """UIDs to fetch, ascending: the gaps, and what the server has above the watermark."""
    return sorted({*state.gaps, *(uid for uid in above if uid > state.last_uid)})


def batches(uids: Iterable[int], size: int, alone: Collection[int] = ()) -> Iterator[list[int]]:
    """In the given order, at most `size` together; those in `alone` each by itself."""
    batch: list[int] = []
    for uid in uids:
        if batch and (len(batch) == size or uid in alone or batch[-1] in alone):
            yield batch
            batch = []
        batch.append(uid)
    if batch:
        yield batch


def by_weight(sizes: Mapping[int, int], limit: int) -> Iterator[list[int]]:
    """UIDs in groups of at most `limit` bytes; a heavier mail goes alone."""
    group: list[int] = []
    weight = 0
    for uid, size in sizes.items():
        if group and weight + size > limit:
            yield group
            group, weight = [], 0
        group.append(uid)
        weight += size
    if group:
        yield group


def advance(state: FolderState, asked: Collection[int], settled: Collection[int]) -> FolderState:
    """The state after `asked` were asked for and `settled` are stored or listed: what is left becomes a gap."""
    gaps = ({*state.gaps} | {*asked}) - {*settled}
    return replace(state, last_uid=max(state.last_uid, *asked), gaps=tuple(sorted(gaps))) if asked else state


def rematch(stored: Sequence[MessageRecord], announced: Sequence[Announced]) -> Rematch:
    """Pair stored mails with the server's new UIDs by Message-ID, arrival and size together: none of them alone may
    decide (I4). Mails that agree in all three are paired in order of UID."""
    waiting: dict[tuple[bytes, datetime, int], list[int]] = defaultdict(list)
    for mail in sorted(announced, key=lambda each: each.uid, reverse=True):
        if message_id := message_id_of(mail.message_id):
            waiting[message_id, mail.received_at, mail.size].append(mail.uid)
    pairs: dict[int, int] = {}
    lost: list[MessageRecord] = []
    for record in sorted(stored, key=lambda each: each.uid):
        message_id = message_id_of((record.rfc_message_id or "").encode())
        candidates = waiting.get((message_id, record.received_at, record.size)) if message_id else None
        if candidates:
            pairs[record.id] = candidates.pop()
        else:
            lost.append(record)
    return Rematch(pairs, tuple(lost))


def message_id_of(header: bytes) -> bytes:
    found = _MESSAGE_ID.search(header)
    return found[0] if found else b""


def in_scope(announced: Sequence[Announced], since: datetime | None) -> list[Announced]:
    """Those that arrived at `since` or later; all if it is None."""
    return [mail for mail in announced if since is None or mail.received_at >= since]


def is_another_mailbox(stored: Sequence[MessageRecord], announced: Sequence[Announced], matched: int) -> bool:
    """Whether too few of the mails that ought to be known are. Then nobody but a person can tell what happened.

    Ought to be known: what arrived between the oldest and the newest stored mail.
    """
    if not stored:
        return False
    oldest = min(record.received_at for record in stored)
    newest = max(record.received_at for record in stored)
    expected = sum(oldest <= mail.received_at <= newest for mail in announced)
    return expected >= MIN_TO_JUDGE and matched < MIN_MATCH_RATE * expected
