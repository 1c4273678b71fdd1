import numpy as np
import pytest

from triage import parsing, reading
from triage.scoring.features import FACT_WEIGHT, FRAUD_WEIGHT, Bag, Item, Vocabulary, bags_of, facts_of
from triage.scoring.meaning import meaning
from triage.vocabulary.inquiry import Asked, FactName, Point, Reading, Signal, Told
from triage.vocabulary.mail import Automatic, ParsedMail, Screening

NOTHING_READ, A_PERSON = Reading(), Screening(None)


def item(text: str, subject: str = "", reading: Reading = NOTHING_READ, screening: Screening = A_PERSON) -> Item:
    return Item(ParsedMail(subject=subject, newest_text=text), reading, screening)


def bag_of(one: Item) -> Bag:
    return bags_of([one])[0]


def same(a: Bag, b: Bag) -> bool:
    return all(
        np.array_equal(x.buckets, y.buckets) and np.array_equal(x.counts, y.counts)
        for x, y in zip(a.counted, b.counted, strict=True)
    )


def test_the_same_mail_gives_the_same_features() -> None:
    assert same(bag_of(item("Please quote 500 pcs")), bag_of(item("Please quote 500 pcs")))


def test_case_typographic_quotes_and_the_digits_of_a_number_do_not_matter() -> None:
    assert same(bag_of(item("We DON\u2019T need 500")), bag_of(item("we don't need 731")))


def test_addresses_and_links_leave_no_trace() -> None:
    assert same(bag_of(item("see http://a.example or mail b@c.example now")), bag_of(item("see or mail now")))


def test_a_word_of_the_subject_differs_from_the_same_in_the_body() -> None:
    assert not same(bag_of(item("", subject="order")), bag_of(item("order")))


def test_text_beyond_the_cap_is_not_looked_at() -> None:
    assert same(bag_of(item("word " * 800 + "x" * 10)), bag_of(item("word " * 800 + "y" * 50_000)))


def test_an_empty_mail_has_features_of_fact_only() -> None:
    words, letters, facts = bag_of(item("")).counted
    assert (len(words.buckets), len(letters.buckets), len(facts.buckets)) == (0, 0, 1)


def test_a_bare_forward_is_read_in_whole() -> None:
    forward = Item(ParsedMail(text="Please quote", newest_text=""), Reading(), Screening(None))
    assert same(bag_of(forward), bag_of(item("Please quote")))


def test_facts_tell_what_the_message_says_and_not_who_sends_it() -> None:
    read = Reading(
        asked=(Asked(Point.PRICE, "price"),),
        told=(Told(FactName.QUANTITY, "500"), Told(FactName.WEBSITE, "buyer.example")),
        signals=(Signal("need", "project"), Signal("company_domain", "buyer.example")),
    )
    found = set(facts_of(item("", reading=read, screening=Screening(Automatic.LIST))))
    assert found == {"asks price", "points 1", "tells quantity", "signal need", "automatic list"}


@pytest.mark.parametrize("text", ["\ud800 lone surrogate", "\x00\x01", "a\u0300" * 5000, "ก" * 5000, "😀" * 3000])
def test_odd_text_is_counted_without_raising(text: str) -> None:
    assert np.isfinite(bag_of(item(text)).meaning).all()


def test_words_and_letters_have_length_one_and_facts_a_weight_each() -> None:
    bag = bag_of(item("please quote for the goods"))
    columns, values = Vocabulary.fit([bag], at_least=1).vector(bag)
    per_block = np.split(values, np.cumsum([len(part.buckets) for part in bag.counted]))
    assert [float(np.linalg.norm(part)) for part in per_block[:2]] == pytest.approx([1.0, 1.0])
    assert set(per_block[2].tolist()) == {np.float32(FACT_WEIGHT)}
    assert len(per_block[3]) == 0
    assert len(np.unique(columns)) == len(columns)


def test_what_honest_mails_seldom_show_weighs_as_much_as_three_facts() -> None:
    borrowed = Signal("borrowed_name", "dhl: a@b.example", risk=True)
    plain, suspect = (bag_of(item("Your parcel waits.", reading=Reading(signals=told))) for told in ((), (borrowed,)))
    vocabulary = Vocabulary.fit([plain, suspect], at_least=1)
    weights = (
        dict(zip(*vocabulary.vector(suspect), strict=True)).items()
        - dict(zip(*vocabulary.vector(plain), strict=True)).items()
    )
    assert [round(float(value), 2) for _, value in weights] == [FRAUD_WEIGHT]


def test_features_seen_in_too_few_mails_are_left_out() -> None:
    bags = bags_of([item("alpha beta"), item("alpha gamma")])
    vocabulary = Vocabulary.fit(bags, at_least=2)
    assert vocabulary.size - meaning().size < sum(len(part.buckets) for part in bags[0].counted)
    assert len(vocabulary.vector(bag_of(item("delta")))[0]) < len(vocabulary.vector(bags[0])[0])


@pytest.mark.parametrize(
    ("text", "lure"),
    [
        ("Your parcel waits. https://bakery.example/pay/77", True),
        ("Your parcel waits. https://bakery.example", False),
        (f"{'We look for lamps for our four shops. ' * 8} https://bakery.example/shops", False),
        ("Your parcel waits.", False),
    ],
)
def test_a_deep_link_among_few_words_is_a_fact(text: str, lure: bool) -> None:
    assert ("mostly a link" in facts_of(item(text))) is lure


@pytest.mark.parametrize(
    ("sender", "link", "away"),
    [
        ("info@bakery.example", "https://pay.elsewhere.example/u", True),
        ("info@bakery.example", "https://www.bakery.example/news", False),
        ("info@bakery.example", "https://seller.example/lamps", False),
        ("info@bakery.example", "https://www.linkedin.com/in/ann", False),
        ("ann@gmail.com", "https://bakery.example", False),
    ],
)
def test_links_lead_away_where_none_is_the_writers_or_ours(sender: str, link: str, away: bool) -> None:
    raw = (
        f"From: <{sender}>\nTo: sales@seller.example\nSubject: x\nContent-Type: text/html\n\n"
        f'<p>Please look <a class="b" href="{link}">here</a></p>'
    )
    mail = parsing.parse(raw.encode())
    found = facts_of(Item(mail, reading.read(mail), A_PERSON))
    assert ("links lead away" in found) is away
