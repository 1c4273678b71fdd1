"""What may cross an SMTP connection, and how its answers are read for people (H25, H27)."""

import re

LINE_LIMIT = 998
_REPLY_LIMIT = 500


def is_well_formed(data: bytes) -> bool:
    """7-bit, CRLF only and at every end, no NUL, no line over 998 bytes: nothing a server could read in two ways."""
    rest = data.replace(b"\r\n", b"")
    return (
        data.endswith(b"\r\n")
        and data.isascii()
        and not any(byte in rest for byte in (b"\r", b"\n", b"\0"))
        and all(len(line) <= LINE_LIMIT for line in data.split(b"\r\n"))
    )


def dot_stuffed(data: bytes) -> bytes:
    """Well-formed data with leading dots doubled (RFC 5321 4.5.2), without the final dot."""
    return re.sub(rb"(?m)^\.", b"..", data)


def readable(reply: bytes | str) -> str:
    """A server's words on one line, bounded, without control characters."""
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    shown = (character if character.isprintable() else " " for character in text[: 4 * _REPLY_LIMIT])
    return " ".join("".join(shown).split())[:_REPLY_LIMIT]
