"""Promises, follow-ups, news and complaints by the page's forms, without a browser."""

import html
import re
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from tests.harness.desks import inquiry
from tests.unit.followups.offices import COMPLAINT, send
from tests.unit.web.desk import Site, site
from triage.vocabulary.people import Role
from triage.vocabulary.records import FolderRole
from triage.vocabulary.states import DraftStatus, Fault, PromiseStatus

__all__ = ["site"]
SENTENCE = "We will send you the test report on Friday."


def draft_of(site: Site, message_id: int) -> int:
    ((draft_id, _),) = site.desktop.drafts(message_id)
    return draft_id


def form_of(site: Site, draft_id: int, extra: str = "") -> dict[str, str]:
    letter = site.app.draft(draft_id)
    return {"seen": letter.content_hash, "subject": letter.letter.subject, "text": letter.letter.text + extra}


def answered(site: Site, buyer: str) -> None:
    """The buyer asked for a quotation, and somebody answered from a phone."""
    text = "Dear sirs,\n\nplease quote your price for 500 pcs of the LED desk lamp DL-12.\n\nKarl Beispiel"
    mail = site.desktop.arrive(inquiry(buyer, "Quotation", text, f"<1-{buyer}>"))
    letter = inquiry("x@x.example", "Re: Quotation", "Dear Karl, the price is USD 1.", f"<2-{buyer}>")
    letter = letter.replace(b"To: sales@seller.example", f"To: {buyer}".encode())
    answer = f"From: sales@seller.example\nIn-Reply-To: <1-{buyer}>".encode()
    site.desktop.arrive(letter.replace(b"From: Karl Beispiel <x@x.example>", answer), FolderRole.SENT)
    site.app.review.reject(draft_of(site, mail), "li", "answered from a phone")


def nudged(site: Site) -> int:
    """A quotation went unanswered for a week, and the page was asked to propose."""
    answered(site, "karl@muster.example")
    site.desktop.clock.move(days=7)
    answer = site.signed_in(Role.REVIEWER).post("/followups/propose")
    assert (answer.status_code, answer.headers["location"]) == (303, "/followups?made=1")
    with site.app.store.begin(write=False) as uow:
        (letter,) = uow.follow_ups.standing([DraftStatus.PROPOSED])
    return letter.draft_id


def test_a_sentence_is_put_on_record_with_the_words_typed_meanwhile(site: Site) -> None:
    draft_id = draft_of(site, site.desktop.arrive(inquiry()))
    client = site.signed_in(Role.REVIEWER)
    words = form_of(site, draft_id, f"\n\nBest from Ningbo. {SENTENCE}")

    checked = client.post(f"/drafts/{draft_id}/check", data=words).text

    assert f'name="sentence" value="{SENTENCE}"' in checked
    assert f'formaction="/drafts/{draft_id}/promise"' in checked
    told = {**words, "sentence": SENTENCE, "due": "2026-11-27T17:00", "which": "0"}
    assert client.post(f"/drafts/{draft_id}/promise", data=told).status_code == 303
    letter = site.app.draft(draft_id).letter
    assert "Best from Ningbo." in letter.text
    assert [(p.text, p.due) for p in letter.promises if p.text == SENTENCE] == [
        (SENTENCE, datetime(2026, 11, 27, 9, 0, tzinfo=UTC))
    ]
    assert "promise_without_record" not in {warning.code for warning in letter.warnings}


@pytest.mark.parametrize("due", ["", "tomorrow", "2026-11-20T17:00"])
def test_a_promise_without_a_time_to_come_is_refused_and_the_words_stay(site: Site, due: str) -> None:
    draft_id = draft_of(site, site.desktop.arrive(inquiry()))
    told = {**form_of(site, draft_id, f"\n\n{SENTENCE}"), "sentence": SENTENCE, "due": due, "which": "0"}
    answer = site.signed_in(Role.REVIEWER).post(f"/drafts/{draft_id}/promise", data=told)
    assert answer.status_code == 422
    assert SENTENCE in answer.text
    assert SENTENCE not in {promise.text for promise in site.app.draft(draft_id).letter.promises}


@pytest.mark.parametrize("status", [PromiseStatus.KEPT, PromiseStatus.DROPPED])
def test_a_promise_is_kept_or_dropped_by_hand(site: Site, status: PromiseStatus) -> None:
    draft_id = draft_of(site, site.desktop.arrive(inquiry()))
    send(site.desktop, draft_id)
    client = site.signed_in(Role.REVIEWER)
    with site.app.store.begin(write=False) as uow:
        (promise,) = uow.promises.list(PromiseStatus.OPEN)
    url = f"/drafts/{draft_id}/promises/{promise.id}/settle"
    assert url in client.get(f"/review?tab=promises&draft={draft_id}").text

    assert client.post(url, data={"ends": status}).status_code == 303

    with site.app.store.begin(write=False) as uow:
        ended = uow.promises.get(promise.id)
    assert ended is not None
    assert ended.status is status
    assert client.post(url, data={"ends": "kept"}).status_code == 409
    assert client.post(url, data={"ends": "broken"}).status_code == 422


