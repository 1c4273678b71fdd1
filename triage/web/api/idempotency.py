"""`Idempotency-Key`: a POST that is repeated with its key does nothing again and gets the same answer."""

import json
import re
from collections.abc import Callable, Coroutine
from datetime import timedelta
from hashlib import sha256
from typing import Any

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute

from triage.app import App
from triage.vocabulary.access import KeptAnswer
from triage.web.api.caller import Callers
from triage.web.api.problems import MEDIA_TYPE, problem, problem_of

HEADER = "idempotency-key"
KEPT_FOR = timedelta(hours=24)
KEY = re.compile("[!-~]{1,200}")
NOT_KEPT = frozenset({401, 403, 429})
"""Answers that tell of the caller, not of the request."""

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def remembering(app: App, callers: Callers) -> type[APIRoute]:
    """Routes that keep their answers to POSTs with a key. Not for answers that hold a secret (S15)."""

    class Remembering(APIRoute):
        def get_route_handler(self) -> Handler:
            handle = super().get_route_handler()

            async def kept(request: Request) -> Response:
                key = request.headers.get(HEADER)
                if key is None or request.method != "POST":
                    return await handle(request)
                if not KEY.fullmatch(key):
                    return problem(400, "An Idempotency-Key has 1 to 200 printable ASCII characters without spaces.")
                return await _once(app, callers, request, key, handle)

            return kept

    return Remembering


async def _once(app: App, callers: Callers, request: Request, key: str, handle: Handler) -> Response:
    owner = (await run_in_threadpool(callers.of, request)).key
    asked = f"{request.method} {request.url.path}\0".encode() + await request.body()
    answer = KeptAnswer(owner, key, sha256(asked).hexdigest(), 0, "", app.clock.now())
    kept = await run_in_threadpool(_reserve, app, answer)
    if kept is not None:
        return _again(answer, kept)
    try:
        response = await handle(request)
    except Exception as error:
        told = problem_of(error)
        if told is None or told.status_code in NOT_KEPT or told.status_code >= 500:
            await run_in_threadpool(_give_up, app, answer)
            raise
        response = told
    text = json.dumps([response.headers.get("content-type", ""), bytes(response.body).decode()])
    await run_in_threadpool(_keep, app, answer, response.status_code, text)
    return response


def _again(asked: KeptAnswer, kept: KeptAnswer) -> Response:
    if kept.request_hash != asked.request_hash:
        return problem(409, "This Idempotency-Key was used for another request.")
    if kept.status == 0:
        return problem(409, "The request with this Idempotency-Key is still being worked on.")
    media_type, body = json.loads(kept.answer)
    headers = {"Idempotency-Replayed": "true", "Cache-Control": "no-store"}
    if media_type == MEDIA_TYPE:
        return JSONResponse(json.loads(body), kept.status, headers, media_type=MEDIA_TYPE)
    return Response(body or None, kept.status, headers, media_type=media_type or None)


def _reserve(app: App, answer: KeptAnswer) -> KeptAnswer | None:
    with app.store.begin() as uow:
        uow.tokens.forget_answers(answer.created_at - KEPT_FOR)
        kept = uow.tokens.reserve(answer)
        uow.commit()
    return kept


def _keep(app: App, answer: KeptAnswer, status: int, text: str) -> None:
    with app.store.begin() as uow:
        uow.tokens.keep(answer.owner, answer.key, status, text)
        uow.commit()


def _give_up(app: App, answer: KeptAnswer) -> None:
    with app.store.begin() as uow:
        uow.tokens.give_up(answer.owner, answer.key)
        uow.commit()
