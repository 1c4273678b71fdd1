"""The HTTP side of the daemon: the review page, `/healthz` and `/metrics`."""

import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

import uvicorn
from fastapi import APIRouter, FastAPI, Request
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles

from triage.app import App
from triage.errors import ConfigError, NotFound, StoreError, TriageError
from triage.web.api.app import PREFIX as API
from triage.web.api.app import create_api
from triage.web.identity import NotAllowed, NotSignedIn, OpenToLocals, Sessions
from triage.web.limits import Limits, TooOften
from triage.web.metrics import render as render_metrics
from triage.web.pages import STATIC, render
from triage.web.routes.auditing import auditing
from triage.web.routes.caring import caring
from triage.web.routes.deciding import deciding
from triage.web.routes.live import live
from triage.web.routes.managing import managing
from triage.web.routes.planning import planning
from triage.web.routes.promising import promising
from triage.web.routes.reading import reading
from triage.web.routes.second_step import account, second_step
from triage.web.routes.signing import session_cookie, signing
from triage.web.routes.sorting import sorting
from triage.web.security import Guard


class KeptStatic(StaticFiles):
    """Static files: an address with its digest never changes its content."""

    def file_response(self, *arguments: object, **named: object) -> Response:
        answer = super().file_response(*arguments, **named)  # type: ignore[arg-type]
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return answer


def routers(app: App, limits: Limits) -> tuple[APIRouter, ...]:
    """All pages."""
    return (
        signing(app),
        second_step(app),
        account(app),
        managing(app),
        reading(app, limits),
        deciding(app),
        planning(app),
        promising(app),
        caring(app),
        sorting(app),
        auditing(app, limits),
        live(app),
    )


def create(app: App) -> FastAPI:
    """The web application over the wired `app`. No docs pages: they would load scripts from elsewhere."""
    web = FastAPI(title="triage", docs_url=None, redoc_url=None, openapi_url=None)
    section = app.settings.web
    web.state.identities = Sessions(app.people, session_cookie(app)) if section.login else OpenToLocals()
    web.add_middleware(GZipMiddleware, minimum_size=1000)
    web.add_middleware(Guard, hosts=section.hosts)
    limits = Limits(app.settings.api.requests_per_minute)
    web.mount(API, create_api(app, web.state.identities, limits))
    web.mount("/static", KeptStatic(directory=STATIC), name="static")
    for router in routers(app, limits):
        web.include_router(router)

    @web.exception_handler(TriageError)
    def in_words(request: Request, error: TriageError) -> HTMLResponse:
        status = 404 if isinstance(error, NotFound) else 503 if isinstance(error, StoreError) else 409
        return _problem(request, status, str(error))

    @web.exception_handler(NotAllowed)
    def not_allowed(request: Request, _: NotAllowed) -> HTMLResponse:
        return _problem(request, 403, "")

    @web.exception_handler(TooOften)
    def too_often(request: Request, error: TooOften) -> HTMLResponse:
        answer = _problem(request, 429, "")
        answer.headers["Retry-After"] = str(error.seconds)
        return answer

    @web.exception_handler(NotSignedIn)
    def not_signed_in(request: Request, _: NotSignedIn) -> Response:
        """To the form; htmx is told to go there with the whole page."""
        if request.headers.get("hx-request"):
            return Response(status_code=401, headers={"HX-Redirect": "/login"})
        return RedirectResponse("/login", 303)

    def _problem(request: Request, status: int, text: str) -> HTMLResponse:
        return render(request, app, "problem.html", {"code": status, "text": text}, status=status)

    @web.get("/healthz")
    def healthz() -> JSONResponse:
        """200 only when every account had a full round trip within its limit and none is stopped (I15)."""
        health = app.vitals.health()
        return JSONResponse(asdict(health), status_code=200 if health.ok else 503)

    @web.get("/metrics")
    def metrics() -> PlainTextResponse:
        try:
            return PlainTextResponse(render_metrics(app.vitals.health(), app.counts()))
        except StoreError as error:
            return PlainTextResponse(str(error), status_code=503)

    return web


@dataclass(frozen=True, slots=True)
class Page:
    """A running server."""

    url: str
    stop: Callable[[], None]


def serve(app: App) -> Page:
    """Start the server in a thread of its own. Raises ConfigError when the address is taken."""
    section = app.settings.web
    server = uvicorn.Server(
        uvicorn.Config(
            create(app),
            host=section.host,
            port=section.port,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=2,  # live streams end only when they are told to
        )
    )
    thread = threading.Thread(target=_run_quietly, args=[server], name="page", daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    if not server.started:
        raise ConfigError(
            f"The page can't listen on {section.host}:{section.port}.", "Choose another web.port in the configuration."
        )
    port = server.servers[0].sockets[0].getsockname()[1]

    def stop() -> None:
        server.should_exit = True
        thread.join()

    return Page(f"http://{section.host}:{port}", stop)


def _run_quietly(server: uvicorn.Server) -> None:
    """uvicorn ends its process when it can't bind; here only its thread may end, and `serve` says why."""
    try:
        server.run()
    except SystemExit:
        return
