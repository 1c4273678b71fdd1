import pytest

from triage.drafting.tokens import Hit, PhraseIndex, has_cjk, reads_in, tokens


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("LED Desk Lamps", ("led", "desk", "lamp")),
        ("DL-12 dl12", ("dl", "12", "dl", "12")),
        ("boxes, watches, glass", ("box", "watch", "glass")),
        ("LED台灯", ("led", "台", "灯")),
        ("ＬＥＤ", ("led",)),
        ("{{ }} <>", ()),
        ("Straße", ("strasse",)),
    ],
)
def test_words_are_compared_by_their_letters(text: str, words: tuple[str, ...]) -> None:
    assert tokens(text) == words


def test_phrases_of_all_lists_are_found_with_their_places() -> None:
    index = PhraseIndex({"vague": ["soon", "as soon as possible"], "slang": ["hey"], "cjk": ["尽快"]})
    assert index.hits("Hey, AS SOON as possible! 请尽快") == (
        Hit("slang", 0, 3, "Hey"),
        Hit("vague", 5, 24, "AS SOON as possible"),
        Hit("vague", 8, 12, "SOON"),
        Hit("cjk", 27, 29, "尽快"),
    )


def test_a_phrase_inside_a_word_is_no_hit() -> None:
    assert PhraseIndex({"slang": ["cool", "hey"]}).hits("cooling they") == ()


@pytest.mark.parametrize(
    ("text", "language", "fits"),
    [
        ("12 W, IP65", "zh", True),
        ("one piece is free", "zh", False),
        ("样品免费", "zh", True),
        ("样品免费", "en", False),
        ("one piece is free", "en", True),
        ("", "zh", True),
    ],
)
def test_a_text_fits_a_letter_by_its_script(text: str, language: str, fits: bool) -> None:
    assert reads_in(text, language) is fits


def test_scripts_without_spaces_are_recognised() -> None:
    assert [has_cjk(text) for text in ("abc", "台", "テスト", "한국")] == [False, True, True, True]


def test_a_long_phrase_is_no_match_for_a_text_that_ends_within_it() -> None:
    index = PhraseIndex({"short": ["we will"], "long": ["we will be glad"]})
    assert [(hit.name, hit.text) for hit in index.hits("Tomorrow we will")] == [("short", "we will")]


@pytest.mark.parametrize(
    ("text", "language", "reads"),
    [
        ("We have made lamps since 2008.", "de", False),
        ("We have made lamps since 2008.", "en", True),
        ("5 pcs in a carton of 655 mm with foam", "fr", False),
        ("12 W, 900 lm, IP65, driver", "de", True),
        ("Wir fertigen seit 2008 in Ningbo.", "de", True),
        ("ein Muster ist kostenlos", "de", True),
    ],
)
def test_english_words_do_not_pass_for_another_language(text: str, language: str, reads: bool) -> None:
    assert reads_in(text, language) is reads
