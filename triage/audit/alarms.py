"""Warnings before a mail's target is missed, and alarms in steps after it (A39-A42). Each is raised once.

One alert stands for each such mail: the step it has reached. What is raised is an event of the audit log too, which is
what others are told by.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from triage.audit.business_hours import working_seconds
from triage.audit.words import duration, shown
from triage.vocabulary.policy import Alarms, Calendars, Window
from triage.vocabulary.ports import UnitOfWork
from triage.vocabulary.records import ResponseRecord

PREFIX = "response:"
SOON = "soon"
FORGOTTEN_AFTER = timedelta(days=30)
"""Mails that came before that are in the audit's lists only: an archive's would be thousands of alarms at once."""
_ACTOR = "triage"
_NAME_WIDTH, _SUBJECT_WIDTH = 60, 80


@dataclass(frozen=True, slots=True)
class Alarm:
    """`level`: `soon`, or `late1`, `late2`, ... by the step reached."""

    response_id: int
    account_id: str
    level: str
    text: str

    @property
    def key(self) -> str:
        return f"{PREFIX}{self.response_id}:{self.level}"


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at the waiting mails found to change."""

    new: tuple[Alarm, ...]
    ended: tuple[str, ...]
    """Keys of alerts that no longer hold."""


def look(uow: UnitOfWork, alarms: Alarms, calendars: Calendars, now: datetime) -> Look:
    """Reads only, so that it keeps nobody waiting."""
    recent = (row for row in uow.responses.waiting() if now - row.received_at <= FORGOTTEN_AFTER)
    due = {row.id: alarm for row in recent if (alarm := _alarm(row, alarms, calendars, now))}
    standing = {alert.key for alert in uow.alerts.standing() if alert.key.startswith(PREFIX)}
    quiet = is_quiet(alarms.quiet, calendars.company.time_zone, now)
    new = () if quiet else tuple(alarm for alarm in due.values() if alarm.key not in standing)
    kept = {alarm.key for alarm in due.values()}
    risen = {alarm.response_id for alarm in new}
    ended = tuple(key for key in sorted(standing - kept) if (number := _number(key)) not in due or number in risen)
    return Look(new, ended)


def settle(uow: UnitOfWork, found: Look, now: datetime) -> tuple[Alarm, ...]:
    """Raise and end what the look found; the alarms that nobody else raised meanwhile."""
    new = tuple(alarm for alarm in found.new if uow.alerts.raise_(alarm.key, alarm.text, now))
    for alarm in new:
        data = {"level": alarm.level, "mailbox": alarm.account_id}
        uow.audit.append(now, _ACTOR, "response.alarm", f"{PREFIX}{alarm.response_id}", data)
    for key in found.ended:
        uow.alerts.clear(key, now)
    return new


def is_quiet(windows: Sequence[Window], time_zone: str, now: datetime) -> bool:
    """Whether the desk's clock shows a time inside one of these windows, also of one that runs past midnight."""
    at = now.astimezone(ZoneInfo(time_zone)).time()
    return any(_inside(window, at) for window in windows)


def _inside(window: Window, at: time) -> bool:
    if window.start < window.end:
        return window.start <= at < window.end
    return at >= window.start or at < window.end


def _alarm(row: ResponseRecord, alarms: Alarms, calendars: Calendars, now: datetime) -> Alarm | None:
    worked = working_seconds(calendars.of(row.account_id), row.received_at, now)
    late = worked - row.target_seconds
    reached = sum(late >= step.total_seconds() for step in alarms.steps) if late >= 0 else 0
    if reached:
        level, what = f"late{reached}", f"is late (step {reached} of {len(alarms.steps)})"
    elif late < 0 and alarms.warn_share and worked >= alarms.warn_share * row.target_seconds:
        level, what = SOON, "falls due soon"
    else:
        return None
    name, subject = shown(row.sender, _NAME_WIDTH), shown(row.subject, _SUBJECT_WIDTH)
    text = (
        f"The answer to {name} {what}: {subject!r} has waited {duration(worked)} of working time, "
        f"{duration(row.target_seconds)} are allowed."
    )
    return Alarm(row.id, row.account_id, level, text)


def _number(key: str) -> int:
    return int(key.split(":")[1])
