"""The letter as a whole: the trade rules (PLAYBOOK) that it must keep."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.unit.drafting.requests import CATALOGUE, COMPANY, DESK, EMPTY, TEMPLATES, WEEKDAYS, letter, mail, request
from triage.drafting import draft_letter
from triage.drafting.plan import LETTERS
from triage.drafting.references import reference_of
from triage.errors import TemplateError
from triage.vocabulary.inquiry import Asked, BuyerType, FactName, History, Kind, Point, Stage, Tier
from triage.vocabulary.letter import AnswerStatus
from triage.vocabulary.policy import Catalogue, Company, CompanyFacts, Enclosure, WorkCalendar

LAMP = CATALOGUE.products[0]


def test_draft_letter_is_the_drafters_letter() -> None:
    case = request("Price?", ["price"])
    assert draft_letter(case, TEMPLATES) == DESK.draft(case)


def test_r7_a_model_we_do_not_make_is_met_with_the_nearest_or_a_custom_made_one_and_the_choice_left() -> None:
    found = letter("", ["price"], {"product": "desk lamp of 20 W"})
    assert (
        'We do not have "desk lamp of 20 W" in our present range. The nearest one that we make is the '
        "LED desk lamp DL-12: 12 W, 900 lm, 3000-6000 K dimmable, aluminium arm 40 cm, USB port. The minimum order is "
        "200 pcs. The lead time is 25 days. We can also make one to your wishes: own logo and housing colour from "
        "500 pcs at USD 5.60 per piece in 35 days. Which of the two would you prefer?"
    ) in found.text.split("\n")


def test_r7_a_rambling_question_about_courier_cost_gets_one_sentence() -> None:
    rambling = "Last time DHL was 85 and my boss said a lot, then collect was more, so who pays now, and how?"
    found = letter(rambling, ["shipping"], {"product": "LED clip lamp"})
    (answer,) = found.points
    assert answer.sentence == (
        "Freight collect costs more than prepaid freight, so please remit the courier cost before we ship."
    )
    assert found.text.count("courier") + found.text.count("reight") == 3


def test_r7_below_the_minimum_the_minimum_and_an_alternative_are_offered() -> None:
    found = letter("", ["price"], {"product": "desk lamp", "quantity": "50 pcs"})
    assert found.text.split("\n\n")[2] == (
        "Your quantity of 50 pcs is below our minimum order of 200 pcs. You could take 200 pcs, or choose our "
        "LED clip lamp CL-05, which we supply from 50 pcs at USD 3.10 per piece. Which would you prefer?"
    )


def test_r2_what_the_catalogue_does_not_say_is_deferred_with_a_promise_in_the_buyers_time() -> None:
    found = letter("", ["warranty"], {"product": "glass jar"})
    (point,), (promise,) = found.points, found.promises
    assert point.status is AnswerStatus.DEFERRED
    assert point.sentence == promise.text
    assert promise.text.endswith("You will have our answer by Tuesday, 24 November 2026, 10:00 your time (Berlin).")
    assert promise.due == datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert found.holding


def test_r2_without_a_known_country_the_promise_is_in_our_own_time() -> None:
    found = letter("", ["warranty"], country=None)
    assert found.promises[0].text.endswith("17:00 Shanghai time.")
    assert "Our office hours are Monday to Friday, 09:00 to 18:00, Shanghai time." in found.text


def test_r4_a_middleman_gets_more_background_than_an_end_user() -> None:
    agent = letter("", ["price"], {"product": "desk lamp"}, buyer_type=BuyerType.AGENT)
    end_user = letter("", ["price"], {"product": "desk lamp"}, buyer_type=BuyerType.END_USER)
    more = ("Certificates: CE and RoHS", "Packing: one piece in a colour box", "https://example.com/catalogue.pdf")
    assert [part in agent.text for part in more] == [True, True, True]
    assert [part in end_user.text for part in more] == [False, False, False]


@pytest.mark.parametrize(("tier", "proof"), [(Tier.A, True), (Tier.B, True), (Tier.C, False)])
def test_r12_a_promising_first_contact_gets_proof(tier: Tier, proof: bool) -> None:
    assert ("made LED lamps and kitchenware in Ningbo since 2008" in letter("", ["moq"], tier=tier).text) is proof


def test_r12_is_for_the_first_contact_only() -> None:
    known = History(messages_in=2, messages_out=2)
    assert "since 2008" not in letter("", ["moq"], tier=Tier.A, history=known).text


def test_r24_a_complaint_is_acknowledged_in_the_first_line_and_sells_nothing() -> None:
    found = letter(
        "The lamps are broken. And what is the price of the desk lamp now?",
        ["refund"],
        {"product": "desk lamp"},
        kind=Kind.INQUIRY,
        stage=Stage.COMPLAINT,
        tier=Tier.A,
        buyer_type=BuyerType.AGENT,
    )
    assert found.template == "en/complaint"
    assert found.text.split("\n\n")[1].startswith("We are very sorry about the faulty goods.")
    assert [word in found.text for word in ("catalogue", "since 2008", "interest in our")] == [False, False, False]
    assert {question.id.partition("_")[0] for question in found.questions} == {"complaint"}


def test_thanks_name_the_day_on_the_buyers_calendar() -> None:
    late = datetime.fromisoformat("2026-11-20T23:30:00-08:00")
    arrived = datetime(2026, 11, 21, 7, 31, tzinfo=UTC)
    found = letter("", country="US", headers={"date": late}, received_at=arrived)
    assert "Thank you for your mail of 20 November 2026" in found.text


@pytest.mark.parametrize(
    "headers",
    [
        {"date": None},
        {"date_zone_known": False, "date": datetime(2026, 11, 25, tzinfo=UTC)},
        {"date": datetime(2031, 1, 1, tzinfo=UTC)},
    ],
)
def test_an_untrustworthy_date_gives_way_to_the_arrival_in_the_buyers_zone(headers: dict[str, object]) -> None:
    arrived = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
    found = letter("", country="JP", headers=headers, received_at=arrived)
    assert "mail of 21 November 2026" in found.text


def test_one_product_is_not_named_with_every_point_left_open() -> None:
    found = letter("", ["warranty", "sample", "lead_time"], {"product": "glass jar"})
    assert found.promises[0].text.startswith("We are checking the warranty, the samples and the lead time. You will")


def test_terms_are_not_spoken_of_where_none_are_given() -> None:
    quotation = {"kind": Kind.RFQ, "stage": Stage.QUOTATION}
    assert "these terms" in letter("", ["price"], {"product": "desk lamp"}, **quotation).text
    assert "these terms" not in letter("", ["price"], {"product": "glass jar"}, **quotation).text


def test_expired_prices_are_not_stated() -> None:
    found = letter("", ["price"], {"product": "desk lamp"}, now=datetime(2027, 1, 2, tzinfo=UTC))
    assert found.points[0].status is AnswerStatus.DEFERRED
    assert "USD" not in found.text


def test_a_certificate_that_the_catalogue_lacks_is_open_not_denied() -> None:
    found = letter("", {"certification": "do you have CE and UL?"}, {"product": "desk lamp"})
    assert "We have CE and RoHS certification." in found.text
    assert found.points[0].status is AnswerStatus.DEFERRED
    assert found.points[0].sentence.startswith("We are checking the UL certificate. You will")


def test_an_rfq_asks_for_the_price_even_when_no_sentence_does() -> None:
    found = letter("", told={"product": "desk lamp", "quantity": "500"}, kind=Kind.RFQ, stage=Stage.QUOTATION)
    assert [(item.point, item.status) for item in found.points] == [(Point.PRICE, AnswerStatus.ANSWERED)]


def test_points_stand_in_the_order_asked() -> None:
    asked = ["lead_time", "payment_terms", "moq", "price"]
    found = letter("", asked, {"product": "desk lamp"})
    assert [item.point.value for item in found.points] == asked
    places = [found.text.index(item.sentence) for item in found.points]
    assert places == sorted(places)


def test_empty_company_fields_leave_no_line() -> None:
    found = letter("", company=Company(person="Li Na"))
    assert found.text.endswith("Best regards,\n\nLi Na")


def test_an_empty_desk_still_writes_an_honest_letter() -> None:
    found = letter("", ["price"], company=Company(), catalogue=EMPTY, calendar=WorkCalendar())
    assert found.text.endswith("Best regards,")
    assert "office hours" not in found.text
    assert found.points[0].status is AnswerStatus.DEFERRED


@pytest.mark.parametrize(
    ("theirs", "override", "desk", "written"),
    [
        ("zh", "", ("en", "zh"), "zh"),
        ("zh", "", ("en",), "en"),
        ("pl", "", ("zh", "en"), "zh"),
        ("und", "", ("en", "zh"), "en"),
        ("en", "zh", ("en",), "zh"),
        ("pl", "pl", ("en",), "en"),
        ("en", "", ("pl", "en"), "en"),
    ],
)
def test_the_letter_is_in_the_buyers_language_where_the_desk_writes_it(
    theirs: str, override: str, desk: tuple[str, ...], written: str
) -> None:
    case = request("", language=theirs, company=replace(COMPANY, languages=desk))
    assert DESK.draft(replace(case, language=override)).language == written


def test_a_desk_without_any_template_set_is_told_what_to_do() -> None:
    with pytest.raises(TemplateError, match=r"no letter templates for pl or nl\..*add a template folder"):
        letter("", language="pl", company=replace(COMPANY, languages=("pl", "nl")))


def test_a_waiting_buyer_is_asked_for_pardon_only_when_no_letter_ever_went() -> None:
    waited = letter("", history=History(messages_in=1, messages_out=0))
    answered = letter("", history=History(messages_in=3, messages_out=1))
    assert ["had to wait" in found.text for found in (waited, answered)] == [True, False]


def test_the_product_of_earlier_mails_is_remembered() -> None:
    found = letter("And the minimum?", ["moq"], history=History(facts={FactName.PRODUCT: "LED desk lamp"}))
    assert found.points[0].sentence == "The minimum order is 200 pcs."


def test_each_kind_and_stage_has_its_letter() -> None:
    buyers = [kind for kind in Kind if kind.is_buyer]
    letters = {DESK.draft(request("", kind=kind, stage=stage)).template for kind in buyers for stage in Stage}
    assert letters == {f"en/{name}" for name in LETTERS if name not in {"decline", "thanks"}}


def test_every_point_of_every_kind_is_answered_deferred_or_flagged() -> None:
    every_point = [point.value for point in Point]
    for kind in Kind:
        for catalogue in (CATALOGUE, EMPTY, Catalogue((LAMP,))):
            found = letter("", every_point, {"product": "desk lamp"}, kind=kind, catalogue=catalogue)
            assert [item.point.value for item in found.points] == every_point
            assert all(item.sentence in found.text for item in found.points if item.status is not AnswerStatus.MISSING)
            assert {item.status for item in found.points} <= {AnswerStatus.ANSWERED, AnswerStatus.DEFERRED}


HOSTILE = "{{7*7}} {% include '/etc/passwd' %} <script>alert(1)</script> ${7*7} #{7*7} [NAME] \u202e\x00"


def test_h22_hostile_words_are_text_wherever_they_stand() -> None:
    facts = {fact.value: HOSTILE for fact in FactName}
    found = letter(HOSTILE, ["price", "other"], facts, headers={"subject": HOSTILE}, country="US")
    assert "49" not in found.text
    assert "root:" not in found.text
    assert "<script" not in found.html
    assert found.subject == f"Re: {HOSTILE[:-2].rstrip()}"


def test_h22_words_of_the_buyer_that_are_repeated_are_escaped() -> None:
    found = letter("", ["price"], {"product": "garden bench & table 'A'"}, headers={"subject": "garden"})
    assert "\"garden bench & table 'A'\"" in found.text
    assert "&quot;garden bench &amp; table &#x27;A&#x27;&quot;" in found.html


def test_a_long_mail_is_drafted_without_pain() -> None:
    found = letter(
        "desk lamp 500 pcs USD 4.80 " * 20_000, ["price"], {"product": "x" * 100_000, "quantity": "9" * 10_000}
    )
    assert found.points[0].status is AnswerStatus.ANSWERED


def test_the_calendar_may_have_no_hours() -> None:
    assert "office hours" not in letter("", calendar=replace(WEEKDAYS, windows={})).text


def test_a_mail_without_a_sender_has_a_letter_to_nobody_and_is_blocked() -> None:
    found = DESK.draft(replace(request(""), mail=replace(mail(""), sender=None)))
    assert found.to == ()
    assert [warning.code for warning in found.blocking] == ["no_recipient"]


def test_terms_that_the_price_says_are_not_said_twice() -> None:
    found = letter("", {"price": "price", "incoterm": "FOB Ningbo?"}, {"product": "desk lamp"})
    assert found.text.count("FOB Ningbo") == 1
    assert [item.status for item in found.points] == [AnswerStatus.ANSWERED] * 2
    alone = letter("", {"incoterm": "your terms?"}, {"product": "desk lamp"})
    assert "Our prices are FOB Ningbo." in alone.text


def test_r9_other_terms_than_ours_stay_open() -> None:
    found = letter("", {"price": "price", "incoterm": "CIF Hamburg"}, {"product": "desk lamp"})
    assert [item.status for item in found.points] == [AnswerStatus.ANSWERED, AnswerStatus.DEFERRED]
    assert "We are checking the delivery terms you ask for." in found.text


def test_r3_terms_named_in_passing_are_a_point_too() -> None:
    found = letter("Please quote 500 desk lamps FOB and also DDP Boston.", ["price"], {"product": "desk lamp"})
    assert [(item.point, item.status) for item in found.points] == [
        (Point.PRICE, AnswerStatus.ANSWERED),
        (Point.INCOTERM, AnswerStatus.DEFERRED),
    ]


def test_r24_a_complaint_states_no_price_and_defers_all_but_the_warranty() -> None:
    found = letter(
        "The lamps are broken. How long is the warranty, and what is the price now?",
        ["replacement", "warranty", "price", "shipping"],
        {"product": "desk lamp"},
        kind=Kind.COMPLAINT,
        stage=Stage.COMPLAINT,
    )
    assert "USD" not in found.text
    assert "We are checking your case and the replacement." in found.text
    assert [item.status for item in found.points] == [
        AnswerStatus.DEFERRED,
        AnswerStatus.ANSWERED,
        AnswerStatus.DEFERRED,
        AnswerStatus.DEFERRED,
    ]


def test_certificates_are_looked_for_in_the_rest_of_the_sentence() -> None:
    text = "Are the lamps CE and UKCA marked? We sell in the UL market too."
    asked = Asked(Point.CERTIFICATION, "Are the lamps CE", 0, 16)
    wanted = request(text, (), {"product": "desk lamp"})
    found = DESK.draft(replace(wanted, reading=replace(wanted.reading, asked=(asked,))))
    assert "We are checking the UKCA certificate." in found.text
    assert "UL certificate" not in found.text


def test_of_several_quantities_those_that_reach_the_minimum_are_quoted() -> None:
    lamp = CATALOGUE.products[0]
    least = min(tier.quantity for tier in lamp.prices)
    both = letter("", ["price"], {"product": "desk lamp", "quantity": f"3 pcs, {least} pcs"})
    one = letter("", ["price"], {"product": "desk lamp", "quantity": f"{least} pcs"})
    assert both.points[0].sentence == one.points[0].sentence


def test_a_test_report_is_not_covered_by_a_certificate() -> None:
    found = letter("", {"certification": "Do you have the salt spray test report?"}, {"product": "desk lamp"})
    assert "We have CE and RoHS certification." in found.text
    assert "We are checking the certificates and test reports." in found.text


def test_a_link_ends_its_paragraph() -> None:
    found = letter("", ["catalog", "moq"], {"product": "desk lamp"})
    assert "https://example.com/catalogue.pdf\n\nThe minimum order is 200 pcs." in found.text


def test_an_order_number_is_said_back() -> None:
    found = letter("Order no. LL-20418: 46 lamps flicker.", kind=Kind.COMPLAINT, stage=Stage.COMPLAINT)
    assert "(your reference LL-20418)" in found.text
    assert "your reference" not in letter("Since 2024 we sell.", kind=Kind.COMPLAINT, stage=Stage.COMPLAINT).text


def test_a_market_that_we_do_not_sell_to_is_declined_kindly() -> None:
    case = replace(request("Price?", ["price"], {"product": "desk lamp"}), market_closed=True)
    found = DESK.draft(case)
    assert found.template == "en/decline"
    assert "we do not sell to your country" in found.text
    assert "USD" not in found.text
    customer = replace(case, history=History(messages_in=4, messages_out=4, orders=2))
    assert DESK.draft(customer).template == "en/first_inquiry"


@pytest.mark.parametrize(("kind", "word"), [(Kind.VENDOR_PITCH, "offer"), (Kind.JOB_APPLICATION, "application")])
def test_vendors_and_applicants_are_thanked_and_asked_nothing(kind: Kind, word: str) -> None:
    found = letter("We sell SEO.", ["price"], kind=kind)
    assert f"Thank you for your {word} of 20 November 2026" in found.text
    assert (found.questions, found.promises, found.blocking) == ((), (), ())


BROCHURE = Enclosure(
    {"": "our catalogue"}, "catalogue.pdf", "https://example.com/c.pdf", (), (Point.CATALOG,), 2_000_000
)


def test_r8_a_small_file_goes_along_and_a_large_one_as_a_link() -> None:
    case = request("", ["catalog"], {"product": "desk lamp"}, company=replace(COMPANY, catalogue_link=""))
    desk_lamp = replace(CATALOGUE, products=(replace(LAMP, link=""),), enclosures=(BROCHURE,))
    found = DESK.draft(replace(case, catalogue=desk_lamp))
    assert "Attached you find our catalogue." in found.text
    assert [(file.name, file.path, file.content_type) for file in found.attachments] == [
        ("catalogue.pdf", "catalogue.pdf", "application/pdf")
    ]
    assert [item.status for item in found.points] == [AnswerStatus.ANSWERED]
    assert found.blocking == ()
    large = DESK.draft(replace(case, catalogue=desk_lamp, attachment_limit=1_000_000))
    assert "our catalogue: https://example.com/c.pdf" in large.text
    assert large.attachments == ()


def test_r12_proof_names_years_certificates_and_customers() -> None:
    facts = CompanyFacts(since=1998, certificates=("ISO 9001:2015",), references=("Example Retail Ltd",))
    found = DESK.draft(request("", ["moq"], tier=Tier.A, catalogue=replace(CATALOGUE, company=facts)))
    assert "We have been in this trade since 1998." in found.text
    assert "Our company is certified to ISO 9001:2015. Our customers include Example Retail Ltd." in found.text
    assert found.blocking == ()


def test_r9_what_lies_in_stock_is_open_while_the_range_is_known() -> None:
    stock = letter("", {"availability": "Do you have it in stock?"}, {"product": "desk lamp"})
    assert [item.status for item in stock.points] == [AnswerStatus.DEFERRED]
    made = letter("", {"availability": "Do you make desk lamps?"}, {"product": "desk lamp"})
    assert "This is part of our standard range, with a lead time of 25 days." in made.text


@pytest.mark.parametrize(
    ("subject", "reference"),
    [
        ("PO 7719: 12 cartons", "7719"),
        ("order NL-56?", "NL-56"),
        ("proforma invoice PI-0912", "PI-0912"),
        ("订单号 A2024-11", "A2024-11"),
        ("order 600 pcs", ""),
        ("we order 1200 pcs", ""),
        ("order 2024", ""),
    ],
)
def test_numbers_of_orders_are_told_from_quantities_and_years(subject: str, reference: str) -> None:
    assert reference_of(mail(subject=subject)) == reference


def test_the_quantity_of_earlier_mails_is_remembered() -> None:
    history = History(facts={FactName.PRODUCT: "LED desk lamp", FactName.QUANTITY: "700 pcs"})
    assert "For 700 pcs the price is USD 4.80" in letter("And the price?", ["price"], history=history).text
