"""How queue, drafts and mails look in a terminal. Everything from a mail is cleaned of control characters first (I13)."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from triage.cli.table import clean, clean_block, table
from triage.vocabulary.letter import AnswerStatus
from triage.vocabulary.records import AlertRecord, ParkedRecord, QueueItem

if TYPE_CHECKING:
    from triage.app import App

MARK = {AnswerStatus.ANSWERED: "✓", AnswerStatus.DEFERRED: "…", AnswerStatus.MISSING: "✗"}


def waited(seconds: float) -> str:
    """`45 s`, `12 min`, `5 h`, `3 d`: two figures are enough to decide by."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{int(seconds // size)} {unit}"
    return f"{int(seconds)} s"


def queue_table(items: Sequence[QueueItem], alerts: Sequence[AlertRecord], now: datetime, zone: str) -> str:
    rows = [
        (
            str(item.draft.id),
            item.message.tier or "",
            f"{item.message.priority or 0:.0f}",
            item.draft.status,
            str(item.message.kind or ""),
            item.message.country or "",
            waited((now - item.message.received_at).total_seconds()),
            ", ".join(answer.point for answer in item.draft.letter.points),
            item.message.sender,
            item.message.subject,
        )
        for item in items
    ]
    head = ("draft", "tier", "prio", "state", "kind", "from", "waits", "points", "sender", "subject")
    lines = [
        table(head, rows, wide={"points": 26, "sender": 28, "subject": 40}) if rows else "Nothing waits for a person."
    ]
    lines += [
        f"! {clean(alert.text)} (since {alert.raised_at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M})" for alert in alerts
    ]
    return "\n".join(lines)


def queue_json(items: Sequence[QueueItem], now: datetime) -> str:
    return json.dumps(
        [
            {
                "draft": item.draft.id,
                "message": item.message.id,
                "status": item.draft.status,
                "tier": item.message.tier,
                "priority": item.message.priority,
                "kind": item.message.kind,
                "country": item.message.country,
                "language": item.message.language,
                "from": item.message.sender,
                "subject": item.message.subject,
                "received_at": item.message.received_at.isoformat(),
                "waited_seconds": round((now - item.message.received_at).total_seconds()),
                "points": [answer.point for answer in item.draft.letter.points],
                "hash": item.draft.content_hash,
                "note": item.draft.note,
            }
            for item in items
        ],
        ensure_ascii=False,
        indent=2,
    )


def draft_page(app: "App", draft_id: int) -> str:
    """The mail, what was made of it, and the letter, as one page of text."""
    draft = app.draft(draft_id)
    with app.store.begin(write=False) as uow:
        message = uow.messages.get(draft.message_id)
        processed = uow.messages.assessment_of(draft.message_id)
        attempts = uow.drafts.attempts(draft_id)
    zone = ZoneInfo(app.settings.calendar.time_zone)
    lines = [
        f"Draft {draft.id}  {draft.status}  revision {draft.revision}  hash {draft.content_hash[:12]}",
        f"From:     {clean(message.sender_name)} <{clean(message.sender)}>".replace("  <", " <"),
        f"Subject:  {clean(message.subject)}",
        f"Received: {message.received_at.astimezone(zone):%Y-%m-%d %H:%M %Z}",
    ]
    if draft.note:
        lines.append(f"Note:     {clean(draft.note)}")
    if processed and processed.assessment:
        found = processed.assessment
        lines += [
            f"Assessed: {found.kind.kind} ({found.kind.probabilities.get(found.kind.kind, 0):.0%}), stage {found.stage}, "
            f"tier {found.priority.tier}, priority {found.priority.score:.0f}, buyer {found.buyer.score:.0f} ({found.buyer.quality}), "
            f"market {found.market.score:.0f} ({found.reading.country or 'unknown'})",
            *(f"  {reason.effect:+6.1f}  {clean(reason.text)}" for reason in found.reasons),
            "",
            "--- the mail ---",
            clean_block(processed.mail.message),
        ]
    lines += [
        "",
        f"--- our letter, to {', '.join(a.email for a in draft.letter.to)} ---",
        f"Subject: {draft.letter.subject}",
        "",
        draft.letter.text,
    ]
    lines += ["", "--- points ---", *(f"{MARK[p.status]} {p.point}: {p.sentence}" for p in draft.letter.points)]
    if draft.letter.questions:
        lines += ["--- we ask back ---", *(f"? {question.text}" for question in draft.letter.questions)]
    lines += [
        f"promise due {promise.due.astimezone(zone):%Y-%m-%d %H:%M %Z}: {promise.text}"
        for promise in draft.letter.promises
    ]
    lines += [
        f"{'BLOCKS' if w.blocking else 'note'}: {clean(w.text)} {clean(w.remedy)}".rstrip()
        for w in draft.letter.warnings
    ]
    lines += [
        f"attempt {a.started_at.astimezone(zone):%Y-%m-%d %H:%M:%S}: {a.outcome} in {a.phase}: {clean(a.reply)}"
        for a in attempts
    ]
    return "\n".join(lines)


def parked_table(records: Sequence[ParkedRecord]) -> str:
    if not records:
        return "No mail is parked."
    rows = [(str(r.message_id), r.step, str(r.attempts), f"{r.parked_at:%Y-%m-%d %H:%M}Z", r.error) for r in records]
    return table(("message", "step", "tries", "since", "error"), rows, wide={"error": 80})
