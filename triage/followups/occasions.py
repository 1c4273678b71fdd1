"""Whether a customer is due a letter of our own accord, and which (R20-R22). Pure.

Never one who asked to be left alone, whom we owe something, who complains, whose patience is used up (R21), or who has
been written to often enough lately.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from triage.customers import contacts, segment
from triage.followups.greetings import Feast, next_feast
from triage.vocabulary.customers import Patience, Segment
from triage.vocabulary.inquiry import Kind
from triage.vocabulary.policy import FollowUpRules
from triage.vocabulary.records import CustomerRecord, FollowUp, Silence
from triage.vocabulary.states import UNSENT_FOLLOW_UP, DraftStatus, Occasion

MONTH = timedelta(days=30)
_WAITS_ON = {Kind.RFQ: "quotation", Kind.NEGOTIATION: "quotation", Kind.SAMPLE_REQUEST: "sample"}
"""What the buyer of a mail of that kind got from us, and has not answered."""


def approachable(
    card: CustomerRecord, silence: Silence, past: Sequence[FollowUp], rules: FollowUpRules, now: datetime
) -> bool:
    """Whether any letter of our own accord may go to this customer now."""
    lately = [letter for letter in past if now - letter.created_at < MONTH]
    waiting = any(letter.status in (*UNSENT_FOLLOW_UP, DraftStatus.UNCERTAIN) for letter in past)
    busy = silence.owed or silence.complains or waiting
    return not card.do_not_contact and not busy and len(lately) < rules.a_month


def patience_used_up(card: CustomerRecord, patience: Patience) -> bool:
    """R21: so many contacts and no order."""
    return card.orders == 0 and contacts(card) >= patience.contacts


def due(
    card: CustomerRecord,
    silence: Silence,
    past: Sequence[FollowUp],
    silent_days: int,
    rules: FollowUpRules,
    patience: Patience,
    now: datetime,
) -> Occasion | None:
    """A nudge, or a question to a dormant customer. `silent_days` are the desk's working days since the last
    contact."""
    if not approachable(card, silence, past, rules, now) or patience_used_up(card, patience):
        return None
    if segment(card, now, patience) is Segment.DORMANT:
        lately = any(
            letter.occasion is Occasion.DORMANT and now - letter.created_at < rules.dormant_every for letter in past
        )
        return None if lately else Occasion.DORMANT
    if segment(card, now, patience) is Segment.LOST or silence.answered_at is None:
        return None
    given = _WAITS_ON.get(silence.kind) if silence.kind is not None else None
    patient = {"quotation": rules.quotation_days, "sample": rules.sample_days}
    heard_at = silence.received_at or silence.answered_at
    nudges = [letter for letter in past if letter.occasion is Occasion.NUDGE and letter.created_at >= heard_at]
    refused = any(letter.status is DraftStatus.REJECTED for letter in nudges)
    if given is None or silent_days < patient[given] or len(nudges) >= rules.nudges or refused:
        return None
    return Occasion.NUDGE


def feast_for(
    card: CustomerRecord,
    silence: Silence,
    past: Sequence[FollowUp],
    today: date,
    rules: FollowUpRules,
    patience: Patience,
    now: datetime,
) -> Feast | None:
    """The holiday to greet this customer on; None when there is none, or they have a greeting lately."""
    if not approachable(card, silence, past, rules, now) or patience_used_up(card, patience):
        return None
    greeted = any(
        letter.occasion is Occasion.GREETING and now - letter.created_at < 2 * rules.greeting_lead for letter in past
    )
    if greeted or segment(card, now, patience) is Segment.LOST:
        return None
    return next_feast(card.country, card.greets, today, rules.greeting_lead)
