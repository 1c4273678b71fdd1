"""Promises on the page: put on record before the letter leaves, kept or dropped by hand afterwards."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from triage.app import App
from triage.errors import NotFound, PlanError
from triage.vocabulary.records import DraftRecord
from triage.vocabulary.states import PromiseStatus
from triage.web.identity import Reviewer, genuine
from triage.web.routes.deciding import Back, Desk, Line, Typed
from triage.web.view import View

Lines = Annotated[list[Line] | None, Form()]


def promising(app: App) -> APIRouter:
    routes = APIRouter(include_in_schema=False, dependencies=[Depends(genuine)])
    desk = Desk(app)

    @routes.post("/drafts/{draft_id}/promise")
    def promise(
        request: Request,
        draft_id: int,
        person: Reviewer,
        typed: Typed,
        sentence: Lines = None,
        due: Lines = None,
        which: Annotated[int, Form(ge=0, le=1000)] = 0,
        view: Back = "",
    ) -> Response:
        """The sentence beside the button that was pressed, with the time beside it; the words of the form are kept
        first."""

        def move(draft: DraftRecord) -> View:
            offered = list(zip(sentence or (), due or (), strict=False))
            if which >= len(offered):
                raise PlanError("That sentence is not there any more.", "Look at the letter again.")
            words, wall = offered[which]
            seen = desk.take_over(draft, person, typed)
            app.review.promise(draft.id, person.name, words, _moment(app, wall), expected_hash=seen)
            return desk.stay(person, view, draft)

        return desk.attempt(request, person, draft_id, view, typed.seen, move)

    @routes.post("/drafts/{draft_id}/promises/{promise_id}/settle")
    def settle(
        request: Request,
        draft_id: int,
        promise_id: int,
        person: Reviewer,
        ends: Annotated[Literal["kept", "dropped"], Form()],
        view: Back = "",
    ) -> Response:
        """A person knows that it is kept, by telephone say, or lets it go. `draft_id`: the letter that is open."""

        def move(draft: DraftRecord) -> View:
            with app.store.begin(write=False) as uow:
                promises = uow.promises.of_conversation(draft.conversation_id)
            if promise_id not in {promise.id for promise in promises}:
                raise NotFound(f"There is no promise {promise_id}.")
            app.end_promise(promise_id, PromiseStatus(ends), person.name)
            return desk.stay(person, view, draft)

        return desk.attempt(request, person, draft_id, view, "", move)

    return routes


def _moment(app: App, wall: str) -> datetime:
    """A wall-clock time of the desk. Raises PlanError."""
    try:
        return app.local_instant(datetime.fromisoformat(wall))
    except ValueError as error:
        raise PlanError("Say until when: day and time.") from error
