"""The HTTP side of the daemon: `/healthz` and `/metrics`."""

import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

import uvicorn
from fastapi import FastAPI
from fastapi.responses import JSONResponse, PlainTextResponse

from triage.app import App
from triage.errors import ConfigError, StoreError
from triage.web.metrics import render


def create(app: App) -> FastAPI:
    """The web application over the wired `app`. No docs pages: they would load scripts from elsewhere."""
    web = FastAPI(title="triage", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")

    @web.get("/healthz")
    def healthz() -> JSONResponse:
        """200 only when every account had a full round trip within its limit and none is stopped (I15)."""
        health = app.vitals.health()
        return JSONResponse(asdict(health), status_code=200 if health.ok else 503)

    @web.get("/metrics")
    def metrics() -> PlainTextResponse:
        try:
            return PlainTextResponse(render(app.vitals.health(), app.counts()))
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
            create(app), host=section.host, port=section.port, log_config=None, access_log=False, lifespan="off"
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
