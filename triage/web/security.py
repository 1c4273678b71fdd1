"""What every answer carries and every request must show (S07, S08, S17, S18)."""

import ipaddress
from collections.abc import Awaitable, Callable, Iterable

from fastapi import Request, Response
from fastapi.responses import PlainTextResponse

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

Next = Callable[[Request], Awaitable[Response]]


async def guard(request: Request, call_next: Next) -> Response:
    """Refuse writes that another site sent, and put the headers on every answer that has none of its own."""
    if request.method not in SAFE_METHODS and foreign(request):
        answer: Response = PlainTextResponse("This request came from another site.", 403)
    else:
        answer = await call_next(request)
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    return answer


def foreign(request: Request) -> bool:
    """Whether the browser says that another site made it send this. Programs send neither header."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return True
    origin = request.headers.get("origin")
    return origin is not None and origin.partition("://")[2] != request.headers.get("host")


def trusted(host_header: str, hosts: Iterable[str]) -> bool:
    """Whether the Host header names us: a configured name, or an address of this machine."""
    name = host_header.rsplit(":", 1)[0] if not host_header.endswith("]") else host_header
    name = name.strip("[]").lower()
    return name in hosts or is_loopback(name)


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
