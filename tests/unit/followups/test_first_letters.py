"""Letters to customers who never wrote to us, on both databases: only where it is allowed, and in a conversation of
their own."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest

from tests.harness.desks import CONFIG, Desktop, MovableClock, inquiry
from tests.harness.stores import BOTH
from tests.unit.followups.offices import CATALOGUE, card_id, draft, send
from triage.app import App
from triage.errors import ConfigError, NotFound, PlanError, ReviewConflict, TriageError
from triage.store import downgrade, upgrade
from triage.vocabulary.customers import ContactKind
from triage.vocabulary.records import DraftRecord, FolderRole
from triage.vocabulary.states import Direction, DraftStatus, Occasion
from triage.vocabulary.worklist import Filter, Tab

BOOK = "company,name,email,country\nNordlicht GmbH,Jana Muster,jana@nordlicht.example,DE\n"
NEWS = "Our new panels reach 140 lm/W."


def opened(request: pytest.FixtureRequest, make_app: Callable[[str], App], followups: str) -> Desktop:
    config = f'catalogue_file = "{CATALOGUE}"\n' + CONFIG + f"[followups]\nenabled = true\n{followups}"
    if request.param == "postgresql":
        config += f'[database]\nurl = "{request.getfixturevalue("postgres_url")}"\n'
    app = make_app(config)
    assert isinstance(app.clock, MovableClock)
    return Desktop(app, app.clock)


@pytest.fixture(params=BOTH)
def office(request: pytest.FixtureRequest, make_app: Callable[[str], App], tmp_path: Path) -> Iterator[Desktop]:
    office = opened(request, make_app, "to_silent_book = true\n")
    imported(office, tmp_path)
    yield office
    office.app.store.close()


@pytest.fixture(params=BOTH)
def cautious(request: pytest.FixtureRequest, make_app: Callable[[str], App], tmp_path: Path) -> Iterator[Desktop]:
    """As it is unless somebody says otherwise."""
    office = opened(request, make_app, "")
    imported(office, tmp_path)
    yield office
    office.app.store.close()


def imported(office: Desktop, folder: Path, table: str = BOOK) -> None:
    path = folder / "book.csv"
    path.write_text(table, encoding="utf-8")
    assert not office.app.customer_tables.load(path, "li", dry_run=False).faults
    office.app.customers.person(card_id(office, "jana@nordlicht.example"), "ole@nordlicht.example", "li")


def news(office: Desktop, text: str = NEWS) -> list[int]:
    wanted = office.app.customers.filter(["country=DE"])
    return [made.draft_id for made in office.app.outreach.news(wanted, text)]


def bytes_of(office: Desktop, draft_id: int) -> Message:
    with office.app.store.begin(write=False) as uow:
        outgoing = uow.drafts.outgoing(draft_id)
    assert outgoing is not None
    assert outgoing.recipients == ("jana@nordlicht.example",)
    return message_from_bytes(outgoing.data)


def reply(office: Desktop, to: DraftRecord, sender: str = "jana@nordlicht.example", text: str = "Please quote.") -> int:
    return office.arrive(
        inquiry(sender, f"Re: {to.letter.subject}", text, "<r1@nordlicht.example>", In_Reply_To=to.rfc_message_id)
    )


def conversation_of(office: Desktop, message_id: int) -> int | None:
    with office.app.store.begin(write=False) as uow:
        return uow.messages.get(message_id).conversation_id


def test_nobody_who_never_wrote_is_written_to_unless_that_is_allowed(cautious: Desktop) -> None:
    assert news(cautious) == []
    assert list(cautious.app.outreach.propose()) == []


def test_news_open_a_conversation_of_their_own(office: Desktop) -> None:
    (draft_id,) = news(office)

    first = draft(office, draft_id)
    assert (first.message_id, first.in_reply_to, first.references) == (None, None, ())
    assert (first.occasion, first.status, first.account_id) == (Occasion.NEWS, DraftStatus.PROPOSED, "sales")
    assert NEWS in first.letter.text
    assert not first.letter.blocking
    assert first.letter.subject == "News from Example Lighting Co., Ltd."
    with office.app.store.begin(write=False) as uow:
        talk = uow.conversations.get(first.conversation_id)
    assert (talk.customer_id, talk.subject) == (card_id(office, "jana@nordlicht.example"), first.letter.subject)


def test_the_bytes_name_no_thread_and_a_way_to_unsubscribe(office: Desktop) -> None:
    (draft_id,) = news(office)
    office.app.review.approve(draft_id, "li")
    mail = bytes_of(office, draft_id)
    assert mail["In-Reply-To"] is None
    assert mail["References"] is None
    assert mail["Message-ID"] == draft(office, draft_id).rfc_message_id
    assert mail["List-Unsubscribe"] == "<mailto:sales@seller.example?subject=unsubscribe>"


def test_it_leaves_on_the_morning_of_the_cards_country(office: Desktop) -> None:
    (draft_id,) = news(office)
    office.clock.at = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)  # a Friday evening
    approved = office.app.review.approve(draft_id, "li")
    assert approved.not_before == datetime(2026, 11, 30, 8, 0, tzinfo=UTC)  # Monday, 9:00 in Berlin


def test_a44_a_first_letter_is_no_answer_and_no_response_row(office: Desktop) -> None:
    (draft_id,) = news(office)
    send(office, draft_id)
    with office.app.store.begin(write=False) as uow:
        assert list(uow.responses.between(None, None)) == []
        card = uow.customers.get(card_id(office, "jana@nordlicht.example"))
    assert card.messages_out == 1
    assert list(office.app.log_keeper.verify()) == []


@pytest.mark.parametrize("sender", ["jana@nordlicht.example", "einkauf@nordlicht.example"])
def test_the_answer_joins_its_conversation_also_before_the_copy_in_sent_was_read(office: Desktop, sender: str) -> None:
    (draft_id,) = news(office)
    first = send(office, draft_id)

    answer = reply(office, first, sender, "Dear Li Na,\n\nplease quote 500 desk lamps DL-12.\n\nJana Muster")

    assert conversation_of(office, answer) == first.conversation_id
    with office.app.store.begin(write=False) as uow:
        (row,) = uow.responses.waiting_in(first.conversation_id)
        card = uow.customers.get(card_id(office, "jana@nordlicht.example"))
    assert row.message_id == answer
    assert card.messages_in == 1
    ((_, status),) = office.drafts(answer)
    assert status == "proposed"


def test_a_stranger_who_names_its_message_id_does_not_join(office: Desktop) -> None:
    """H14: references are the sender's word."""
    (draft_id,) = news(office)
    first = send(office, draft_id)
    assert conversation_of(office, reply(office, first, "spy@evil.example")) != first.conversation_id


