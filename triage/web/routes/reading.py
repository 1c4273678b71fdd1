"""Looking: the lists, a mail, its original in a frame of its own, its attachments as downloads."""

from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from triage.app import App
from triage.errors import NotFound
from triage.parsing.extract import attachment_bytes
from triage.web.desk import CASE, desk_page
from triage.web.identity import Viewer
from triage.web.limits import Limits
from triage.web.pages import render
from triage.web.sanitiser import sanitised
from triage.web.security import MAIL_POLICY
from triage.web.view import parse_view

DOWNLOAD = {
    "Content-Type": "application/octet-stream",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


def reading(app: App, limits: Limits) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/")
    def start(_: Viewer) -> RedirectResponse:
        return RedirectResponse("/review", 303)

    @routes.get("/review")
    def review(request: Request, person: Viewer) -> HTMLResponse:
        view = parse_view(request.query_params, person.mailboxes)
        if view.filter.search and request.headers.get("hx-target") != CASE:
            limits.search(person)
        return desk_page(request, app, person, view)

    @routes.get("/mails/{message_id}/original")
    def original(request: Request, message_id: int, person: Viewer) -> HTMLResponse:
        """The mail's HTML without whatever could act, to be framed."""
        app.viewing.message(message_id, person.mailboxes)
        with app.store.begin(write=False) as uow:
            stored = uow.messages.assessment_of(message_id)
        html = stored.mail.html if stored else ""
        policy = {"Content-Security-Policy": MAIL_POLICY}
        return render(request, app, "original.html", {"body": sanitised(html)}, headers=policy)

    @routes.get("/drafts/{draft_id}/preview")
    def preview(request: Request, draft_id: int, person: Viewer) -> HTMLResponse:
        """The letter as it was last kept, with the quote below it, as the buyer's mail program lays it out."""
        letter = app.viewing.draft(draft_id, person.mailboxes).letter
        policy = {"Content-Security-Policy": MAIL_POLICY}
        context = {"body": sanitised(letter.html), "quote": letter.quote}
        return render(request, app, "preview.html", context, headers=policy)

    @routes.get("/mails/{message_id}/raw")
    def raw(message_id: int, person: Viewer) -> Response:
        app.viewing.message(message_id, person.mailboxes)
        return download(app.raw(message_id), f"mail-{message_id}.eml")

    @routes.get("/mails/{message_id}/attachments/{position}")
    def attachment(message_id: int, position: int, person: Viewer) -> Response:
        """Never shown, always saved (H17)."""
        app.viewing.message(message_id, person.mailboxes)
        with app.store.begin(write=False) as uow:
            stored = uow.messages.assessment_of(message_id)
            raw_mail = uow.messages.raw(message_id)
        offered = stored.mail.attachments if stored else ()
        if raw_mail is None or position >= len(offered):
            raise NotFound(f"Message {message_id} has no attachment {position}.")
        data = attachment_bytes(raw_mail, offered[position].sha256)
        if data is None:
            raise NotFound(f"The attachment {position} of message {message_id} can't be read again.")
        return download(data, offered[position].name)

    return routes


def download(data: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}", **DOWNLOAD}
    return Response(data, headers=headers)
