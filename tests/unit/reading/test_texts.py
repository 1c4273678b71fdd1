"""The tools below reading: folding, phrases, sentences, numbers, lexicons."""

import pytest

from triage.reading.folding import fold, fold_term
from triage.reading.lexicons import WEAK, lexicons
from triage.reading.numbers import number_value
from triage.reading.phrases import Phrases
from triage.reading.sentences import sentences
from triage.vocabulary.inquiry import SIGNALS, Point


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Cotización", "cotizacion"),
        ("ÜBER", "uber"),
        ("İstanbul ışık", "istanbul isik"),
        ("ＭＯＱ？", "moq?"),
        ("ガラス", "ガラス"),
        ("견적", "견적"),
        ("Ёлка", "елка"),
        ("أسعار", "اسعار"),
    ],
)
def test_folding_keeps_length_and_drops_case_accents_and_width(text: str, folded: str) -> None:
    assert (fold(text).folded, len(fold(text).folded)) == (folded, len(text))


@pytest.mark.parametrize("term", ["Unit Price`s", "T/T", "cotizacio\u0301n", "M\u200bOQ", "Stück"])
def test_a_term_is_folded_as_a_text_is(term: str) -> None:
    assert fold_term(term) == fold(term).folded


def test_offsets_survive_combining_marks_and_invisible_characters() -> None:
    text = fold("cotizacio\u0301n M\u200bOQ ahora")
    start = text.folded.index("moq")
    assert text.folded == "cotizacion moq ahora"
    assert text.cite(start, start + 3)[0] == "M\u200bOQ"


def found(phrase: str, text: str) -> list[str]:
    return [text[hit.start : hit.end] for hit in Phrases([("t", "l", phrase)]).find(fold_term(text))]


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("lead time", "the Lead-Time is", ["Lead-Time"]),
        ("price", "prices pricey price", ["price"]),
        ("price*", "prices pricey", ["prices", "pricey"]),
        ("срок* поставк*", "какие сроки поставки?", ["сроки поставки"]),
        ("pcs", "1000pcs", ["pcs"]),
        ("报价", "请报价吧", ["报价"]),
        ("cif", "请报CIF价", ["CIF"]),
        ("سعر", "والسعر", ["سعر"]),
        ("ce", "price once", []),
    ],
)
def test_phrases_respect_words_endings_gaps_and_scripts(phrase: str, text: str, expected: list[str]) -> None:
    assert found(phrase, text) == expected


def test_the_longest_phrase_wins_within_a_table() -> None:
    phrases = Phrases([("t", "short", "delivery"), ("t", "long", "delivery time"), ("other", "time", "time")])
    hits = [(hit.table, hit.label) for hit in phrases.find("delivery time")]
    assert hits == [("t", "long"), ("other", "time")]


def test_a_phrase_is_found_again_after_a_text_without_it() -> None:
    phrases = Phrases([("t", "l", "certificate of origin")])
    assert [len(phrases.find(text)) for text in ("certificates", "certificate", "certificate of origin")] == [0, 0, 1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("First. Second? Third!", ["First.", "Second?", "Third!"]),
        ("Approx. 500 pcs of No. 5, e.g. red.", ["Approx. 500 pcs of No. 5, e.g. red."]),
        ("你好。价格多少?交期?", ["你好。", "价格多少?", "交期?"]),
        ("See http://a.example/?x=1 now", ["See http://a.example/?x=1 now"]),
        ("Lieferung am 12. Juni bitte.", ["Lieferung am 12. Juni bitte."]),
        ("- MOQ\n- price", ["MOQ", "price"]),
        ("هل لديكم كتالوج؟ شكرا", ["هل لديكم كتالوج؟", "شكرا"]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert [text[s.start : s.end].strip() for s in sentences(fold_term(text))] == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,000", 1000.0),
        ("1.000", 1000.0),
        ("1 000", 1000.0),
        ("1,234.50", 1234.5),
        ("1.234,50", 1234.5),
        ("2,40", 2.4),
        ("3万", 30000.0),
        ("5k", 5000.0),
        ("abc", None),
    ],
)
def test_numbers_as_buyers_write_them(text: str, value: float | None) -> None:
    assert number_value(text) == value


def test_every_lexicon_names_known_points_and_signals_only() -> None:
    for lexicon in lexicons().values():
        for table, label, phrase in lexicon.terms():
            if table == "points":
                assert Point(label.removeprefix(WEAK))
            if table.startswith("signals."):
                assert SIGNALS[label]
            assert phrase.strip("* ") != ""


def test_twelve_languages_have_full_lexicons() -> None:
    full = {
        language
        for language, lexicon in lexicons().items()
        if set(Point) - {Point.OTHER} == set(lexicon.tables.get("points", {}))
    }
    assert {"en", "zh", "es", "pt", "fr", "de", "it", "ru", "ar", "tr", "ja", "ko"} <= full
