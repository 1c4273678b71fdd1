"""Which lines of the audit log are told to others, and in what words: ids and states, never a word of a mail."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from triage.errors import NotFound
from triage.vocabulary.access import HookEvent
from triage.vocabulary.inquiry import Tier
from triage.vocabulary.ports import UnitOfWork
from triage.vocabulary.records import AuditEvent


@dataclass(frozen=True, slots=True)
class Happened:
    """`id` is the same whenever the same thing is told."""

    id: str
    event: HookEvent
    body: str


def happened(uow: UnitOfWork, line: AuditEvent) -> Happened | None:
    """None for what is not told, and for what is not there any more."""
    tell = _TOLD.get(line.name)
    try:
        return tell(uow, line) if tell else None
    except NotFound:
        return None


def _proposed(uow: UnitOfWork, line: AuditEvent) -> Happened | None:
    """A mail made anew by a relabelling is told once, as it was the first time."""
    if "message" not in line.data:
        return None  # a letter of our own accord to a customer who never wrote
    message = uow.messages.get(int(line.data["message"]))
    if message.tier is not Tier.A:
        return None
    data = {
        "message_id": message.id,
        "draft_id": _number(line),
        "mailbox": message.account_id,
        "received_at": message.received_at.isoformat(),
        "kind": message.kind,
        "tier": message.tier,
        "priority": message.priority,
        "country": message.country,
    }
    return _told(f"{HookEvent.A_TIER_MAIL}:{message.id}", HookEvent.A_TIER_MAIL, line, data)


def _alarm(uow: UnitOfWork, line: AuditEvent) -> Happened | None:
    number = _number(line)
    data = {"response_id": number, "mailbox": line.data["mailbox"], "level": line.data["level"]}
    row = next((row for row in uow.responses.waiting() if row.id == number), None)
    if row is not None:
        data |= {"message_id": row.message_id, "tier": row.tier, "received_at": row.received_at.isoformat()}
    return _told(f"{HookEvent.RESPONSE_DUE}:{line.seq}", HookEvent.RESPONSE_DUE, line, data)


def _uncertain(uow: UnitOfWork, line: AuditEvent) -> Happened | None:
    draft = uow.drafts.get(_number(line))
    data = {"draft_id": draft.id, "message_id": draft.message_id, "mailbox": draft.account_id}
    return _told(f"{HookEvent.SEND_UNCERTAIN}:{line.seq}", HookEvent.SEND_UNCERTAIN, line, data)


_TOLD = {"draft.proposed": _proposed, "response.alarm": _alarm, "draft.uncertain": _uncertain}


def _told(key: str, event: HookEvent, line: AuditEvent, data: Mapping[str, object]) -> Happened:
    body = {"id": key, "event": event, "at": line.at.isoformat(), "data": data}
    return Happened(key, event, json.dumps(body))


def _number(line: AuditEvent) -> int:
    return int(line.subject.partition(":")[2])
