"""The reviewer's work for programs: lists, mails, letters. Each write is a move of `triage.review`, as on the page."""

from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from triage.app import App
from triage.audit.render import as_json
from triage.audit.report import Dimension
from triage.drafting.editing import ask, speak
from triage.errors import NotFound
from triage.parsing.extract import attachment_bytes
from triage.vocabulary.inquiry import Kind, Tier
from triage.vocabulary.people import Permission
from triage.vocabulary.worklist import Filter, Place, Tab
from triage.web.api import asked, shapes
from triage.web.api.caller import Caller, Callers
from triage.web.api.cursors import Cursors
from triage.web.api.idempotency import remembering
from triage.web.api.views import draft_shape, message_shape
from triage.web.routes.deciding import Desk, addresses
from triage.web.routes.reading import download

FILE: dict[int | str, dict[str, object]] = {
    200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
}


def desk_routes(app: App, callers: Callers, cursors: Cursors) -> tuple[APIRouter, ...]:
    return (
        _queue(app, callers, cursors),
        _messages(app, callers),
        _sorting(app, callers),
        _drafts(app, callers),
        _deciding(app, callers),
        _promises(app, callers, cursors),
    )


def seen_by(caller: Caller) -> str:
    """Whose list it is: a cursor is good for the same mailboxes only."""
    return "all" if caller.person.mailboxes is None else ",".join(sorted(caller.person.mailboxes))


def _router(app: App, callers: Callers, tag: str) -> APIRouter:
    return APIRouter(prefix="/v1", tags=[tag], route_class=remembering(app, callers))


def _queue(app: App, callers: Callers, cursors: Cursors) -> APIRouter:
    routes = _router(app, callers, "queue")
    viewer = Depends(callers.require(Permission.VIEW))

    @routes.get("/queue")
    def queue(
        caller: Annotated[Caller, viewer],
        tab: Tab = Tab.REVIEW,
        mailbox: Annotated[str, Query(max_length=100)] = "",
        tier: Tier | None = None,
        kind: Kind | None = None,
        country: Annotated[str, Query(pattern="^([A-Z]{2})?$", description="ISO 3166-1 alpha-2.")] = "",
        language: Annotated[str, Query(pattern="^([a-z]{2,3})?$", description="ISO 639-1.")] = "",
        assignee: Annotated[str, Query(max_length=100)] = "",
        q: Annotated[str, Query(max_length=200, description="Words in mails, letters and cards.")] = "",
        cursor: asked.Cursor = None,
        limit: asked.Limit = 50,
    ) -> shapes.QueuePage:
        """A list of the desk, in its own order: the review list by priority."""
        if q:
            callers.limits.search(caller.person)
        wanted = Filter(caller.person.mailboxes, mailbox, tier, kind, country, language, assignee, q.strip())
        of = f"queue {tab} {seen_by(caller)} {replace(wanted, mailboxes=None)!r}"
        page = app.viewing.page(tab, wanted, cursors.read(of, cursor), limit)
        rows = [shapes.QueueRow.model_validate(row) for row in page.rows]
        return shapes.QueuePage(items=rows, next=cursors.write(of, page.next) if page.next else None)

    @routes.get("/audit")
    def audit(
        caller: Annotated[Caller, viewer],
        by: Annotated[list[Dimension], Query(max_length=2, description="What the groups are of.")] = [Dimension.TIER],  # noqa: B006 - FastAPI copies it
        days: Annotated[int, Query(ge=1, le=36_500, description="How far back.")] = 30,
        brief: Annotated[
            bool, Query(description="Only the fields declared here, without the buyer's hours: much quicker.")
        ] = False,
    ) -> shapes.AuditReport:
        """Response times of one's mailboxes: the figures of `triage audit` and the audit page."""
        callers.limits.export(caller.person)
        since = app.clock.now() - timedelta(days=days)
        ask = app.reporting.brief if brief else app.reporting.response_times
        report = ask(by, since, mailboxes=caller.person.mailboxes)
        return shapes.AuditReport.model_validate_json(as_json(report))

    return routes