def test_the_copy_in_sent_belongs_to_it_and_is_nobodys_answer(office: Desktop) -> None:
    (draft_id,) = news(office)
    office.app.review.approve(draft_id, "li")
    raw = bytes_of(office, draft_id).as_bytes()
    office.app.review.release(draft_id, "li")
    first = send(office, draft_id)

    copy = office.arrive(raw, FolderRole.SENT)

    assert conversation_of(office, copy) == first.conversation_id
    with office.app.store.begin(write=False) as uow:
        assert uow.conversations.get(first.conversation_id).version == first.conversation_version
        card = uow.customers.get(card_id(office, "jana@nordlicht.example"))
        assert uow.messages.get(copy).direction is Direction.OUT
    assert card.messages_out == 1  # counted once


@pytest.mark.parametrize("approved", [False, True])
@pytest.mark.parametrize("sender", ["jana@nordlicht.example", "ole@nordlicht.example", "neu@nordlicht.example"])
def test_any_mail_of_the_customers_takes_it_back(office: Desktop, sender: str, approved: bool) -> None:
    """Whichever of their people writes, wherever, also when the mail had come before the letter was proposed."""
    (draft_id,) = news(office)
    if approved:
        office.app.review.approve(draft_id, "li")
    office.clock.move(minutes=-5)
    office.arrive(inquiry(sender, message_id="<n@nordlicht.example>"))
    taken = draft(office, draft_id)
    assert (taken.status, taken.note) == (DraftStatus.SUPERSEDED, "the buyer wrote")


def test_unsubscribing_marks_the_card(office: Desktop) -> None:
    (draft_id,) = news(office)
    first = send(office, draft_id)
    office.arrive(inquiry("jana@nordlicht.example", "unsubscribe", "unsubscribe", "<u@nordlicht.example>"))
    with office.app.store.begin(write=False) as uow:
        assert uow.customers.get(card_id(office, "jana@nordlicht.example")).do_not_contact
    assert first.status is DraftStatus.SENT
    office.clock.move(days=60)
    assert news(office) == []


