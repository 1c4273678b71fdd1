"""What order mails add to a customer's card."""

from collections.abc import Callable

import pytest

from tests.harness.desks import CONFIG, Desktop, inquiry
from triage.app import App
from triage.errors import NotFound, TriageError
from triage.vocabulary.inquiry import Kind
from triage.vocabulary.records import CustomerRecord

ORDER = """Dear Li Na,

we accept your quotation and order as follows, please send the proforma invoice:

5000 LED bulbs at USD 1.20
Grand total: USD 6,000.00

Karl Beispiel"""


def card(desktop: Desktop) -> CustomerRecord:
    with desktop.app.store.begin(write=False) as uow:
        found = uow.customers.by_address("karl@muster.example")
    assert found is not None
    return found


def order(desktop: Desktop, text: str = ORDER, number: int = 1) -> int:
    message_id = desktop.arrive(inquiry(subject=f"PO {number}", text=text, message_id=f"<{number}@muster.example>"))
    desktop.app.review.relabel(message_id, Kind.ORDER, "Li Na")
    return message_id


def test_the_total_of_an_order_is_the_customers_value(desktop: Desktop) -> None:
    order(desktop)
    assert (card(desktop).orders, card(desktop).value) == (1, 6000.0)


def test_the_same_total_within_a_month_is_the_same_order(desktop: Desktop) -> None:
    order(desktop)
    desktop.clock.move(days=2)
    order(desktop, ORDER.replace("Dear", "Hello"), 2)
    assert card(desktop).value == 6000.0
    desktop.clock.move(days=40)
    order(desktop, ORDER.replace("Dear", "Good morning"), 3)
    assert card(desktop).value == 12000.0


def test_a_total_in_another_currency_is_left_to_people(desktop: Desktop) -> None:
    message_id = order(desktop, ORDER.replace("USD 6,000.00", "EUR 5,500.00"))
    assert (card(desktop).orders, card(desktop).value) == (1, 0.0)
    desktop.app.customers.price_order(message_id, 6100.0, "Li Na")
    assert (card(desktop).orders, card(desktop).value) == (1, 6100.0)


def test_the_currency_of_the_books_is_configured(make_app: Callable[[str], App]) -> None:
    app = make_app(f'{CONFIG}[customers]\ncurrency = "EUR"\n')
    desktop = Desktop(app, app.clock)  # type: ignore[arg-type]
    order(desktop, ORDER.replace("USD 6,000.00", "EUR 5,500.00"))
    assert card(desktop).value == 5500.0


def test_a_persons_word_outranks_what_was_read(desktop: Desktop) -> None:
    message_id = order(desktop)
    desktop.app.customers.price_order(message_id, 5900.0, "Li Na")
    assert (card(desktop).orders, card(desktop).value) == (1, 5900.0)


def test_no_order_after_all_takes_the_value_back(desktop: Desktop) -> None:
    message_id = order(desktop)
    desktop.app.review.relabel(message_id, Kind.INQUIRY, "Li Na")
    assert (card(desktop).orders, card(desktop).value) == (0, 0.0)


def test_only_orders_have_an_amount_and_only_sensible_ones(desktop: Desktop) -> None:
    message_id = desktop.arrive(inquiry())
    desktop.app.review.relabel(message_id, Kind.INQUIRY, "Li Na")
    with pytest.raises(NotFound, match="is no order"):
        desktop.app.customers.price_order(message_id, 5.0, "Li Na")
    with pytest.raises(TriageError, match="no amount"):
        desktop.app.customers.price_order(message_id, -5.0, "Li Na")
