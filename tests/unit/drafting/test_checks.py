"""The checks of a letter as a person edited it: each finding with its place, and whether it blocks."""

import tomllib
from dataclasses import replace

import pytest

from tests.unit.drafting.requests import CATALOGUE, DESK, TEMPLATES, letter, request
from triage.vocabulary.inquiry import History, Kind, Stage
from triage.vocabulary.letter import AnswerStatus, Letter, LetterAttachment, LetterRequest, PointAnswer, Warning
from triage.vocabulary.policy import Catalogue

CASE = request(
    "We need 700 pcs of the desk lamp by 3 March 2027. Our target is USD 3.90. Is 60 days possible?",
    ["price", "discount"],
    {"product": "desk lamp", "quantity": "700 pcs"},
)
DRAFT = DESK.draft(CASE)
QUANTITY = "What quantity do you have in mind for a first order?"


def edited(addition: str, case: LetterRequest = CASE, draft: Letter | None = None) -> tuple[Warning, ...]:
    """The findings after a person adds a paragraph before the office hours."""
    draft = DESK.draft(case) if draft is None else draft
    text = draft.text.replace("\n\nYou can reach us", f"\n\n{addition}\n\nYou can reach us", 1)
    return DESK.check(replace(draft, text=text), case)


def test_the_draft_itself_has_no_findings() -> None:
    assert DRAFT.warnings == ()
    assert DESK.check(DRAFT, CASE) == ()


@pytest.mark.parametrize(
    ("addition", "code", "place", "blocking"),
    [
        ("The price is USD 4.10 per piece.", "price_without_source", "USD 4.10", True),
        ("Your USD 3.90 is fine for us.", "price_without_source", "USD 3.90", True),
        ("The price is EUR 4.80.", "wrong_currency", "EUR 4.80", True),
        ("You have a share of 15%.", "share_without_source", "15%", True),
        ("The lead time is 20 days.", "duration_without_source", "20 days", True),
        ("The lead time is two weeks.", "duration_without_source", "two weeks", True),
        ("The goods leave on 5 January 2027.", "date_without_source", "5 January 2027", True),
        ("The goods leave on 2027-01-05.", "date_without_source", "2027-01-05", True),
        ("You need them on 3 March 2027.", "only_the_buyer_says_so", "3 March 2027", False),
        ("You ask for 60 days.", "only_the_buyer_says_so", "60 days", False),
        ("Our factory has 777 workers.", "number_without_source", "777", False),
        ("The lamp is UL listed.", "certificate_without_source", "UL", True),
        ("We give a rebate.", "discount_without_source", "rebate", True),
        ("You get a special price.", "discount_without_source", "special price", True),
        ("We will ship next Monday.", "promise_without_record", "We will ship next Monday.", True),
        ("Dear {{ name", "placeholder", "{{", True),
        ("See [PRODUCT NAME].", "placeholder", "[PRODUCT NAME]", True),
        ("The colour is XXX.", "placeholder", "XXX", True),
        ("The colour is TBD.", "placeholder", "TBD", True),
        ("Please find the catalogue attached.", "nothing_attached", "attached", True),
        ("We are gonna talk.", "slang", "gonna", False),
        ("It is ready soon.", "vague", "soon", False),
        ("By the way, it rains here.", "chatty", "By the way", False),
        ("You should have told us.", "blame", "You should have", False),
        ("The glass jar is good too.", "other_product", "glass storage jar GJ-10", False),
        ("这是我们的产品目录。", "other_language", "这是我们的产品目录", False),
        (QUANTITY, "question_answered", QUANTITY, False),
    ],
)
def test_an_addition_without_a_fact_behind_it_is_found(addition: str, code: str, place: str, blocking: bool) -> None:
    assert [(w.code, w.place, w.blocking) for w in edited(addition) if w.code == code] == [(code, place, blocking)]
    assert all(warning.remedy for warning in edited(addition))


@pytest.mark.parametrize(
    "addition",
    [
        "The price for 2,000 pcs is USD 4.35.",
        "700 pcs come to USD 3,360.00.",
        "The lead time is 25 days.",
        "The lamp carries CE and RoHS.",
        "The warranty is 24 months.",
        "We guarantee the driver for 24 months.",
        "The clip lamp CL-05 costs USD 3.10 from 50 pcs and has UL.",
        "The terms are 30% deposit by T/T.",
        "The prices hold until 31 December 2026.",
        "Thank you for your attachment.",
        "We will be glad to hear from you.",
        "You asked for 700 pcs.",
        "Please write by 24 November 2026.",
    ],
)
def test_an_addition_that_facts_support_passes(addition: str) -> None:
    assert edited(addition) == ()


