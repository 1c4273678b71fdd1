"""The review page itself: the list, the mail and the letter, drawn as its address says."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fastapi import Request
from fastapi.responses import HTMLResponse

from triage.app import App
from triage.customers_desk import CardPage
from triage.errors import NotFound
from triage.viewing.case import CaseView
from triage.viewing.service import Meanwhile, WorkPage
from triage.vocabulary.inquiry import Kind, Tier
from triage.vocabulary.people import Permission, Person
from triage.vocabulary.records import AlertRecord, DraftRecord
from triage.vocabulary.worklist import Tab
from triage.web.pages import render
from triage.web.view import View

CASE, LISTS = "case", "lists"
"""Ids of the elements that hold mail and letter, and rail and list: asked for alone, the other is not read."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a decision was not taken. `meanwhile` tells what changed since the person looked."""

    text: str
    meanwhile: Meanwhile | None = None
    blocked: bool = False
    """The checks object; a reason overrides them."""


def desk_page(
    request: Request, app: App, person: Person, view: View, *, trouble: Trouble | None = None, status: int = 200
) -> HTMLResponse:
    """Raises NotFound when the view opens a draft or mail that is not there for this person."""
    alone = request.headers.get("hx-target")
    page = WorkPage((), None) if alone == CASE else app.viewing.page(view.tab, view.filter, view.after)
    view = view if alone == LISTS else _opened(view, page)
    case = None if alone == LISTS else _case(app, person, view)
    context = {
        "view": view,
        "page": page,
        "case": case,
        "card_page": card_page(app, person, case),
        "just": _just(app, person, view),
        "trouble": trouble,
        "alerts": () if alone == CASE else _alerts(app),
        "counts": {} if alone == CASE else app.viewing.counts(person.mailboxes),
        "saved_views": () if alone == CASE else app.worklist.views(person.id),
        "choices": choices(app, person),
        "may": {permission.value: person.may(permission) for permission in Permission},
    }
    return render(request, app, "desk.html", context, person=person, status=status)


def _opened(view: View, page: WorkPage) -> View:
    """An address that opens nothing shows the first of the list."""
    if view.draft or view.mail or not page.rows:
        return view
    first = page.rows[0]
    return replace(view, draft=first.draft_id, mail=None if first.draft_id else first.message_id)


def _case(app: App, person: Person, view: View) -> CaseView | None:
    if view.draft is not None:
        return app.viewing.case_of_draft(view.draft, person.mailboxes)
    if view.mail is not None:
        return app.viewing.case_of_message(view.mail, person.mailboxes)
    return None


def card_page(app: App, person: Person, case: CaseView | None) -> CardPage | None:
    """All that stands on the card of the mail's customer. Of the contacts only notes made by hand and the mails of
    mailboxes that the person may see (S04)."""
    if case is None or case.customer is None:
        return None
    page = app.customers.show(case.customer.id)
    if person.mailboxes is None:
        return page
    seen = {other.message_id for other in case.thread} | ({case.message.id} if case.message else set())
    mine = [one for one in page.contacts if one.message_id in seen or (one.message_id is None and one.draft_id is None)]
    return replace(page, contacts=mine)


def _just(app: App, person: Person, view: View) -> DraftRecord | None:
    """The draft that was decided a moment ago, as it stands now."""
    if view.just is None:
        return None
    try:
        return app.viewing.draft(view.just, person.mailboxes)
    except NotFound:
        return None


def _alerts(app: App) -> Sequence[AlertRecord]:
    with app.store.begin(write=False) as uow:
        return uow.alerts.standing()


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters offer."""

    tabs: tuple[Tab, ...]
    mailboxes: tuple[str, ...]
    kinds: tuple[Kind, ...]
    tiers: tuple[Tier, ...]
    languages: tuple[str, ...]


def choices(app: App, person: Person) -> Choices:
    mailboxes = tuple(name for name in app.settings.accounts if person.mailboxes is None or name in person.mailboxes)
    return Choices(tuple(Tab), mailboxes, tuple(Kind), tuple(Tier), tuple(app.settings.company.languages))
