"""What every answer carries and every request must show (S07, S08, S17, S18)."""

from collections.abc import Container

from fastapi import Request
from fastapi.responses import PlainTextResponse
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from triage.vocabulary.servers import is_loopback

PAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
MAIL_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "sandbox allow-popups",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    )
)
"""For the original of a mail in its frame: no script, no picture, no form, an origin of its own (H15, H16)."""
HEADERS = {
    "Content-Security-Policy": PAGE_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
}
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER, CSRF_FIELD = "x-csrf-token", "csrf"


class Guard:
    """Refuses foreign host names and writes that another site sent; puts the headers on every answer.

    Plain ASGI, so that streams pass through it as they are.
    """

    def __init__(self, app: ASGIApp, hosts: Container[str]) -> None:
        self._app, self._hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = self._refusal(Request(scope))
        await (refusal or self._app)(scope, receive, with_headers)

    def _refusal(self, request: Request) -> PlainTextResponse | None:
        if not trusted(request.headers.get("host", ""), self._hosts):
            return PlainTextResponse("Unknown host name: see web.url and web.trusted_hosts.", 400)
        if request.method not in SAFE_METHODS and foreign(request):
            return PlainTextResponse("This request came from another site.", 403)
        return None


def foreign(request: Request) -> bool:
    """Whether the browser says that another site made it send this. Programs send neither header.

    Browsers that tell the site are believed: without a referrer the origin of a form is `null` also for our own.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is not None and origin.partition("://")[2] != request.headers.get("host")


def trusted(host_header: str, hosts: Container[str]) -> bool:
    """Whether the Host header names us: a configured name, or an address of this machine."""
    name = host_header.rsplit(":", 1)[0] if not host_header.endswith("]") else host_header
    name = name.strip("[]").lower()
    return name in hosts or is_loopback(name)
