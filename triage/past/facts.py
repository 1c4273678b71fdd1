"""What was read of a mailbox's past, kept in one file, so that a broken-off reading goes on where it stopped.

A line a batch, appended and flushed; a line cut off by a crash is passed over. It holds addresses and subjects, no
bodies, and is readable by its owner alone.
"""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from triage.audit.pairing import PastMail
from triage.errors import ArchiveError

_MAILS = TypeAdapter(list[PastMail])


@dataclass(slots=True)
class Facts:
    """The mails known of each place. `edition` tells one state of a place from another: UIDVALIDITY, or a file's size
    and time; what was known of an older edition is forgotten."""

    path: Path
    purpose: str
    """What was asked for; a file made for something else is begun anew."""
    since: date
    """So is one that begins later than this day."""
    _known: dict[str, tuple[str, list[PastMail]]] = field(default_factory=dict)

    def load(self) -> None:
        """Raises ArchiveError when the file is there and is none of these."""
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            data = b""
        except OSError as error:
            raise self._unusable(error.strerror or "") from error
        lines = data.splitlines()
        if lines and b'"purpose"' not in lines[0]:
            raise self._unusable("it is no file of facts")
        if not lines or not self._serves(lines[0]):
            self._write({"purpose": self.purpose, "since": self.since.isoformat()}, os.O_TRUNC)
            return
        for line in lines[1:]:
            try:
                entry = json.loads(line)
                self._note(entry["place"], entry["edition"], _MAILS.validate_python(entry["mails"], strict=False))
            except (ValueError, KeyError, TypeError, ValidationError):
                continue  # cut off
        if not data.endswith(b"\n"):
            self._write({}, os.O_APPEND, b"\n")

    def last(self, place: str, edition: str) -> int:
        """The highest position known of it; 0 for none."""
        known_edition, mails = self._known.get(place, ("", []))
        return max((mail.position for mail in mails), default=0) if known_edition == edition else 0

    def add(self, place: str, edition: str, mails: Sequence[PastMail]) -> None:
        """Keep a batch. Raises ArchiveError when it can't be written."""
        self._note(place, edition, mails)
        entry = {"place": place, "edition": edition, "mails": _MAILS.dump_python(list(mails), mode="json")}
        self._write(entry, os.O_APPEND)

    def mails(self) -> Iterator[PastMail]:
        for _, mails in self._known.values():
            yield from mails

    def _serves(self, line: bytes) -> bool:
        try:
            told = json.loads(line)
            return bool(told["purpose"] == self.purpose and told["since"] <= self.since.isoformat())
        except (ValueError, TypeError, KeyError):
            return False

    def _note(self, place: str, edition: str, mails: Sequence[PastMail]) -> None:
        if self._known.get(place, ("", []))[0] != edition:
            self._known[place] = (edition, [])
        self._known[place][1].extend(mails)

    def _write(self, entry: object, mode: int, before: bytes = b"") -> None:
        line = before + json.dumps(entry).encode("ascii") + b"\n"
        try:
            handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | mode, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(line)
        except OSError as error:
            raise self._unusable(error.strerror or "") from error

    def _unusable(self, why: str) -> ArchiveError:
        return ArchiveError(f"The file {self.path} can't be used: {why}.", "Name another one with --facts.")
