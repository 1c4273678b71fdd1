"""How queue, drafts and mails look in a terminal. What comes from a mail is cleaned of control characters (I13)."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from triage.cli.table import clean, clean_block, table
from triage.vocabulary.inquiry import Assessment
from triage.vocabulary.letter import AnswerStatus, Letter
from triage.vocabulary.records import AlertRecord, DraftRecord, ParkedRecord, QueueItem
from triage.vocabulary.states import Occasion
from triage.vocabulary.worklist import Headline, headline

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
            str(draft.id),
            head.tier or "",
            f"{head.priority:.0f}",
            draft.status,
            str(head.kind or "") if draft.occasion is Occasion.REPLY else draft.occasion,
            head.country or "",
            waited((now - head.received_at).total_seconds()),
            ", ".join(answer.point for answer in draft.letter.points),
            head.sender,
            head.subject,
        )
        for draft, head in _lines(items)
    ]
    head = ("draft", "tier", "prio", "state", "kind", "from", "waits", "points", "sender", "subject")
    lines = [
        table(head, rows, wide={"points": 26, "sender": 28, "subject": 40}) if rows else "Nothing waits for a person."
    ]
    lines += [
        f"! {clean(alert.text)} (since {alert.raised_at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M})" for alert in alerts
    ]
    return "\n".join(lines)


def _lines(items: Sequence[QueueItem]) -> list[tuple[DraftRecord, Headline]]:
    return [(item.draft, headline(item.message, item.draft)) for item in items]


def queue_json(items: Sequence[QueueItem], now: datetime) -> str:
    return json.dumps(
        [
            {
                "draft": draft.id,
                "message": head.message_id,
                "status": draft.status,
                "tier": head.tier,
                "priority": head.priority,
                "kind": head.kind,
                "occasion": draft.occasion,
                "country": head.country,
                "language": head.language,
                "from": head.sender,
                "subject": head.subject,
                "received_at": head.received_at.isoformat(),
                "waited_seconds": round((now - head.received_at).total_seconds()),
                "points": [answer.point for answer in draft.letter.points],
                "hash": draft.content_hash,
                "note": draft.note,
            }
            for draft, head in _lines(items)
        ],
        ensure_ascii=False,
        indent=2,
    )


def draft_page(app: "App", draft_id: int) -> str:
    """The mail, what was made of it, and the letter, as one page of text."""
    draft = app.draft(draft_id)
    with app.store.begin(write=False) as uow:
        message = uow.messages.get(draft.message_id) if draft.message_id is not None else None
        processed = uow.messages.assessment_of(message.id) if message is not None else None
        said = uow.learning.tier_labels(message.id).get(message.id) if message is not None else None
        attempts = uow.drafts.attempts(draft_id)
    zone = ZoneInfo(app.settings.calendar.time_zone)
    lines = _heading(draft, headline(message, draft), zone)
    if said is not None:
        when = f"{said.at.astimezone(zone):%Y-%m-%d %H:%M %Z}"
        lines.append(f"Tier:     {said.tier}, said {clean(said.by)}, {when}  {clean(said.reason)}".rstrip())
    if processed and processed.assessment:
        lines += [*_assessed(processed.assessment), "", "--- the mail ---", clean_block(processed.mail.message)]
    lines += _letter(draft.letter, zone)
    for attempt in attempts:
        when = f"{attempt.started_at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
        lines.append(f"attempt {when}: {attempt.outcome} in {attempt.phase}: {clean(attempt.reply)}")
    return "\n".join(lines)


def _heading(draft: DraftRecord, head: Headline, zone: ZoneInfo) -> list[str]:
    name = f"{clean(head.sender_name)} " if head.sender_name else ""
    heard = head.message_id is not None
    return [
        f"Draft {draft.id}  {draft.status}  revision {draft.revision}  hash {draft.content_hash[:12]}",
        f"{'From:' if heard else 'To:':<9} {name}<{clean(head.sender)}>",
        f"Subject:  {clean(head.subject)}",
        f"{'Received:' if heard else 'Proposed:'} {head.received_at.astimezone(zone):%Y-%m-%d %H:%M %Z}",
        *([f"Occasion: {draft.occasion}"] if draft.occasion is not Occasion.REPLY else []),
        *([f"Leaves:   not before {draft.not_before.astimezone(zone):%Y-%m-%d %H:%M %Z}"] if draft.not_before else []),
        *([f"Note:     {clean(draft.note)}"] if draft.note else []),
    ]


def _assessed(found: Assessment) -> list[str]:
    kind, rank = found.kind.kind, found.priority
    sure = found.kind.probabilities.get(kind, 0.0)
    return [
        f"Assessed: {kind} ({sure:.0%}), stage {found.stage}, tier {rank.tier}, priority {rank.score:.0f}, "
        f"buyer {found.buyer.score:.0f} ({found.buyer.quality}), "
        f"market {found.market.score:.0f} ({found.reading.country or 'unknown'})",
        *(f"  {reason.effect:+6.1f}  {clean(reason.text)}" for reason in found.reasons),
    ]


def _letter(letter: Letter, zone: ZoneInfo) -> list[str]:
    lines = ["", f"--- our letter, to {', '.join(address.email for address in letter.to)} ---"]
    lines += [f"Subject: {letter.subject}", "", letter.text, "", "--- points ---"]
    lines += [f"{MARK[point.status]} {point.point}: {point.sentence}" for point in letter.points]
    if letter.questions:
        lines += ["--- we ask back ---", *(f"? {question.text}" for question in letter.questions)]
    for promise in letter.promises:
        lines.append(f"promise due {promise.due.astimezone(zone):%Y-%m-%d %H:%M %Z}: {promise.text}")
    for warning in letter.warnings:
        mark = "BLOCKS" if warning.blocking else "note"
        lines.append(f"{mark}: {clean(warning.text)} {clean(warning.remedy)}".rstrip())
    return lines


def parked_table(records: Sequence[ParkedRecord]) -> str:
    if not records:
        return "No mail is parked."
    rows = [(str(r.message_id), r.step, str(r.attempts), f"{r.parked_at:%Y-%m-%d %H:%M}Z", r.error) for r in records]
    return table(("message", "step", "tries", "since", "error"), rows, wide={"error": 80})
