from datetime import UTC, datetime, timedelta, timezone

import pytest

from triage.customers import parse_filter, parse_sort
from triage.errors import FilterError
from triage.vocabulary.customers import (
    LATEST_FIRST,
    CustomerFilter,
    Period,
    Range,
    Region,
    Segment,
    SortBy,
    SortKey,
)
from triage.vocabulary.inquiry import BuyerType, Quality, Stage

DESK = timezone(timedelta(hours=8))


def moment(year: int, month: int = 1, day: int = 1) -> datetime:
    return datetime(year, month, day, tzinfo=DESK)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], CustomerFilter()),
        (["harbor", "view"], CustomerFilter(text="harbor view")),
        (["text=a=b"], CustomerFilter(text="a=b")),
        (["importance=high,unknown"], CustomerFilter(importance=frozenset({Quality.HIGH, None}))),
        (["type=Importer"], CustomerFilter(type=frozenset({BuyerType.IMPORTER}))),
        (["region=north_america, asia"], CustomerFilter(region=frozenset({Region.NORTH_AMERICA, Region.ASIA}))),
        (["country=de,AT,unknown"], CustomerFilter(country=frozenset({"DE", "AT", None}))),
        (["stage=quotation"], CustomerFilter(stage=frozenset({Stage.QUOTATION}))),
        (["segment=key,lost"], CustomerFilter(segment=frozenset({Segment.KEY, Segment.LOST}))),
        (["traded=yes", "contacted=no"], CustomerFilter(traded=True, contacted=False)),
        (["dormant=1", "loyal=0", "set_aside=TRUE"], CustomerFilter(dormant=True, loyal=False, set_aside=True)),
        (["do_not_contact=no"], CustomerFilter(do_not_contact=False)),
        (["contacts=3..11", "orders=2"], CustomerFilter(contacts=Range(3, 11), orders=Range(2, 2))),
        (["value=..0.5", "orders=1.."], CustomerFilter(value=Range(None, 0.5), orders=Range(1))),
        (["last_contact=2026"], CustomerFilter(last_contact=Period(moment(2026), moment(2027)))),
        (["last_contact=2026-12"], CustomerFilter(last_contact=Period(moment(2026, 12), moment(2027)))),
        (["first_contact=2026-02-28"], CustomerFilter(first_contact=Period(moment(2026, 2, 28), moment(2026, 3, 1)))),
        (["last_contact=2026-01..2026-03"], CustomerFilter(last_contact=Period(moment(2026), moment(2026, 4)))),
        (["last_contact=..2026-01-31"], CustomerFilter(last_contact=Period(None, moment(2026, 2)))),
        (["last_contact=2026-05.."], CustomerFilter(last_contact=Period(moment(2026, 5)))),
    ],
)
def test_words_are_read_as_a_filter(words: list[str], expected: CustomerFilter) -> None:
    assert parse_filter(words, DESK) == expected


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("colour=red", "A filter knows no 'colour'. It knows text, importance"),
        ("importance=great", "importance=great means nothing. Write one or more of high, medium, low, none, unknown."),
        ("segment=unknown", "segment=unknown means nothing."),
        ("country=Germany", "country=Germany is no country. Write two letters, such as DE, or unknown."),
        ("country=", "country= is no country."),
        ("traded=maybe", "traded=maybe means nothing. Write yes or no."),
        ("orders=many", "orders=many is no number. Write 3, 3..11, 3.. or ..11."),
        ("value=nan", "value=nan is no number."),
        ("value=1..inf", "value=1..inf is no number."),
        ("last_contact=yesterday", "last_contact=yesterday is no date."),
        ("last_contact=2026-13", "last_contact=2026-13 is no date."),
        ("last_contact=2026-02-30", "last_contact=2026-02-30 is no date."),
        ("last_contact=9999", "last_contact=9999 is no date."),
        ("last_contact=0000", "last_contact=0000 is no date."),
    ],
)
def test_what_means_nothing_is_told_with_what_may_be_written(word: str, told: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse_filter([word], UTC)
    assert str(caught.value).startswith(told)


def test_a_key_stands_once() -> None:
    with pytest.raises(FilterError, match="stands twice"):
        parse_filter(["country=DE", "country=AT"], UTC)


def test_sorting() -> None:
    assert parse_sort("") == LATEST_FIRST
    assert parse_sort("company") == SortBy(SortKey.COMPANY, descending=False)
    assert parse_sort("-value") == SortBy(SortKey.VALUE, descending=True)
    with pytest.raises(FilterError, match="Sort by id, company, country"):
        parse_sort("colour")
