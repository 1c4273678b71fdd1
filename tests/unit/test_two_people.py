"""Two people for one letter: by value, for complaints, at the page, the API and the command line alike (S05)."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.harness.command_line import call
from tests.harness.desks import CONFIG, Desktop, MovableClock, inquiry
from triage.app import App
from triage.errors import ReviewConflict
from triage.two_people import deal_value, largest_amount
from triage.vocabulary.inquiry import FactName, Kind, Reading, Told

COMPLAINTS = "[review]\nsecond_approver_complaints = true\n"


@pytest.fixture
def desk(make_app: Callable[[str], App]) -> Desktop:
    app = make_app(COMPLAINTS + CONFIG)
    assert isinstance(app.clock, MovableClock)
    return Desktop(app, app.clock)


def complaint(desk: Desktop) -> int:
    """A draft that answers a complaint."""
    message_id = desk.arrive(inquiry())
    draft_id = desk.app.review.relabel(message_id, Kind.COMPLAINT, "Li Na")
    assert draft_id is not None
    return draft_id


def test_the_letter_waits_for_the_second_person(desk: Desktop) -> None:
    draft_id = complaint(desk)
    assert desk.app.review.approve(draft_id, "Li Na", override="known").status == "proposed"
    with pytest.raises(ReviewConflict, match="second person"):
        desk.app.review.approve(draft_id, "li na", override="known")
    assert desk.app.due_letters("sales") == []
    assert desk.app.review.approve(draft_id, "Wang Wei", override="known").status == "approved"
    assert desk.app.due_letters("sales") == [draft_id]
    with desk.app.store.begin(write=False) as uow:
        assert [(review.action, review.by) for review in uow.drafts.reviews(draft_id)] == [
            ("approve_first", "Li Na"),
            ("approve", "Wang Wei"),
        ]


def test_an_edit_voids_the_first_approval(desk: Desktop) -> None:
    draft_id = complaint(desk)
    desk.app.review.approve(draft_id, "Li Na", override="known")
    desk.app.review.edit(draft_id, "Wang Wei", text="Dear Karl,\n\nwe are sorry.\n\nLi Na")
    assert desk.app.review.approve(draft_id, "Wang Wei", override="known").status == "proposed"
    assert desk.app.review.approve(draft_id, "Li Na", override="known").status == "approved"


def test_other_letters_need_one_person(desk: Desktop) -> None:
    ((draft_id, _),) = desk.drafts(desk.arrive(inquiry()))
    assert desk.app.review.approve(draft_id, "Li Na", override="known").status == "approved"


def test_the_command_line_keeps_to_it_too(desk: Desktop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIAGE_CONFIG", str(tmp_path / "config.toml"))
    draft_id = str(complaint(desk))
    first = call("approve", draft_id, "--by", "Li Na", "--override", "known")
    assert (first.code, "first approval" in first.text) == (0, True), first.errors
    again = call("approve", draft_id, "--by", "Li Na", "--override", "known")
    assert (again.code, "second person" in again.errors) == (2, True)
    second = call("approve", draft_id, "--by", "Wang Wei", "--override", "known")
    assert "approved by Wang Wei" in second.text


def test_a_value_above_the_line_needs_two(make_app: Callable[[str], App]) -> None:
    app = make_app("[review]\nsecond_approver_above = 50000\n" + CONFIG)
    assert isinstance(app.clock, MovableClock)
    desk = Desktop(app, app.clock)
    large = "Dear sirs,\n\nplease quote 50000 pcs LED bulbs, our target price is USD 1.20 per piece.\n\nKarl"
    small = large.replace("50000 pcs", "500 pcs")
    for text, status in ((large, "proposed"), (small, "approved")):
        message_id = desk.arrive(inquiry(text=text, message_id=f"<{status}@muster.example>"))
        ((draft_id, _),) = desk.drafts(message_id)
        assert app.review.approve(draft_id, "Li Na", override="known").status == status


def told(fact: FactName, text: str) -> Told:
    return Told(fact, text)


@pytest.mark.parametrize(
    ("quantity", "price", "value"),
    [
        ("50,000 pcs", "USD 1.20", 60_000.0),
        ("500 pcs", "$2", 1_000.0),
        ("about 1 000 sets", "EUR 9.50 per set", 9_500.0),
        ("two containers", "USD 1.20", 0.0),
    ],
)
def test_the_value_of_a_deal_is_what_the_buyer_told(quantity: str, price: str, value: float) -> None:
    reading = Reading(told=(told(FactName.QUANTITY, quantity), told(FactName.TARGET_PRICE, price)))
    assert deal_value(reading) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("We can offer USD 1.35 per piece, USD 67,500.00 in all.", 67_500.0),
        ("Total: 12500 EUR.", 12_500.0),
        ("Delivery in 30 days for 20000 pieces.", 0.0),
    ],
)
def test_the_largest_amount_of_a_letter(text: str, amount: float) -> None:
    assert largest_amount(text) == amount
