from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from types import MappingProxyType

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from tests.unit.store.filling import NOW, assessment, automatic, letter, mail
from triage.store.columns import Json, storable, to_json
from triage.vocabulary.inquiry import Assessment, FactName
from triage.vocabulary.letter import Letter
from triage.vocabulary.mail import ParsedMail, Screening

SQLITE = sqlite.dialect()


def round_trip(shape: object, value: object) -> object:
    column = Json(shape)
    return column.process_result_value(column.process_bind_param(value, SQLITE), SQLITE)


def test_values_of_the_vocabulary_come_back_equal() -> None:
    values = [(ParsedMail, mail()), (ParsedMail, ParsedMail()), (Assessment, assessment()), (Letter, letter("x", "q"))]
    values += [(Screening, automatic().screening), (tuple[str, ...], ("a", "ü")), (Mapping[FactName, str], {})]
    assert [round_trip(shape, value) for shape, value in values] == [value for _, value in values]


def test_a_date_keeps_its_offset() -> None:
    local = datetime(2026, 3, 1, 22, 14, 5, 123456, tzinfo=timezone(timedelta(hours=5, minutes=45)))
    found = round_trip(ParsedMail, ParsedMail(date=local))
    assert isinstance(found, ParsedMail)
    assert found.date is not None
    assert (found.date, found.date.utcoffset()) == (local, local.utcoffset())


def test_any_kind_of_mapping_is_taken() -> None:
    facts = MappingProxyType({FactName.ROLE: "buyer"})
    assert round_trip(Mapping[FactName, str], facts) == {FactName.ROLE: "buyer"}


def test_nothing_stays_nothing() -> None:
    assert round_trip(Letter, None) is None


@given(st.text(st.characters(codec=None, exclude_categories=[])))
def test_what_is_storable_is_utf8_without_nul_and_otherwise_untouched(text: str) -> None:
    kept = storable(text)
    expected = "".join(c for c in text if c != "\0" and not 0xD800 <= ord(c) <= 0xDFFF)
    assert kept == expected
    assert kept.encode().decode() == kept


@given(st.text(st.characters(codec=None, exclude_categories=[]), max_size=20))
def test_damaged_texts_inside_values_become_storable(text: str) -> None:
    damaged = ParsedMail(text=text, headers=((text, text),), date=NOW)
    kept = ParsedMail(text=storable(text), headers=((storable(text), storable(text)),), date=NOW)
    assert round_trip(ParsedMail, damaged) == kept
    assert "\\u0000" not in to_json(ParsedMail, kept)
