"""Letters of our own accord, on both databases: when they are proposed, taken back, and what they must not touch."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email import message_from_bytes

import pytest

from tests.harness.desks import Desktop, inquiry
from tests.unit.followups.offices import answered, asks, card_id, draft, from_a_phone, office, send
from triage.errors import ReviewConflict, TriageError
from triage.vocabulary.states import DraftStatus, Occasion

__all__ = ["office"]


def propose(office: Desktop) -> list[tuple[int, Occasion]]:
    return [(made.draft_id, made.occasion) for made in office.app.outreach.propose()]


def nudged(office: Desktop) -> int:
    """A quotation was not answered for a week: the nudge's draft."""
    answered(office)
    office.clock.move(days=7)
    ((draft_id, occasion),) = propose(office)
    assert occasion is Occasion.NUDGE
    return draft_id


def test_silence_after_a_quotation_brings_one_nudge_in_the_thread(office: Desktop) -> None:
    answered(office)
    office.clock.move(days=3)
    assert propose(office) == []
    office.clock.move(days=4)

    ((draft_id, occasion),) = propose(office)

    nudge = draft(office, draft_id)
    assert (occasion, nudge.occasion, nudge.status) == (Occasion.NUDGE, Occasion.NUDGE, DraftStatus.PROPOSED)
    assert nudge.letter.template == "en/nudge"
    assert nudge.letter.subject == "Re: Quotation for LED bulbs"
    assert nudge.in_reply_to == "<1@muster.example>"
    assert [address.email for address in nudge.letter.to] == ["karl@muster.example"]
    assert not nudge.letter.blocking
    assert propose(office) == []  # it waits for a person


def test_a_nudge_asks_nothing_that_the_quotation_asked(office: Desktop) -> None:
    message = asks(office)
    ((first, _),) = office.drafts(message)
    asked = {question.id for question in send(office, first).letter.questions}
    office.clock.move(days=7)

    ((nudge, _),) = propose(office)

    assert asked
    assert not asked & {question.id for question in draft(office, nudge).letter.questions}


def test_it_leaves_on_the_buyers_next_working_morning(office: Desktop) -> None:
    draft_id = nudged(office)
    office.clock.at = datetime(2026, 12, 4, 15, 0, tzinfo=UTC)  # a Friday afternoon

    approved = office.app.review.approve(draft_id, "li")

    assert approved.not_before is not None
    assert approved.not_before == office.app.outreach.morning(None, office.clock.now())
    assert approved.not_before > office.clock.now()


def test_a44_a_sent_nudge_touches_no_clock(office: Desktop) -> None:
    draft_id = nudged(office)
    with office.app.store.begin(write=False) as uow:
        before = list(uow.responses.between(None, None))

    send(office, draft_id)

    with office.app.store.begin(write=False) as uow:
        assert list(uow.responses.between(None, None)) == before
    assert list(office.app.log_keeper.verify()) == []


def test_a_nudge_does_not_answer_the_mail_that_crossed_it(office: Desktop) -> None:
    """The buyer's mail came before the nudge left, but was read after it."""
    draft_id = nudged(office)
    send(office, draft_id)
    office.clock.move(minutes=-30)
    message = asks(office, number=2, References="<1@muster.example>")

    with office.app.store.begin(write=False) as uow:
        conversation = uow.messages.get(message).conversation_id
        assert conversation is not None
        assert [row.message_id for row in uow.responses.waiting_in(conversation)] == [message]


def test_two_nudges_in_one_silence_and_no_more(office: Desktop) -> None:
    send(office, nudged(office))
    office.clock.move(days=7)
    ((second, _),) = propose(office)
    send(office, second)
    office.clock.move(days=7)
    assert propose(office) == []
    office.clock.move(days=30)  # the month's cap is over, the silence is not
    assert propose(office) == []


def test_a_nudge_that_a_person_rejected_does_not_come_again(office: Desktop) -> None:
    office.app.review.reject(nudged(office), "li", "not now")
    office.clock.move(days=7)
    assert propose(office) == []


@pytest.mark.parametrize("approved", [False, True])
def test_the_buyers_mail_takes_it_back_at_once(office: Desktop, approved: bool) -> None:
    draft_id = nudged(office)
    if approved:
        office.app.review.approve(draft_id, "li")

    asks(office, "By the way, what about the lead time?", 2)

    taken = draft(office, draft_id)
    assert (taken.status, taken.note) == (DraftStatus.SUPERSEDED, "the buyer wrote")


