"""Deciding: each form is one move of `triage.review`, then back to the list.

A form has the fields named here and no others: recipients, headers and servers are out of its reach (S06).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from triage.app import App
from triage.drafting.editing import ask, speak
from triage.errors import BlockedByChecks, PlanError, ReviewConflict, TemplateError, UnsafeHeader
from triage.viewing.clocks import buyer_time
from triage.vocabulary.inquiry import Kind
from triage.vocabulary.letter import Choices, LetterPlan
from triage.vocabulary.mail import Address
from triage.vocabulary.people import Permission, Person
from triage.vocabulary.records import DraftRecord
from triage.vocabulary.states import Occasion
from triage.vocabulary.worklist import Place, headline
from triage.web.desk import Trouble, desk_page
from triage.web.identity import Approver, Reviewer, genuine
from triage.web.pages import render
from triage.web.view import View, parse_query

LONGEST_LETTER = 100_000
MOST_RECIPIENTS = 10
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"()\[\]\\.]+(\.[^\s@<>,;:\"()\[\]\\.]+)+")
Line = Annotated[str, Form(max_length=1000)]
Back = Annotated[str, Form(alias="view", max_length=2000)]
"""Tab and filters to return to, as `View.query` made them."""


@dataclass(frozen=True, slots=True)
class Words:
    """The letter as it stands in the form, and the hash of the version that the form was made from."""

    seen: str
    subject: str
    text: str


def words(seen: Line, subject: Line, text: Annotated[str, Form(max_length=LONGEST_LETTER)]) -> Words:
    return Words(seen, subject, text.replace("\r\n", "\n"))


Typed = Annotated[Words, Depends(words)]


class Desk:
    """The moves on behalf of a person, and where each leads."""

    def __init__(self, app: App) -> None:
        self.app = app

    def attempt(
        self, request: Request, person: Person, draft_id: int, back: str, seen: str, move: Callable[[DraftRecord], View]
    ) -> Response:
        """Do it and go on; or show the same draft again and say what stands in the way."""
        draft = self.app.viewing.draft(draft_id, person.mailboxes)
        try:
            return RedirectResponse(move(draft).url_open(), 303)
        except BlockedByChecks as error:
            trouble, status = Trouble(str(error), blocked=True), 422
        except (UnsafeHeader, TemplateError, PlanError) as error:
            trouble, status = Trouble(str(error)), 422
        except ReviewConflict as error:
            trouble, status = Trouble(str(error), self.app.viewing.meanwhile(draft_id, seen, person.mailboxes)), 409
        view = replace(parse_query(back, person.mailboxes), draft=draft_id)
        return desk_page(request, self.app, person, view, trouble=trouble, status=status)

    def onward(self, person: Person, back: str, decided: DraftRecord) -> View:
        """The next of the list is opened; the decision is shown, so that it can be undone."""
        view = parse_query(back, person.mailboxes)
        heard = decided.message_id
        message = self.app.viewing.message(heard, person.mailboxes) if heard is not None else None
        head = headline(message, decided)
        behind = Place(head.priority, head.received_at, decided.id)
        following = self.app.viewing.page(view.tab, view.filter, behind, limit=1).rows
        return replace(view, draft=following[0].draft_id if following else None, just=decided.id)

    def stay(self, person: Person, back: str, draft: DraftRecord) -> View:
        return replace(parse_query(back, person.mailboxes), draft=draft.id, just=draft.id)

    def replan(
        self, person: Person, back: str, draft: DraftRecord, typed: Words, change: Callable[[LetterPlan], Choices]
    ) -> View:
        """Keep the words of the form, then write the letter anew as the changed plan says."""
        seen = self.take_over(draft, person, typed)
        choices = change(self.app.draft(draft.id).letter.plan)
        self.app.review.replan(draft.id, person.name, choices, expected_hash=seen)
        return self.stay(person, back, draft)

    def take_over(self, draft: DraftRecord, person: Person, typed: Words) -> str:
        """Keep the words of the form; the hash to approve. An unchanged letter stays the version that was seen."""
        if (typed.subject, typed.text) == (draft.letter.subject, draft.letter.text):
            return typed.seen
        edited = self.app.review.edit(
            draft.id, person.name, text=typed.text, subject=typed.subject, expected_hash=typed.seen
        )
        return edited.content_hash

    def leaves_at(self, draft: DraftRecord, person: Person, when: str) -> datetime | None:
        """Not before the time to undo is over; None when it may leave at once, and for a letter of our own accord,
        which has its time: the buyer's next working morning."""
        now = self.app.clock.now()
        undo = timedelta(seconds=self.app.settings.web.undo_seconds)
        if draft.occasion is not Occasion.REPLY or draft.message_id is None:
            return None
        if when == "morning":
            country = self.app.viewing.message(draft.message_id, person.mailboxes).country
            if (there := buyer_time(country, None, now)) is not None:
                return max(there.morning, now + undo)
        return now + undo if undo else None


