"""Inquiries and their answers out of a mailbox's past: which letter of ours answered which mail (A31-A36). Pure.

The same rules as for live mail, over what headers tell. Mails are taken in the order of their arrival, so that INBOX
and Sent may have been read in any order.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from triage.conversation import SAME_SUBJECT_WITHIN, free_mail_domains, normal_subject
from triage.vocabulary.inquiry import Kind, Tier
from triage.vocabulary.mail import Automatic
from triage.vocabulary.records import ResponseRecord, Via
from triage.vocabulary.subjects import is_forward


@dataclass(frozen=True, slots=True)
class PastMail:
    """What an audit of the past needs of a mail. Addresses are lower case."""

    place: str
    """The folder or file it lies in."""
    position: int
    """Its UID in the folder, or its number in the file from 1."""
    ours: bool
    """Lies in Sent."""
    received_at: datetime
    message_id: str | None = None
    named: tuple[str, ...] = ()
    """Message-IDs of its predecessors, the newest last."""
    sender: str = ""
    reply_to: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    subject: str = ""
    automatic: Automatic | None = None
    kind: Kind | None = None
    """None: nobody looked."""
    country: str | None = None
    holding: bool = False
    """A letter of ours that only says when the answer comes; False also where nobody read the text."""


@dataclass(slots=True)
class _Conversation:
    number: int
    theirs: set[str] = field(default_factory=set)
    """Addresses on the other side."""
    waiting: list[int] = field(default_factory=list)
    """Positions of responses without an answer yet."""
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Pairing:
    responses: tuple[ResponseRecord, ...]
    """One for each mail that was due an answer; ids count from 1 in order of arrival."""
    answers: Mapping[int, PastMail]
    """Response id to the letter that answered."""
    inquiries: Mapping[int, PastMail]
    """Response id to the mail that was due an answer."""


class Pairer:
    """`own` are the desk's addresses; whoever else writes from the domain of one of them is a colleague (A8)."""

    def __init__(self, own: frozenset[str], target: timedelta) -> None:
        self._own = own
        self._own_domains = {_domain(address) for address in own} - free_mail_domains()
        self._target = target.total_seconds()
        self._by_id: dict[str, _Conversation] = {}
        self._by_subject: dict[tuple[str, str], tuple[_Conversation, datetime]] = {}
        self._rows: list[ResponseRecord] = []
        self._answers: dict[int, PastMail] = {}
        self._inquiries: dict[int, PastMail] = {}
        self._conversations = 0

    def take(self, mails: Iterable[PastMail]) -> Pairing:
        for mail in first_copies(mails):
            if mail.ours:
                self._take_ours(mail)
            else:
                self._take_theirs(mail)
        return Pairing(tuple(self._rows), self._answers, self._inquiries)

    def _take_theirs(self, mail: PastMail) -> None:
        """A person's mail from outside starts a clock; a machine's, a colleague's or our own does not (A31)."""
        writers = self._outside((mail.sender, *mail.reply_to))
        if mail.automatic not in (None, Automatic.OWN) or not writers:
            return
        conversation = self._of_theirs(mail, writers)
        conversation.theirs.update(writers, self._outside(mail.recipients))
        self._remember(mail, conversation, writers)
        if mail.kind is not None and not mail.kind.is_buyer:
            return
        row = ResponseRecord(
            id=len(self._rows) + 1,
            message_id=mail.position,
            conversation_id=conversation.number,
            account_id=mail.place,
            first=not conversation.answered,
            received_at=mail.received_at,
            kind=mail.kind or Kind.INQUIRY,
            tier=Tier.C,
            country=mail.country,
            target_seconds=self._target,
            subject=mail.subject,
            sender=writers[0],
        )
        conversation.waiting.append(len(self._rows))
        self._rows.append(row)
        self._inquiries[row.id] = mail

    def _take_ours(self, mail: PastMail) -> None:
        """A person's letter answers what waits in its conversation, if it goes to the other side (A32-A34)."""
        recipients = self._outside(mail.recipients)
        if mail.automatic not in (None, Automatic.OWN) or not recipients:
            return
        conversation = self._of_ours(mail, recipients)
        if conversation is None:
            conversation = self._open()
        elif not any(_is_party(address, conversation.theirs) for address in recipients) or (
            is_forward(mail.subject) and not conversation.theirs.intersection(recipients)
        ):
            self._remember(mail, conversation, ())
            return
        conversation.theirs.update(recipients)
        self._remember(mail, conversation, recipients)
        if mail.holding:
            self._hold(conversation, mail.received_at)
            return
        for index in conversation.waiting:
            row = self._rows[index]
            self._answers[row.id] = mail
            self._rows[index] = replace(row, answered_at=mail.received_at, via=Via.ELSEWHERE, person=mail.sender)
        conversation.answered = True
        conversation.waiting.clear()

    def _hold(self, conversation: _Conversation, at: datetime) -> None:
        for index in conversation.waiting:
            row = self._rows[index]
            self._rows[index] = replace(row, holding_at=row.holding_at or at)

    def _of_theirs(self, mail: PastMail, writers: list[str]) -> _Conversation:
        """By references, if the writer takes part; else by writer and subject (A35)."""
        for known in self._named(mail):
            if any(_is_party(address, known.theirs) for address in writers):
                return known
        return self._same_subject(mail, writers) or self._open()

    def _of_ours(self, mail: PastMail, recipients: list[str]) -> _Conversation | None:
        """Our own references are believed."""
        return next(self._named(mail), None) or self._same_subject(mail, recipients)

    def _named(self, mail: PastMail) -> Iterator[_Conversation]:
        return (self._by_id[name] for name in reversed(mail.named) if name in self._by_id)

    def _same_subject(self, mail: PastMail, addresses: Iterable[str]) -> _Conversation | None:
        subject = normal_subject(mail.subject)
        for address in addresses if subject else ():
            known = self._by_subject.get((address, subject))
            if known is not None and mail.received_at - known[1] <= SAME_SUBJECT_WITHIN:
                return known[0]
        return None

    def _open(self) -> _Conversation:
        self._conversations += 1
        return _Conversation(self._conversations)

    def _remember(self, mail: PastMail, conversation: _Conversation, addresses: Iterable[str]) -> None:
        if mail.message_id is not None:
            self._by_id.setdefault(mail.message_id, conversation)
        subject = normal_subject(mail.subject)
        for address in addresses if subject else ():
            self._by_subject[address, subject] = (conversation, mail.received_at)

    def _outside(self, addresses: Iterable[str]) -> list[str]:
        """Those that are neither ours nor a colleague's."""
        return [
            address
            for address in dict.fromkeys(addresses)
            if address and address not in self._own and _domain(address) not in self._own_domains
        ]


def first_copies(mails: Iterable[PastMail]) -> list[PastMail]:
    """By arrival; of copies (one Message-ID, one sender, one side) the earliest (A2)."""
    seen: defaultdict[str, set[tuple[str, bool]]] = defaultdict(set)
    found = []
    for mail in sorted(mails, key=lambda mail: (mail.received_at, mail.ours, mail.place, mail.position)):
        key = (mail.sender, mail.ours)
        if mail.message_id is not None:
            if key in seen[mail.message_id]:
                continue
            seen[mail.message_id].add(key)
        found.append(mail)
    return found


def _is_party(address: str, parties: set[str]) -> bool:
    """One of them, or someone of the same company."""
    if address in parties:
        return True
    domain = _domain(address)
    return domain not in free_mail_domains() and any(_domain(party) == domain for party in parties)


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