def test_who_is_to_be_left_alone_gets_none_and_is_not_approved(office: Desktop) -> None:
    (draft_id,) = news(office)
    with office.app.store.begin() as uow:
        card = uow.customers.get(card_id(office, "jana@nordlicht.example"))
        uow.customers.save(replace(card, do_not_contact=True))
        uow.commit()
    for wanted in (None, office.clock.now()):
        with pytest.raises(ReviewConflict, match="to be left alone"):
            office.app.review.approve(draft_id, "li", send_at=wanted)
    office.app.review.reject(draft_id, "li", "")
    assert news(office) == []


def test_a_card_that_no_person_entered_is_not_written_to(office: Desktop) -> None:
    with office.app.store.begin() as uow:
        card = uow.customers.get(card_id(office, "jana@nordlicht.example"))
        uow.customers.save(replace(card, sources={}))
        uow.commit()
    assert news(office) == []


def test_the_month_s_cap_counts_them(office: Desktop) -> None:
    for _ in range(2):
        (draft_id,) = news(office)
        office.app.review.reject(draft_id, "li", "")
        office.clock.move(days=1)
    assert news(office) == []


def test_a_customer_met_at_a_fair_is_greeted_and_later_asked_for_plans(office: Desktop) -> None:
    owner = card_id(office, "jana@nordlicht.example")
    office.app.customers.note(owner, ContactKind.MEETING, "at the fair", "li")
    office.clock.at = datetime(2026, 12, 28, 9, 0, tzinfo=UTC)

    ((greeting, occasion),) = [(made.draft_id, made.occasion) for made in office.app.outreach.propose()]

    letter = draft(office, greeting).letter
    assert occasion is Occasion.GREETING
    assert "happy and healthy new year" in letter.text
    assert "trust that you have shown" not in letter.text
    office.app.review.reject(greeting, "li", "")
    office.clock.move(days=90)
    ((wake, occasion),) = [(made.draft_id, made.occasion) for made in office.app.outreach.propose()]
    letter = draft(office, wake).letter
    assert occasion is Occasion.DORMANT
    assert "since we were last in touch" in letter.text
    assert "your mail of" not in letter.text
    assert not letter.blocking
    office.app.review.approve(wake, "li")
    assert bytes_of(office, wake)["List-Unsubscribe"] is not None


def test_whom_nobody_ever_met_is_neither_greeted_nor_asked(office: Desktop) -> None:
    office.clock.at = datetime(2026, 12, 28, 9, 0, tzinfo=UTC)
    assert list(office.app.outreach.propose()) == []
    office.clock.move(days=120)
    assert list(office.app.outreach.propose()) == []


def test_it_can_be_edited_planned_anew_and_promised_in(office: Desktop) -> None:
    (draft_id,) = news(office)
    text = draft(office, draft_id).letter.text + "\n\nWe will send you the catalogue by Friday."
    edited = office.app.review.edit(draft_id, "li", text=text)
    assert [warning.code for warning in edited.letter.blocking] == ["promise_without_record"]
    due = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
    promised = office.app.review.promise(draft_id, "li", "We will send you the catalogue by Friday.", due)
    assert not promised.letter.blocking
    choices = replace(promised.letter.plan.choices, dropped=frozenset({"hours"}))
    replanned = office.app.review.replan(draft_id, "li", choices)
    assert "the catalogue by Friday" in replanned.letter.text
    with pytest.raises(PlanError, match="answers no mail"):
        office.app.review.replan(draft_id, "li", replace(choices, letter="quotation"))
    assert replanned.letter.promises == promised.letter.promises
    send(office, draft_id)
    with office.app.store.begin(write=False) as uow:
        (promise,) = uow.promises.of_conversation(promised.conversation_id)
    assert promise.due == due
    office.clock.move(days=60)
    assert news(office) == []  # we owe them something


def test_the_lists_and_the_case_show_whom_it_goes_to(office: Desktop) -> None:
    (draft_id,) = news(office)
    (row,) = office.app.viewing.page(Tab.REVIEW, Filter()).rows
    assert (row.message_id, row.draft_id, row.sender, row.country) == (None, draft_id, "jana@nordlicht.example", "DE")
    assert row.customer == "Nordlicht GmbH"
    case = office.app.viewing.case_of_draft(draft_id, None)
    assert case.message is None
    assert case.customer is not None
    assert case.letter is not None
    with office.app.store.begin(write=False) as uow:
        (item,) = uow.drafts.queue([DraftStatus.PROPOSED])
    assert item.message is None
    with pytest.raises(NotFound):
        office.app.viewing.draft(draft_id, frozenset({"other"}))


