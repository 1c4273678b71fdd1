"""The reviewer's lists on both databases: each tab, its order, its pages, its filters, the search."""

from datetime import timedelta

import pytest

from tests.unit.store.filling import ACCOUNT, NOW, TO_SENT, mail, minutes, put_draft, walk
from triage.errors import NotFound, Taken
from triage.store import SqlStore
from triage.store.search import folded
from triage.vocabulary.inquiry import Kind, Tier
from triage.vocabulary.people import Role, SessionRecord
from triage.vocabulary.states import DraftStatus
from triage.vocabulary.worklist import Filter, Tab

LATER = NOW + timedelta(days=30)
ALL = Filter()


def fill(store: SqlStore, count: int) -> list[int]:
    """Drafts of as many mails."""
    with store.begin() as uow:
        made = [put_draft(uow, number) for number in range(1, count + 1)]
        uow.commit()
    return made


def ids(store: SqlStore, tab: Tab, wanted: Filter = ALL, **options: object) -> list[int | None]:
    with store.begin(write=False) as uow:
        return [item.draft.id if item.draft else None for item in uow.worklist.page(tab, wanted, LATER, **options)]


def test_pages_follow_each_other_without_gap_or_repetition(store: SqlStore) -> None:
    drafts, seen, after = fill(store, 7), [], None
    while True:
        with store.begin(write=False) as uow:
            items = uow.worklist.page(Tab.REVIEW, ALL, LATER, after=after, limit=3)
        if not items:
            break
        seen += [item.draft.id for item in items if item.draft]
        after = items[-1].place
    assert sorted(seen) == sorted(drafts)
    assert seen == ids(store, Tab.REVIEW, limit=50)


def test_each_tab_holds_what_belongs_to_it(store: SqlStore) -> None:
    held, sent, uncertain, approved, proposed = fill(store, 5)
    moves = {
        held: [DraftStatus.HELD],
        sent: TO_SENT,
        uncertain: [*TO_SENT[:-1], DraftStatus.UNCERTAIN],
        approved: [DraftStatus.APPROVED],
    }
    with store.begin() as uow:
        for draft_id, steps in moves.items():
            walk(uow, draft_id, *steps)
        uow.commit()
    assert set(ids(store, Tab.REVIEW)) == {held, proposed}
    assert ids(store, Tab.OUTGOING) == [approved]
    assert ids(store, Tab.UNCERTAIN) == [uncertain]
    assert sent in ids(store, Tab.WAITING)
    assert len(ids(store, Tab.ALL)) == 5
    with store.begin(write=False) as uow:
        counts = uow.worklist.counts(ALL, LATER)
        assert (counts[Tab.REVIEW], counts[Tab.UNCERTAIN], counts[Tab.PARKED]) == (2, 1, 0)
        assert uow.worklist.counts(ALL, LATER, 1)[Tab.REVIEW] == 1
        assert uow.worklist.counts(Filter(frozenset()), LATER)[Tab.REVIEW] == 0


def test_a_person_sees_no_other_mailboxes(store: SqlStore) -> None:
    (draft,) = fill(store, 1)
    assert ids(store, Tab.REVIEW, Filter(frozenset({ACCOUNT}))) == [draft]
    for tab in Tab:
        assert ids(store, tab, Filter(frozenset({"other"}))) == []
        assert ids(store, tab, Filter(frozenset())) == []


def test_filters_narrow(store: SqlStore) -> None:
    (draft,) = fill(store, 1)
    with store.begin(write=False) as uow:
        message = uow.messages.get(uow.drafts.get(draft).message_id)
    for fits in (
        Filter(kind=message.kind),
        Filter(tier=message.tier),
        Filter(language=message.language or ""),
        Filter(mailbox=ACCOUNT),
    ):
        assert ids(store, Tab.REVIEW, fits) == [draft]
        assert ids(store, Tab.ALL, fits) == [draft]
    for not_so in (Filter(kind=Kind.NEWSLETTER), Filter(tier=Tier.D), Filter(country="XX"), Filter(mailbox="other")):
        assert ids(store, Tab.REVIEW, not_so) == []
        assert ids(store, Tab.ALL, not_so) == []