def test_so_does_a_mail_in_another_conversation_of_the_customer(office: Desktop) -> None:
    draft_id = nudged(office)
    office.arrive(inquiry(subject="Other goods", text="Please quote 10 chairs.", message_id="<9@muster.example>"))
    assert draft(office, draft_id).status is DraftStatus.SUPERSEDED


@pytest.mark.parametrize("approved", [False, True])
@pytest.mark.parametrize(
    ("sender", "text"),
    [
        ("purchasing@muster.example", "Dear sirs,\n\nplease quote 10 chairs.\n\nEva Beispiel"),
        ("eva@muster.example", "Thank you, we wish you a nice weekend."),
    ],
)
def test_so_does_a_colleague_from_another_address(office: Desktop, sender: str, text: str, approved: bool) -> None:
    """Also one who is on no card yet and asks for nothing, in the customer's conversation."""
    draft_id = nudged(office)
    if approved:
        office.app.review.approve(draft_id, "li")
    reply = {"References": "<1@muster.example>"}
    office.arrive(inquiry(sender, "Re: Quotation for LED bulbs", text, "<e@muster.example>", **reply))
    taken = draft(office, draft_id)
    assert (taken.status, taken.note) == (DraftStatus.SUPERSEDED, "the buyer wrote")


def test_so_does_another_address_on_the_same_card(office: Desktop) -> None:
    """A person's private address, at another domain, in another conversation."""
    draft_id = nudged(office)
    office.app.customers.person(card_id(office), "karl@home.example", "li")
    office.arrive(inquiry("karl@home.example", "A question", "Please quote 10 chairs.", "<h@home.example>"))
    assert draft(office, draft_id).status is DraftStatus.SUPERSEDED


def test_an_automatic_reply_takes_nothing_back(office: Desktop) -> None:
    draft_id = nudged(office)
    away = {"Auto_Submitted": "auto-replied", "References": "<1@muster.example>"}
    office.arrive(inquiry(subject="Out of office", text="I am away.", message_id="<a@muster.example>", **away))
    assert draft(office, draft_id).status is DraftStatus.PROPOSED


def test_a_withdrawn_letter_can_never_be_sent_afterwards(office: Desktop) -> None:
    """The bytes of the approval are gone, and the dispatcher finds nothing due."""
    draft_id = nudged(office)
    office.app.review.approve(draft_id, "li", send_at=office.clock.now())
    assert list(office.app.due_letters("sales")) == [draft_id]
    asks(office, "By the way, what about the lead time?", 2)
    assert list(office.app.due_letters("sales")) == []
    with office.app.store.begin(write=False) as uow:
        assert uow.drafts.outgoing(draft_id) is None


def test_so_does_a_letter_from_a_phone(office: Desktop) -> None:
    draft_id = nudged(office)
    from_a_phone(office)
    taken = draft(office, draft_id)
    assert (taken.status, taken.note) == (DraftStatus.SUPERSEDED, "someone wrote to the buyer elsewhere")


def test_an_old_letter_that_is_read_late_takes_nothing_back(office: Desktop) -> None:
    draft_id = nudged(office)
    office.clock.move(days=-30)
    from_a_phone(office)
    assert draft(office, draft_id).status is DraftStatus.PROPOSED


def test_who_is_owed_an_answer_gets_nothing_else(office: Desktop) -> None:
    asks(office)
    office.clock.move(days=100)
    assert propose(office) == []


def test_after_twelve_contacts_without_an_order_no_more_is_spent(office: Desktop) -> None:
    answered(office)
    for number in range(2, 8):
        message = asks(office, number=number, References="<1@muster.example>")
        send(office, max(draft_id for draft_id, status in office.drafts(message) if status == "proposed"))
    office.clock.move(days=10)
    assert propose(office) == []


