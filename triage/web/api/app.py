"""The API as an application of its own below `/api`: its errors are problems, never pages."""

import re

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from triage.app import App
from triage.web.api.admin import admin_routes
from triage.web.api.caller import Callers
from triage.web.api.cursors import Cursors
from triage.web.api.customers import customer_routes
from triage.web.api.desk import desk_routes
from triage.web.api.openapi import described
from triage.web.api.problems import problem, tell_problems
from triage.web.identity import Identities
from triage.web.limits import Limits
from triage.web.routes.signing import session_cookie

PREFIX = "/api"


def create_api(app: App, identities: Identities, limits: Limits) -> FastAPI:
    """To be mounted at `PREFIX`."""
    api = FastAPI(docs_url=None, redoc_url=None, openapi_url="/openapi.json")
    api.state.identities = identities
    callers, cursors = Callers(app, limits), Cursors(app.keys.key_for("cursors"))
    routers = (*desk_routes(app, callers, cursors), customer_routes(app, callers, cursors), *admin_routes(app, callers))
    for router in routers:
        api.include_router(router)
    tell_problems(api)
    cookie = session_cookie(app)
    api.openapi = lambda: described(api, PREFIX, cookie)  # type: ignore[method-assign]

    @api.exception_handler(405)
    def wrong_method(request: Request, _: Exception) -> JSONResponse:
        """Routes know their own method only; the caller is told all that the path has."""
        allowed = methods(api, request.url.path.removeprefix(PREFIX))
        return problem(405, headers={"Allow": ", ".join(allowed)})

    return api


def methods(api: FastAPI, path: str) -> list[str]:
    """What a path of the API can be asked with."""
    return [
        method.upper()
        for template, operations in api.openapi()["paths"].items()
        if re.fullmatch(re.sub(r"\\?\{\w+\\?\}", "[^/]+", re.escape(template)), path)
        for method in operations
    ]
