"""What mail programs of many languages write above a quote; and words that only look like it and must stay (H26)."""

import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from triage.parsing import newest_text

OPENINGS = Path(__file__).parents[2] / "data" / "quote_openings.txt"
OWN = "Dear Li,\n\nplease confirm the order today. We need 40 pumps.\n\nAna"
THEIRS = "Dear Ana,\nthank you for your order.\n\nLi Wei"
MARKED = "\n".join(f"> {line}" for line in THEIRS.split("\n"))


def openings() -> Iterator[tuple[str, str]]:
    """Mail program with language, and its words."""
    for paragraph in OPENINGS.read_text("utf-8").split("\n\n# ")[1:]:
        name, _, text = paragraph.partition("\n")
        yield name, text.strip("\n")


HELD = list(openings())


def wrapped(opening: str) -> str:
    return opening if "\n" in opening else "\n".join(textwrap.wrap(opening, 60, break_long_words=False))


@pytest.mark.parametrize("opening", [text for _, text in HELD], ids=[name for name, _ in HELD])
def test_an_opening_ends_the_writers_own_words(opening: str) -> None:
    assert newest_text(f"{OWN}\n\n{opening}\n{MARKED}") == OWN
    assert newest_text(f"{OWN}\n\n{opening}\n\n{MARKED}") == OWN
    assert newest_text(f"{OWN}\n\n{opening}\n\n{THEIRS}") == OWN
    assert newest_text(f"{OWN}\n{opening}\n{THEIRS}") == OWN
    assert newest_text(f"{OWN}\n\n{wrapped(opening)}\n{MARKED}") == OWN
    assert newest_text(f"{OWN}\n\n{wrapped(opening)}\n\n{THEIRS}") == OWN


def test_openings_of_many_programs_and_languages_are_held() -> None:
    assert len({name.rpartition(", ")[2] for name, _ in HELD}) >= 35
    assert len({name.partition(",")[0] for name, _ in HELD}) >= 25


STAYS = [
    "On Tuesday I am offline.\n\nPlease write on Wednesday.",
    "On 3/3/2026 we received your sample:\n\nit was broken.",
    "As Li Wei wrote:\n\nthe price is 5 USD. Is that right?",
    "Our buyer is Ana <ana@tienda.example>.\nShe calls on 3/3/2026 at 10:00 about the following:\n\n- price",
    "Am 3. März 2026 um 10:00 Uhr kommt Ana <ana@tienda.example> vorbei:\n\nbitte bereithalten.",
    "Hi Li,\n\nOriginal message was lost in the mail.\nPlease resend.",
    "Hello,\n\nOriginal parts only please.\n\nAna",
    "Forwarded by our agent Kofi, the samples will reach you on 3/3/2026.\n\nPlease confirm.",
    "Please ship:\n\nFrom: Shanghai\nTo: Hamburg\nDate: 3 May 2026\n\nHow much is it?",
    "From: Ana Ruiz, buyer of Tienda\nTo: the sales team\n\nPlease quote 40 pumps.",
    "Von: Hamburg\nNach: Shanghai\nDatum: 03.03.2026\n\nBitte Angebot.",
    "Questions:\n1. MOQ?\n2. Price?\n\n--------\nAlso: do you have CE?",
    "Sent from my factory to yours, the goods arrived broken.\n\nWhat now?",
    "Model A | Model B\n| 500 | 600 |\n| 700 | 800 |\nplease quote both",
    "发件人: 我们公司\n请报价。\n\n谢谢",
]


@pytest.mark.parametrize("text", STAYS)
def test_words_that_only_look_like_an_opening_stay(text: str) -> None:
    assert newest_text(text) == text