def _messages(app: App, callers: Callers) -> APIRouter:
    routes = _router(app, callers, "messages")
    viewer = Depends(callers.require(Permission.VIEW))

    @routes.get("/messages/{message_id}")
    def message(message_id: asked.Id, caller: Annotated[Caller, viewer]) -> shapes.MessageShape:
        """A mail with what was made of it, its conversation and its card."""
        message = app.viewing.message(message_id, caller.person.mailboxes)
        return message_shape(app.viewing.case_of_message(message_id, caller.person.mailboxes), message)

    @routes.get("/messages/{message_id}/raw", response_class=Response, responses=FILE)
    def raw(message_id: asked.Id, caller: Annotated[Caller, viewer]) -> Response:
        """The mail's bytes as they came."""
        app.viewing.message(message_id, caller.person.mailboxes)
        return download(app.raw(message_id), f"mail-{message_id}.eml")

    @routes.get("/messages/{message_id}/attachments/{position}", response_class=Response, responses=FILE)
    def attachment(
        message_id: asked.Id,
        position: Annotated[int, asked.Path(ge=0, le=1000)],
        caller: Annotated[Caller, viewer],
    ) -> Response:
        """A file of the mail, by its place in `attachments`."""
        case = app.viewing.case_of_message(message_id, caller.person.mailboxes)
        offered = case.mail.attachments
        data = attachment_bytes(app.raw(message_id), offered[position].sha256) if position < len(offered) else None
        if data is None:
            raise NotFound(f"Message {message_id} has no attachment {position}.")
        return download(data, offered[position].name)

    return routes


def _sorting(app: App, callers: Callers) -> APIRouter:
    routes = _router(app, callers, "messages")
    reviewer = Depends(callers.require(Permission.REVIEW))

    @routes.post("/messages/{message_id}/relabel")
    def relabel(message_id: asked.Id, told: asked.Relabel, caller: Annotated[Caller, reviewer]) -> shapes.Relabelled:
        """A person's word on what the mail is; its draft is made anew, or dropped."""
        app.viewing.message(message_id, caller.person.mailboxes)
        return shapes.Relabelled(draft_id=app.review.relabel(message_id, told.kind, caller.name))

    @routes.post("/messages/{message_id}/tier")
    def tier(message_id: asked.Id, told: asked.TierWord, caller: Annotated[Caller, reviewer]) -> shapes.TierHolds:
        """A person's word on the tier: queue and target follow it."""
        app.viewing.message(message_id, caller.person.mailboxes)
        return shapes.TierHolds(tier=app.tiering.correct(message_id, told.tier, caller.name, told.reason))

    @routes.post("/messages/{message_id}/assign", status_code=204)
    def assign(message_id: asked.Id, told: asked.Assign, caller: Annotated[Caller, reviewer]) -> None:
        app.worklist.assign(message_id, told.assignee.strip(), caller.name, caller.person.mailboxes)

    @routes.post("/messages/{message_id}/snooze", status_code=204)
    def snooze(message_id: asked.Id, told: asked.Snooze, caller: Annotated[Caller, reviewer]) -> None:
        """Out of the review list until then; the response clock runs on."""
        app.worklist.snooze(message_id, told.until, caller.name, caller.person.mailboxes)

    return routes


def _drafts(app: App, callers: Callers) -> APIRouter:
    routes = _router(app, callers, "drafts")
    viewer, reviewer = (Depends(callers.require(wanted)) for wanted in (Permission.VIEW, Permission.REVIEW))

    @routes.get("/drafts/{draft_id}")
    def draft(draft_id: asked.Id, caller: Annotated[Caller, viewer]) -> shapes.DraftShape:
        return draft_shape(app, draft_id, caller.person)

    @routes.patch("/drafts/{draft_id}")
    def edit(draft_id: asked.Id, told: asked.Edit, caller: Annotated[Caller, reviewer]) -> shapes.DraftShape:
        """Change the words or the questions of the letter that you saw."""
        draft = app.viewing.draft(draft_id, caller.person.mailboxes)
        seen = told.content_hash
        if told.questions is None or (told.text, told.subject) != (None, None):
            draft = app.review.edit(draft_id, caller.name, text=told.text, subject=told.subject, expected_hash=seen)
            seen = draft.content_hash
        if told.questions is not None:
            app.review.replan(draft_id, caller.name, ask(draft.letter.plan, told.questions), expected_hash=seen)
        return draft_shape(app, draft_id, caller.person)

    @routes.post("/drafts/{draft_id}/language")
    def language(draft_id: asked.Id, told: asked.Rewrite, caller: Annotated[Caller, reviewer]) -> shapes.DraftShape:
        """Write the letter anew from the templates of another language."""
        draft = app.viewing.draft(draft_id, caller.person.mailboxes)
        choices = speak(draft.letter.plan, told.language, app.desk.templates.languages())
        app.review.replan(draft_id, caller.name, choices, expected_hash=told.content_hash)
        return draft_shape(app, draft_id, caller.person)

    @routes.post("/drafts/{draft_id}/hold")
    def hold(draft_id: asked.Id, told: asked.Why, caller: Annotated[Caller, reviewer]) -> shapes.DraftShape:
        """Set aside: nothing leaves until somebody releases it."""
        app.viewing.draft(draft_id, caller.person.mailboxes)
        app.review.hold(draft_id, caller.name, told.reason.strip())
        return draft_shape(app, draft_id, caller.person)

    @routes.post("/drafts/{draft_id}/release")
    def release(draft_id: asked.Id, caller: Annotated[Caller, reviewer]) -> shapes.DraftShape:
        """Undo an approval that has not left yet, or take a held or refused letter back into review."""
        app.viewing.draft(draft_id, caller.person.mailboxes)
        app.review.release(draft_id, caller.name)
        return draft_shape(app, draft_id, caller.person)

    return routes


