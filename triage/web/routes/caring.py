"""Letters of our own accord and complaints on the page: what waits, what would be written to whom, what is open."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from triage.app import App
from triage.customers import split_words
from triage.errors import NotFound, StoreError, TriageError
from triage.outreach import Reach
from triage.vocabulary.customers import CustomerFilter
from triage.vocabulary.people import Permission, Person
from triage.vocabulary.records import ComplaintRecord, CustomerRecord, DraftRecord
from triage.vocabulary.states import UNSENT_FOLLOW_UP, Fault
from triage.web.desk import Trouble, desk_page
from triage.web.identity import Reviewer, Viewer, genuine
from triage.web.pages import render
from triage.web.routes.deciding import Back, Line
from triage.web.view import parse_query

LONGEST = 2000
PAGE = "/followups"


@dataclass(frozen=True, slots=True)
class NewsForm:
    """What is new, and to whom: filter words, after those of a saved filter."""

    filter: str = ""
    saved: str = ""
    text: str = ""
    language: str = ""

    @property
    def filled(self) -> bool:
        return bool(self.filter.strip() or self.saved)

    def wanted(self, app: App) -> CustomerFilter:
        """Raises TriageError for words that mean nothing, and for none: all customers are too many."""
        if not self.filled:
            raise TriageError("Say to whom: all customers are too many.", "Write a filter, or choose a saved one.")
        return app.customers.filter(split_words(self.filter), self.saved)


def asked(
    filter: Annotated[str, Query(max_length=LONGEST)] = "",
    saved: Annotated[str, Query(max_length=LONGEST)] = "",
    text: Annotated[str, Query(max_length=LONGEST)] = "",
    language: Annotated[str, Query(max_length=20)] = "",
) -> NewsForm:
    return NewsForm(filter, saved, text, language)


def posted(
    filter: Annotated[str, Form(max_length=LONGEST)] = "",
    saved: Annotated[str, Form(max_length=LONGEST)] = "",
    text: Annotated[str, Form(max_length=LONGEST)] = "",
    language: Annotated[str, Form(max_length=20)] = "",
) -> NewsForm:
    return NewsForm(filter, saved, text, language)


def caring(app: App) -> APIRouter:
    routes = APIRouter(include_in_schema=False, dependencies=[Depends(genuine)])
    _letters(routes, app)
    _complaints(routes, app)
    return routes


def _letters(routes: APIRouter, app: App) -> None:
    def page(
        request: Request,
        person: Person,
        form: NewsForm,
        *,
        made: int | None = None,
        closed: bool = False,
        trouble: str = "",
    ) -> HTMLResponse:
        may_write = person.may(Permission.REVIEW)
        reach: Reach | None = None
        if form.filled and may_write and not trouble:
            try:
                reach = app.outreach.within(person.mailboxes).reach(form.wanted(app))
            except StoreError:
                raise
            except TriageError as error:
                trouble = str(error)
        context = {
            "letters": _standing(app, person),
            "complaints": _cases(app, person, open_only=not closed),
            "closed": closed,
            "form": form,
            "reach": reach,
            "made": made,
            "trouble": trouble,
            "saved_filters": app.customers.filters() if may_write else (),
            "languages_of_letters": sorted(app.desk.templates.languages()) if may_write else (),
            "silent_book": app.settings.followups.to_silent_book,
            "enabled": app.settings.followups.enabled,
            "may_write": may_write,
        }
        return render(request, app, "followups.html", context, person=person, status=422 if trouble else 200)

    @routes.get(PAGE)
    def followups(
        request: Request,
        person: Viewer,
        form: Annotated[NewsForm, Depends(asked)],
        closed: bool = False,
        made: Annotated[int | None, Query(ge=0, le=100_000)] = None,
    ) -> HTMLResponse:
        """With a filter: whom news would reach; nothing is written before the next step."""
        return page(request, person, form, made=made, closed=closed)

    @routes.post(f"{PAGE}/propose")
    def propose(person: Reviewer) -> RedirectResponse:
        """What is due now, for the mailboxes of the person."""
        made = app.outreach.within(person.mailboxes).propose()
        return RedirectResponse(f"{PAGE}?made={len(made)}", 303)

    @routes.post(f"{PAGE}/news")
    def news(request: Request, person: Reviewer, form: Annotated[NewsForm, Depends(posted)]) -> Response:
        """A draft for each customer that the news reach; a person approves each."""
        known = app.desk.templates.languages()
        try:
            if form.language and form.language not in known:
                raise TriageError(f"There are no letter templates for {form.language!r}.")
            made = app.outreach.within(person.mailboxes).news(form.wanted(app), form.text, language=form.language)
        except StoreError:
            raise
        except TriageError as error:
            return page(request, person, form, trouble=str(error))
        return RedirectResponse(f"{PAGE}?made={len(made)}", 303)


def _complaints(routes: APIRouter, app: App) -> None:
    @routes.post("/mails/{message_id}/complaint")
    def complaint(
        request: Request,
        message_id: int,
        person: Reviewer,
        cause: Line = "",
        fault: Line = "",
        remedy: Line = "",
        remedy_on: Line = "",
        act: Line = "",
        view: Back = "",
    ) -> Response:
        """Cause, fault and remedy as the form has them; the button closes the case, or opens it again."""
        app.viewing.message(message_id, person.mailboxes)
        where = replace(parse_query(view, person.mailboxes), mail=message_id)
        try:
            app.complaints.record(
                message_id,
                person.name,
                cause=cause,
                fault=_fault(fault),
                remedy=remedy,
                remedy_at=_moment(app, remedy_on),
                closed={"close": True, "reopen": False}.get(act),
            )
        except (NotFound, StoreError):
            raise
        except TriageError as error:
            return desk_page(request, app, person, where, trouble=Trouble(str(error)), status=422)
        return RedirectResponse(where.url_open(), 303)


def _standing(app: App, person: Person) -> Sequence[tuple[DraftRecord, CustomerRecord | None]]:
    """Follow-ups that have not left, of the mailboxes that the person may see (S04)."""
    with app.store.begin(write=False) as uow:
        letters = uow.follow_ups.standing(UNSENT_FOLLOW_UP)
        cards = uow.customers.get_many({letter.customer_id for letter in letters})
        drafts = [(uow.drafts.get(letter.draft_id), cards.get(letter.customer_id)) for letter in letters]
    return [(draft, card) for draft, card in drafts if _theirs(person, draft.account_id)]


def _cases(app: App, person: Person, *, open_only: bool) -> Sequence[ComplaintRecord]:
    return [case for case in app.complaints.list(open_only=open_only) if _theirs(person, case.account_id)]


def _theirs(person: Person, account_id: str) -> bool:
    return person.mailboxes is None or account_id in person.mailboxes


def _fault(word: str) -> Fault | None:
    try:
        return Fault(word) if word else None
    except ValueError:
        raise NotFound(f"{word!r} is nobody's fault.") from None


def _moment(app: App, wall: str) -> datetime | None:
    """A wall-clock time of the desk; raises TriageError for what is none."""
    try:
        return app.local_instant(datetime.fromisoformat(wall)) if wall else None
    except ValueError:
        raise TriageError(f"{wall!r} is no time.", "Write it as 2026-03-02T17:00.") from None
