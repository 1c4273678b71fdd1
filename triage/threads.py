"""Which conversation a stored mail belongs to: the store's side of `triage.conversation`."""

from collections.abc import Sequence

from triage import conversation
from triage.pipeline import Case
from triage.vocabulary.ports import UnitOfWork
from triage.vocabulary.records import MessageRecord
from triage.vocabulary.states import Direction
from triage.vocabulary.threading import Alike, Candidate, ConversationMatch


def of_ours(uow: UnitOfWork, record: MessageRecord, case: Case) -> int:
    """A letter of ours belongs with the mails it answers: its references are our own and to be believed."""
    for known in reversed(uow.messages.by_rfc_ids(conversation.thread_ids(case.mail))):
        if known.conversation_id is not None:
            return known.conversation_id
    return uow.conversations.create(record.account_id, case.mail.subject, None, record.received_at)


def of_theirs(uow: UnitOfWork, record: MessageRecord, case: Case) -> ConversationMatch:
    """The thread of a mail that came in; references alone prove nothing, the sender must take part (H14)."""
    mail = case.mail
    named = conversation.thread_ids(mail)
    known = list(uow.messages.by_rfc_ids(named))
    if mail.sender is not None:
        since = record.received_at - conversation.SAME_SUBJECT_WITHIN
        known += uow.messages.recent_from(record.account_id, mail.sender.key, since)
    candidates = [*_candidates(uow, record, known), *_letters(uow, named)]
    found = conversation.match(mail, candidates, record.received_at)
    if found.conversation_id is not None or not mail.message_id or mail.sender is None:
        return found
    for answer in uow.messages.referring_to(mail.message_id):
        ours = answer.direction is Direction.OUT and mail.sender.key in answer.recipients
        if ours and answer.conversation_id is not None:
            return ConversationMatch(answer.conversation_id, found.note)
    return found


def of_same_words(uow: UnitOfWork, record: MessageRecord, alike: Alike) -> int | None:
    """The conversation in which the same buyer said nearly the same lately: one letter answers both mails (A47)."""
    since = record.received_at - conversation.SAME_SUBJECT_WITHIN
    for known in map(uow.messages.get, alike.theirs):
        if since <= known.received_at <= record.received_at and known.conversation_id is not None:
            return known.conversation_id
    return None


def copy_of(uow: UnitOfWork, record: MessageRecord, case: Case) -> MessageRecord | None:
    """The same mail, already processed from another folder or account (F11)."""
    if not case.mail.message_id:
        return None
    for known in uow.messages.by_rfc_ids([case.mail.message_id]):
        if known.id != record.id and known.direction is Direction.IN and known.duplicate_of is None:
            stored = uow.messages.assessment_of(known.id)
            if stored is not None and conversation.same_mail(stored.mail, case.mail):
                return known
    return None


def _letters(uow: UnitOfWork, named: Sequence[str]) -> list[Candidate]:
    """Letters from here that the mail names: their copies in Sent may not have been read yet, or never lie there."""
    letters = [letter for rfc_id in named if (letter := uow.drafts.by_rfc_id(rfc_id)) is not None]
    return [
        Candidate(
            conversation_id=letter.conversation_id,
            rfc_message_id=letter.rfc_message_id,
            participants=uow.conversations.participants(letter.conversation_id),
            ours=True,
            subject=letter.letter.subject,
        )
        for letter in letters
    ]


def _candidates(uow: UnitOfWork, record: MessageRecord, known: list[MessageRecord]) -> list[Candidate]:
    return [
        Candidate(
            conversation_id=message.conversation_id,
            rfc_message_id=message.rfc_message_id or "",
            participants=uow.conversations.participants(message.conversation_id),
            ours=message.direction is Direction.OUT,
            subject=message.subject,
            sender=message.sender,
            received_at=message.received_at,
        )
        for message in known
        if message.conversation_id is not None and message.id != record.id
    ]
