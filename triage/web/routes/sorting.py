"""Keeping the lists in order: who looks after a mail, what is put off, many at once, views to come back to."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form
from fastapi.responses import RedirectResponse

from triage.app import App
from triage.audit.business_hours import next_open
from triage.errors import NotFound, TriageError
from triage.vocabulary.customers import ContactKind
from triage.vocabulary.inquiry import Kind, Tier
from triage.vocabulary.people import Permission, Person
from triage.web.identity import NotAllowed, Reviewer, Viewer, genuine
from triage.web.routes.deciding import Back, Line
from triage.web.view import parse_query

Put = Literal["hours", "tomorrow", "week", "back"]
ViewName = Annotated[str, Form(min_length=1, max_length=60)]
MOST_AT_ONCE = 200


def sorting(app: App) -> APIRouter:
    routes = APIRouter(include_in_schema=False, dependencies=[Depends(genuine)])

    def list_again(view: str, person: Person) -> RedirectResponse:
        return RedirectResponse(parse_query(view, person.mailboxes).url(), 303)

    @routes.post("/mails/{message_id}/assign")
    def assign(message_id: int, person: Reviewer, assignee: Line = "", view: Back = "") -> RedirectResponse:
        """Empty: nobody in particular."""
        app.worklist.assign(message_id, assignee.strip(), person.name, person.mailboxes)
        return list_again(view, person)

    @routes.post("/mails/{message_id}/tier")
    def tier(
        message_id: int,
        person: Reviewer,
        tier: Annotated[Literal[Tier.A, Tier.B, Tier.C, ""], Form()] = "",
        reason: Line = "",
        view: Back = "",
    ) -> RedirectResponse:
        """A person's word on the tier; empty takes it back."""
        app.viewing.message(message_id, person.mailboxes)
        app.tiering.correct(message_id, Tier(tier) if tier else None, person.name, reason)
        return RedirectResponse(replace(parse_query(view, person.mailboxes), mail=message_id).url_open(), 303)

    @routes.post("/mails/{message_id}/snooze")
    def snooze(message_id: int, person: Reviewer, put: Annotated[Put, Form()], view: Back = "") -> RedirectResponse:
        app.worklist.snooze(message_id, _until(app, put), person.name, person.mailboxes)
        return list_again(view, person)

    @routes.post("/bulk")
    def bulk(
        person: Reviewer,
        act: Annotated[Literal["reject", "relabel", "assign"], Form()],
        mail: Annotated[list[int], Form(max_length=MOST_AT_ONCE)],
        reason: Line = "",
        kind: Annotated[Kind | None, Form()] = None,
        assignee: Line = "",
        view: Back = "",
    ) -> RedirectResponse:
        """One after the other, each by the same move as alone; those that can't be moved any more stay as they are."""
        if act == "reject" and not person.may(Permission.APPROVE):
            raise NotAllowed
        for message_id in mail:
            _each(app, person, act, message_id, reason.strip(), kind, assignee.strip())
        return list_again(view, person)

    @routes.post("/views")
    def keep_view(
        person: Viewer, name: Annotated[str, Form(min_length=1, max_length=60)], view: Back = ""
    ) -> RedirectResponse:
        app.worklist.keep_view(person.id, name.strip(), parse_query(view, person.mailboxes).query)
        return list_again(view, person)

    @routes.post("/mails/{message_id}/note")
    def note(
        message_id: int,
        person: Reviewer,
        kind: Annotated[ContactKind, Form()],
        text: Annotated[str, Form(max_length=4000)] = "",
        view: Back = "",
    ) -> RedirectResponse:
        """Keep a call, meeting, chat, remark or outcome on the card of the mail's customer."""
        case = app.viewing.case_of_message(message_id, person.mailboxes)
        if case.customer is None:
            raise NotFound("This mail's sender has no card.")
        app.customers.note(
            case.customer.id, kind, text, person.name, address=app.viewing.message(message_id, person.mailboxes).sender
        )
        return RedirectResponse(replace(parse_query(view, person.mailboxes), mail=message_id).url_open(), 303)

    @routes.post("/views/{view_id}/forget")
    def forget_view(view_id: int, person: Viewer, view: Back = "") -> RedirectResponse:
        app.worklist.forget_view(person.id, view_id)
        return list_again(view, person)

    return routes


def _each(app: App, person: Person, act: str, message_id: int, reason: str, kind: Kind | None, assignee: str) -> None:
    try:
        if act == "assign":
            app.worklist.assign(message_id, assignee, person.name, person.mailboxes)
            return
        case = app.viewing.case_of_message(message_id, person.mailboxes)
        if act == "relabel" and kind is not None:
            app.review.relabel(message_id, kind, person.name)
        elif act == "reject" and case.letter is not None:
            app.review.reject(case.letter.draft.id, person.name, reason)
    except TriageError:
        return  # decided by someone else, or gone: the list shows how it stands


def _until(app: App, put: Put) -> datetime | None:
    """In three hours, tomorrow's or next week's opening of the desk; None takes it back."""
    if put == "back":
        return None
    now = app.clock.now()
    if put == "hours":
        return now + timedelta(hours=3)
    local = app.local_time(now).replace(hour=0, minute=0, second=0, microsecond=0)
    day = local + timedelta(days=1 if put == "tomorrow" else 7 - local.weekday())
    return next_open(app.settings.calendar.value(), day)
