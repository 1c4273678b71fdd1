from tests.unit.store.filling import NOW, assessment, inbox, minutes, new_message, processed
from triage.store import SqlStore
from triage.vocabulary.customers import ContactKind, NewContact
from triage.vocabulary.inquiry import FactName, Kind, Stage, Tier
from triage.vocabulary.policy import Experience
from triage.vocabulary.records import CustomerRecord, EarlierScore, TierLabel

BANDS = (1, 2, 3, 4)


def stored(store: SqlStore, number: int, **others: object) -> int:
    """A processed message."""
    with store.begin() as uow:
        (key,) = uow.messages.add([new_message(inbox(uow), number, NOW + minutes(number))])
        conversation = uow.conversations.create("sales", "Inquiry", None, NOW)
        uow.messages.save_processed(key, processed(number, **others), conversation)  # type: ignore[arg-type]
        uow.commit()
    return key


def test_a_new_score_takes_the_place_of_the_old_which_stays_readable(store: SqlStore) -> None:
    key = stored(store, 1)
    with store.begin() as uow:
        new = assessment(Kind.COMPLAINT, 90.0, Stage.COMPLAINT)
        uow.learning.rescore(key, new, None, (new.priority.tier, new.priority.score), NOW + minutes(9))
        assert uow.learning.earlier_scores(key) == [
            EarlierScore("kind-2026-03", Kind.RFQ, Tier.A, 2 / 3 * 100, 71.3, 44.4, NOW + minutes(9))
        ]
        found = uow.messages.assessment_of(key)
        assert found is not None
        assert found.assessment == new
        message = uow.messages.get(key)
        assert (message.kind, message.priority) == (Kind.COMPLAINT, 90.0)


def test_a_persons_word_on_the_kind_outlasts_a_rescoring(store: SqlStore) -> None:
    key = stored(store, 1)
    with store.begin() as uow:
        uow.messages.label(key, Kind.ORDER, "Li Na", NOW)
        uow.learning.rescore(key, assessment(Kind.SCAM), Kind.ORDER, (Tier.C, 9.0), NOW)
        assert uow.messages.get(key).kind is Kind.ORDER


def test_mails_without_a_label_are_offered_the_newest_first(store: SqlStore) -> None:
    first, second, third = (stored(store, number) for number in (1, 2, 3))
    with store.begin() as uow:
        uow.messages.label(second, Kind.RFQ, "Li Na", NOW)
        assert [key for key, _ in uow.learning.unlabelled(9)] == [third, first]
        assert [key for key, _ in uow.learning.unlabelled(1)] == [third]


def test_scored_mails_are_walked_in_steps(store: SqlStore) -> None:
    keys = [stored(store, number) for number in (1, 2, 3)]
    with store.begin(write=False) as uow:
        assert uow.learning.scored(0, 2) == keys[:2]
        assert uow.learning.scored(keys[1], 2) == keys[2:]
        assert uow.learning.scored(keys[2], 2) == []


def test_like_texts_are_found_by_any_band_since_then(store: SqlStore) -> None:
    first, second = stored(store, 1), stored(store, 2)
    with store.begin() as uow:
        uow.learning.remember_likeness(first, BANDS)
        uow.learning.remember_likeness(first, BANDS)
        uow.learning.remember_likeness(second, (9, 8, 7, 6))
        assert uow.learning.alike((0, 0, 3, 0), NOW) == [(first, "ana@importadora.example", BANDS)]
        assert uow.learning.alike((3, 0, 0, 0), NOW) == []
        assert uow.learning.alike(BANDS, NOW + minutes(5)) == []


def test_nothing_is_confirmed_before_a_letter_is_approved(store: SqlStore) -> None:
    stored(store, 1)
    with store.begin(write=False) as uow:
        assert uow.learning.confirmed() == []


def test_experience_counts_customers_by_country(store: SqlStore) -> None:
    with store.begin() as uow:
        for name in ("ana", "ben"):
            uow.customers.remember(f"{name}@shop.example", name, "CL", {FactName.COMPANY: "Shop"}, NOW)
        uow.customers.count_out("ana@shop.example", NOW)
        uow.customers.remember("ana@shop.example", "ana", "CL", {}, NOW)
        uow.customers.remember("x@y.example", "", None, {}, NOW)
        assert uow.learning.experience() == {"CL": Experience(customers=2, answered=1)}


def test_a_sample_sent_counts_in_the_experience_though_no_mail_asked_for_it(store: SqlStore) -> None:
    with store.begin() as uow:
        card = uow.customers.remember("ana@shop.example", "ana", "CL", {FactName.COMPANY: "Shop"}, NOW)
        for at in (NOW, NOW + minutes(5)):
            uow.customers.add_contact(NewContact(card, ContactKind.SAMPLE, at, "Li Na"))
        assert uow.learning.experience() == {"CL": Experience(customers=1, sampled=1)}


def test_the_last_word_on_a_tier_holds_until_it_is_taken_back(store: SqlStore) -> None:
    key, other = stored(store, 1), stored(store, 2)
    with store.begin() as uow:
        uow.learning.say_tier(key, Tier.A, "Li Na", NOW, "big chain")
        uow.learning.say_tier(key, Tier.B, "Wang Wei", NOW + minutes(1), "")
        uow.learning.say_tier(other, Tier.A, "Li Na", NOW, "")
        uow.learning.say_tier(other, None, "Li Na", NOW + minutes(1), "")
        assert uow.learning.tier_labels() == {key: TierLabel(Tier.B, "", "Wang Wei", NOW + minutes(1))}
        assert uow.learning.tier_labels(other) == {}
        uow.learning.rank(key, Tier.B, 60.0)
        message = uow.messages.get(key)
        assert (message.tier, message.priority) == (Tier.B, 60.0)


def test_outcomes_tell_of_the_mails_before_them_and_the_best_counts(store: SqlStore) -> None:
    """A machine's reading of an order is no person's word."""
    with store.begin() as uow:
        (card,) = uow.customers.add_cards([(CustomerRecord(0, "", "", None, ()), [])])
        keys = []
        for number in (1, 20):
            (key,) = uow.messages.add([new_message(inbox(uow), number, NOW + minutes(number))])
            talk = uow.conversations.create("sales", "Inquiry", card, NOW)
            uow.messages.save_processed(key, processed(number), talk)
            keys.append(key)
        early, late = keys
        uow.customers.add_contact(NewContact(card, ContactKind.ORDER, NOW + minutes(30), message_id=late))
        assert uow.learning.outcomes() == []
        uow.customers.add_contact(NewContact(card, ContactKind.SAMPLE, NOW + minutes(10), "Li Na"))
        uow.customers.add_contact(NewContact(card, ContactKind.LOST, NOW + minutes(25), "Li Na"))
        assert uow.learning.outcomes() == [(early, ContactKind.SAMPLE), (late, ContactKind.LOST)]
        uow.messages.label(late, Kind.ORDER, "Li Na", NOW)
        assert uow.learning.outcomes() == [(early, ContactKind.ORDER), (late, ContactKind.ORDER)]
