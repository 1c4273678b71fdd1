"""For admins of all mailboxes: how the service is, and who and what may come in. Secrets are shown once, when made."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from triage.app import App
from triage.check import checks
from triage.desk import shipped
from triage.errors import NotFound, Taken, TriageError
from triage.vocabulary.access import HookEvent, Scope
from triage.vocabulary.people import Permission, Person, Role
from triage.web.identity import NotAllowed, genuine, require
from triage.web.pages import render

Name = Annotated[str, Form(min_length=1, max_length=100)]
Number = Annotated[int, Form(ge=1, le=2**31 - 1)]
MOST_PARKED = 50


def manager(person: Annotated[Person, Depends(require(Permission.MANAGE))]) -> Person:
    """Raises NotAllowed, also for an admin of some mailboxes only."""
    if not person.may_manage:
        raise NotAllowed
    return person


Manager = Annotated[Person, Depends(manager)]


def managing(app: App) -> APIRouter:
    routes = APIRouter(include_in_schema=False, dependencies=[Depends(genuine)])
    _health(routes, app)
    _settings(routes, app)
    _users(routes, app)
    _programs(routes, app)
    return routes


def _health(routes: APIRouter, app: App) -> None:
    def page(request: Request, person: Person, checked: bool) -> HTMLResponse:
        with app.store.begin(write=False) as uow:
            states = {state.id: state for state in uow.accounts.all()}
            sending = {name: uow.accounts.sending(name) for name in states}
            parked = uow.messages.parked()
        card = shipped("models/MODEL_CARD.md")
        context = {
            "health": app.vitals.health(),
            "states": states,
            "sending": sending,
            "parked": parked[:MOST_PARKED],
            "more_parked": max(0, len(parked) - MOST_PARKED),
            "checks": list(checks(app.settings, offline=True, app=app)) if checked else None,
            "card": card.read_text(encoding="utf-8") if app.settings.model_file is None else "",
        }
        return render(request, app, "health.html", context, person=person)

    @routes.get("/health")
    def health(request: Request, person: Manager) -> HTMLResponse:
        return page(request, person, checked=False)

    @routes.post("/health/checks")
    def run_checks(request: Request, person: Manager) -> HTMLResponse:
        """Database, disk, audit log, model, templates, catalogue; no mail server is asked."""
        return page(request, person, checked=True)

    @routes.post("/health/replay")
    def replay(person: Manager, message: Number) -> RedirectResponse:
        app.replay(message, person.name)
        return RedirectResponse("/health", 303)


def _settings(routes: APIRouter, app: App) -> None:
    @routes.get("/settings")
    def settings(request: Request, person: Manager) -> HTMLResponse:
        return settings_page(request, app, person)


def settings_page(
    request: Request, app: App, person: Person, *, made: str = "", trouble: str = "", status: int = 200
) -> HTMLResponse:
    """`made` is a secret or a link, shown this once."""
    people = app.people.all()
    context = {
        "people": people,
        "factors": {one.id for one in people if app.second_factors.on(one.id)},
        "tokens": app.tokens.all(),
        "hooks": [(hook, app.webhooks.newest(hook.id, 1)) for hook in app.webhooks.all()],
        "roles": tuple(Role),
        "scopes": tuple(Scope),
        "events": tuple(HookEvent),
        "mailboxes": tuple(app.settings.accounts),
        "made": made,
        "trouble": trouble,
    }
    return render(request, app, "settings.html", context, person=person, status=status)


def _users(routes: APIRouter, app: App) -> None:
    @routes.post("/settings/users")
    def add(
        request: Request,
        person: Manager,
        name: Name,
        role: Annotated[Role, Form()],
        mailbox: Annotated[list[str] | None, Form()] = None,
    ) -> Response:
        """No mailbox ticked: all of them."""
        known = [name for name in app.settings.accounts if name in (mailbox or ())]
        if len(known) != len(set(mailbox or ())):
            raise NotFound("There is no such account.")
        try:
            token = app.people.add(name.strip(), role, known or None, person.name)
        except Taken as taken:
            return settings_page(request, app, person, trouble=str(taken), status=409)
        return settings_page(request, app, person, made=f"{app.settings.web.url}/welcome/{token}")

    @routes.post("/settings/users/change")
    def change(
        person: Manager,
        name: Name,
        role: Annotated[Role | None, Form()] = None,
        active: Annotated[bool | None, Form()] = None,
    ) -> RedirectResponse:
        app.people.change(name, person.name, role=role, active=active)
        return RedirectResponse("/settings", 303)

    @routes.post("/settings/users/link")
    def link(request: Request, person: Manager, name: Name) -> HTMLResponse:
        token = app.people.new_link(name, person.name)
        return settings_page(request, app, person, made=f"{app.settings.web.url}/welcome/{token}")

    @routes.post("/settings/users/email")
    def email(
        request: Request, person: Manager, name: Name, email: Annotated[str, Form(max_length=254)] = ""
    ) -> Response:
        """By which an identity provider's user is found."""
        try:
            app.people.set_email(name, email.strip() or None, person.name)
        except Taken as taken:
            return settings_page(request, app, person, trouble=str(taken), status=409)
        return RedirectResponse("/settings", 303)

    @routes.post("/settings/users/reset-factor")
    def reset_factor(person: Manager, name: Name) -> RedirectResponse:
        app.second_factors.reset(name, person.name)
        return RedirectResponse("/settings", 303)


def _programs(routes: APIRouter, app: App) -> None:
    @routes.post("/settings/tokens")
    def add_token(
        request: Request, person: Manager, name: Name, owner: Name, scope: Annotated[list[Scope], Form(min_length=1)]
    ) -> HTMLResponse:
        try:
            token = app.tokens.add(name.strip(), owner, scope, person.name)
        except Taken as taken:
            return settings_page(request, app, person, trouble=str(taken), status=409)
        return settings_page(request, app, person, made=token)

    @routes.post("/settings/tokens/revoke")
    def revoke(person: Manager, token: Number) -> RedirectResponse:
        app.tokens.revoke(token, person.name)
        return RedirectResponse("/settings", 303)

    @routes.post("/settings/webhooks")
    def add_webhook(
        request: Request,
        person: Manager,
        url: Annotated[str, Form(max_length=500)],
        event: Annotated[list[HookEvent], Form(min_length=1)],
    ) -> HTMLResponse:
        try:
            _, secret = app.webhooks.add(url.strip(), event, person.name)
        except TriageError as refused:
            return settings_page(request, app, person, trouble=str(refused), status=409)
        return settings_page(request, app, person, made=secret)

    @routes.post("/settings/webhooks/remove")
    def remove(person: Manager, webhook: Number) -> RedirectResponse:
        app.webhooks.remove(webhook, person.name)
        return RedirectResponse("/settings", 303)
