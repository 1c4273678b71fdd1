"""What a server's words mean: wait, come back, or stop and ask (F17-F20; response codes of RFC 5530)."""

import re

from triage.errors import ConnectionLost, LoginRefused, MailboxError, Throttled

DEFAULT_WAIT = 300.0
LONGEST_WAIT = 86_400.0
"""Seconds. No server's word makes an account wait for longer than a day."""

_WAIT = re.compile(
    r"(?:back-?off(?: time)?|(?:try again|retry) (?:in|after)|wait)[^0-9]{0,20}(\d{1,9})\s*"
    r"(milliseconds?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|h)?\b",
    re.IGNORECASE,
)
_UNIT_SECONDS = {"ms": 0.001, "milli": 0.001, "m": 60.0, "min": 60.0, "h": 3600.0}
_THROTTLED = re.compile(
    r"throttl|back-?off|\[LIMIT\]|rate limit|too many (?!(?:failed|invalid|bad|wrong))|bandwidth|exceeded .{0,30}limit"
    r"|command limits",
    re.IGNORECASE,
)
_TEMPORARY = re.compile(
    r"\[(?:UNAVAILABLE|INUSE|SERVERBUG)\]|temporar|try (?:again )?later|internal error|timed? ?out|not responding",
    re.IGNORECASE,
)
_NEEDS_PERMISSION = re.compile(
    r"authenticated but not connected|\[AUTHORIZATIONFAILED\]|IMAP .{0,30}disabled", re.IGNORECASE
)
_NEEDS_TLS = re.compile(r"\[PRIVACYREQUIRED\]|plaintext|unencrypted", re.IGNORECASE)
_UNSAFE_LOGIN = re.compile(r"unsafe login", re.IGNORECASE)
_OVER_QUOTA = re.compile(r"\[OVERQUOTA\]|quota exceeded|mailbox is full", re.IGNORECASE)


def refused_login(host: str, words: str) -> MailboxError:
    """A login ended with NO or BAD. A refusal only if the server does not say that it is busy or ill (F19)."""
    words = printable(words)
    if _THROTTLED.search(words) or _TEMPORARY.search(words):
        return refused_command(host, words)
    if _NEEDS_PERMISSION.search(words):
        remedy = "The account may not use IMAP: switch IMAP on, or grant the permission, with the provider."
    elif _NEEDS_TLS.search(words):
        remedy = "Set security to 'tls' or 'starttls'."
    else:
        remedy = "Check user and password; many providers want an app password or OAuth2 here."
    return LoginRefused(f"{host} refused the login: {words}.", remedy)


def refused_command(host: str, words: str) -> MailboxError:
    """A command ended with NO, BAD or BYE."""
    words = printable(words)
    if _THROTTLED.search(words):
        return Throttled(f"{host} asks for patience: {words}.", wait_of(words))
    if _TEMPORARY.search(words):
        return ConnectionLost(f"{host} can't serve us now: {words}.")
    remedy = ""
    if _UNSAFE_LOGIN.search(words):
        remedy = "Switch IMAP on in the provider's web mail and use the authorization code it shows as password."
    elif _OVER_QUOTA.search(words):
        remedy = "Make room in the mailbox."
    return MailboxError(f"{host} refused: {words}.", remedy)


def wait_of(words: str) -> float:
    """Seconds that the server asks for."""
    found = _WAIT.search(words)
    if found is None:
        return DEFAULT_WAIT
    unit = (found[2] or "s").lower()
    factor = next((value for key, value in _UNIT_SECONDS.items() if unit.startswith(key)), 1.0)
    return min(float(found[1]) * factor, LONGEST_WAIT)


def printable(words: str) -> str:
    """The server's words, fit for a log line: one line, at most 300 characters, no full stop at the end."""
    return "".join(c if c.isprintable() else " " for c in words[:300]).strip(" .")
