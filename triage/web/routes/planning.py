"""Planning: a person's decisions on what the letter says, point by point; the letter is written anew each time.

What was typed in the letter meanwhile is kept first, so that no word is lost to a tick.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, Response

from triage.app import App
from triage.drafting import editing
from triage.errors import PlanError, TemplateError
from triage.vocabulary.inquiry import Point
from triage.vocabulary.letter import Choices, LetterPlan
from triage.vocabulary.records import DraftRecord
from triage.web.identity import Reviewer, Viewer, genuine
from triage.web.pages import render, speaks
from triage.web.routes.deciding import Back, Desk, Line, Typed
from triage.web.view import View

Lines = Annotated[list[Line] | None, Form()]


@dataclass(frozen=True, slots=True)
class PlanForm:
    """The form's fields. `points` and `answers` run side by side; `remedy_by` is wall-clock time of the desk."""

    points: Sequence[str]
    answers: Sequence[str]
    items: Sequence[str]
    letter: str
    reason: str
    own_fault: bool
    remedy: str
    remedy_by: str
    zone: tzinfo

    @property
    def kept_by(self) -> datetime | None:
        """Raises PlanError."""
        try:
            wall = datetime.fromisoformat(self.remedy_by) if self.remedy_by else None
        except ValueError as error:
            raise PlanError(f"{self.remedy_by!r} is no time.", "Write it as 2026-03-02T17:00.") from error
        return wall.replace(tzinfo=self.zone) if wall else None


def plan_form(app: App) -> Callable[..., PlanForm]:
    zone = ZoneInfo(app.settings.calendar.time_zone)

    def read(
        point: Lines = None,
        answer: Lines = None,
        item: Lines = None,
        letter: Line = "",
        reason: Line = "",
        own_fault: Annotated[bool, Form()] = False,
        remedy: Line = "",
        remedy_by: Line = "",
    ) -> PlanForm:
        return PlanForm(point or (), answer or (), item or (), letter, reason, own_fault, remedy, remedy_by, zone)

    return read


def _say(plan: LetterPlan, name: str, form: PlanForm) -> Choices:
    said = dict(zip(form.points, form.answers, strict=False))
    return editing.say(plan, _point(name), said.get(name, ""))


MOVES: Mapping[str, Callable[[LetterPlan, str, PlanForm], Choices]] = {
    "say": _say,
    "leave_open": lambda plan, name, _: editing.leave_open(plan, _point(name)),
    "as_planned": lambda plan, name, _: editing.as_planned(plan, _point(name)),
    "leave_all_open": lambda plan, _, __: editing.leave_all_open(plan),
    "bring": lambda plan, _, form: editing.bring(plan, form.items),
    "switch": lambda plan, _, form: editing.switch(plan, form.letter, form.reason),
    "settle": lambda plan, _, form: editing.settle(plan, form.own_fault, form.remedy, form.kept_by),
}
"""By the word that a button carries; what follows its colon is the point that it means."""


def changed(plan: LetterPlan, act: str, form: PlanForm) -> Choices:
    """The choices that follow from a button. Raises PlanError."""
    word, _, name = act.partition(":")
    if word not in MOVES:
        raise PlanError(f"{word!r} can't be done with a plan.", f"It is one of {', '.join(MOVES)}.")
    return MOVES[word](plan, name, form)


def _point(name: str) -> Point:
    try:
        return Point(name)
    except ValueError as error:
        raise PlanError(f"{name!r} is no point.") from error


def planning(app: App) -> APIRouter:
    routes = APIRouter(include_in_schema=False, dependencies=[Depends(genuine)])
    desk = Desk(app)
    form_of = plan_form(app)

    @routes.post("/drafts/{draft_id}/plan")
    def plan(
        request: Request,
        draft_id: int,
        person: Reviewer,
        typed: Typed,
        form: Annotated[PlanForm, Depends(form_of)],
        act: Line = "",
        view: Back = "",
    ) -> Response:
        def move(draft: DraftRecord) -> View:
            return desk.replan(person, view, draft, typed, lambda plan: changed(plan, act, form))

        return desk.attempt(request, person, draft_id, view, typed.seen, move)

    @routes.get("/drafts/{draft_id}/reading")
    def reading(request: Request, draft_id: int, person: Viewer) -> HTMLResponse:
        """The plan in the language that the page speaks, for whoever does not read the letter's."""
        draft = app.viewing.draft(draft_id, person.mailboxes)
        try:
            with app.store.begin(write=False) as uow:
                items = app.processor.plan_in(uow, draft, speaks(request).partition("_")[0])
        except TemplateError:
            items = ()
        return render(request, app, "_reading.html", {"items": items}, person=person)

    return routes