def test_a_guarantee_needs_a_warranty_on_record() -> None:
    bare = Catalogue(tuple(replace(product, warranty="") for product in CATALOGUE.products))
    found = edited("We guarantee it.", replace(CASE, catalogue=bare))
    assert [(w.code, w.place) for w in found] == [("guarantee_without_source", "guarantee")]


def test_a_price_of_another_product_is_found() -> None:
    assert [w.code for w in edited("The price is USD 19.80.")] == ["price_without_source"]


def test_an_expired_price_is_no_source() -> None:
    later = replace(CASE, now=CASE.now.replace(year=2027))
    assert "price_without_source" in [w.code for w in edited("The price is USD 4.80.", later)]


def test_a_deleted_answer_is_missed_and_blocks() -> None:
    text = DRAFT.text.replace(DRAFT.points[0].sentence, "").replace("offer", "")
    (found,) = [w for w in DESK.check(replace(DRAFT, text=text), CASE) if w.blocking]
    assert (found.code, found.text) == ("unanswered_point", "The buyer asks for price; the letter says nothing to it.")


def test_an_answer_in_other_words_is_an_answer() -> None:
    text = DRAFT.text.replace(DRAFT.points[0].sentence, "Our price for 700 pcs is USD 4.80 FOB Ningbo.")
    assert DESK.check(replace(DRAFT, text=text), CASE) == ()


def test_a_point_marked_missing_blocks_until_the_text_speaks_of_it() -> None:
    missing = replace(DRAFT, points=(PointAnswer(DRAFT.points[0].point, AnswerStatus.MISSING, ""), DRAFT.points[1]))
    text = DRAFT.text.replace(DRAFT.points[0].sentence, "").replace("offer", "")
    assert "unanswered_point" in [w.code for w in DESK.check(replace(missing, text=text), CASE) if w.blocking]
    assert DESK.check(missing, CASE) == ()


def test_a_promise_taken_out_of_the_text_is_said() -> None:
    text = DRAFT.text.replace(DRAFT.promises[0].text, "There is no discount.")
    assert "promise_not_in_text" in [w.code for w in DESK.check(replace(DRAFT, text=text), CASE)]


def test_a_real_attachment_may_be_spoken_of() -> None:
    draft = replace(DRAFT, attachments=(LetterAttachment("a.pdf", "a.pdf", "application/pdf"),))
    assert edited("Please find the catalogue attached.", CASE, draft) == ()


def test_a_question_asked_before_is_found() -> None:
    case = replace(CASE, history=History(asked_questions=frozenset({"yearly_volume"})))
    found = edited("How many do you expect to need in a year?", case)
    assert [w.code for w in found] == ["question_repeated"]


def test_r24_selling_in_a_complaint_blocks() -> None:
    case = request("The lamps are broken.", kind=Kind.COMPLAINT, stage=Stage.COMPLAINT)
    found = edited("Please have a look at our new products and place an order.", case)
    assert [(w.code, w.place, w.blocking) for w in found] == [
        ("pitch_in_complaint", "new products", True),
        ("pitch_in_complaint", "place an order", True),
    ]


def test_a_letter_in_another_language_is_found() -> None:
    text = letter("", language="zh").text
    assert "language_differs" in [w.code for w in DESK.check(replace(DRAFT, text=text), CASE)]


def test_a_wrong_name_is_found() -> None:
    text = DRAFT.text.replace("Dear Anna Schmidt,", "Dear Ms. Miller,")
    assert [(w.code, w.place) for w in DESK.check(replace(DRAFT, text=text), CASE)] == [
        ("wrong_name", "Dear Ms. Miller,")
    ]


@pytest.mark.parametrize("greeting", ["Dear Ms. Schmidt,", "Dear Anna,", "Hello Anna Schmidt,", "Dear all,"])
def test_the_buyers_own_name_passes(greeting: str) -> None:
    text = DRAFT.text.replace("Dear Anna Schmidt,", greeting)
    assert "wrong_name" not in [w.code for w in DESK.check(replace(DRAFT, text=text), CASE)]


