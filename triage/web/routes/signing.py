"""Signing in and out, one-time links, and what a browser remembers: language and colours."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from triage.app import App
from triage.errors import LinkExpired, SignInRefused, WeakPassword
from triage.people import LONGEST_PASSWORD
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
        return render(request, app, "login.html", {"refused": "", "name": ""})

    @routes.post("/login")
    def sign_in(request: Request, name: Name, password: Password) -> Response:
        try:
            token = app.people.sign_in(name, password, network(request))
        except SignInRefused as refused:
            return render(request, app, "login.html", {"refused": str(refused), "name": name}, status=401)
        return with_session(app, RedirectResponse("/review", 303), token)

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
            session = app.people.accept(token, password)
        except LinkExpired as expired:
            return render(request, app, "problem.html", {"code": 410, "text": str(expired)}, status=410)
        except WeakPassword as weak:
            context = {"refused": str(weak), "name": app.people.invited(token), "token": token}
            return render(request, app, "welcome.html", context, status=422)
        return with_session(app, RedirectResponse("/review", 303), session)

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