def _deciding(app: App, callers: Callers) -> APIRouter:
    routes, desk = _router(app, callers, "drafts"), Desk(app)
    approver = Depends(callers.require(Permission.APPROVE))

    @routes.post("/drafts/{draft_id}/approve")
    def approve(draft_id: asked.Id, told: asked.Approve, caller: Annotated[Caller, approver]) -> shapes.DraftShape:
        """Approve exactly the letter that you saw. Where two people must, the first approval is only recorded."""
        draft = app.viewing.draft(draft_id, caller.person.mailboxes)
        app.review.approve(
            draft_id,
            caller.name,
            expected_hash=told.content_hash,
            override=told.override.strip(),
            send_at=desk.leaves_at(draft, caller.person, told.when),
        )
        return draft_shape(app, draft_id, caller.person)

    @routes.post("/drafts/{draft_id}/recipients")
    def recipients(draft_id: asked.Id, told: asked.Readdress, caller: Annotated[Caller, approver]) -> shapes.DraftShape:
        """Other recipients, for approvers; the revisions keep those before and after, and the audit log names these."""
        app.viewing.draft(draft_id, caller.person.mailboxes)
        to = addresses(",".join(told.to))
        app.review.readdress(draft_id, caller.name, to, expected_hash=told.content_hash)
        return draft_shape(app, draft_id, caller.person)

    @routes.post("/drafts/{draft_id}/reject")
    def reject(draft_id: asked.Id, told: asked.Why, caller: Annotated[Caller, approver]) -> shapes.DraftShape:
        """No letter goes out; the response clock of the mail is closed with the reason."""
        app.viewing.draft(draft_id, caller.person.mailboxes)
        app.review.reject(draft_id, caller.name, told.reason.strip())
        return draft_shape(app, draft_id, caller.person)

    @routes.post("/drafts/{draft_id}/resolve")
    def resolve(draft_id: asked.Id, told: asked.Resolve, caller: Annotated[Caller, approver]) -> shapes.DraftShape:
        """A person knows whether an uncertain letter arrived. Nothing is resent by this."""
        app.viewing.draft(draft_id, caller.person.mailboxes)
        app.dispatcher.resolve_uncertain(draft_id, told.found == "delivered", caller.name, told.reason.strip())
        return draft_shape(app, draft_id, caller.person)

    return routes


def _promises(app: App, callers: Callers, cursors: Cursors) -> APIRouter:
    routes = _router(app, callers, "promises")

    @routes.get("/promises")
    def promises(
        caller: Annotated[Caller, Depends(callers.require(Permission.VIEW))],
        cursor: asked.Cursor = None,
        limit: asked.Limit = 50,
    ) -> shapes.PromisePage:
        """What our letters promised and nobody has kept or dropped yet."""
        wanted = Filter(caller.person.mailboxes)
        of = f"promises {seen_by(caller)}"
        with app.store.begin(write=False) as uow:
            after: Place | None = cursors.read(of, cursor)
            items = uow.worklist.page(Tab.PROMISES, wanted, app.clock.now(), after=after, limit=limit + 1)
        shown = items[:limit]
        return shapes.PromisePage(
            items=[shapes.PromiseShape.model_validate(item.promise) for item in shown],
            next=cursors.write(of, shown[-1].place) if len(items) > limit else None,
        )

    @routes.post("/promises/{promise_id}/settle", status_code=204)
    def settle(
        promise_id: asked.Id,
        told: asked.Settle,
        caller: Annotated[Caller, Depends(callers.require(Permission.REVIEW))],
    ) -> None:
        """A person knows that it is kept, by telephone say, or dropped."""
        with app.store.begin(write=False) as uow:
            found = next((promise for promise in uow.promises.list() if promise.id == promise_id), None)
        if found is None:
            raise NotFound(f"There is no promise {promise_id}.")
        app.viewing.draft(found.draft_id, caller.person.mailboxes)
        app.end_promise(promise_id, told.status, caller.name)

    return routes
