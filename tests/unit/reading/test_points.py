"""Points: what asks, what declines, what only tells."""

import pytest

from tests.unit.reading.mails import mail
from triage.reading import read


def points(text: str, subject: str = "") -> list[str]:
    return sorted(point.value for point in read(mail(text, subject)).points)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What is your MOQ?", ["moq"]),
        ("Please quote 500 lamps.", ["price"]),
        ("Let me know the lead time.", ["lead_time"]),
        ("We need your product catalogue.", ["catalog"]),
        ("I'd like to know the warranty period", ["warranty"]),
        ("Looking forward to your quotation.", ["price"]),
        ("MOQ?", ["moq"]),
        ("MOQ", ["moq"]),
        ("可以寄样品吗", ["sample"]),
        ("请告知交货期", ["lead_time"]),
        ("Какая гарантия?", ["warranty"]),
    ],
)
def test_questions_requests_needs_and_fragments_ask(text: str, expected: list[str]) -> None:
    assert points(text) == expected


def test_bullets_below_a_request_are_wishes() -> None:
    text = "Please let us know:\n- FOB price\n- MOQ\n- delivery time\n- payment terms\n"
    assert points(text) == ["incoterm", "lead_time", "moq", "payment_terms", "price"]


def test_plain_lines_below_a_request_are_wishes() -> None:
    assert points("Kindly provide the following:\nMOQ\nCE certificate\n") == ["certification", "moq"]


def test_labelled_values_in_a_list_are_told_not_asked() -> None:
    assert points("Please quote:\nProduct: LED lamp\nQuantity: 500 pcs\nCertificate: CE\n") == ["price"]


@pytest.mark.parametrize(
    "text",
    [
        "Our target price is USD 4.",
        "No need for samples.",
        "Thank you for your catalogue.",
        "We received your quotation, thank you.",
        "我们的目标价是4美元。",
        "不需要样品。",
        "Muster brauchen wir nicht.",
        "Die Sendung ist eingetroffen, wir haben sie heute geprüft.",
        "サンプルは不要です。",
        "Los catálogos no son necesarios, ya tenemos muestras.",
    ],
)
def test_what_is_told_or_declined_is_not_asked(text: str) -> None:
    assert points(text) == []


def test_declining_one_point_leaves_the_next_one_asked() -> None:
    text = "Please send the invoice, no need for samples, and advise the lead time."
    assert points(text) == ["documents", "lead_time"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Do you have a CE certificate?", ["certification"]),
        ("How much is shipping to Lagos?", ["shipping"]),
        ("When will you ship our order?", ["order_status"]),
        ("We would like to visit your factory.", ["visit"]),
        ("Do you have red ones?", ["availability"]),
    ],
)
def test_plain_words_win_over_the_phrase_around_them(text: str, expected: list[str]) -> None:
    assert points(text) == expected


def test_an_unclear_question_is_kept_with_its_sentence() -> None:
    reading = read(mail("Dear all,\n\nAre you related to the Muster family in Berlin? Best regards"))
    assert [(item.point.value, item.text) for item in reading.asked] == [
        ("other", "Are you related to the Muster family in Berlin?")
    ]


@pytest.mark.parametrize("text", ["How are you?", "Hope you are well. Did you get my email?", "Please find attached."])
def test_pleasantries_ask_nothing(text: str) -> None:
    assert points(text) == []


def test_a_subject_asks_what_the_message_leaves_out() -> None:
    reading = read(mail("See the attached list.", subject="Request for quotation: solar lamps"))
    assert [(item.point.value, item.start, item.end) for item in reading.asked] == [("price", -1, -1)]


@pytest.mark.parametrize("subject", ["Re: Request for quotation", "Fwd: price list", "回复：询价", "AW: Preisanfrage"])
def test_the_subject_of_a_reply_asks_nothing(subject: str) -> None:
    assert points("We will come back to you next week.", subject) == []


def test_the_words_that_raise_a_point_are_its_clause() -> None:
    text = "Please send your best price, the MOQ and the lead time."
    found = {item.point.value: text[item.start : item.end] for item in read(mail(text)).asked}
    assert found == {"price": "Please send your best price", "moq": "the MOQ", "lead_time": "the lead time."}


def test_lines_wrapped_by_the_mail_program_are_one_sentence() -> None:
    text = "Could you please be so kind as to let us know what the\nminimum order quantity would be for your garden chairs?"  # noqa: E501
    assert points(text) == ["moq"]
