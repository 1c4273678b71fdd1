"""A person's edits survive a new plan: three-way merge of base, edited text and new text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.drafting.merge import merge
from triage.vocabulary.letter import Conflict

BASE = """Dear Anna,

Thank you for your mail.

The price is USD 5.20. The lead time is 25 days.

1. What quantity do you need?
2. When do you need the goods?
3. Which port?

Best regards,"""


def test_without_edits_the_new_text_stands() -> None:
    assert merge(BASE, BASE, "new").text == "new"


def test_without_a_new_plan_the_edits_stand() -> None:
    assert merge(BASE, "mine", BASE).text == "mine"


def test_edits_of_other_passages_are_kept() -> None:
    mine = BASE.replace("Thank you for your mail.", "Thank you for your kind mail.")
    theirs = BASE.replace("USD 5.20", "USD 4.80")
    merged = merge(BASE, mine, theirs)
    assert merged.text == BASE.replace("your mail.", "your kind mail.").replace("USD 5.20", "USD 4.80")
    assert merged.conflicts == ()


def test_edits_of_other_sentences_of_one_paragraph_are_kept() -> None:
    mine = BASE.replace("25 days", "25 days from now")
    theirs = BASE.replace("USD 5.20", "USD 4.80")
    merged = merge(BASE, mine, theirs)
    assert "The price is USD 4.80. The lead time is 25 days from now." in merged.text
    assert merged.conflicts == ()


def test_a_question_taken_out_leaves_the_reworded_others_and_renumbers() -> None:
    mine = BASE.replace("When do you need the goods?", "By when do you need the goods?")
    theirs = BASE.replace("1. What quantity do you need?\n2.", "1.").replace("\n3. Which", "\n2. Which")
    merged = merge(BASE, mine, theirs)
    assert "\n\n1. By when do you need the goods?\n2. Which port?\n\n" in merged.text
    assert merged.conflicts == ()


def test_a_question_put_in_beside_a_reworded_one() -> None:
    mine = BASE.replace("Which port?", "Which port, please?")
    theirs = BASE.replace("3. Which port?", "3. Which port?\n4. Who decides?")
    merged = merge(BASE, mine, theirs)
    assert "3. Which port, please?\n4. Who decides?" in merged.text
    assert merged.conflicts == ()


def test_a_paragraph_added_by_each_side_at_one_place_is_kept_twice() -> None:
    mine = BASE.replace("\n\nBest", "\n\nMine.\n\nBest")
    theirs = BASE.replace("\n\nBest", "\n\nTheirs.\n\nBest")
    merged = merge(BASE, mine, theirs)
    assert merged.text.endswith("3. Which port?\n\nTheirs.\n\nMine.\n\nBest regards,")
    assert merged.conflicts == ()


def test_where_both_changed_a_sentence_the_persons_words_stand_and_both_are_shown() -> None:
    mine = BASE.replace("USD 5.20", "USD 5.00")
    theirs = BASE.replace("USD 5.20", "USD 4.80")
    merged = merge(BASE, mine, theirs)
    assert "USD 5.00" in merged.text
    assert merged.conflicts == (Conflict("The price is USD 5.00.", "The price is USD 4.80."),)


def test_a_removed_passage_that_the_plan_changed_stays_away_and_is_shown() -> None:
    mine = BASE.replace("The price is USD 5.20. The lead time is 25 days.\n\n", "")
    theirs = BASE.replace("USD 5.20", "USD 4.80")
    merged = merge(BASE, mine, theirs)
    assert merged.text == mine
    assert merged.conflicts == (Conflict("", "The price is USD 4.80. The lead time is 25 days."),)


def test_a_removed_passage_that_the_plan_left_alone_stays_away() -> None:
    mine = BASE.replace("Thank you for your mail.\n\n", "")
    theirs = BASE.replace("USD 5.20", "USD 4.80")
    assert merge(BASE, mine, theirs).text == mine.replace("USD 5.20", "USD 4.80")


@pytest.mark.parametrize("ending", ["\r\n", "\n"])
def test_an_editors_line_ends_are_no_edit(ending: str) -> None:
    mine = BASE.replace("\n", ending) + ending
    theirs = BASE.replace("USD 5.20", "USD 4.80")
    merged = merge(BASE, mine, theirs)
    assert merged.text.replace("\r\n", "\n").strip() == theirs
    assert merged.conflicts == ()


PIECES = st.lists(st.sampled_from(["One. Two.", "Three.", "1. a\n2. b", "Four! Five?", "六。七。"]), max_size=6)


@settings(max_examples=200, deadline=None)
@given(PIECES, PIECES, PIECES)
def test_nothing_of_a_person_is_lost_without_a_word(base: list[str], mine: list[str], theirs: list[str]) -> None:
    texts = ["\n\n".join(parts) for parts in (base, mine, theirs)]
    merged = merge(*texts)
    told = merged.text + "".join(conflict.mine for conflict in merged.conflicts)
    assert [part for part in mine if part not in base and part not in told] == []
    assert merge(texts[0], texts[1], texts[1]).text == texts[1]