def test_before_twelve_contacts_or_after_an_order_it_is_spent(office: Desktop) -> None:
    """What the test above shows the end of."""
    answered(office)
    for number in range(2, 6):
        message = asks(office, number=number, References="<1@muster.example>")
        send(office, max(draft_id for draft_id, status in office.drafts(message) if status == "proposed"))
    office.clock.move(days=10)
    ((draft_id, occasion),) = propose(office)
    assert occasion is Occasion.NUDGE
    office.app.review.reject(draft_id, "li", "")
    office.clock.move(hours=1)
    message = asks(office, number=6, References="<1@muster.example>")
    send(office, max(draft_id for draft_id, status in office.drafts(message) if status == "proposed"))
    office.app.customers.order(card_id(office), "li", amount=100.0)
    office.clock.move(days=40)
    assert [occasion for _, occasion in propose(office)] == [Occasion.NUDGE]


def test_two_daemons_at_once_propose_one_nudge(office: Desktop) -> None:
    answered(office)
    office.clock.move(days=7)
    with ThreadPoolExecutor(6) as pool:
        made = [one for found in pool.map(lambda _: propose(office), range(6)) for one in found]
    assert [occasion for _, occasion in made] == [Occasion.NUDGE]


@pytest.mark.parametrize(("greets", "faith"), [("", False), ("muslim", False), ("orthodox,christian", True)])
def test_a_day_of_a_faith_is_greeted_only_where_a_person_wrote_that_faith(
    office: Desktop, greets: str, faith: bool
) -> None:
    """Christmas is a public holiday in Germany; that says nothing of this customer."""
    answered(office)
    office.app.customers.set(card_id(office), "country", "DE", "li")
    if greets:
        office.app.customers.set(card_id(office), "greets", greets, "li")
    office.clock.at = datetime(2026, 12, 20, 9, 0, tzinfo=UTC)
    found = [(draft_id, occasion) for draft_id, occasion in propose(office)]
    for draft_id, occasion in found:
        if occasion is not Occasion.GREETING:
            office.app.review.reject(draft_id, "li", "")
    found += propose(office)
    assert (Occasion.GREETING in {occasion for _, occasion in found}) is faith


def test_a_dormant_customer_is_asked_for_plans_and_not_every_day(office: Desktop) -> None:
    answered(office)
    office.clock.move(days=120)

    ((draft_id, occasion),) = propose(office)

    letter = draft(office, draft_id).letter
    assert (occasion, letter.template) == (Occasion.DORMANT, "en/wake")
    assert {question.id for question in letter.questions} == {"season_plans", "what_changed", "contact_now"}
    assert letter.quote == ""
    assert not letter.blocking
    office.app.review.reject(draft_id, "li", "")
    office.clock.move(days=40)
    assert propose(office) == []
    office.clock.move(days=25)
    assert [occasion for _, occasion in propose(office)] == [Occasion.DORMANT]


def greeted(office: Desktop) -> int:
    answered(office)
    office.app.customers.set(card_id(office), "country", "DE", "li")
    office.app.customers.set(card_id(office), "greets", "christian", "li")
    office.clock.at = datetime(2026, 12, 20, 9, 0, tzinfo=UTC)
    for draft_id, occasion in propose(office):
        if occasion is Occasion.GREETING:
            return draft_id
        office.app.review.reject(draft_id, "li", "")
    ((draft_id, occasion),) = propose(office)
    assert occasion is Occasion.GREETING
    return draft_id


def test_a_greeting_reaches_the_buyer_on_the_last_working_morning_before_the_holiday(office: Desktop) -> None:
    greeting = draft(office, greeted(office))
    assert "merry Christmas" in greeting.letter.text
    assert greeting.not_before == datetime(2026, 12, 24, 8, 0, tzinfo=UTC)  # a Thursday, 9:00 in Berlin
    assert greeting.letter.subject == "Greetings from Example Lighting Co., Ltd."


def test_a_greeting_that_nobody_approved_ends_with_its_holiday(office: Desktop) -> None:
    draft_id = greeted(office)
    office.clock.move(days=8)
    propose(office)
    taken = draft(office, draft_id)
    assert (taken.status, taken.note) == (DraftStatus.SUPERSEDED, "the holiday is over")


def test_a_mailing_says_how_to_get_no_more_of_them(office: Desktop) -> None:
    draft_id = greeted(office)
    office.app.review.approve(draft_id, "li")
    with office.app.store.begin(write=False) as uow:
        outgoing = uow.drafts.outgoing(draft_id)
    assert outgoing is not None
    header = message_from_bytes(outgoing.data)["List-Unsubscribe"]
    assert header == "<mailto:sales@seller.example?subject=unsubscribe>"


