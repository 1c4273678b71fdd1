"""Which conversation a mail belongs to. References are the sender's word and prove nothing alone (H14)."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from importlib import resources

from triage.vocabulary.mail import ParsedMail
from triage.vocabulary.subjects import base_subject
from triage.vocabulary.threading import Candidate, ConversationMatch

SAME_SUBJECT_WITHIN = timedelta(days=30)
"""How long a mail without references may continue one of the same sender and subject (a changed mail program)."""
MAX_IDS = 50


def thread_ids(mail: ParsedMail) -> tuple[str, ...]:
    """The Message-IDs to look up: the thread's start and its newest members, each once, the newest last."""
    ids = tuple(dict.fromkeys((*mail.references, *mail.in_reply_to)))
    return ids if len(ids) <= MAX_IDS else (ids[0], *ids[-(MAX_IDS - 1) :])


def match(mail: ParsedMail, candidates: Sequence[Candidate], received_at: datetime | None = None) -> ConversationMatch:
    """Choose among stored mails. Two rules, in this order:

    1. A mail that the references name, newest first, if the sender takes part in its conversation or writes from a
       participant's company. Otherwise a new conversation, with a note of what the mail claims to belong to.
    2. A mail without references that are known: the newest mail of the same sender with the same subject (not empty,
       prefixes aside) within `SAME_SUBJECT_WITHIN` of `received_at`. Subject alone never joins.
    """
    named = {candidate.rfc_message_id: candidate for candidate in candidates}
    claims = [named[rfc_id] for rfc_id in reversed(thread_ids(mail)) if rfc_id in named]
    for claim in claims:
        if _takes_part(mail, claim.participants):
            return ConversationMatch(claim.conversation_id)
    if claims:
        return ConversationMatch(
            None,
            f"claims to belong to conversation {claims[0].conversation_id}, but its sender takes no part in that one",
        )
    return _by_sender_and_subject(mail, candidates, received_at)


def _by_sender_and_subject(
    mail: ParsedMail, candidates: Sequence[Candidate], received_at: datetime | None
) -> ConversationMatch:
    subject = normal_subject(mail.subject)
    if mail.sender is None or not subject or received_at is None:
        return ConversationMatch(None)
    alike = [
        (candidate.received_at, candidate.conversation_id)
        for candidate in candidates
        if candidate.sender == mail.sender.key
        and normal_subject(candidate.subject) == subject
        and candidate.received_at is not None
        and timedelta(0) <= received_at - candidate.received_at <= SAME_SUBJECT_WITHIN
    ]
    if not alike:
        return ConversationMatch(None)
    return ConversationMatch(max(alike)[1], "joined by sender and subject: the mail names no predecessor")


def normal_subject(subject: str) -> str:
    """For comparing only."""
    return base_subject(subject).casefold()


def _takes_part(mail: ParsedMail, participants: frozenset[str]) -> bool:
    if mail.sender is None:
        return False
    if mail.sender.key in participants:
        return True
    domain = mail.sender.domain
    if domain in free_mail_domains():
        return False
    return any(_same_company(domain, participant.rpartition("@")[2]) for participant in participants)


def _same_company(one: str, other: str) -> bool:
    """The same domain, or one below the other. Free-mail domains belong to no company."""
    if "." not in one or "." not in other or other in free_mail_domains():
        return False
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


@cache
def free_mail_domains() -> frozenset[str]:
    """Domains at which anyone can have an address: sharing one connects nobody."""
    lines = resources.files("triage.vocabulary").joinpath("free_mail.txt").read_text("utf-8").split()
    return frozenset(lines)


def same_mail(one: ParsedMail, other: ParsedMail) -> bool:
    """Two copies of one mail (F11): same Message-ID, same sender, same newest text. The same id with another content is
    two mails (F10)."""
    return (
        one.message_id is not None
        and one.message_id == other.message_id
        and _sender(one) == _sender(other)
        and content_digest(one) == content_digest(other)
    )


def reuses_id(one: ParsedMail, other: ParsedMail) -> bool:
    """The same Message-ID on different mails (F10): worth a flag, for one of them is forged or broken."""
    return one.message_id is not None and one.message_id == other.message_id and not same_mail(one, other)


def content_digest(mail: ParsedMail) -> str:
    """SHA-256 of the newest text, white space aside: list servers and mail gateways rewrap lines and add footers."""
    words = " ".join((mail.newest_text or mail.text).split())
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()


def _sender(mail: ParsedMail) -> str:
    return mail.sender.key if mail.sender else ""
