"""Follow-ups are taken back at once when they are no longer wanted: the buyer wrote, someone answered, or the customer
is to be left alone (R22). Works inside the caller's unit of work and does not commit."""

from datetime import datetime

from triage.vocabulary.mail import ParsedMail
from triage.vocabulary.ports import UnitOfWork
from triage.vocabulary.states import UNSENT_FOLLOW_UP, DraftStatus

_ACTOR = "triage"
UNSUBSCRIBE = "unsubscribe"
"""Subject of the mail that a List-Unsubscribe button sends."""


def withdraw(
    uow: UnitOfWork, customer_id: int, now: datetime, note: str, *, said_at: datetime | None = None
) -> tuple[int, ...]:
    """Supersede all follow-ups to this customer that have not left, approved ones too; their draft ids. What was
    said before the mail that a follow-up goes back to (`said_at`, an archive read late) takes nothing back; one that
    goes back to none is taken back by any."""
    gone = []
    for letter in uow.follow_ups.of_customers([customer_id])[customer_id]:
        if said_at is not None and letter.heard_at is not None and said_at <= letter.heard_at:
            continue
        if letter.status in UNSENT_FOLLOW_UP and take_back(uow, letter.draft_id, letter.status, now, note):
            gone.append(letter.draft_id)
    return tuple(gone)


def take_back(uow: UnitOfWork, draft_id: int, status: DraftStatus, now: datetime, note: str) -> bool:
    """One of them. False when it has left or was decided meanwhile."""
    if not uow.drafts.move(draft_id, status, DraftStatus.SUPERSEDED, now, note=note):
        return False
    uow.audit.append(now, _ACTOR, "draft.withdrawn", f"draft:{draft_id}", {"reason": note})
    return True


def asks_to_stop(mail: ParsedMail) -> bool:
    """Whether the mail is what the unsubscribe button of a mail program sends."""
    return mail.subject.strip().lower() == UNSUBSCRIBE
