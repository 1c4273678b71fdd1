"""The second step of signing in, the identity provider, and one's own account, where the second step is set up."""

import hmac
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from triage.app import App
from triage.errors import NotFound, SignInRefused
from triage.vocabulary.people import Permission, Person
from triage.web.identity import genuine, require
from triage.web.pages import render
from triage.web.routes.signing import login_form, proved, secure, session_cookie, step_cookie, with_session

Code = Annotated[str, Form(max_length=40)]
Owner = Annotated[Person, Depends(require(Permission.VIEW))]
CALLBACK = "/login/oidc/callback"
A_WHILE = 600


def second_step(app: App) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    _digits(routes, app)
    if app.settings.oidc.issuer:
        _provider(routes, app)
    return routes


def _digits(routes: APIRouter, app: App) -> None:
    @routes.get("/login/code")
    def form(request: Request) -> Response:
        token = request.cookies.get(step_cookie(app), "")
        if app.second_factors.owner(token) is None:
            return RedirectResponse("/login", 303)
        return render(request, app, "code.html", {"refused": ""})

    @routes.post("/login/code")
    def finish(request: Request, code: Code) -> Response:
        token = request.cookies.get(step_cookie(app), "")
        if app.second_factors.owner(token) is None:
            return RedirectResponse("/login", 303)
        try:
            session = app.people.open(app.second_factors.finish(token, code))
        except SignInRefused as refused:
            return render(request, app, "code.html", {"refused": str(refused)}, status=401)
        answer = with_session(app, RedirectResponse("/review", 303), session)
        answer.delete_cookie(step_cookie(app), path="/")
        return answer


def _provider(routes: APIRouter, app: App) -> None:
    from triage.web.oidc import Provider

    home = app.settings.web.url or f"http://127.0.0.1:{app.settings.web.port}"
    provider = Provider(app.settings.oidc, home + CALLBACK, app.store, app.clock)
    cookie = f"{session_cookie(app)}-state"

    @routes.get("/login/oidc")
    def begin(request: Request) -> Response:
        try:
            url, state = provider.begin()
        except SignInRefused as refused:
            return login_form(request, app, str(refused))
        answer = RedirectResponse(url, 303)
        answer.set_cookie(cookie, state, max_age=A_WHILE, path="/", httponly=True, samesite="lax", secure=secure(app))
        return answer

    @routes.get(CALLBACK)
    def back(
        request: Request,
        state: Annotated[str, Query(max_length=200)] = "",
        code: Annotated[str, Query(max_length=2000)] = "",
    ) -> Response:
        """Only the browser that set out may come back: another's code would sign it in as somebody else."""
        kept = request.cookies.get(cookie, "")
        try:
            if not state or not hmac.compare_digest(kept.encode(), state.encode()):
                raise SignInRefused("This browser did not ask to sign in.")
            answer = proved(app, provider.finish(state, code))
        except SignInRefused as refused:
            answer = login_form(request, app, str(refused))
        answer.delete_cookie(cookie, path="/")
        return answer


def account(app: App) -> APIRouter:
    routes = APIRouter(include_in_schema=False, dependencies=[Depends(genuine)])

    def page(request: Request, person: Person, status: int = 200, **shown: object) -> HTMLResponse:
        context = {"on": app.second_factors.on(person.id), "enrolment": None, "codes": (), "refused": "", **shown}
        return render(request, app, "account.html", context, person=person, status=status)

    @routes.get("/account")
    def show(request: Request, person: Owner) -> HTMLResponse:
        return page(request, person)

    @routes.post("/account/second-factor")
    def enrol(request: Request, person: Owner) -> HTMLResponse:
        """A new secret, without effect until its digits are shown."""
        if not person.id:
            raise NotFound("Where nobody signs in there is no second step.")
        return page(request, person, enrolment=app.second_factors.enrol(person.id, person.name))

    @routes.post("/account/second-factor/confirm")
    def confirm(request: Request, person: Owner, code: Code) -> HTMLResponse:
        try:
            return page(request, person, codes=app.second_factors.confirm(person.id, person.name, code))
        except SignInRefused as refused:
            return page(request, person, status=422, refused=str(refused))

    return routes
