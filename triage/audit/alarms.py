"""Warnings before a mail's target is missed, and alarms in steps after it (A39-A42). Each is raised once.

One alert stands for each such mail: the step it has reached. What is raised is an event of the audit log too, which is
what others are told by.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from triage.audit.business_hours import working_seconds
from triage.audit.words import duration, shown
from triage.vocabulary.policy import Alarms, Calendars, Window
from triage.vocabulary.ports import UnitOfWork
from triage.vocabulary.records import ResponseRecord

PREFIX = "response:"
SOON = "soon"
_ACTOR = "triage"
_NAME_WIDTH, _SUBJECT_WIDTH = 60, 80


@dataclass(frozen=True, slots=True)
class Alarm:
    """`level`: `soon`, or `late1`, `late2`, ... by the step reached."""

    response_id: int
    account_id: str
    level: str
    text: str


def review(uow: UnitOfWork, alarms: Alarms, calendars: Calendars, now: datetime) -> tuple[Alarm, ...]:
    """Raise what is due, end what no longer is; the alarms that are new."""
    waiting = uow.responses.waiting()
    due = {row.id: alarm for row in waiting if (alarm := _alarm(row, alarms, calendars, now))}
    quiet = is_quiet(alarms.quiet, calendars.company.time_zone, now)
    standing = [alert.key for alert in uow.alerts.standing() if alert.key.startswith(PREFIX)]
    keys = {_key(alarm) for alarm in due.values()}
    new = [] if quiet else [alarm for alarm in due.values() if uow.alerts.raise_(_key(alarm), alarm.text, now)]
    for alarm in new:
        data = {"level": alarm.level, "mailbox": alarm.account_id}
        uow.audit.append(now, _ACTOR, "response.alarm", f"{PREFIX}{alarm.response_id}", data)
    raised = {alarm.response_id for alarm in new}
    for key in standing:
        number = int(key.split(":")[1])
        if key not in keys and (number not in due or number in raised):
            uow.alerts.clear(key, now)
    return tuple(new)


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


def _key(alarm: Alarm) -> str:
    return f"{PREFIX}{alarm.response_id}:{alarm.level}"
