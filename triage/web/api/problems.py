"""Errors as `application/problem+json` (RFC 9457): what happened and what to do, nothing of the inside (S17)."""

from collections.abc import Mapping, Sequence

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from triage.errors import NotFound, StoreError, Taken, TriageError
from triage.web.identity import NotAllowed, NotSignedIn
from triage.web.limits import TooOften

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"
TITLES: Mapping[int, str] = {
    400: "The request can't be understood",
    401: "Nobody is signed in",
    403: "This is not allowed",
    404: "There is no such thing",
    405: "This can't be done here",
    409: "The request does not fit how things stand",
    422: "A value is not as it should be",
    429: "Too many requests",
    500: "Something broke",
    503: "The database can't be used",
}


class Fault(BaseModel):
    """One wrong value: where it stands in the request, and what is the matter with it."""

    where: str = Field(examples=["body.content_hash"])
    what: str = Field(examples=["Field required"])


class Problem(BaseModel):
    model_config = ConfigDict(title="Problem")

    type: str = Field(description="Names the kind of problem.", examples=["urn:triage:problem:409"])
    title: str = Field(examples=[TITLES[409]])
    status: int = Field(examples=[409])
    detail: str = Field(examples=["Draft 7 changed since you looked. Read it again, then approve."])
    errors: list[Fault] = Field(default_factory=list, description="The wrong values, where the status is 422.")


def problem(
    status: int, detail: str = "", errors: Sequence[Fault] = (), headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """An answer that says what is wrong."""
    title = TITLES.get(status, "The request was not carried out")
    body = Problem(
        type=f"urn:triage:problem:{status}", title=title, status=status, detail=detail or f"{title}.", errors=[*errors]
    )
    kept = {"Cache-Control": "no-store", **(headers or {})}
    return JSONResponse(body.model_dump(), status, kept, media_type=MEDIA_TYPE)


def problem_of(error: Exception) -> JSONResponse | None:  # noqa: PLR0911 - one answer each
    """The answer to an error that callers may meet; None for one of the inside."""
    if isinstance(error, NotSignedIn):
        return problem(401, "Send a token: Authorization: Bearer tri_...", headers={"WWW-Authenticate": "Bearer"})
    if isinstance(error, NotAllowed):
        return problem(403, "The token's scopes, its owner's role or a missing CSRF header do not allow this.")
    if isinstance(error, TooOften):
        return problem(429, f"Try again in {error.seconds} s.", headers={"Retry-After": str(error.seconds)})
    if isinstance(error, RequestValidationError):
        return problem(422, errors=[_fault(found) for found in error.errors()])
    if isinstance(error, HTTPException):
        return problem(error.status_code, str(error.detail), headers=error.headers)
    if isinstance(error, TriageError):
        return problem(_status(error), str(error))
    return None


def _status(error: TriageError) -> int:
    if isinstance(error, StoreError) and not isinstance(error, Taken):
        return 503
    return 404 if isinstance(error, NotFound) else 409


def _fault(found: Mapping[str, object]) -> Fault:
    """Never the value itself: it may hold a secret."""
    where = found.get("loc")
    path = ".".join(str(part) for part in where) if isinstance(where, tuple) else ""
    return Fault(where=path, what=str(found.get("msg", "")).removeprefix("Value error, "))


def tell_problems(api: FastAPI) -> None:
    """Every error of this application is told as a problem."""

    def told(request: Request, error: Exception) -> JSONResponse:
        answer = problem_of(error)
        if answer is None:
            raise error
        return answer

    def broken(request: Request, error: Exception) -> JSONResponse:
        log.error("api failed", path=request.url.path, exc_info=error)
        return problem(500, "It stands in the log of the service.")

    for kind in (NotSignedIn, NotAllowed, TooOften, RequestValidationError, HTTPException, TriageError):
        api.add_exception_handler(kind, told)
    api.add_exception_handler(Exception, broken)