def test_a_promise_of_another_conversation_is_not_settled_here(site: Site) -> None:
    first = draft_of(site, site.desktop.arrive(inquiry()))
    send(site.desktop, first)
    other = draft_of(site, site.desktop.arrive(inquiry("eva@other.example", message_id="<o@other.example>")))
    with site.app.store.begin(write=False) as uow:
        (promise,) = uow.promises.list(PromiseStatus.OPEN)
    answer = site.signed_in(Role.REVIEWER).post(f"/drafts/{other}/promises/{promise.id}/settle", data={"ends": "kept"})
    assert answer.status_code == 404


def test_follow_ups_are_listed_and_dropped_with_leave_alone(site: Site) -> None:
    draft_id = nudged(site)
    client = site.signed_in(Role.APPROVER)
    assert f'href="/review?draft={draft_id}"' in client.get("/followups").text
    assert 'name="leave_alone"' in client.get(f"/review?draft={draft_id}").text

    answer = client.post(f"/drafts/{draft_id}/reject", data={"reason": "met them", "leave_alone": "true"})

    assert answer.status_code == 303
    assert site.app.draft(draft_id).status is DraftStatus.REJECTED
    with site.app.store.begin(write=False) as uow:
        card = uow.customers.by_address("karl@muster.example")
    assert card is not None
    assert card.do_not_contact


def test_leave_alone_means_nothing_for_an_answer(site: Site) -> None:
    draft_id = draft_of(site, site.desktop.arrive(inquiry()))
    client = site.signed_in(Role.APPROVER)
    assert 'name="leave_alone"' not in client.get(f"/review?draft={draft_id}").text
    client.post(f"/drafts/{draft_id}/reject", data={"leave_alone": "true"})
    with site.app.store.begin(write=False) as uow:
        card = uow.customers.by_address("karl@muster.example")
    assert card is not None
    assert not card.do_not_contact


def test_an_approved_follow_up_leaves_in_the_buyers_morning_not_at_once(site: Site) -> None:
    draft_id = nudged(site)
    client = site.signed_in(Role.APPROVER)
    assert client.post(f"/drafts/{draft_id}/approve", data=form_of(site, draft_id)).status_code == 303
    approved = site.app.draft(draft_id)
    assert approved.not_before is not None
    assert approved.not_before == site.app.outreach.morning(None, site.desktop.clock.now())


def test_approval_on_the_page_respects_do_not_contact(site: Site) -> None:
    from dataclasses import replace

    draft_id = nudged(site)
    with site.app.store.begin() as uow:
        card = uow.customers.by_address("karl@muster.example")
        assert card is not None
        uow.customers.save(replace(card, do_not_contact=True))
        uow.commit()
    client = site.signed_in(Role.APPROVER)
    answer = client.post(f"/drafts/{draft_id}/approve", data=form_of(site, draft_id))
    assert answer.status_code == 409
    assert "to be left alone" in answer.text
    assert site.app.draft(draft_id).status is DraftStatus.PROPOSED


def test_news_say_whom_they_reach_before_anything_is_written(site: Site) -> None:
    for number in (1, 2, 3):
        answered(site, f"buyer@house{number}.example")
    site.desktop.arrive(inquiry("late@house4.example", message_id="<4@h>"))  # we owe this one an answer
    site.app.customers.save_filter("new ones", ["traded=no"], "li")
    client = site.signed_in(Role.REVIEWER)
    asked = {"text": "We have a new lamp.", "saved": "new ones"}

    preview = client.get(f"/followups?{urlencode(asked)}")

    assert "3 customers would get a letter now" in preview.text
    assert "of 4 in the filter" in preview.text
    assert "Write 3 drafts" in preview.text
    with site.app.store.begin(write=False) as uow:
        assert list(uow.follow_ups.standing([DraftStatus.PROPOSED])) == []
    answer = client.post("/followups/news", data=asked)
    assert (answer.status_code, answer.headers["location"]) == (303, "/followups?made=3")
    assert "3 drafts were written" in client.get(answer.headers["location"]).text
    assert "0 customers would get a letter now" in client.get(f"/followups?{urlencode(asked)}").text


def test_news_reach_only_the_customers_of_ones_own_mailboxes(site: Site) -> None:
    answered(site, "buyer@house1.example")
    asked = {"text": "We have a new lamp.", "filter": "traded=no"}
    client = site.signed_in(Role.ADMIN, ["other"])
    preview = client.get(f"/followups?{urlencode(asked)}").text
    assert "0 customers would get a letter now" in preview
    assert "in the filter" not in preview
    assert "house1" not in preview
    assert client.post("/followups/news", data=asked).headers["location"] == "/followups?made=0"
    assert client.post("/followups/propose").headers["location"] == "/followups?made=0"


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"text": "News."}, "all customers are too many"),
        ({"text": "News.", "filter": "planet=mars"}, "knows no"),
        ({"text": "News.", "filter": "country='"}, "can't be read"),
        ({"text": " ", "filter": "traded=no"}, "news are empty"),
        ({"text": "News.", "filter": "traded=no", "language": "tlh"}, "no letter templates"),
        ({"text": "News.", "saved": "nothing like it"}, ""),
    ],
)
def test_news_that_make_no_sense_are_refused_in_words(site: Site, fields: dict[str, str], says: str) -> None:
    answered(site, "buyer@house1.example")
    answer = site.signed_in(Role.REVIEWER).post("/followups/news", data=fields)
    assert answer.status_code in (404, 422)
    assert says in html.unescape(answer.text)
    with site.app.store.begin(write=False) as uow:
        assert list(uow.follow_ups.standing([DraftStatus.PROPOSED])) == []


