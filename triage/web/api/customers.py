"""The customer book for programs. It knows no mailboxes, so it is for users of all of them only (S04)."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from triage.app import App
from triage.vocabulary.customers import CustomerFilter, Segment
from triage.vocabulary.people import Permission
from triage.vocabulary.records import CustomerRecord
from triage.vocabulary.worklist import Place
from triage.web.api import asked, shapes
from triage.web.api.caller import Caller, Callers
from triage.web.api.cursors import Cursors
from triage.web.api.idempotency import remembering
from triage.web.api.views import card_shape
from triage.web.identity import NotAllowed
from triage.web.limits import Limits

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def customer_routes(app: App, callers: Callers, cursors: Cursors) -> APIRouter:
    routes = APIRouter(prefix="/v1", tags=["customers"], route_class=remembering(app, callers))

    def of_all(caller: Caller) -> Caller:
        if caller.person.mailboxes is not None:
            raise NotAllowed
        return caller

    def viewer(caller: Annotated[Caller, Depends(callers.require(Permission.VIEW))]) -> Caller:
        return of_all(caller)

    def reviewer(caller: Annotated[Caller, Depends(callers.require(Permission.REVIEW))]) -> Caller:
        return of_all(caller)

    _reading(routes, app, viewer, cursors, callers.limits)
    _writing(routes, app, reviewer)
    return routes


def _reading(routes: APIRouter, app: App, viewer: object, cursors: Cursors, limits: Limits) -> None:
    def line(card: CustomerRecord) -> shapes.CustomerLine:
        return shapes.CustomerLine(card=card_shape(card), segment=app.customers.segment(card))

    @routes.get("/customers")
    def customers(
        caller: Annotated[Caller, Depends(viewer)],
        q: Annotated[str, Query(max_length=200, description="Part of a name, company or address.")] = "",
        country: Annotated[str, Query(pattern="^([A-Z]{2})?$", description="ISO 3166-1 alpha-2.")] = "",
        segment: Segment | None = None,
        cursor: asked.Cursor = None,
        limit: asked.Limit = 50,
    ) -> shapes.CustomerPage:
        """Cards, the latest contact first."""
        if q:
            limits.search(caller.person)
        wanted = CustomerFilter(
            text=q.strip(),
            country=frozenset({country}) if country else frozenset(),
            segment=frozenset({segment}) if segment else frozenset(),
        )
        of = f"customers {wanted!r}"
        after = cursors.read(of, cursor)
        cards, total = app.customers.page(wanted, after_id=after.id if after else None, limit=limit + 1)
        shown = cards[:limit]
        return shapes.CustomerPage(
            items=[line(card) for card in shown],
            total=total,
            next=cursors.write(of, Place(0.0, NEVER, shown[-1].id)) if len(cards) > limit else None,
        )

    @routes.get("/customers/{customer_id}", dependencies=[Depends(viewer)])  # type: ignore[arg-type]
    def customer(customer_id: asked.Id) -> shapes.CustomerShape:
        """All that stands on a card, its newest contacts, and cards that may be the same customer's."""
        page = app.customers.show(customer_id)
        return shapes.CustomerShape(
            card=card_shape(page.card),
            segment=page.segment,
            people=[shapes.PersonShape.model_validate(person) for person in page.people],
            contacts=[shapes.ContactShape.model_validate(contact) for contact in page.contacts],
            may_be_the_same=sorted({pair.first_id + pair.second_id - customer_id for pair in page.duplicates}),
        )


def _writing(routes: APIRouter, app: App, reviewer: object) -> None:
    dependency = Depends(reviewer)  # type: ignore[arg-type]

    @routes.patch("/customers/{customer_id}")
    def write(customer_id: asked.Id, told: asked.SetField, caller: Annotated[Caller, dependency]) -> shapes.CardShape:
        """Write one value; it outranks what mails tell."""
        return card_shape(app.customers.set(customer_id, told.field, told.value, caller.name))

    @routes.post("/customers/{customer_id}/notes", status_code=201)
    def note(customer_id: asked.Id, told: asked.Note, caller: Annotated[Caller, dependency]) -> shapes.Noted:
        """Keep a call, meeting, chat or remark."""
        return shapes.Noted(contact_id=app.customers.note(customer_id, told.kind, told.text, caller.name, told.at))

    @routes.post("/customers/{customer_id}/merge")
    def merge(customer_id: asked.Id, told: asked.Merge, caller: Annotated[Caller, dependency]) -> shapes.Merged:
        """The other card becomes part of this one, whose values stand."""
        return shapes.Merged(merge_id=app.customers.merge(customer_id, told.other_id, caller.name))

    @routes.post("/merges/{merge_id}/undo", status_code=204)
    def unmerge(merge_id: asked.Id, caller: Annotated[Caller, dependency]) -> None:
        """Take the merged card out again."""
        app.customers.unmerge(merge_id, caller.name)
