"""One logged-in connection."""

import contextlib
import select
import ssl
import threading
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import TracebackType
from typing import Any, Self

from triage.errors import AnswerUnreadable, MailboxError
from triage.intake.cursor import Announced
from triage.intake.folders import Folder
from triage.intake.imap.answers import ITEMS, usual_answers
from triage.intake.imap.connection import connect, faults, log_in, safe
from triage.intake.refusals import refused_command
from triage.vocabulary.servers import Credentials, Login, Server

SLICE = 0.5
"""Seconds between two looks at the stop signal while idling."""
PARTING = 1.0
"""Seconds that a server has to say goodbye."""
MAX_LITERAL = 64_000_000
"""Bytes. A larger literal ends the connection before any memory is set aside for it (F15)."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A folder as the server showed it on EXAMINE. `uidnext` None: not told."""

    uidvalidity: int
    uidnext: int | None
    messages: int


class Mailbox:
    """For one thread; leaving the `with` block closes it. Every method raises MailboxError or a kind of it."""

    def __init__(self, server: Server, login: Login, *, max_literal: int = MAX_LITERAL) -> None:
        self._server = server
        self.current = ""
        """The open folder, or the empty string."""
        self._client: Any = connect(server, max_literal)
        try:
            log_in(self._client, server, login)
        except BaseException:
            self.close(polite=False)
            raise

    @classmethod
    def open(cls, server: Server, credentials: Credentials, *, max_literal: int = MAX_LITERAL) -> Self:
        return cls(server, credentials.login(), max_literal=max_literal)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close(polite=error is None)

    def close(self, *, polite: bool = True) -> None:
        """Log out and close. Never raises, and never waits for long."""
        with contextlib.suppress(Exception):
            if polite:
                self._client.socket().settimeout(PARTING)
                self._client.logout()
        with contextlib.suppress(Exception):
            self._client.shutdown()

    def offers(self, capability: str) -> bool:
        with faults(self._server):
            return bool(self._client.has_capability(capability))

    # ---- folders ---------------------------------------------------------------------------------------------

    def folders(self) -> list[Folder]:
        with faults(self._server):
            listed = self._client.list_folders()
        return [
            Folder(str(name), frozenset(flag.decode("ascii", "replace").lower() for flag in flags), _text(delimiter))
            for flags, delimiter, name in listed
        ]

    def examine(self, folder: str) -> Opened:
        """Open a folder for reading only."""
        return self._open(folder, readonly=True)

    def select(self, folder: str) -> Opened:
        """Open a folder so that keywords may be set and mails moved."""
        return self._open(folder, readonly=False)

    def status(self, folder: str) -> Opened | None:
        """The same numbers of a folder that is not open, without opening it; None when the server tells too few."""
        with faults(self._server):
            told = self._client.folder_status(safe(folder), ["UIDVALIDITY", "UIDNEXT", "MESSAGES"])
        return _opened(told, b"MESSAGES")

    def _open(self, folder: str, *, readonly: bool) -> Opened:
        self.current = ""
        with faults(self._server):
            told = self._client.select_folder(safe(folder), readonly=readonly)
        opened = _opened(told, b"EXISTS")
        if opened is None:
            raise AnswerUnreadable(f"{self._server.host} told no UIDVALIDITY for {folder!r}.")
        self.current = folder
        return opened

    # ---- reading the open folder -----------------------------------------------------------------------------

    def uids_above(self, last_uid: int) -> list[int]:
        """Ascending. `n:*` always names the last mail, even one below n: filtered."""
        return [uid for uid in self._search(["UID", f"{last_uid + 1}:*"]) if uid > last_uid]

    def uids_since(self, day: date) -> list[int]:
        return self._search(["SINCE", day])

    def uids_larger(self, first: int, last: int, size: int) -> set[int]:
        """Which of the mails from `first` to `last` are larger than `size` bytes (by RFC822.SIZE)."""
        return set(self._search(["UID", f"{first}:{last}", "LARGER", str(size)]))

    def present(self, uids: Collection[int]) -> set[int]:
        """Which of these the folder still holds."""
        return set(self._search(["UID", ",".join(map(str, sorted(uids)))])) & set(uids) if uids else set()

    def listing(self, uids: Sequence[int], now: datetime, *, message_ids: bool = False) -> dict[int, Announced]:
        """Size (RFC822.SIZE) and arrival (INTERNALDATE, or `now` when untold) of these mails; expunged ones are
        missing. `message_ids` reads that header too."""
        wanted = ["RFC822.SIZE", "INTERNALDATE"]
        if message_ids:
            wanted.append("BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]")
        answers = self._fetch(uids, wanted)
        return {uid: mail for uid, told in answers.items() if (mail := _announced(uid, told, now))}

    def whole(self, uids: Sequence[int], now: datetime) -> dict[int, tuple[Announced, bytes]]:
        """Listing and body of mails known to be small, in one command. Those without body are missing (F05)."""
        if not uids:
            return {}
        with faults(self._server):
            verdict, data = self._client._imap.uid("FETCH", ",".join(map(str, uids)), ITEMS)
        if verdict != "OK":
            raise refused_command(self._server.host, str(data[0]))
        asked = set(uids)
        found = {uid: mail for uid, mail in usual_answers(data, now).items() if uid in asked}
        if left := [uid for uid in uids if uid not in found]:
            announced, raws = self.listing(left, now), self.bodies(left)
            found |= {uid: (announced[uid], raw) for uid, raw in raws.items() if uid in announced}
        return found

    def bodies(self, uids: Sequence[int]) -> dict[int, bytes]:
        """The raw bytes of these mails. Those that the server gives no body for are missing (F05)."""
        return self._payloads(uids, "BODY.PEEK[]", b"BODY[]")

    def headers(self, uids: Sequence[int]) -> dict[int, bytes]:
        """The header blocks of these mails, for those too large to fetch whole (F15)."""
        return self._payloads(uids, "BODY.PEEK[HEADER]", b"BODY[HEADER]")

    def find_message_id(self, folder: str, message_id: str) -> bool:
        """Whether the folder holds a mail with that Message-ID. Opens the folder."""
        self.examine(folder)
        return bool(self._search(["HEADER", "Message-ID", safe(message_id)]))

    # ---- changing ----------------------------------------------------------------------------------------------

    def append(self, folder: str, raw: bytes, flags: Sequence[str], when: datetime) -> None:
        """File a copy with these flags and that arrival time. A bare LF becomes CRLF, as the protocol wants it."""
        with faults(self._server):
            self._client.append(safe(folder), _crlf(raw), [safe(flag) for flag in flags], when)

    def add_keyword(self, uids: Sequence[int], keyword: str) -> None:
        with faults(self._server):
            self._client.add_flags(list(uids), [safe(keyword)], silent=True)

    def move(self, uids: Sequence[int], folder: str) -> None:
        """By UID MOVE only (RFC 6851): the ways round it end in an EXPUNGE that may hit others' mails (F09)."""
        if not self.offers("MOVE"):
            raise MailboxError(f"{self._server.host} can't move mails.", "Leave move_to empty for this account.")
        with faults(self._server):
            self._client.move(list(uids), safe(folder))

    # ---- waiting -----------------------------------------------------------------------------------------------

    def noop(self) -> None:
        with faults(self._server):
            self._client.noop()

    def idle(self, seconds: float, stop: threading.Event) -> None:
        """Wait until the server has something to say, the time is over, or `stop` is set. Look at the folder after
        it in any case: what the server said is a hint.

        Not built on `idle_check`, which overlooks what came together with the continuation line and hides the end
        of the connection (F02). Here whatever makes the socket readable ends the wait, and DONE meets the truth.
        """
        with faults(self._server):
            self._client.idle()
            end = time.monotonic() + seconds
            while not stop.is_set() and (left := end - time.monotonic()) > 0:
                if self._bytes_within(min(left, SLICE)):
                    break
            if stop.is_set():
                self._client.socket().settimeout(PARTING)
            self._client.idle_done()

    def _bytes_within(self, seconds: float) -> bool:
        """Whether something (be it the end) is there to be read: buffered by the library, or soon at the socket."""
        sock = self._client.socket()
        sock.setblocking(False)
        try:
            if self._client._imap.file.peek(1):
                return True
        except ssl.SSLWantReadError:
            pass
        finally:
            sock.settimeout(self._server.read_timeout)
        poller = select.poll()
        poller.register(sock, select.POLLIN)
        return bool(poller.poll(seconds * 1000))

    def _search(self, criteria: list[Any]) -> list[int]:
        charset = None if all(str(each).isascii() for each in criteria) else "UTF-8"
        with faults(self._server):
            return sorted(self._client.search(criteria, charset))

    def _fetch(self, uids: Sequence[int], items: list[str]) -> Mapping[int, Mapping[bytes, Any]]:
        """Explicit ids only: the library raises on ranges after having sent them."""
        if not uids:
            return {}
        with faults(self._server):
            answers: Mapping[int, Mapping[bytes, Any]] = self._client.fetch(list(uids), items)
        return answers

    def _payloads(self, uids: Sequence[int], item: str, key: bytes) -> dict[int, bytes]:
        answers = self._fetch(uids, [item])
        return {uid: raw for uid, told in answers.items() if isinstance(raw := told.get(key), bytes) and raw}


def _opened(told: Mapping[bytes, Any], count: bytes) -> Opened | None:
    uidvalidity, uidnext = told.get(b"UIDVALIDITY"), told.get(b"UIDNEXT")
    if not isinstance(uidvalidity, int) or uidvalidity <= 0:
        return None
    return Opened(uidvalidity, uidnext if isinstance(uidnext, int) else None, int(told.get(count, 0)))


def _announced(uid: int, told: Mapping[bytes, Any], now: datetime) -> Announced | None:
    size = told.get(b"RFC822.SIZE")
    if not isinstance(size, int):
        return None
    message_id = told.get(b"BODY[HEADER.FIELDS (MESSAGE-ID)]") or b""
    return Announced(uid, size, _utc(told.get(b"INTERNALDATE")) or now, message_id)


def _utc(internal: object) -> datetime | None:
    if not isinstance(internal, datetime):
        return None
    return internal.astimezone(UTC) if internal.tzinfo else internal.replace(tzinfo=UTC)


def _crlf(raw: bytes) -> bytes:
    return raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _text(value: object) -> str:
    return value.decode("ascii", "replace") if isinstance(value, bytes) else ""