def test_a_viewer_sees_follow_ups_and_no_forms(site: Site) -> None:
    nudged(site)
    page = site.signed_in(Role.VIEWER).get("/followups?filter=traded%3Dno").text
    assert "karl@muster.example" in page
    assert "/followups/propose" not in page
    assert "/followups/news" not in page
    assert "would get a letter" not in page


def test_a_complaint_is_worked_on_closed_and_opened_again(site: Site) -> None:
    mail = site.desktop.arrive(inquiry(subject="Broken lamps", text=COMPLAINT))
    client = site.signed_in(Role.REVIEWER)
    page = client.get(f"/review?mail={mail}").text
    assert f'action="/mails/{mail}/complaint"' in page
    assert "Broken lamps" in client.get("/followups").text

    refused = client.post(f"/mails/{mail}/complaint", data={"act": "close", "cause": "wet cartons"})
    assert refused.status_code == 422
    assert "whose fault" in refused.text
    told = {"cause": "wet <cartons>", "fault": "carrier", "remedy": "20 new lamps", "remedy_on": "2026-12-01T10:00"}
    assert client.post(f"/mails/{mail}/complaint", data={**told, "act": "keep"}).status_code == 303

    case = site.app.complaints.get(mail)
    assert (case.cause, case.fault, case.remedy) == ("wet <cartons>", Fault.CARRIER, "20 new lamps")
    assert case.remedy_at == datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
    assert case.closed_at is None
    assert "wet &lt;cartons&gt;" in client.get(f"/review?mail={mail}").text
    client.post(f"/mails/{mail}/complaint", data={**told, "act": "close"})
    assert site.app.complaints.get(mail).closed_at is not None
    assert "Broken lamps" not in client.get("/followups").text
    assert "Broken lamps" in client.get("/followups?closed=true").text
    client.post(f"/mails/{mail}/complaint", data={**told, "act": "reopen"})
    assert site.app.complaints.get(mail).closed_at is None


def test_what_is_no_complaint_has_no_case_to_record(site: Site) -> None:
    mail = site.desktop.arrive(inquiry())
    client = site.signed_in(Role.REVIEWER)
    assert "/complaint" not in client.get(f"/review?mail={mail}").text
    assert client.post(f"/mails/{mail}/complaint", data={"cause": "x"}).status_code == 404
    assert client.post(f"/mails/{mail}/complaint", data={"fault": "mine"}).status_code == 404


def test_a_first_letter_is_shown_approved_and_rejected_like_any_other(site: Site) -> None:
    from triage.vocabulary.customers import Person, Source
    from triage.vocabulary.records import CustomerRecord

    object.__setattr__(site.app.outreach._rules, "to_silent_book", True)
    object.__setattr__(site.app.outreach._rules, "account", "sales")
    with site.app.store.begin() as uow:
        by = {"company": Source(site.desktop.clock.now(), by="li")}
        card = CustomerRecord(0, "Jana <b>", "Nordlicht", "DE", (), sources=by)
        uow.customers.add_cards([(card, [Person("jana@nordlicht.example", 0)])])
        uow.commit()
    client = site.signed_in(Role.APPROVER)
    asked = {"text": "We have a new lamp.", "filter": "country=DE"}
    assert "1 of them never wrote to us." in client.get(f"/followups?{urlencode(asked)}").text
    client.post("/followups/news", data=asked)
    page = client.get("/review").text
    assert "We write first" in page
    assert "Jana &lt;b&gt;" in page
    (draft_id,) = {int(found) for found in re.findall(r"/drafts/(\d+)/approve", page)}
    assert client.get(f"/drafts/{draft_id}/reading").status_code == 200
    assert client.get(f"/drafts/{draft_id}/preview").status_code == 200
    words = form_of(site, draft_id)
    assert client.post(f"/drafts/{draft_id}/check", data=words).status_code == 200
    assert client.post(f"/drafts/{draft_id}/language", data={**words, "language": "de"}).status_code == 303
    answer = client.post(f"/drafts/{draft_id}/approve", data=form_of(site, draft_id))
    assert answer.status_code == 303
    assert site.app.draft(draft_id).letter.language == "de"
    assert client.get(answer.headers["location"]).status_code == 200
    assert client.post(f"/drafts/{draft_id}/release").status_code == 303
    assert client.post(f"/drafts/{draft_id}/reject", data={"leave_alone": "true"}).status_code == 303
    assert site.app.draft(draft_id).status is DraftStatus.REJECTED
