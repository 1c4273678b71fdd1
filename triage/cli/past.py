"""`triage audit --mailbox` and `--from`: how a desk has done so far, with nothing set up."""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from triage.cli.progress import Progress as Line
from triage.errors import ConfigError

if TYPE_CHECKING:
    from triage.audit.report import Report
    from triage.config import Settings
    from triage.past.facts import Facts
    from triage.past.reader import Understand
    from triage.vocabulary.responses import Dimension

LAST_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Past:
    """What the command line asked for."""

    mailbox: str
    archives: tuple[Path, Path] | None
    own: Sequence[str]
    password_env: str
    password_file: Path | None
    ca_file: Path | None
    kinds: bool
    facts: Path | None


def report_of(
    past: Past, settings: "Settings", by: "Sequence[Dimension]", since: datetime | None, until: datetime | None
) -> "Report":
    """Read what is not known yet, pair, and report. Raises TriageError."""
    from triage.audit.columns import columns_of
    from triage.audit.pairing import Pairer
    from triage.audit.summary import summarise
    from triage.clock import SystemClock
    from triage.vocabulary.inquiry import Tier
    from triage.vocabulary.policy import Calendars

    now = SystemClock().now()
    since = since or now - LAST_YEAR
    facts, own = _read(past, settings, since)
    writers = {mail.sender for mail in facts.mails() if mail.ours and mail.sender and mail.automatic is None}
    pairing = Pairer(own | writers, settings.targets.value().by_tier[Tier.C]).take(facts.mails())
    print(f"What was read is kept in {facts.path}; delete it when you are done.", file=sys.stderr)
    records = {record.id: record for record in pairing.responses}
    return summarise(
        [columns_of(pairing.responses)],
        by,
        now,
        Calendars(settings.calendar.value()),
        lambda ids: [records[number] for number in ids],
        since=since,
        until=until,
    )


def _read(past: Past, settings: "Settings", since: datetime) -> "tuple[Facts, frozenset[str]]":
    from triage.past.facts import Facts
    from triage.past.reader import read_archives, read_mailbox
    from triage.past.target import login_of, server_of

    if past.mailbox and past.archives:
        raise ConfigError("A mailbox or two archives, not both.", "Leave out --mailbox or --from.")
    understand, shown = _understand(past, settings), _Shown()
    purpose, day = "kinds" if past.kinds else "headers", since.date()
    own = frozenset(address.lower() for address in past.own)
    if past.archives is not None:
        inbox, sent = past.archives
        facts = Facts(past.facts or Path(f"{inbox.stem}.facts"), f"{purpose} {inbox.resolve()} {sent.resolve()}", day)
        facts.load()
        read_archives(inbox, sent, since, facts, understand, shown)
        return facts, own
    server, user = server_of(past.mailbox, past.ca_file)
    name = "".join(char if char.isalnum() or char in "@.-" else "_" for char in f"{user}@{server.host}")
    facts = Facts(past.facts or Path(f"{name}.facts"), f"{purpose} {user} {server.host}", day)
    facts.load()
    read_mailbox(server, login_of(user, past.password_env, past.password_file), since, facts, understand, shown)
    return facts, own | ({user.lower()} if "@" in user else set())


def _understand(past: Past, settings: "Settings") -> "Understand":
    from triage.past.reader import ByClassifier, ByHeaders

    if not past.kinds:
        return ByHeaders()
    from triage.desk import desk_of

    return ByClassifier(desk_of(settings))


class _Shown:
    """A line on standard error, twice a second."""

    def __init__(self) -> None:
        self._line, self._began, self._last = Line(), time.monotonic(), 0.0

    def __call__(self, place: str, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._last >= 0.5 or done == total:
            self._last = now
            of = f" of {total}" if total else ""
            self._line.line(f"{place}: {done}{of} mails read" + ("\n" if done == total else ""))
