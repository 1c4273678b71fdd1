"""Reads a mailbox's past: INBOX and Sent of an IMAP account, read-only, or two archives. Headers are enough; whole
mails only where the classifier is to say what kind each is."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Protocol, TypeVar

from triage import conversation, parsing, screening
from triage.audit.pairing import PastMail
from triage.errors import MailboxError
from triage.intake.archive import ArchivedMail, read_archive
from triage.intake.arrival import header_block
from triage.intake.folders import find_sent
from triage.intake.imap import Mailbox
from triage.past.facts import Facts
from triage.pipeline import UNDERSTAND, Case, Desk, walk
from triage.reading.country import country_evidence, decide
from triage.reading.folding import fold
from triage.reading.holding import only_holds
from triage.reading.marks import Marks
from triage.vocabulary.inquiry import Kind
from triage.vocabulary.mail import Address, ParsedMail
from triage.vocabulary.servers import Login, Server

BATCH, BATCH_WHOLE = 200, 20
"""Mails fetched at once, by headers or whole."""
WHOLE_AT_MOST = 5_000_000
"""Bytes. Of a larger mail the headers do, also for its kind."""

_NO_TEXT = fold("")
T = TypeVar("T")
Progress = Callable[[str, int, int], None]
"""(place, mails read of it, mails in all)."""


class Understand(Protocol):
    """What a mail is, from its bytes: the parsed mail, its kind where someone looked, its country."""

    whole: bool

    def __call__(self, raw: bytes, received_at: datetime) -> tuple[ParsedMail, Kind | None, str | None]: ...


@dataclass(frozen=True, slots=True)
class ByHeaders:
    """Quick: of the country only what address and Date tell."""

    whole = False

    def __call__(self, raw: bytes, received_at: datetime) -> tuple[ParsedMail, Kind | None, str | None]:
        mail = parsing.parse(header_block(raw))
        return mail, None, decide(country_evidence(mail, _NO_TEXT, Marks(()), [], [], _NO_TEXT, [], (), "und"))


@dataclass(frozen=True, slots=True)
class ByClassifier:
    """The steps of a live mail."""

    desk: Desk
    whole = True

    def __call__(self, raw: bytes, received_at: datetime) -> tuple[ParsedMail, Kind | None, str | None]:
        case = walk(self.desk, Case(raw, received_at, received_at), UNDERSTAND)
        return case.mail, case.kind.kind if case.kind else None, case.reading.country


def read_mailbox(
    server: Server, login: Login, since: datetime, facts: Facts, understand: Understand, progress: Progress
) -> None:
    """Add what is not known yet of INBOX and Sent to `facts`. Raises MailboxError; called again, it goes on."""
    with Mailbox(server, login) as mailbox:
        sent = find_sent(mailbox.folders())
        if sent is None:
            raise MailboxError(f"{server.host} shows no folder for sent letters.", "Export it and use --from.")
        for folder, ours in (("INBOX", False), (sent, True)):
            edition = str(mailbox.examine(folder).uidvalidity)
            last = facts.last(folder, edition)
            found = mailbox.uids_since((since - timedelta(days=1)).date())
            uids = [uid for uid in found if uid > last]
            done = len(found) - len(uids)
            for batch in _batches(iter(uids), understand):
                mails = [
                    past_mail(raw, folder, uid, ours, received, understand)
                    for uid, received, raw in _fetched(mailbox, batch, since, understand.whole)
                ]
                facts.add(folder, edition, mails)
                done += len(batch)
                progress(folder, done, len(found))


def read_archives(
    inbox: Path, sent: Path, since: datetime, facts: Facts, understand: Understand, progress: Progress
) -> None:
    """The same of two archives: what came, and what was sent. Raises ArchiveError."""
    for path, ours in ((inbox, False), (sent, True)):
        edition = _edition(path)
        last = facts.last(path.name, edition)
        done = last
        for batch in _batches(islice(enumerate(read_archive(path), 1), last, None), understand):
            mails = [_archived(mail, number, path.name, ours, since, understand) for number, mail in batch]
            facts.add(path.name, edition, mails)
            done += len(batch)
            progress(path.name, done, 0)


def past_mail(
    raw: bytes, place: str, position: int, ours: bool, received_at: datetime, understand: Understand
) -> PastMail:
    """The facts of one mail. Never raises for a mail's sake."""
    mail, kind, country = understand(raw, received_at)
    writer = mail.writer
    return PastMail(
        place=place,
        position=position,
        ours=ours,
        received_at=received_at,
        message_id=mail.message_id,
        named=conversation.thread_ids(mail),
        sender=writer.key if writer else "",
        reply_to=_keys(mail.reply_to),
        recipients=_keys((*mail.to, *mail.cc)),
        subject=mail.subject,
        automatic=screening.screen(mail).automatic,
        kind=None if ours else kind,
        country=country,
        holding=ours and understand.whole and only_holds(mail),
    )


def _archived(
    mail: ArchivedMail, number: int, place: str, ours: bool, since: datetime, understand: Understand
) -> PastMail:
    if mail.received_at < since:
        return PastMail(place, number, ours, mail.received_at)
    return past_mail(mail.raw, place, number, ours, mail.received_at, understand)


def _fetched(
    mailbox: Mailbox, uids: Sequence[int], since: datetime, whole: bool
) -> Iterator[tuple[int, datetime, bytes]]:
    """(UID, arrival, bytes). What is gone meanwhile is passed over; a mail from before comes without its bytes."""
    listed = mailbox.listing(uids, since)
    small = [uid for uid in uids if whole and uid in listed and listed[uid].size <= WHOLE_AT_MOST]
    raws = mailbox.bodies(small) if small else {}
    raws |= mailbox.headers([uid for uid in uids if uid not in raws])
    for uid in uids:
        if uid in listed and uid in raws:
            yield uid, listed[uid].received_at, raws[uid]


def _batches(items: Iterator[T], understand: Understand) -> Iterator[list[T]]:
    while batch := list(islice(items, BATCH_WHOLE if understand.whole else BATCH)):
        yield batch


def _keys(addresses: Sequence[Address]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(address.key for address in addresses))


def _edition(path: Path) -> str:
    try:
        told = path.stat()
    except OSError:
        return ""  # reading it says what is wrong
    return f"{told.st_size}:{told.st_mtime_ns}"
