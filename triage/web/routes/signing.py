"""Signing in and out, one-time links, and what a browser remembers: language and colours."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from triage.app import App
from triage.errors import LinkExpired, SignInRefused, WeakPassword
from triage.people import LONGEST_PASSWORD
from triage.second_factor import PENDING_LASTS
from triage.web.i18n import LANGUAGES
from triage.web.identity import genuine
from triage.web.pages import LANGUAGE_COOKIE, THEME_COOKIE, THEMES, render

Name = Annotated[str, Form(max_length=100)]
Password = Annotated[str, Form(max_length=LONGEST_PASSWORD)]
A_YEAR = 365 * 24 * 3600


def signing(app: App) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/login")
    def form(request: Request) -> HTMLResponse:
        return login_form(request, app)

    @routes.post("/login")
    def sign_in(request: Request, name: Name, password: Password) -> Response:
        try:
            person_id = app.people.prove(name, password, network(request))
        except SignInRefused as refused:
            return login_form(request, app, str(refused), name)
        return proved(app, person_id)

    @routes.get("/welcome/{token}")
    def welcome(request: Request, token: str) -> HTMLResponse:
        """Looking at a one-time link does not use it up: mail programs and chats look too."""
        try:
            name = app.people.invited(token)
        except LinkExpired as expired:
            return render(request, app, "problem.html", {"code": 410, "text": str(expired)}, status=410)
        return render(request, app, "welcome.html", {"refused": "", "name": name, "token": token})

    @routes.post("/welcome/{token}")
    def accept(request: Request, token: str, password: Password) -> Response:
        try:
            person_id = app.people.accept(token, password)
        except LinkExpired as expired:
            return render(request, app, "problem.html", {"code": 410, "text": str(expired)}, status=410)
        except WeakPassword as weak:
            context = {"refused": str(weak), "name": app.people.invited(token), "token": token}
            return render(request, app, "welcome.html", context, status=422)
        return proved(app, person_id)

    @routes.post("/logout", dependencies=[Depends(genuine)])
    def sign_out(request: Request) -> Response:
        token = request.cookies.get(session_cookie(app))
        if token:
            app.people.sign_out(token)
        answer = RedirectResponse("/login", 303)
        answer.delete_cookie(session_cookie(app), path="/")
        return answer

    @routes.post("/preferences")
    def preferences(
        language: Annotated[str, Form()] = "", theme: Annotated[str, Form()] = "", back: Annotated[str, Form()] = ""
    ) -> RedirectResponse:
        answer = RedirectResponse(_ours(back), 303)
        for cookie, value, known in ((LANGUAGE_COOKIE, language, LANGUAGES), (THEME_COOKIE, theme, THEMES)):
            if value in known:
                answer.set_cookie(cookie, value, max_age=A_YEAR, samesite="lax", httponly=True, secure=secure(app))
        return answer

    return routes


def login_form(request: Request, app: App, refused: str = "", name: str = "") -> HTMLResponse:
    oidc = app.settings.oidc
    context = {"refused": refused, "name": name, "provider": oidc.label or oidc.issuer}
    return render(request, app, "login.html", context, status=401 if refused else 200)


def proved(app: App, person_id: int) -> Response:
    """Name and password, a link or a provider told who it is: on to the second step where there is one, else inside."""
    if app.second_factors.on(person_id):
        answer = RedirectResponse("/login/code", 303)
        token, lasts = app.second_factors.begin(person_id), int(PENDING_LASTS.total_seconds())
        answer.set_cookie(
            step_cookie(app), token, max_age=lasts, path="/", httponly=True, samesite="lax", secure=secure(app)
        )
        return answer
    return with_session(app, RedirectResponse("/review", 303), app.people.open(person_id))


def step_cookie(app: App) -> str:
    """Holds a sign-in between its two steps."""
    return f"{session_cookie(app)}-step"


def secure(app: App) -> bool:
    """Whether people reach the page over TLS."""
    return app.settings.web.url.startswith("https://")


def session_cookie(app: App) -> str:
    """Browsers keep a `__Host-` cookie to this host alone; they want TLS for that."""
    return "__Host-triage" if secure(app) else "triage"


def with_session(app: App, answer: Response, token: str) -> Response:
    """A new session's cookie replaces whatever was there (S02)."""
    lasts = app.settings.web.session_hours * 3600
    cookie = session_cookie(app)
    answer.set_cookie(cookie, token, max_age=lasts, path="/", httponly=True, samesite="lax", secure=secure(app))
    return answer


def network(request: Request) -> str:
    """The address that the connection comes from; headers that claim another one are not believed (S10)."""
    return request.client.host if request.client else "unknown"


def _ours(address: str) -> str:
    """An address of ours to go back to, never another site's."""
    return address if address.startswith("/") and not address.startswith(("//", "/\\")) else "/review"
