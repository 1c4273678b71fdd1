"""Live updates as server-sent events: only that something changed, never what; the page then asks as it always does."""

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from triage.app import App
from triage.errors import StoreError
from triage.web.identity import Viewer

EVERY = 1.0
"""Seconds between two looks at the database."""
STILL_THERE = 20
"""Looks after which a silent stream says something, so that proxies keep it and ended sessions are noticed."""


def live(app: App) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/events")
    async def events(request: Request, _: Viewer) -> StreamingResponse:
        return StreamingResponse(_changes(app, request), media_type="text/event-stream")

    return routes


async def _changes(app: App, request: Request) -> AsyncIterator[str]:
    seen = await run_in_threadpool(app.viewing.changes_so_far)
    yield "retry: 3000\n\n"
    looks = 0
    while True:
        await asyncio.sleep(EVERY)
        looks += 1
        try:
            now = await run_in_threadpool(app.viewing.changes_so_far)
        except StoreError:
            continue
        if now != seen:
            seen = now
            yield f"event: changed\ndata: {now}\n\n"
        elif looks % STILL_THERE == 0:
            if await run_in_threadpool(request.app.state.identities.signed, request) is None:
                return
            yield ": still there\n\n"
