"""A made-up year of a sales mailbox, of any size, with the truth about which letter answered which mail.

All that makes pairing hard is in it, in shares: replies without references, several mails before one answer, buyers who
write again, from another program or another address, forwards to suppliers, out-of-office notes of ours, copies, forms,
newsletters, bounces, one subject from many buyers, two threads with one buyer, answers under a new subject.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

START = datetime(2025, 11, 1, tzinfo=UTC)
YEAR = timedelta(days=360)
OURS = "sales@lumina-led.example"
ALIAS = "li.na@lumina-led.example"
SUBJECTS = (
    "Inquiry",
    "RFQ LED panels",
    "询价",
    "Price list",
    "Angebot LED",
    "Muestra",
    "Order 4711",
    "Catalogue please",
)
FREE = ("gmail.com", "outlook.com", "qq.com")
REPLY_PREFIXES = ("Re: ", "RE: ", "AW: ", "回复：", "RV: Re: ")


@dataclass
class PastMailbox:
    """What lies in INBOX and Sent, with arrival times, and the answer's Message-ID of each mail that was due one."""

    inbox: list[tuple[datetime, bytes]] = field(default_factory=list)
    sent: list[tuple[datetime, bytes]] = field(default_factory=list)
    truth: dict[str, str | None] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return len(self.inbox) + len(self.sent)


def past_mailbox(mails: int, seed: int = 1) -> PastMailbox:
    """About so many mails."""
    return _Maker(random.Random(seed)).make(mails)  # noqa: S311


