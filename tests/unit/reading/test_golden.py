"""The golden mails. Floors are what is reached today.

Measured once on the second and third set before anything was changed for them: points precision 0.94 and 0.86, recall
0.87 and 0.71 (the third was written with unusual wording on purpose). Those are the figures to expect on unseen mail.
"""

import pytest

from tests.unit.reading.mails import Golden, golden
from triage.reading import read

SETS = ("first", "second", "third")


def told(found: str, wanted: str) -> bool:
    """The finding holds the words, and not half the mail with them."""
    return wanted.casefold() in found.casefold() and len(found) <= 2.2 * len(wanted) + 60


@pytest.mark.parametrize("name", SETS)
def test_points_are_found_with_high_precision_and_recall(name: str) -> None:
    right = extra = missing = 0
    for case in golden(name):
        found = {point.value for point in read(case.mail).points}
        right += len(found & case.points)
        extra += len(found - case.points - case.optional)
        missing += len(case.points - found)
    assert (right / (right + extra) >= 0.96, right / (right + missing) >= 0.97) == (True, True)


@pytest.mark.parametrize("case", [case for name in SETS for case in golden(name) if case.absent], ids=lambda c: c.id)
def test_declined_or_told_matters_are_no_points(case: Golden) -> None:
    assert case.absent & {point.value for point in read(case.mail).points} == set()


@pytest.mark.parametrize("name", SETS)
def test_facts_are_found(name: str) -> None:
    missed = [
        (case.id, fact, wanted)
        for case in golden(name)
        for fact, wanted in case.facts.items()
        if not any(told(item.text, wanted) for item in read(case.mail).told if item.fact == fact)
    ]
    total = sum(len(case.facts) for case in golden(name))
    assert len(missed) <= 0.06 * total, missed


@pytest.mark.parametrize("name", SETS)
def test_countries_are_found(name: str) -> None:
    wrong = [
        (case.id, read(case.mail).country)
        for case in golden(name)
        if case.country is not None and read(case.mail).country != (case.country or None)
    ]
    assert wrong == []


@pytest.mark.parametrize("name", SETS)
def test_languages_are_found(name: str) -> None:
    wrong = [(case.id, read(case.mail).language) for case in golden(name) if read(case.mail).language != case.language]
    assert wrong == []


@pytest.mark.parametrize("name", SETS)
def test_every_offset_points_at_its_words(name: str) -> None:
    for case in golden(name):
        reading = read(case.mail)
        for item in (*reading.asked, *reading.told):
            if item.start >= 0:
                assert case.mail.message[item.start : item.end] == item.text


def test_the_corpus_is_large_and_many_tongued() -> None:
    cases = [case for name in SETS for case in golden(name)]
    assert (len(cases) >= 120, len({case.language for case in cases}) >= 15) == (True, True)
    assert len({case.id for case in cases}) == len(cases)