def addresses(typed: str) -> tuple[Address, ...]:
    """One or several addresses, with commas between. Raises UnsafeHeader when one is none."""
    found = []
    for part in filter(None, (part.strip() for part in typed.split(","))):
        local, at, domain = part.rpartition("@")
        if not at or not _ADDRESS.fullmatch(part):
            raise UnsafeHeader(f"{part!r} is no mail address.", "Write it as name@example.com; commas between several.")
        found.append(Address("", f"{local}@{domain.lower()}"))
    if not 1 <= len(found) <= MOST_RECIPIENTS:
        raise UnsafeHeader("A letter has one to ten recipients.", "Write their addresses with commas between.")
    return tuple(found)


def deciding(app: App) -> APIRouter:
    routes = APIRouter(include_in_schema=False, dependencies=[Depends(genuine)])
    desk = Desk(app)
    _writing(routes, desk)
    _setting_aside(routes, desk)
    return routes


def _writing(routes: APIRouter, desk: Desk) -> None:
    app = desk.app

    @routes.post("/drafts/{draft_id}/approve")
    def approve(
        request: Request,
        draft_id: int,
        person: Approver,
        typed: Typed,
        view: Back = "",
        when: Annotated[Literal["now", "morning"], Form()] = "now",
        override: Line = "",
    ) -> Response:
        """Exactly the words in the form; they leave when the time to undo is over."""

        def move(draft: DraftRecord) -> View:
            app.review.approve(
                draft_id,
                person.name,
                expected_hash=desk.take_over(draft, person, typed),
                override=override.strip(),
                send_at=desk.leaves_at(draft, person, when),
            )
            return desk.onward(person, view, draft)

        return desk.attempt(request, person, draft_id, view, typed.seen, move)

    @routes.post("/drafts/{draft_id}/edit")
    def edit(request: Request, draft_id: int, person: Reviewer, typed: Typed, view: Back = "") -> Response:
        def move(draft: DraftRecord) -> View:
            desk.take_over(draft, person, typed)
            return desk.stay(person, view, draft)

        return desk.attempt(request, person, draft_id, view, typed.seen, move)

    @routes.post("/drafts/{draft_id}/questions")
    def questions(
        request: Request,
        draft_id: int,
        person: Reviewer,
        typed: Typed,
        question: Annotated[list[str] | None, Form()] = None,
        view: Back = "",
    ) -> Response:
        """Those ticked are asked; the numbered list in the letter follows."""

        def move(draft: DraftRecord) -> View:
            return desk.replan(person, view, draft, typed, lambda plan: ask(plan, question or ()))

        return desk.attempt(request, person, draft_id, view, typed.seen, move)

    @routes.post("/drafts/{draft_id}/language")
    def language(
        request: Request, draft_id: int, person: Reviewer, seen: Line, language: Line, view: Back = ""
    ) -> Response:
        """Written anew from that language's templates."""

        def move(draft: DraftRecord) -> View:
            choices = speak(draft.letter.plan, language, app.desk.templates.languages())
            app.review.replan(draft_id, person.name, choices, expected_hash=seen)
            return desk.stay(person, view, draft)

        return desk.attempt(request, person, draft_id, view, seen, move)

    @routes.post("/drafts/{draft_id}/recipients")
    def recipients(
        request: Request, draft_id: int, person: Approver, seen: Line, to: Line, view: Back = ""
    ) -> Response:
        """The one form that reaches recipients: for approvers, checked, and kept in the audit log (S06)."""

        def move(draft: DraftRecord) -> View:
            app.review.readdress(draft_id, person.name, addresses(to), expected_hash=seen)
            return desk.stay(person, view, draft)

        return desk.attempt(request, person, draft_id, view, seen, move)

    @routes.post("/drafts/{draft_id}/check")
    def check(request: Request, draft_id: int, person: Reviewer, typed: Typed) -> HTMLResponse:
        """What the checks say to the words as they are being typed; nothing is kept."""
        draft = app.viewing.draft(draft_id, person.mailboxes)
        letter = replace(draft.letter, subject=typed.subject, text=typed.text)
        with app.store.begin(write=False) as uow:
            letter = app.processor.recheck(uow, draft, letter)
        checked = app.viewing.letter(draft_id, letter, person.mailboxes)
        may = {permission.value: person.may(permission) for permission in Permission}
        return render(request, app, "_checks.html", {"checked": checked, "may": may}, person=person)

    @routes.post("/drafts/{draft_id}/release")
    def release(request: Request, draft_id: int, person: Reviewer, view: Back = "", seen: Line = "") -> Response:
        """Undo, or take a held or refused draft back into review."""

        def move(draft: DraftRecord) -> View:
            app.review.release(draft_id, person.name)
            return desk.stay(person, view, draft)

        return desk.attempt(request, person, draft_id, view, seen, move)