class _Maker:
    def __init__(self, chance: random.Random) -> None:
        self._chance, self._box, self._number = chance, PastMailbox(), 0

    def make(self, mails: int) -> PastMailbox:
        stories: list[tuple[Callable[[datetime], None], int]] = [
            (self._answered, 48),
            (self._answered_without_references, 9),
            (self._several_before_one_answer, 8),
            (self._buyer_writes_again, 9),
            (self._another_program, 3),
            (self._a_colleague_of_the_buyer, 3),
            (self._two_threads, 4),
            (self._unanswered, 7),
            (self._forwarded_to_a_supplier, 3),
            (self._out_of_office_only, 1),
            (self._form, 3),
            (self._twice_in_the_inbox, 2),
            (self._our_own_start, 3),
            (self._newsletter, 8),
            (self._bounce, 2),
            (self._a_word_among_ourselves, 2),
            (self._answered_under_a_new_subject, 0.3),  # type: ignore[list-item]
        ]
        kinds, weights = zip(*stories, strict=True)
        while self._box.size < mails:
            moment = START + YEAR * self._chance.random()
            self._chance.choices(kinds, weights)[0](moment)
        return self._box

    # --- stories

    def _answered(self, at: datetime) -> None:
        buyer, subject = self._buyer(), self._subject()
        asked = self._theirs(at, buyer, subject)
        self._ours(self._later(at), buyer, self._re(subject), [asked], answers=[asked])

    def _answered_without_references(self, at: datetime) -> None:
        buyer, subject = self._buyer(), self._subject()
        asked = self._theirs(at, buyer, subject)
        self._ours(self._later(at), buyer, self._re(subject), [], answers=[asked])

    def _several_before_one_answer(self, at: datetime) -> None:
        buyer, subject = self._buyer(), self._subject()
        first = self._theirs(at, buyer, subject)
        second = self._theirs(at + timedelta(hours=2), buyer, self._re(subject), [first])
        self._ours(
            self._later(at + timedelta(hours=3)), buyer, self._re(subject), [first, second], answers=[first, second]
        )

    def _buyer_writes_again(self, at: datetime) -> None:
        buyer, subject = self._buyer(), self._subject()
        first = self._theirs(at, buyer, subject)
        answered = self._later(at)
        answer = self._ours(answered, buyer, self._re(subject), [first], answers=[first])
        again = self._theirs(answered + timedelta(days=2), buyer, self._re(subject), [answer])
        if self._chance.random() < 0.7:
            self._ours(
                self._later(answered + timedelta(days=2)),
                buyer,
                self._re(subject),
                [first, answer, again],
                answers=[again],
            )

    def _another_program(self, at: datetime) -> None:
        buyer, subject = self._buyer(), self._subject()
        first = self._theirs(at, buyer, subject)
        second = self._theirs(at + timedelta(hours=5), buyer, subject)
        self._ours(self._later(at + timedelta(hours=6)), buyer, self._re(subject), [second], answers=[first, second])

    def _a_colleague_of_the_buyer(self, at: datetime) -> None:
        buyer, subject = self._buyer(company=True), self._subject()
        first = self._theirs(at, buyer, subject)
        colleague = f"purchasing@{buyer.rpartition('@')[2]}"
        second = self._theirs(at + timedelta(hours=4), colleague, self._re(subject), [first])
        self._ours(
            self._later(at + timedelta(hours=5)), colleague, self._re(subject), [second], answers=[first, second]
        )

    def _two_threads(self, at: datetime) -> None:
        buyer = self._buyer()
        one, other = self._chance.sample(SUBJECTS, 2)
        first = self._theirs(at, buyer, one)
        second = self._theirs(at + timedelta(hours=1), buyer, other)
        self._ours(self._later(at + timedelta(hours=2)), buyer, self._re(other), [second], answers=[second])
        if self._chance.random() < 0.5:
            self._ours(at + timedelta(days=9), buyer, self._re(one), [first], answers=[first])

    def _unanswered(self, at: datetime) -> None:
        self._theirs(at, self._buyer(), self._subject())

    def _forwarded_to_a_supplier(self, at: datetime) -> None:
        buyer, subject = self._buyer(), self._subject()
        asked = self._theirs(at, buyer, subject)
        self._ours(at + timedelta(minutes=20), "factory@supplier.example", f"Fwd: {subject}", [asked], answers=[])
        if self._chance.random() < 0.6:
            self._ours(self._later(at), buyer, self._re(subject), [asked], answers=[asked])

    def _out_of_office_only(self, at: datetime) -> None:
        buyer, subject = self._buyer(), self._subject()
        asked = self._theirs(at, buyer, subject)
        self._ours(
            at + timedelta(seconds=4), buyer, f"Out of office: {subject}", [asked], [], "Auto-Submitted: auto-replied"
        )

    def _form(self, at: datetime) -> None:
        buyer = self._buyer()
        subject = f"New message from the website no {self._number}"
        asked = self._theirs(at, "wordpress@shop-host.example", subject, reply_to=buyer)
        self._ours(self._later(at), buyer, self._re(subject), [asked], answers=[asked])

    def _twice_in_the_inbox(self, at: datetime) -> None:
        buyer, subject = self._buyer(), self._subject()
        asked = self._theirs(at, buyer, subject)
        when, raw = self._box.inbox[-1]
        self._box.inbox.append((when + timedelta(minutes=3), raw))
        self._ours(self._later(at), buyer, self._re(subject), [asked], answers=[asked])

    def _our_own_start(self, at: datetime) -> None:
        buyer = self._buyer()
        start = self._ours(at, buyer, "New catalogue", [], answers=[])
        if self._chance.random() < 0.5:
            reply = self._theirs(at + timedelta(days=1), buyer, "Re: New catalogue", [start])
            self._ours(self._later(at + timedelta(days=1)), buyer, "Re: New catalogue", [start, reply], answers=[reply])

    def _answered_under_a_new_subject(self, at: datetime) -> None:
        buyer = self._buyer()
        asked = self._theirs(at, buyer, self._subject())
        self._ours(self._later(at), buyer, "Quotation Q-2026", [], answers=[asked])

    def _newsletter(self, at: datetime) -> None:
        self._theirs(at, "news@fair.example", "Fair news", extra="List-Id: <news.fair.example>", due=False)

    def _bounce(self, at: datetime) -> None:
        extra = "Content-Type: multipart/report; report-type=delivery-status; boundary=b"
        self._theirs(at, "MAILER-DAEMON@mx.example", "Undelivered Mail", extra=extra, due=False)

    def _a_word_among_ourselves(self, at: datetime) -> None:
        self._theirs(at, "boss@lumina-led.example", "Lunch", due=False)

    # --- mails

    def _theirs(
        self,
        at: datetime,
        sender: str,
        subject: str,
        references: list[str] | None = None,
        *,
        reply_to: str = "",
        extra: str = "",
        due: bool = True,
    ) -> str:
        number = self._id(sender)
        headers = [f"Reply-To: {reply_to}"] if reply_to else []
        headers += [extra] if extra else []
        self._box.inbox.append((at, _raw(at, sender, OURS, subject, number, references or [], headers)))
        if due:
            self._box.truth[number] = None
        return number

    def _ours(
        self, at: datetime, to: str, subject: str, references: list[str], answers: list[str], extra: str = ""
    ) -> str:
        sender = self._chance.choice((OURS, OURS, ALIAS))
        number = self._id(sender)
        self._box.sent.append((at, _raw(at, sender, to, subject, number, references, [extra] if extra else [])))
        for asked in answers:
            self._box.truth[asked] = number
        return number

    def _id(self, sender: str) -> str:
        self._number += 1
        return f"<{self._number}.{self._chance.randrange(10**9)}@{sender.rpartition('@')[2]}>"

    def _buyer(self, *, company: bool = False) -> str:
        self._number += 1
        if company or self._chance.random() < 0.6:
            return f"buyer@company{self._number}.example"
        return f"buyer{self._number}@{self._chance.choice(FREE)}"

    def _subject(self) -> str:
        return self._chance.choice(SUBJECTS)

    def _re(self, subject: str) -> str:
        return subject if subject.startswith(REPLY_PREFIXES) else self._chance.choice(REPLY_PREFIXES) + subject

    def _later(self, at: datetime) -> datetime:
        return at + timedelta(minutes=3 + self._chance.expovariate(1 / 600))


def _raw(
    at: datetime, sender: str, to: str, subject: str, number: str, references: list[str], extra: list[str]
) -> bytes:
    lines = [
        *([f"Received: from mx by imap.lumina-led.example; {format_datetime(at)}"] if to == OURS else []),
        f"From: {sender}",
        f"To: {to}",
        f"Subject: {subject}",
        f"Date: {format_datetime(at)}",
        f"Message-ID: {number}",
        *([f"In-Reply-To: {references[-1]}", f"References: {' '.join(references)}"] if references else []),
        *extra,
        "MIME-Version: 1.0",
    ]
    body = "Dear all,\r\nplease see below.\r\nKind regards\r\n"
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()