def test_an_answer_is_no_mailing(office: Desktop) -> None:
    message = asks(office)
    ((draft_id, _),) = office.drafts(message)
    office.app.review.approve(draft_id, "li", override="a test")
    with office.app.store.begin(write=False) as uow:
        outgoing = uow.drafts.outgoing(draft_id)
    assert outgoing is not None
    assert b"List-Unsubscribe" not in outgoing.data


def test_the_unsubscribe_button_is_heard(office: Desktop) -> None:
    draft_id = nudged(office)
    office.arrive(inquiry(subject="unsubscribe", text="unsubscribe", message_id="<u@muster.example>"))
    with office.app.store.begin(write=False) as uow:
        assert uow.customers.get(card_id(office)).do_not_contact
    assert draft(office, draft_id).status is DraftStatus.SUPERSEDED


def test_whoever_is_to_be_left_alone_is_left_alone(office: Desktop) -> None:
    draft_id = nudged(office)
    office.app.review.reject(draft_id, "li", "")
    assert office.app.outreach.leave_alone(draft_id, "li") == card_id(office)
    office.clock.move(days=120)
    assert propose(office) == []


def test_the_flag_on_the_card_takes_back_what_waits(office: Desktop) -> None:
    draft_id = nudged(office)
    office.app.customers.set(card_id(office), "do_not_contact", "yes", "li")
    assert draft(office, draft_id).status is DraftStatus.SUPERSEDED


def test_a_follow_up_to_someone_left_alone_meanwhile_is_not_approved(office: Desktop) -> None:
    draft_id = nudged(office)
    with office.app.store.begin() as uow:
        from dataclasses import replace

        uow.customers.save(replace(uow.customers.get(card_id(office)), do_not_contact=True))
        uow.commit()
    with pytest.raises(ReviewConflict, match="to be left alone"):
        office.app.review.approve(draft_id, "li")


def test_news_go_to_the_customers_of_a_filter(office: Desktop) -> None:
    answered(office)
    office.clock.move(days=1)
    wanted = office.app.customers.filter(["traded=no"])

    (made,) = office.app.outreach.news(wanted, "Our catalogue has two more bulbs.")

    news = draft(office, made.draft_id)
    assert (made.occasion, news.letter.template) == (Occasion.NEWS, "en/news")
    assert "Our catalogue has two more bulbs." in news.letter.text
    assert not news.letter.blocking
    assert office.app.outreach.news(wanted, "More news.") == []  # one letter at a time
    assert office.app.outreach.news(office.app.customers.filter(["traded=yes"]), "More news.") == []
    with pytest.raises(TriageError, match="empty"):
        office.app.outreach.news(wanted, "  ")


def test_no_more_than_two_in_a_month(office: Desktop) -> None:
    answered(office)
    wanted = office.app.customers.filter(["traded=no"])
    for _ in range(2):
        office.clock.move(days=1)
        (made,) = office.app.outreach.news(wanted, "Our catalogue has two more bulbs.")
        office.app.review.reject(made.draft_id, "li", "")
    office.clock.move(days=1)
    assert office.app.outreach.news(wanted, "Our catalogue has two more bulbs.") == []


def test_no_more_than_the_day_allows(office: Desktop) -> None:
    for number in range(3):
        message = asks(office, number=number, sender=f"buyer{number}@muster{number}.example")
        ((draft_id, _),) = office.drafts(message)
        send(office, draft_id)
    office.clock.move(days=7)
    object.__setattr__(office.app.outreach._rules, "a_day", 2)
    assert len(propose(office)) == 2
    assert propose(office) == []
    office.clock.move(days=1)
    assert len(propose(office)) == 1


def test_an_edited_follow_up_stays_one(office: Desktop) -> None:
    draft_id = nudged(office)
    text = draft(office, draft_id).letter.text.replace("Is anything unclear", "Is anything not clear")
    edited = office.app.review.edit(draft_id, "li", text=text)
    assert (edited.occasion, edited.letter.template, edited.revision) == (Occasion.NUDGE, "en/nudge", 2)
    assert not edited.letter.blocking
