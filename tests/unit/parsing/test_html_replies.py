"""HTML replies as two dozen mail programs write them: what is quoted goes, the writer's words stay."""

from pathlib import Path

import pytest

from triage.parsing import newest_html, parse
from triage.parsing.html import html_to_text

REPLIES = sorted((Path(__file__).parents[2] / "data" / "html_replies").glob("*.html"))
OWN = ["Dear Li,", "please confirm the order. We need 40 pumps.", "Ana"]
SIGNED = {"foxmail": ["li@tienda.example"], "outlook-mobile": ["Get Outlook for iOS"]}
"""What a program adds below the writer's words."""


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


@pytest.mark.parametrize("reply", REPLIES, ids=lambda path: path.stem)
def test_only_the_writers_words_stay(reply: Path) -> None:
    html = reply.read_text("utf-8")
    wanted = OWN + SIGNED.get(reply.stem, [])

    mail = parse(b"Content-Type: text/html; charset=utf-8\r\n\r\n" + html.encode())

    assert lines(f"{mail.newest_text}\n{mail.signature}") == wanted
    assert lines(html_to_text(newest_html(html))) == wanted
    assert "thank you for your order" in mail.text


def test_replies_of_many_programs_are_held() -> None:
    assert len(REPLIES) >= 24
