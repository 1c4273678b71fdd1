"""The head of the audit log, written down outside of the database now and then: dropping the newest events leaves a
whole chain behind, and only an anchor knows of them (S16).

A file with a line an anchor, appended to and flushed before the body of each letter leaves. So only its end is read
then. It stays small: when it has grown, of the older half every second anchor goes. The newest one alone vouches for
all that came before it; older ones help to say where a log was changed.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from triage.errors import StoreError
from triage.vocabulary.ports import AuditLog

MOST_BYTES = 256 * 1024
"""About two thousand anchors."""
_END = 1024
"""Bytes. No line is longer."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The head of the log as it once was."""

    seq: int
    mac: str


def lacks(log: AuditLog, anchor: Anchor) -> bool:
    """Whether the log does not hold the anchored event: its database is a copy from before (F39)."""
    return [event.mac for event in log.events(after_seq=anchor.seq - 1, limit=1)] != [anchor.mac]


def write_anchor(path: Path, head: tuple[int, str], at: datetime) -> None:
    """Add the log's head to a file of anchors, unless it stands there as the last one. Raises `StoreError`."""
    anchor = Anchor(*head)
    if anchor.seq == 0:
        return
    line = json.dumps({"seq": anchor.seq, "mac": anchor.mac, "at": at.astimezone(UTC).isoformat()})
    try:
        with _appended(path) as file:  # locked: nobody else's half a line is read
            if last_anchor(path) == anchor:
                return
            file.write(f"{line}\n".encode("ascii"))
            _to_disk(file)
            if file.tell() > MOST_BYTES:
                _thin(path)
    except OSError as error:
        raise StoreError(
            f"The anchor file {path} can't be written: {error}.", "Check its folder and the disk."
        ) from error


def last_anchor(path: Path) -> Anchor | None:
    """The newest anchor of a file, from its end alone; None without one. Raises `StoreError` if it can't be read."""
    found = _anchors(path, _END)
    return found[-1] if found else None


def read_anchors(path: Path) -> list[Anchor]:
    """The anchors of a file, oldest first; none if there is no file. Raises `StoreError` for one that can't be read."""
    return _anchors(path)


def _anchors(path: Path, end: int | None = None) -> list[Anchor]:
    """All of them, or the last one of so many bytes at the end."""
    try:
        with path.open("rb") as file:
            if end is not None:
                file.seek(max(0, file.seek(0, os.SEEK_END) - end))
            lines = file.read().decode("ascii").splitlines()
        entries = map(json.loads, lines if end is None else lines[-1:])
        return [Anchor(int(entry["seq"]), str(entry["mac"])) for entry in entries]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(
            f"The anchor file {path} can't be read: {error}.", "Restore it from a copy, or name another one."
        ) from error


@contextmanager
def _appended(path: Path) -> Iterator[BinaryIO]:
    """The file, readable by its owner alone and locked: another process may be about to thin it out."""
    while True:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if _is_there(path, file):
                yield file
                return


def _is_there(path: Path, file: BinaryIO) -> bool:
    """Whether the open file is the one of that name, not one that was replaced meanwhile."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _thin(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    half = len(lines) // 2
    new = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.writelines((*lines[:half:2], *lines[half:]))
        _to_disk(file)
    new.replace(path)


def _to_disk(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
