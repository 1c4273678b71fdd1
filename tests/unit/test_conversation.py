"""Threading: references are the sender's word and prove nothing alone (H14)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from triage.conversation import match, normal_subject, reuses_id, same_mail, thread_ids
from triage.vocabulary.mail import Address, ParsedMail
from triage.vocabulary.threading import Candidate, ConversationMatch

ANA = Address("Ana", "ana@tienda.example")
NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)
MAIL = ParsedMail(subject="Re: Pumps", sender=ANA, message_id="<m3@tienda.example>", references=("<m1@x>", "<m2@x>"))
KNOWN = Candidate(7, "<m2@x>", frozenset({"ana@tienda.example"}), ours=True)


def test_thread_ids_are_each_once_with_the_newest_last() -> None:
    assert thread_ids(replace(MAIL, in_reply_to=("<m2@x>", "<m9@x>"))) == ("<m1@x>", "<m2@x>", "<m9@x>")


def test_long_threads_keep_their_start_and_their_newest() -> None:
    ids = tuple(f"<{n}@x>" for n in range(200))
    found = thread_ids(replace(MAIL, references=ids))
    assert (len(found), found[0], found[-1]) == (50, "<0@x>", "<199@x>")


def test_a_participant_joins() -> None:
    assert match(MAIL, [KNOWN]) == ConversationMatch(7)


def test_a_colleague_of_a_participant_joins() -> None:
    colleague = replace(MAIL, sender=Address("", "boss@tienda.example"))
    branch = replace(MAIL, sender=Address("", "boss@es.tienda.example"))
    assert match(colleague, [KNOWN]) == match(branch, [KNOWN]) == ConversationMatch(7)


@pytest.mark.parametrize("sender", ["eve@other.example", "eve@nottienda.example", "eve@example"])
def test_a_stranger_with_forged_references_starts_a_new_conversation(sender: str) -> None:
    found = match(replace(MAIL, sender=Address("Eve", sender)), [KNOWN])
    assert found.conversation_id is None
    assert found.note == "claims to belong to conversation 7, but its sender takes no part in that one"


def test_sharing_a_free_mail_domain_connects_nobody() -> None:
    candidate = replace(KNOWN, participants=frozenset({"ana@gmail.com"}))
    assert match(replace(MAIL, sender=Address("", "eve@gmail.com")), [candidate]).conversation_id is None
    assert match(replace(MAIL, sender=Address("", "ana@gmail.com")), [candidate]).conversation_id == 7


def test_the_newest_reference_decides() -> None:
    older = Candidate(3, "<m1@x>", frozenset({"ana@tienda.example"}), ours=False)
    assert match(MAIL, [KNOWN, older]).conversation_id == match(MAIL, [older, KNOWN]).conversation_id == 7


def test_no_references_no_conversation_by_subject_alone() -> None:
    fresh = replace(MAIL, references=())
    other = replace(KNOWN, subject="Pumps", sender="bob@other.example", received_at=NOW - timedelta(days=1))
    assert match(fresh, [other], NOW) == ConversationMatch(None)


@pytest.mark.parametrize(("days", "joined"), [(1, 7), (30, 7), (31, None), (-1, None)])
def test_same_sender_and_subject_join_for_a_while(days: int, joined: int | None) -> None:
    fresh = replace(MAIL, references=())
    known = replace(KNOWN, subject="AW: pumps", sender="ana@tienda.example", received_at=NOW - timedelta(days=days))
    assert match(fresh, [known], NOW).conversation_id == joined


@pytest.mark.parametrize(
    "subject",
    [
        "Re: Pumps",
        "RE: re: AW: pumps",
        "回复：Pumps",
        "Fwd: [EXT] Pumps",
        "Re[2]: Pumps",
        "答复: 转发: Pumps ",
        "SV: pumps",
    ],
)
def test_subjects_are_compared_without_prefixes(subject: str) -> None:
    assert normal_subject(subject) == "pumps"


def test_copies_of_one_mail_are_known_and_reused_ids_are_not_copies() -> None:
    mail = replace(MAIL, newest_text="Price of 500 pumps?")
    copy = replace(mail, newest_text="Price of  500\npumps?", size=9)
    other = replace(mail, newest_text="Change the bank account")
    assert same_mail(mail, copy)
    assert not same_mail(mail, other)
    assert (reuses_id(mail, other), reuses_id(mail, copy)) == (True, False)
    assert not same_mail(mail, replace(mail, sender=Address("", "eve@other.example")))
    assert not same_mail(replace(mail, message_id=None), replace(mail, message_id=None))
