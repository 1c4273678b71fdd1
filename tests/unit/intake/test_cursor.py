from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.intake.cursor import (
    Announced,
    advance,
    batches,
    by_weight,
    in_scope,
    is_another_mailbox,
    nothing_new,
    rematch,
    starting_uid,
    wanted,
)
from triage.vocabulary.records import FolderRole, FolderState, MessageRecord
from triage.vocabulary.states import Direction, MessageStatus

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
FOLDER = FolderState(id=1, account_id="sales", name="INBOX", role=FolderRole.INBOX, uidvalidity=7, last_uid=10)


def stored(number: int, uid: int | None = None, message_id: str | None = "", size: int = 500) -> MessageRecord:
    return MessageRecord(
        id=number,
        account_id="sales",
        folder_id=1,
        direction=Direction.IN,
        uidvalidity=7,
        uid=uid or number,
        sha256=f"{number:064x}",
        size=size,
        received_at=NOON + timedelta(minutes=number),
        status=MessageStatus.PROCESSED,
        rfc_message_id=f"<{number}@example.com>" if message_id == "" else message_id,
    )


def announced(number: int, uid: int | None = None, size: int = 500) -> Announced:
    header = f"Message-ID: <{number}@example.com>\r\n\r\n".encode()
    return Announced(uid or number, size, NOON + timedelta(minutes=number), header)


@pytest.mark.parametrize(
    ("uidnext", "uids", "expected"),
    [(101, [], 100), (1, [], 0), (None, [], 0), (101, [40, 41, 99], 39)],
)
def test_a_first_run_starts_before_the_first_mail_it_takes(uidnext: int | None, uids: list[int], expected: int) -> None:
    assert starting_uid(uidnext, uids) == expected


@pytest.mark.parametrize(
    ("gaps", "uidnext", "expected"),
    [((), 11, True), ((), 12, False), ((), None, False), ((3,), 11, False), ((), 5, True)],
)
def test_uidnext_alone_tells_whether_anything_is_new(
    gaps: tuple[int, ...], uidnext: int | None, expected: bool
) -> None:
    assert nothing_new(replace(FOLDER, gaps=gaps), uidnext) is expected


def test_the_gaps_are_wanted_again_and_old_mail_is_not() -> None:
    assert wanted(replace(FOLDER, gaps=(4, 8)), [12, 10, 11]) == [4, 8, 11, 12]


def test_f05_what_was_asked_for_and_not_settled_becomes_a_gap() -> None:
    after = advance(replace(FOLDER, gaps=(4, 8)), asked=[4, 8, 11, 12], settled={8, 12})
    assert (after.last_uid, after.gaps) == (12, (4, 11))


def test_asking_for_nothing_changes_nothing() -> None:
    assert advance(FOLDER, [], []) is FOLDER


@given(
    st.lists(st.sets(st.integers(1, 60), max_size=12), max_size=8),
    st.randoms(use_true_random=False),
)
def test_f01_however_fetching_fails_every_mail_is_settled_or_asked_for_again(
    rounds: list[set[int]], random: object
) -> None:
    """The cursor's one invariant, over random arrivals and random failures."""
    state = replace(FOLDER, last_uid=0, gaps=())
    on_server: set[int] = set()
    settled: set[int] = set()
    for arrivals in rounds:
        on_server |= {uid for uid in arrivals if uid > max(on_server, default=0)}
        for batch in batches(wanted(state, on_server), 5):
            came = {uid for uid in batch if random.random() < 0.6}  # type: ignore[attr-defined]
            settled |= came
            state = advance(state, batch, came)
        assert {uid for uid in on_server if uid <= state.last_uid} == {
            uid for uid in settled | set(state.gaps) if uid <= state.last_uid
        }
        assert settled & set(state.gaps) == set()


def test_batches_keep_the_order_and_set_suspects_apart() -> None:
    assert list(batches([1, 2, 3, 4, 5, 6, 7], 3, alone={4})) == [[1, 2, 3], [4], [5, 6, 7]]
    assert list(batches([1, 2, 3], 2)) == [[1, 2], [3]]
    assert list(batches([], 2)) == []


def test_groups_stay_below_the_weight_unless_one_mail_is_heavier() -> None:
    assert list(by_weight({1: 40, 2: 50, 3: 20, 4: 300, 5: 0}, 100)) == [[1, 2], [3], [4], [5]]
    assert list(by_weight({}, 100)) == []


def test_f04_known_mails_find_their_new_uids() -> None:
    found = rematch([stored(1), stored(2)], [announced(2, uid=201), announced(1, uid=200), announced(3, uid=202)])
    assert (dict(found.pairs), found.lost) == ({1: 200, 2: 201}, ())


def test_f04_the_same_message_id_with_another_size_or_arrival_is_another_mail() -> None:
    other_size, other_time = announced(1, size=501), replace(announced(1), received_at=NOON)
    found = rematch([stored(1)], [other_size, other_time])
    assert (dict(found.pairs), [record.id for record in found.lost]) == ({}, [1])


def test_f04_mails_alike_in_all_three_are_paired_one_to_one() -> None:
    twins = [replace(stored(1), id=11, uid=5), replace(stored(1), id=12, uid=6)]
    found = rematch(twins, [replace(announced(1), uid=300), replace(announced(1), uid=301)])
    assert dict(found.pairs) == {11: 300, 12: 301}


def test_f10_mails_without_message_id_are_left_to_their_bytes() -> None:
    nameless = Announced(9, 500, NOON + timedelta(minutes=1))
    found = rematch([stored(1, message_id=None)], [nameless])
    assert (dict(found.pairs), [record.id for record in found.lost]) == ({}, [1])


def test_scope_is_by_arrival() -> None:
    mails = [announced(1), announced(2), announced(3)]
    assert [mail.uid for mail in in_scope(mails, NOON + timedelta(minutes=2))] == [2, 3]
    assert in_scope(mails, None) == mails


@pytest.mark.parametrize(("matched", "expected"), [(0, True), (9, True), (10, False), (20, False)])
def test_f04_few_known_mails_among_those_expected_mean_another_mailbox(matched: int, expected: bool) -> None:
    known = [stored(number) for number in range(1, 21)]
    on_server = [announced(number) for number in range(1, 31)]
    assert is_another_mailbox(known, on_server, matched) is expected


def test_f04_a_mailbox_emptied_by_its_owner_is_not_another_one() -> None:
    known = [stored(number) for number in range(1, 21)]
    assert is_another_mailbox(known, [announced(40), announced(41)], 0) is False
    assert is_another_mailbox([], [announced(number) for number in range(30)], 0) is False
