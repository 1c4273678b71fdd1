"""Which mails are being worked on, written down outside of the database: a mail that kills the process by a fault in
native code or for want of memory would otherwise never be counted as tried (F06).

Each process has a file of its own and holds a lock on it. A file whose lock is free was left by a process that died.
The file is not synced: it has to outlive the process, not the machine.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4


class InHand:
    """Files named like `beside` with an ending of their own. For one thread."""

    def __init__(self, beside: Path) -> None:
        self._beside = beside
        self._file: int | None = None

    @contextmanager
    def holding(self, message_ids: Sequence[int]) -> Iterator[None]:
        """While the block runs, these are in hand. An exception lets go of them too: it was seen and is handled."""
        file = self._opened()
        os.pwrite(file, json.dumps(list(message_ids)).encode("ascii"), 0)
        try:
            yield
        finally:
            os.ftruncate(file, 0)

    def left_behind(self) -> list[int]:
        """What dead processes had in hand; their files are removed."""
        found: list[int] = []
        for path in sorted(self._beside.parent.glob(f"{self._beside.name}.in-hand.*")):
            with suppress(OSError, ValueError):  # another process was quicker, or the file was cut off while written
                found += _left_in(path)
        return found

    def _opened(self) -> int:
        if self._file is None:
            path = self._beside.with_name(f"{self._beside.name}.in-hand.{uuid4().hex[:8]}")
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX)
        return self._file


def _left_in(path: Path) -> list[int]:
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink()
        return [int(key) for key in json.loads(file.read() or b"[]")]
