"""The description at `/api/openapi.json`: what FastAPI finds, with the ways to sign in and every error as a problem."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from triage.web.api.problems import MEDIA_TYPE, TITLES, Problem

DESCRIPTION = """All that the review page does, for programs.

Send a token with each request: `Authorization: Bearer tri_...`; `triage token add` makes one. A browser that is signed
in may use its session instead; its writes carry the page's secret in `X-CSRF-Token`.

Lists end with `next`: give it back as `cursor`. A POST with an `Idempotency-Key` can be repeated: it does nothing
again, and the answer is the same for 24 hours. Errors are problems (RFC 9457).
"""
ALWAYS = (401, 403, 429, 500, 503)
METHODS = ("get", "post", "patch", "delete")
HOLD_SECRETS = frozenset({"/v1/users", "/v1/tokens", "/v1/webhooks"})
"""Whose answers to a POST are not kept."""
IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key with the same request gets the same answer.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}


def described(api: FastAPI, prefix: str, cookie: str) -> dict[str, Any]:
    """Made once."""
    if api.openapi_schema is None:
        found = get_openapi(
            title="triage", version="1", description=DESCRIPTION, routes=api.routes, servers=[{"url": prefix}]
        )
        _complete(found, cookie)
        api.openapi_schema = found
    return api.openapi_schema


def _complete(found: dict[str, Any], cookie: str) -> None:
    components = found.setdefault("components", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        components.get("schemas", {}).pop(unused, None)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    components["schemas"] |= {**problem.pop("$defs"), "Problem": problem}
    components["responses"] = {str(status): _answer(status, title) for status, title in TITLES.items()}
    components["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": cookie},
    }
    found["security"] = [{"token": []}, {"session": []}]
    for path, operations in found["paths"].items():
        for method in METHODS:
            if method in operations:
                _complete_operation(path, method, operations[method])


def _answer(status: int, title: str) -> dict[str, Any]:
    example = {"type": f"urn:triage:problem:{status}", "title": title, "status": status, "detail": f"{title}."}
    schema = {"$ref": "#/components/schemas/Problem"}
    answer: dict[str, Any] = {"description": title, "content": {MEDIA_TYPE: {"schema": schema, "example": example}}}
    if status == 429:
        answer["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}}
    return answer


def _complete_operation(path: str, method: str, operation: dict[str, Any]) -> None:
    """Which errors an operation has follows from what it takes."""
    statuses = [*ALWAYS, 400, 404, 422]
    if method != "get":
        statuses.append(409)
    operation["responses"].pop("422", None)
    for status in sorted(statuses):
        operation["responses"][str(status)] = {"$ref": f"#/components/responses/{status}"}
    if method == "post" and path not in HOLD_SECRETS:
        operation.setdefault("parameters", []).append(IDEMPOTENCY)
