"""Small plain mails for tests of transport: what they say does not matter."""


def mail(number: int, *, body: str = "Please quote.", size: int = 0) -> bytes:
    """A mail with its own Message-ID, CRLF line ends, padded to `size` bytes if that is more."""
    lines = (
        "From: Anna Buyer <anna@example.com>",
        "To: sales@seller.example",
        f"Subject: Inquiry {number}",
        f"Message-ID: <inquiry-{number}@example.com>",
        "Date: Mon, 23 Nov 2026 08:46:54 +0000",
        "",
        f"{body} {number}",
        "",
    )
    head = "\r\n".join(lines).encode()
    line = b"x" * 70 + b"\r\n"
    return head + line * max(0, (size - len(head)) // len(line))
