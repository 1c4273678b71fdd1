"""Who writes in the quarter, and what: buyers' mails and the desk's own letters, put together from pieces."""

import random
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from email.utils import format_datetime
from functools import cache
from importlib.resources import files

from triage.demo.mails import ADDRESS, ON_THE_WAY, PERSON

_SIGNATURE = "{name}\n{company}\n{city}, {country}\n{phone}"


@dataclass(frozen=True, slots=True)
class Buyer:
    name: str
    company: str
    city: str
    country: str
    phone: str
    language: str
    zone: timezone
    domain: str

    @property
    def first(self) -> str:
        """How the desk addresses this person."""
        return self.name if self.language == "zh" else self.name.partition(" ")[0]

    @property
    def email(self) -> str:
        return f"purchasing@{self.domain}"


@cache
def buyers() -> tuple[Buyer, ...]:
    rows = tomllib.loads(_read("buyers.toml"))["buyers"].strip().splitlines()
    return tuple(_buyer(*map(str.strip, row.split("|"))) for row in rows)


def _buyer(
    name: str, company: str, city: str, country: str, phone: str, language: str, zone: str, domain: str
) -> Buyer:
    return Buyer(name, company, city, country, phone, language, timezone(timedelta(hours=float(zone))), domain)


@dataclass(frozen=True, slots=True)
class Answered:
    """The letter that a mail goes back to."""

    message_id: str
    subject: str


class Writers:
    """Takes pieces by chance; the same chance writes the same mails."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._written = 0

    def mail(self, buyer: Buyer, kind: str, at: datetime, to: Answered | None = None) -> bytes:
        """A buyer's mail of that kind; with `to` a reply. Kinds that a language lacks are written in English."""
        pieces = _pieces()[buyer.language].get(kind) or _pieces()["en"][kind]
        chosen = {part: self._one(choice) for part, choice in pieces.items()}
        numbers = {
            "few": self._chance.choice((12, 24, 36, 48, 60, 96, 120)),
            "some": self._chance.choice((200, 300, 500, 800, 1200)),
            "many": self._chance.choice((2000, 3000, 5000, 8000)),
            "order": self._chance.randrange(20400, 20999),
        }
        spoken = "\n\n".join(chosen[part] for part in ("text", "intro", "want", "ask") if part in chosen)
        parts = (spoken, chosen.get("close", ""), _SIGNATURE)
        body = "\n\n".join(filter(None, parts)).format(**_words(buyer), **numbers)
        subject = _reply(to) if to else chosen["subject"].format(**_words(buyer), **numbers)
        return self._message(f"{buyer.name} <{buyer.email}>", ADDRESS, subject, body, at.astimezone(buyer.zone), to)

    def letter(self, buyer: Buyer, sort: str, at: datetime, to: Answered) -> bytes:
        """A letter of the desk's own, from another program: `answer` or `holding`."""
        text = self._one(_letters()[buyer.language][sort]).format(
            first=buyer.first,
            price=f"{self._chance.uniform(3, 18):.2f}",
            days=self._chance.choice((20, 25, 30, 35)),
        )
        return self._message(f"{PERSON} <{ADDRESS}>", buyer.email, _reply(to), text, at, to)

    def added(self, language: str) -> str:
        """A line that a reviewer writes into a draft."""
        return self._one(_letters()[language]["added"])

    def _message(
        self, sender: str, recipient: str, subject: str, body: str, at: datetime, to: Answered | None
    ) -> bytes:
        self._written += 1
        mail = EmailMessage(policy=SMTP)
        mail["From"] = sender
        mail["To"] = recipient
        mail["Subject"] = subject
        mail["Date"] = format_datetime(at - ON_THE_WAY)
        mail["Message-ID"] = f"<quarter-{self._written}@{sender.rpartition('@')[2].rstrip('>')}>"
        if to is not None:
            mail["In-Reply-To"] = mail["References"] = to.message_id
        mail.set_content(body)
        return mail.as_bytes()

    def _one(self, choice: Sequence[str]) -> str:
        return self._chance.choice(choice)


def _reply(to: Answered) -> str:
    return f"Re: {to.subject.removeprefix('Re: ')}"


def told_of(raw: bytes) -> Answered:
    """What an answer to a mail or letter written here refers to."""
    headers = message_from_bytes(raw, policy=default)
    return Answered(str(headers["Message-ID"]), str(headers["Subject"]))


def _words(buyer: Buyer) -> Mapping[str, str]:
    return {name: getattr(buyer, name) for name in ("first", "name", "company", "city", "country", "phone")}


@cache
def _pieces() -> Mapping[str, Mapping[str, Mapping[str, Sequence[str]]]]:
    """By language, kind of mail and part of it."""
    return tomllib.loads(_read("mails.toml"))


@cache
def _letters() -> Mapping[str, Mapping[str, Sequence[str]]]:
    """By language and sort of letter."""
    return tomllib.loads(_read("letters.toml"))


def _read(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")
