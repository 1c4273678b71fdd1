"""Archives as a source of mail: mbox, Maildir, folders of .eml, single files, standard input.

A mail's identity in an archive is its content: an import that was broken off goes on where it stopped, and one
that is run twice adds nothing.
"""

import hashlib
import io
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from triage.clock import SystemClock
from triage.errors import ArchiveError, NotFound
from triage.intake.arrival import arrived_at, header_block
from triage.intake.mbox import MAX_KEPT, split_mbox, starts_as_mbox
from triage.vocabulary.ports import Clock, Store
from triage.vocabulary.records import FolderRole, NewMessage

Progress = Callable[[int, int, int, int], None]
"""Called after each batch with: bytes read, bytes in all, mails new, mails known already."""

BATCH_MAILS = 100
BATCH_BYTES = 16_000_000


@dataclass(frozen=True, slots=True)
class ArchivedMail:
    """A mail of an archive. `source` is the file's name (below the folder that was asked for), for an mbox
    `name:ordinal` counted from 1. `size` is the true length: above `len(raw)` the mail was too large to keep whole."""

    source: str
    raw: bytes
    received_at: datetime
    size: int
    end: int
    """Bytes of its file read when it was complete."""


@dataclass(frozen=True, slots=True)
class Imported:
    new: int
    known: int


def read_archive(path: str | Path, clock: Clock | None = None) -> Iterator[ArchivedMail]:
    """The mails at `path`, in a stable order: an mbox, a Maildir, a folder (searched through) of .eml and mbox files,
    or one mail. `-` is standard input: one mail or an mbox. Raises ArchiveError."""
    now = (clock or SystemClock()).now()
    if str(path) == "-":
        yield from _read_stream(_peekable(sys.stdin.buffer), "-", None, now, now)
        return
    for file, name in _files(Path(path)):
        yield from _read_file(file, name, now)


def import_archive(
    store: Store,
    path: Path,
    *,
    account_id: str = "archive",
    sent: bool = False,
    progress: Progress = lambda done, total, new, known: None,
    clock: Clock | None = None,
) -> Imported:
    """Store every mail at `path` that is not stored yet, in short transactions: breaking it off loses nothing.

    `sent` says that these are letters of ours. Raises ArchiveError.
    """
    clock = clock or SystemClock()
    role = FolderRole.SENT if sent else FolderRole.INBOX
    folder_id = _folder(store, account_id, path, role)
    files = list(_files(path))
    total = sum(file.stat().st_size for file, _ in files)
    done = new = known = 0
    for file, name in files:
        for batch in _batches(_read_file(file, name, clock.now())):
            mails = {mail.uid: mail for mail in (_new_message(folder_id, mail) for mail in batch)}
            with store.begin() as uow:
                added = len(uow.messages.add(list(mails.values())))
                uow.commit()
            new, known = new + added, known + len(batch) - added
            progress(done + batch[-1].end, total, new, known)
        done += file.stat().st_size
    with store.begin() as uow:
        data = {"account": account_id, "new": str(new), "known": str(known)}
        uow.audit.append(clock.now(), "import", "archive.imported", f"folder:{folder_id}", data)
        uow.commit()
    return Imported(new, known)


def _folder(store: Store, account_id: str, path: Path, role: FolderRole) -> int:
    with store.begin() as uow:
        try:
            uow.accounts.get(account_id)
        except NotFound:
            uow.accounts.ensure(account_id, "")
        folder = uow.accounts.folder(account_id, str(path.resolve()), role)
        uow.commit()
    return folder.id


def _new_message(folder_id: int, mail: ArchivedMail) -> NewMessage:
    digest = hashlib.sha256(mail.raw).digest()
    whole = mail.size == len(mail.raw)
    return NewMessage(
        folder_id=folder_id,
        uidvalidity=0,
        uid=int.from_bytes(digest[:7]),
        received_at=mail.received_at,
        raw=mail.raw if whole else header_block(mail.raw),
        size=mail.size,
        fault="" if whole else f"too large: {mail.size} bytes",
    )


def _batches(mails: Iterator[ArchivedMail]) -> Iterator[list[ArchivedMail]]:
    batch: list[ArchivedMail] = []
    size = 0
    for mail in mails:
        batch.append(mail)
        size += len(mail.raw)
        if len(batch) >= BATCH_MAILS or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _files(path: Path) -> Iterator[tuple[Path, str]]:
    """The files that hold mail, with the names to show for them."""
    if not path.exists():
        raise ArchiveError(f"There is no file or folder {path}.", "Check the path.")
    if not path.is_dir():
        yield path, path.name
        return
    empty = True
    for folder, subfolders, names in os.walk(path, onerror=_refuse):
        subfolders.sort()
        for name in sorted(names):
            file = Path(folder, name)
            if _holds_mail(file):
                empty = False
                yield file, file.relative_to(path).as_posix()
    if empty:
        raise ArchiveError(f"{path} holds no mail.", "Name a Maildir, or a folder with .eml or .mbox files.")


def _holds_mail(file: Path) -> bool:
    if file.parent.name in ("cur", "new"):
        return not file.name.startswith(".")
    return file.suffix.lower() in (".eml", ".mbox", ".mbx")


def _read_file(file: Path, name: str, now: datetime) -> Iterator[ArchivedMail]:
    try:
        with file.open("rb") as stream:
            modified = datetime.fromtimestamp(os.fstat(stream.fileno()).st_mtime, UTC)
            yield from _read_stream(stream, name, _maildir_date(file), modified, now)
    except OSError as error:
        _refuse(error)


def _read_stream(
    stream: BinaryIO, name: str, delivered: datetime | None, modified: datetime, now: datetime
) -> Iterator[ArchivedMail]:
    head = stream.read(600)
    stream.seek(0)
    if starts_as_mbox(head):
        for number, piece in enumerate(split_mbox(stream), start=1):
            received = arrived_at(piece.raw, piece.delivered, modified, now)
            yield ArchivedMail(f"{name}:{number}", piece.raw, received, piece.size, piece.end)
        return
    raw = stream.read(MAX_KEPT)
    size = stream.seek(0, io.SEEK_END)
    yield ArchivedMail(name, raw, arrived_at(raw, delivered, modified, now), size, size)


def _peekable(stream: BinaryIO) -> BinaryIO:
    """Standard input as something that can be read twice. Pipes can't, so it's held in memory."""
    return io.BytesIO(stream.read())


def _maildir_date(file: Path) -> datetime | None:
    """A Maildir's file names start with the second of delivery."""
    seconds = file.name.partition(".")[0]
    if file.parent.name not in ("cur", "new") or not (seconds.isascii() and seconds.isdigit() and len(seconds) < 12):
        return None
    return datetime.fromtimestamp(int(seconds), UTC)


def _refuse(error: OSError) -> None:
    raise ArchiveError(
        f"Can't read {error.filename}: {error.strerror}.",
        "Check the permissions and the disk; an import goes on where it stopped.",
    ) from error
