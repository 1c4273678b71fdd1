"""Makes hostile mails of a chosen size, by what is repeated in them and where (H01-H08, H15, H18, H26)."""

from collections.abc import Callable

HEAD = b"From: Ana <ana@tienda.example>\r\nTo: s@seller.example\r\nMessage-ID: <1@tienda.example>\r\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"

REPEATED = [
    *("From: a\n", "From: a <a@b.example>\nDate: 3/3/2026 10:00\n", "To: a\n", "> ", ">", ">\n", "On 3/3/2026 10:00 "),
    *(
        "On 3/3/2026 10:00 a <a@b.example> \n",
        "-----Original Message-----\n",
        "---------- Forwarded message ---------\n",
    ),
    *(
        "________________________________\n",
        "\n",
        " \n",
        "\t",
        " ",
        "Name: a\n",
        "Message: a\n",
        "Email: a@b.example\n",
    ),
    *("Email: a@b.example\nMessage: x\n\n", "Message\n", "-- \n", "Best regards,\n", "Tel: +1 555 0100\n", "a@", "@"),
    *(
        ":",
        "a:\n",
        "1",
        "1/1/2026 ",
        "| a | b |\n",
        "| From | b |\n",
        "Sent from my\n",
        "Message-ID: <a@b>\n",
        "(",
        "<",
    ),
    *("\u202bבתאריך 3/3/2026 10:00\n", "undeliver ", "could not be ", "automatic reply ", "<mailto:a", "(http", "x"),
    *(
        "begin 644 a\n",
        "-----BEGIN PGP MESSAGE-----\n",
        "在2026年3月3日10:00",
        "5.1.1 ",
        "confirm your ",
        "nquiry from ",
    ),
    *("Action: failed\n", '"notificationType" : "', "=?utf-8?q?", '"\\', "a, "),
]
TAGS = [
    *("<div>", "<table><tr><td>", "<b>", "<blockquote>", "<a href=x>", "<p a=b c=d e=f>x", "&#0;", "<!--", "<!-- -->"),
    *("<script>", "<style>a{}</style>", "<svg>", "<template>", "<select>", "<![CDATA[", "<plaintext>", "<ul><li>", "<"),
    *("<div class=gmail_quote>", "<p>On 3/3/2026 10:00 a &lt;a@b.example&gt; wrote:</p>", "<br>", "<img src=x>"),
    *("<font><i>", "<nobr>", "</form><form>", "<option>", "<math><mi>", "<frameset>", "</p>", "<b><p>", "<a><div>"),
]


def filled(piece: str | bytes, size: int) -> bytes:
    data = piece.encode() if isinstance(piece, str) else piece
    return (data * (size // len(data) + 1))[:size]


def in_text(piece: str, size: int) -> bytes:
    return HEAD + b"Subject: Fwd: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + filled(piece, size)


def in_html(piece: str, size: int) -> bytes:
    shown = f"<p>{piece.replace('<', '&lt;')}</p>"
    return HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + filled(shown, size)


def in_headers(piece: str, size: int) -> bytes:
    value = filled(piece.replace("\n", " "), min(size, 120_000))
    return HEAD + b"".join(name + value + b"\r\n" for name in (b"Subject: ", b"Cc: ")) + b"\r\nx"


def as_tags(piece: str, size: int) -> bytes:
    return HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + filled(piece, size)


PLACES: list[tuple[Callable[[str, int], bytes], list[str]]] = [
    (in_text, REPEATED),
    (in_html, REPEATED),
    (in_headers, REPEATED),
    (as_tags, TAGS),
]


def _encoded(encoding: str, piece: str | bytes, size: int) -> bytes:
    return HEAD + f"Content-Transfer-Encoding: {encoding}\r\n\r\n".encode() + filled(piece, size)


def _in_charset(charset: str, piece: str | bytes, size: int) -> bytes:
    return HEAD + f"Content-Type: text/plain; charset={charset}\r\n\r\n".encode() + filled(piece, size)


def structures(size: int) -> dict[str, bytes]:
    """Whole mails of about `size` bytes whose structure is the trap."""
    inner = b"Content-Type: message/rfc822\nContent-Transfer-Encoding: quoted-printable\n\n"
    nested = b"--b\nContent-Type: multipart/mixed; boundary=b\n\n"
    return {
        "empty parts": MIXED + filled("--b\n", size),
        "HTML parts": MIXED + filled("--b\nContent-Type: text/html\n\n<p>x\n", size),
        "lines like a boundary": MIXED + filled("--bx\n", size),
        "one boundary at all levels": MIXED + filled(nested, size),
        "encoded messages in messages": HEAD + inner * 200 + filled("x", size),
        "base64": _encoded("base64", "QUFB\n", size),
        "quoted-printable": _encoded("quoted-printable", "=3D=\n", size),
        "equals signs": _encoded("quoted-printable", "=", size),
        "uuencode": _encoded("x-uuencode", "#AAAA\n", size),
        "one line": HEAD + b"\r\n" + filled("x", size),
        "utf-7": _in_charset("utf-7", "+AAA", size),
        "shifts": _in_charset("iso-2022-jp", b"\x1b$B!!\x1b(B", size),
        "high bytes": _in_charset("us-ascii", bytes(range(128, 256)), size),
        "flowed": HEAD + b"Content-Type: text/plain; format=flowed\r\n\r\n" + filled("> x \n", size),
    }