def _setting_aside(routes: APIRouter, desk: Desk) -> None:
    app = desk.app

    @routes.post("/drafts/{draft_id}/reject")
    def reject(
        request: Request,
        draft_id: int,
        person: Approver,
        reason: Line = "",
        leave_alone: Annotated[bool, Form()] = False,
        view: Back = "",
        seen: Line = "",
    ) -> Response:
        """`leave_alone`: and this customer gets no letter of our own accord any more."""

        def move(draft: DraftRecord) -> View:
            app.review.reject(draft_id, person.name, reason.strip())
            if leave_alone and draft.occasion is not Occasion.REPLY:
                app.outreach.leave_alone(draft_id, person.name)
            return desk.onward(person, view, draft)

        return desk.attempt(request, person, draft_id, view, seen, move)

    @routes.post("/drafts/{draft_id}/hold")
    def hold(
        request: Request, draft_id: int, person: Reviewer, reason: Line = "", view: Back = "", seen: Line = ""
    ) -> Response:
        def move(draft: DraftRecord) -> View:
            app.review.hold(draft_id, person.name, reason.strip())
            return desk.onward(person, view, draft)

        return desk.attempt(request, person, draft_id, view, seen, move)

    @routes.post("/drafts/{draft_id}/resolve")
    def resolve(
        request: Request,
        draft_id: int,
        person: Approver,
        found: Annotated[Literal["delivered", "not_delivered"], Form()],
        reason: Line = "",
        view: Back = "",
    ) -> Response:
        """A person knows whether an uncertain letter arrived; nothing is resent by this (I7)."""

        def move(draft: DraftRecord) -> View:
            app.dispatcher.resolve_uncertain(draft_id, found == "delivered", person.name, reason.strip())
            return desk.onward(person, view, draft)

        return desk.attempt(request, person, draft_id, view, "", move)

    @routes.post("/mails/{message_id}/relabel")
    def relabel(message_id: int, person: Reviewer, kind: Annotated[Kind, Form()], view: Back = "") -> RedirectResponse:
        """A person's word on what the mail is; its draft is made anew or dropped (R28)."""
        app.viewing.message(message_id, person.mailboxes)
        new = app.review.relabel(message_id, kind, person.name)
        where = parse_query(view, person.mailboxes)
        return RedirectResponse(replace(where, draft=new, mail=None if new else message_id).url_open(), 303)