def test_a_letter_that_runs_on_is_found() -> None:
    assert [w.code for w in edited("We make lamps and pots. " * 100)] == ["too_long"]
    assert [w.code for w in edited("We make lamps and more lamps " * 12)] == ["long_sentence"]


def test_blocking_findings_come_first() -> None:
    found = edited("It is ready soon. The price is USD 1.00. Our factory has 350 workers.")
    assert [w.blocking for w in found] == sorted((w.blocking for w in found), reverse=True)


def test_a_policy_that_exists_in_another_language_only_is_said() -> None:
    found = letter("", ["exclusivity"], language="zh").warnings
    assert [(w.code, w.remedy) for w in found] == [
        ("policy_in_other_language", "Add answers.exclusivity.zh to the catalogue.")
    ]


@pytest.mark.parametrize(
    ("addition", "code"),
    [
        ("单价为USD 3.00。", "price_without_source"),
        ("交货期为10天。", "duration_without_source"),
        ("我们将马上发货。", "promise_without_record"),
        ("请见附件。", "nothing_attached"),
        ("我们给您打折。", "discount_without_source"),
        ("具有UL认证。", "certificate_without_source"),
        ("型号待定。", "placeholder"),
    ],
)
def test_chinese_letters_are_checked_alike(addition: str, code: str) -> None:
    case = request("台灯", ["price"], {"product": "台灯"}, language="zh", country="CN")
    draft = DESK.draft(case)
    assert draft.warnings == ()
    found = DESK.check(replace(draft, text=draft.text.replace("\n\n顺祝", f"\n\n{addition}\n\n顺祝")), case)
    assert [w.code for w in found if w.blocking] == [code]


def test_an_emptied_letter_is_not_a_crash() -> None:
    found = DESK.check(replace(DRAFT, text=""), CASE)
    assert [w.code for w in found if w.blocking] == ["unanswered_point", "unanswered_point"]


@pytest.mark.parametrize("part", ["lists", "points", "units"])
def test_both_languages_have_the_same_lists_of_phrases(part: str) -> None:
    english, chinese = (tomllib.loads(TEMPLATES.find(name, "words.toml").read_text("utf-8")) for name in ("en", "zh"))
    assert sorted(english[part]) == sorted(chinese[part])
    assert all(english[part].values()) and all(chinese[part].values())


def test_a_figure_of_one_policy_does_not_support_another_matter() -> None:
    """The deposit is 30%, but no discount of 30% is on record."""
    assert [w.code for w in edited("You save 30% now.")] == ["share_without_source"]


def test_a_price_or_certificate_of_the_alternative_does_not_hold_for_the_product_asked() -> None:
    found = edited("The desk lamp costs USD 3.10 and has UL.")
    assert [(w.code, w.place) for w in found] == [
        ("price_without_source", "USD 3.10"),
        ("certificate_without_source", "UL"),
    ]


def test_the_place_of_an_unanswered_point_is_what_the_buyer_asked() -> None:
    case = request("Which port do you load at?", {"shipping": "Which port do you load at?"}, catalogue=Catalogue())
    (found,) = DESK.check(replace(DESK.draft(case), text="Dear Anna Schmidt,", points=(), promises=()), case)
    assert (found.code, found.place, found.blocking) == ("unanswered_point", "Which port do you load at?", True)


def test_a_buyer_who_reckons_in_another_currency_is_pointed_out() -> None:
    case = request("Our target is EUR 4.", ["price"], {"product": "desk lamp", "target_price": "EUR 4"})
    assert [w.code for w in DESK.draft(case).warnings] == ["buyers_currency"]
    assert DESK.draft(request("", ["price"], {"product": "desk lamp", "target_price": "$4"})).warnings == ()


def test_a_letter_that_is_hard_to_read_is_found() -> None:
    stilted = "Notwithstanding aforementioned considerations concerning international transportation arrangements, "
    assert "hard_to_read" in [w.code for w in edited((stilted * 3 + "we remain at your disposal. ") * 8)]


def test_a_placeholder_of_ours_in_the_subject_is_found_the_buyers_is_not() -> None:
    theirs = request("", headers={"subject": "[PRODUCT NAME]"})
    assert DESK.draft(theirs).warnings == ()
    assert [w.code for w in DESK.check(replace(DRAFT, subject="Re: [PRODUCT NAME]"), CASE)] == ["placeholder"]
