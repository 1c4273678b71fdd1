"""Ask-back questions (R5, R24)."""

import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.drafting.requests import TEMPLATES, letter, request
from triage.drafting.plan import make_plan
from triage.drafting.questions import Known, bank
from triage.vocabulary.inquiry import BuyerType, FactName, History, Kind, Point, Stage, Tier
from triage.vocabulary.mail import Address, Attachment, Wrapped

BUYERS = sorted(kind for kind in Kind if kind.is_buyer)
IDS = [question.id for question in bank().questions]


def _asked(**changes: object) -> tuple[str, ...]:
    return make_plan(request(**changes), "en").questions


def test_the_bank_holds_at_least_sixty_questions_each_with_its_own_id() -> None:
    assert len(IDS) >= 60
    assert max(Counter(IDS).values()) == 1


def test_every_stage_of_the_playbook_has_at_least_three_questions() -> None:
    counted = Counter(stage for question in bank().questions for stage in question.stages)
    assert {stage for stage in Stage if counted[stage] < 3} == set()


@pytest.mark.parametrize("language", sorted(TEMPLATES.languages()))
def test_every_question_has_words_in_every_language(language: str) -> None:
    assert sorted(TEMPLATES.questions(language)) == sorted(IDS)


def test_every_pattern_belongs_to_a_fact_that_a_question_seeks() -> None:
    assert set(bank().known) - {question.seeks for question in bank().questions} == set()


def test_the_most_telling_questions_come_first() -> None:
    values = {question.id: question.value for question in bank().questions}
    asked = [values[name] for name in _asked(tier=Tier.A)]
    assert asked == sorted(asked, reverse=True)


@pytest.mark.parametrize(("tier", "count"), [(Tier.A, 5), (Tier.B, 4), (Tier.C, 3)])
def test_three_to_five_questions_by_tier(tier: Tier, count: int) -> None:
    assert len(_asked(tier=tier)) == count


@given(
    told=st.sets(st.sampled_from(list(FactName))),
    remembered=st.sets(st.sampled_from(list(FactName))),
    asked_before=st.sets(st.sampled_from(IDS)),
    kind=st.sampled_from(BUYERS),
    stage=st.sampled_from(list(Stage)),
    tier=st.sampled_from(list(Tier)),
    buyer=st.sampled_from(list(BuyerType)),
    points=st.sets(st.sampled_from(list(Point))),
)
def test_never_asks_for_a_known_fact_nor_asks_twice(
    told: set[FactName],
    remembered: set[FactName],
    asked_before: set[str],
    kind: Kind,
    stage: Stage,
    tier: Tier,
    buyer: BuyerType,
    points: set[Point],
) -> None:
    by_id = {question.id: question for question in bank().questions}
    asked = _asked(
        told={fact.value: "told" for fact in told},
        asked=sorted(point.value for point in points),
        history=History(facts=dict.fromkeys(remembered, "known"), asked_questions=frozenset(asked_before)),
        kind=kind,
        stage=stage,
        tier=tier,
        buyer_type=buyer,
    )
    seeks = [by_id[name].seeks for name in asked]
    assert set(seeks) & {fact.value for fact in told | remembered} == set()
    assert set(asked) & asked_before == set()
    assert len(set(seeks)) == len(seeks)
    assert len(asked) <= 5
    if Stage.COMPLAINT in {stage} or kind is Kind.COMPLAINT:
        assert all(by_id[name].stages == {Stage.COMPLAINT} for name in asked)


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        ("order_number", "Order no. 4711 arrived broken"),
        ("order_number", "PO 2026-118 arrived broken"),
        ("order_number", "订单号：20261188 有问题"),
        ("quantity_affected", "40 pcs are broken"),
        ("quantity_affected", "坏了40件"),
        ("remedy_wanted", "please send a refund"),
        ("batch", "batch no. A-17"),
        ("courier_account", "our DHL account is 123"),
        ("company_background", "founded in 1998"),
        ("product_experience", "we already sell lamps"),
        ("forwarder", "our forwarder is in Ningbo"),
        ("consignee", "Consignee: Muster GmbH"),
        ("payment_slip", "see the swift copy"),
        ("incoterm_wanted", "CIF Hamburg please"),
        ("logo", "with our brand on it"),
    ],
)
def test_what_the_text_tells_is_known(fact: str, text: str) -> None:
    assert fact in Known(request(text), product_known=False)
    assert fact not in Known(request("Hello, how are you?"), product_known=False)


def test_no_pattern_is_slow_on_hostile_text() -> None:
    hostile = ["a" * 20_000, "order " * 4_000, "1 " * 10_000, "our " * 5_000, "\t" * 20_000, "exclusive " * 2_000]
    started = time.process_time()
    for text in hostile:
        known = Known(request(text), product_known=False)
        assert "season_plans" not in known
        assert [fact for fact in bank().known if fact in known] == []
    assert time.process_time() - started < 2


def test_photos_that_came_along_are_not_asked_for() -> None:
    photo = Attachment("broken.jpg", "image/jpeg", 1000, "0" * 64)
    assert "complaint_photos" in _asked(stage=Stage.COMPLAINT)
    assert "complaint_photos" not in _asked(stage=Stage.COMPLAINT, headers={"attachments": (photo,)})


def test_fields_of_a_web_form_count_as_told() -> None:
    form = Wrapped("form", Address("", "a@buyer.example"), "hello", (("Quantity", "500"), ("Company", "Muster GmbH")))
    asked = _asked(headers={"wrapped": form}, tier=Tier.A)
    assert {"quantity", "company_name"} & set(asked) == set()


def test_a_product_found_in_the_text_is_not_asked_for() -> None:
    assert "which_product" in _asked(text="Hello, please send information.")
    assert "which_product" not in _asked(text="Hello, we like the desk lamp.")


def test_a_buyer_who_asks_about_certificates_is_not_asked_about_them() -> None:
    changes = {"stage": Stage.QUOTATION, "kind": Kind.RFQ, "tier": Tier.A, "told": {f.value: "x" for f in FactName}}
    assert "certificates_needed" in _asked(**changes)
    assert "certificates_needed" not in _asked(asked=["certification"], **changes)


def test_an_end_user_is_not_asked_for_sales_channels() -> None:
    assert "channels" in _asked(tier=Tier.A, buyer_type=BuyerType.IMPORTER)
    assert "channels" not in _asked(tier=Tier.A, buyer_type=BuyerType.END_USER)


def test_the_questions_stand_numbered_in_the_letter() -> None:
    found = letter("hello")
    assert [f"{number}. {question.text}" in found.text for number, question in enumerate(found.questions, 1)] == [
        True,
        True,
        True,
    ]


def test_a_buyer_who_told_everything_is_asked_nothing() -> None:
    everything = frozenset(IDS)
    found = letter("desk lamp", history=History(asked_questions=everything))
    assert found.questions == ()
    assert "may we ask you" not in found.text
