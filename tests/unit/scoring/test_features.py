import numpy as np
import pytest

from triage.scoring.features import FACT_WEIGHT, Bag, Item, Vocabulary, bag_of, facts_of
from triage.vocabulary.inquiry import Asked, FactName, Point, Reading, Signal, Told
from triage.vocabulary.mail import Automatic, ParsedMail, Screening

NOTHING_READ, A_PERSON = Reading(), Screening(None)


def item(text: str, subject: str = "", reading: Reading = NOTHING_READ, screening: Screening = A_PERSON) -> Item:
    return Item(ParsedMail(subject=subject, newest_text=text), reading, screening)


def same(a: Bag, b: Bag) -> bool:
    return all(
        np.array_equal(x.buckets, y.buckets) and np.array_equal(x.counts, y.counts) for x, y in zip(a, b, strict=True)
    )


def test_the_same_mail_gives_the_same_features() -> None:
    assert same(bag_of(item("Please quote 500 pcs")), bag_of(item("Please quote 500 pcs")))


def test_case_typographic_quotes_and_the_digits_of_a_number_do_not_matter() -> None:
    assert same(bag_of(item("We DON\u2019T need 500")), bag_of(item("we don't need 731")))


def test_addresses_and_links_leave_no_trace() -> None:
    assert same(bag_of(item("see http://a.example/x or mail b@c.example now")), bag_of(item("see or mail now")))


def test_a_word_of_the_subject_differs_from_the_same_in_the_body() -> None:
    assert not same(bag_of(item("", subject="order")), bag_of(item("order")))


def test_text_beyond_the_cap_is_not_looked_at() -> None:
    assert same(bag_of(item("word " * 800 + "x" * 10)), bag_of(item("word " * 800 + "y" * 50_000)))


def test_an_empty_mail_has_features_of_fact_only() -> None:
    words, letters, facts = bag_of(item(""))
    assert (len(words.buckets), len(letters.buckets), len(facts.buckets)) == (0, 0, 1)


def test_a_bare_forward_is_read_in_whole() -> None:
    forward = Item(ParsedMail(text="Please quote", newest_text=""), Reading(), Screening(None))
    assert same(bag_of(forward), bag_of(item("Please quote")))


def test_facts_tell_what_the_message_says_and_not_who_sends_it() -> None:
    reading = Reading(
        asked=(Asked(Point.PRICE, "price"),),
        told=(Told(FactName.QUANTITY, "500"), Told(FactName.WEBSITE, "buyer.example")),
        signals=(Signal("need", "project"), Signal("company_domain", "buyer.example")),
    )
    found = set(facts_of(item("", reading=reading, screening=Screening(Automatic.LIST))))
    assert found == {"asks price", "points 1", "tells quantity", "signal need", "automatic list"}


@pytest.mark.parametrize("text", ["\ud800 lone surrogate", "\x00\x01", "a\u0300" * 5000, "ก" * 5000, "😀" * 3000])
def test_odd_text_is_counted_without_raising(text: str) -> None:
    assert len(bag_of(item(text))) == 3


def test_words_and_letters_have_length_one_and_facts_a_weight_each() -> None:
    bag = bag_of(item("please quote for the goods"))
    columns, values = Vocabulary.fit([bag], at_least=1).vector(bag)
    per_block = np.split(values, np.cumsum([len(part.buckets) for part in bag])[:-1])
    assert [float(np.linalg.norm(part)) for part in per_block[:2]] == pytest.approx([1.0, 1.0])
    assert set(per_block[2].tolist()) == {np.float32(FACT_WEIGHT)}
    assert len(np.unique(columns)) == len(columns)


def test_features_seen_in_too_few_mails_are_left_out() -> None:
    bags = [bag_of(item("alpha beta")), bag_of(item("alpha gamma"))]
    vocabulary = Vocabulary.fit(bags, at_least=2)
    assert vocabulary.size < sum(len(part.buckets) for part in bags[0])
    assert len(vocabulary.vector(bag_of(item("delta")))[0]) < len(vocabulary.vector(bags[0])[0])