def test_snoozed_mails_come_back_by_themselves(store: SqlStore) -> None:
    (draft,) = fill(store, 1)
    with store.begin() as uow:
        conversation_id = uow.drafts.get(draft).conversation_id
        uow.worklist.snooze(conversation_id, LATER + minutes(5))
        uow.worklist.assign(conversation_id, "Li Na")
        uow.commit()
    assert (ids(store, Tab.REVIEW), ids(store, Tab.SNOOZED)) == ([], [draft])
    assert ids(store, Tab.SNOOZED, Filter(assignee="Li Na")) == [draft]
    assert ids(store, Tab.SNOOZED, Filter(assignee="Wang Wei")) == []
    with store.begin(write=False) as uow:
        assert [i.draft.id for i in uow.worklist.page(Tab.REVIEW, ALL, LATER + minutes(6)) if i.draft] == [draft]


def test_nobody_snoozes_what_is_not_there(store: SqlStore) -> None:
    with store.begin() as uow, pytest.raises(NotFound):
        uow.worklist.snooze(999, None)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("moq", True),
        ("MOQ", True),
        ("buro", True),
        ("Büro-Stühle", True),
        ("椅", True),
        ("椅子", True),
        ("子椅", False),
        ("importadora.example", True),
        ("ana ejemplo", True),
        ("moq nowhere", False),
        ('" OR 1=1', False),
        ("mail: & | ! ( ) *", False),
        ("NEAR(moq)", False),
        ("'); DROP TABLE search; --", False),
        ("!!!", False),
    ],
)
def test_the_search_finds_words_and_runs_nothing(store: SqlStore, asked: str, found: bool) -> None:
    fill(store, 1)
    assert bool(ids(store, Tab.ALL, Filter(search=asked))) is found


def test_letters_are_found_and_forgotten_words_are_not(store: SqlStore) -> None:
    (draft_id,) = fill(store, 1)
    with store.begin() as uow:
        draft = uow.drafts.get(draft_id)
        letter = draft.letter
        assert ids(store, Tab.ALL, Filter(search="zirconium")) == []
        changed = type(letter)(letter.to, letter.subject, "en", "We have zirconium lamps.", "")
        assert uow.drafts.revise(draft_id, draft.revision, changed, "new", 1, NOW)
        uow.commit()
    assert ids(store, Tab.ALL, Filter(search="zirconium")) == [draft_id]


def test_folding_is_the_same_for_what_is_stored_and_asked() -> None:
    assert folded("Büro-STÜHLE 椅子").split() == ["buro", "stuhle", "椅", "子"]
    assert "\0" not in folded(mail().subject + "\0")


def test_saved_views_are_a_persons_own(store: SqlStore) -> None:
    with store.begin() as uow:
        uow.worklist.keep_view(1, "mine", "tab=review&tier=A")
        uow.worklist.keep_view(1, "mine", "tab=review&tier=B")
        uow.worklist.keep_view(2, "mine", "tab=all")
        uow.commit()
    with store.begin() as uow:
        (view,) = uow.worklist.views(1)
        assert view.query == "tab=review&tier=B"
        uow.worklist.forget_view(2, view.id)
        assert len(uow.worklist.views(1)) == 1
        uow.worklist.forget_view(1, view.id)
        assert uow.worklist.views(1) == []
        assert len(uow.worklist.views(2)) == 1


def test_people_and_their_sessions(store: SqlStore) -> None:
    with store.begin() as uow:
        key = uow.people.add("Li Na", Role.REVIEWER, ["sales", "sales"], NOW)
        with pytest.raises(Taken):
            uow.people.add("Li Na", Role.ADMIN, None, NOW)
        uow.people.open_session(SessionRecord("h1", key, "c", NOW, NOW))
        uow.people.invite(key, "t1", NOW + minutes(5))
        uow.people.invite(key, "t2", NOW + minutes(5))
        uow.commit()
    with store.begin() as uow:
        person = uow.people.get(key).person
        assert (person.role, person.mailboxes) == (Role.REVIEWER, frozenset({"sales"}))
        assert uow.people.invited("t1", NOW) is None  # only the newest link works
        assert uow.people.invited("t2", NOW + minutes(6)) is None
        assert uow.people.use_invitation("t2")
        assert not uow.people.use_invitation("t2")
        uow.people.change(key, role=Role.ADMIN, all_mailboxes=True)
        assert uow.people.get(key).person.mailboxes is None
        uow.people.end_sessions(key)
        assert uow.people.session("h1") is None
        with pytest.raises(NotFound):
            uow.people.change(999, role=Role.ADMIN)