def test_two_daemons_at_once_write_one_letter(office: Desktop) -> None:
    """The month's cap and `one at a time` hold when both decide in the same moment."""
    wanted = office.app.customers.filter(["country=DE"])
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: list(office.app.outreach.news(wanted, NEWS)), range(8)))
    assert sum(map(len, made)) == 1


def test_erasing_the_customer_takes_the_letter_too(office: Desktop) -> None:
    (draft_id,) = news(office)
    first = send(office, draft_id)
    office.app.erasure.erase(str(card_id(office, "jana@nordlicht.example")), "li")
    gone = draft(office, draft_id)
    assert (gone.letter.to, gone.letter.text) == ((), "")
    with office.app.store.begin(write=False) as uow:
        assert uow.conversations.get(first.conversation_id).subject == ""
        assert uow.drafts.outgoing(draft_id) is None


def test_erasing_the_one_person_it_went_to_takes_it_too(office: Desktop) -> None:
    (draft_id,) = news(office)
    send(office, draft_id)
    office.app.erasure.erase("jana@nordlicht.example", "li")
    gone = draft(office, draft_id)
    assert (gone.letter.to, gone.letter.text) == ((), "")


def test_the_mailbox_is_named_where_there_are_several(make_app: Callable[[str], App]) -> None:
    second = CONFIG.partition("[accounts.sales]")[2].replace("accounts.sales", "accounts.export")
    two = CONFIG + "[accounts.export]" + second.replace("sales@", "export@")
    with pytest.raises(ConfigError, match=r"name the mailbox"):
        make_app(two + "[followups]\nto_silent_book = true\n")
    with pytest.raises(ConfigError, match=r"no account 'fairs'"):
        make_app(two + '[followups]\naccount = "fairs"\n')
    app = make_app(two + '[followups]\nto_silent_book = true\naccount = "export"\n')
    assert app.settings.followups.value().account == "export"
    with pytest.raises(TriageError):
        app.outreach.news(app.customers.filter(["country=DE"]), " ")


def test_going_back_a_version_drops_what_it_has_no_place_for(office: Desktop) -> None:
    (draft_id,) = news(office)
    send(office, draft_id)
    other = office.arrive(inquiry())
    ((kept, _),) = office.drafts(other)
    url = office.app.settings.database.url
    office.app.store.close()

    downgrade(url, "0009")
    upgrade(url)

    assert draft(office, kept).message_id == other
    with pytest.raises(NotFound):
        draft(office, draft_id)
    with office.app.store.begin(write=False) as uow:
        card = uow.customers.get(card_id(office, "jana@nordlicht.example"))
        assert [contact.draft_id for contact in uow.customers.contacts(card.id)] == [None]


def test_the_api_tells_of_it_without_a_mail(office: Desktop) -> None:
    from triage.vocabulary.people import Person, Role
    from triage.web.api import shapes
    from triage.web.api.views import draft_shape

    (draft_id,) = news(office)
    told = draft_shape(office.app, draft_id, Person(0, "li", Role.ADMIN, None))
    assert (told.message_id, told.mailbox, told.status) == (None, "sales", "proposed")
    (row,) = office.app.viewing.page(Tab.REVIEW, Filter()).rows
    line = shapes.QueueRow.model_validate(row)
    assert (line.message_id, line.draft_id, line.occasion) == (None, draft_id, "news")


def test_a_doubt_about_it_stays_one_and_is_told(office: Desktop) -> None:
    """I7 and F23 hold without a mail behind the letter: no answer after the mark ends in UNCERTAIN, until a person
    says so."""
    (draft_id,) = news(office)
    office.app.review.approve(draft_id, "li", send_at=office.clock.now())
    with office.app.store.begin() as uow:
        for before, after in (
            (DraftStatus.APPROVED, DraftStatus.CLAIMED),
            (DraftStatus.CLAIMED, DraftStatus.BODY_MAY_HAVE_LEFT),
        ):
            assert uow.drafts.move(draft_id, before, after, office.clock.now())
        uow.commit()
    office.clock.move(hours=3)
    office.app.dispatcher.sweep(office.clock.now())
    assert draft(office, draft_id).status is DraftStatus.UNCERTAIN
    reached = office.app.viewing.page(Tab.UNCERTAIN, Filter()).rows
    assert [row.draft_id for row in reached] == [draft_id]
    assert list(office.app.due_letters("sales")) == []

    office.app.dispatcher.resolve_uncertain(draft_id, True, "li", "she called")

    assert draft(office, draft_id).status is DraftStatus.SENT
    with office.app.store.begin(write=False) as uow:
        assert list(uow.responses.between(None, None)) == []
    assert list(office.app.log_keeper.verify()) == []
