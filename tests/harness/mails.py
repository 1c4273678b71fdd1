"""Small plain mails for tests of transport: what they say does not matter."""


def mail(number: int, *, body: str = "Please quote.", size: int = 0) -> bytes:
    """A mail with its own Message-ID, CRLF line ends, padded to `size` bytes if that is more."""
    head = (
        f"From: Anna Buyer <anna@example.com>\r\nTo: sales@seller.example\r\nSubject: Inquiry {number}\r\n"
        f"Message-ID: <inquiry-{number}@example.com>\r\nDate: Mon, 23 Nov 2026 08:46:54 +0000\r\n\r\n"
        f"{body} {number}\r\n"
    ).encode()
    line = b"x" * 70 + b"\r\n"
    return head + line * max(0, (size - len(head)) // len(line))
