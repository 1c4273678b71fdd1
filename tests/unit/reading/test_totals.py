"""What an order comes to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.reading import read
from triage.vocabulary.inquiry import FactName
from triage.vocabulary.mail import ParsedMail


def totals(text: str) -> list[str]:
    return [told.value for told in read(ParsedMail(newest_text=text)).told if told.fact is FactName.ORDER_TOTAL]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("PO 4711:\n500 pcs at USD 16.20\n200 pcs at USD 5.90\nTotal: USD 9,280.00\nRegards", "USD 9280"),
        ("5000 pcs, total amount US$ 12,480.00. Please confirm.", "USD 12480"),
        ("Subtotal: 900 USD\nFreight: 100 USD\nGrand total: 1,000 USD", "USD 1000"),
        ("Wir bestellen 200 Stück. Gesamtbetrag 4.300,50 EUR netto.", "EUR 4300.5"),
        ("Hacemos el pedido. Importe total: 8.400,00 €", "EUR 8400"),
        ("Nous commandons. Montant total : 2 400 EUR", "EUR 2400"),
        ("Confermiamo l'ordine. Importo totale: 3.200,00 euro", "EUR 3200"),
        ("Confirmamos o pedido. Valor total: USD 7.500,00", "USD 7500"),
        ("Заказываем. Итого: 12 400 USD", "USD 12400"),
        ("نؤكد الطلب. المبلغ الإجمالي: 5,400 USD", "USD 5400"),
        ("Sipariş veriyoruz. Toplam tutar 3.450 USD", "USD 3450"),
        ("発注いたします。合計金額:USD 12,000", "USD 12000"),
        ("주문합니다. 총액 USD 4,500", "USD 4500"),
        ("我们下单。合计:人民币35,600元", "CNY 35600"),
    ],
)
def test_the_total_that_a_mail_tells(text: str, value: str) -> None:
    assert totals(text) == [value]


@pytest.mark.parametrize(
    "text",
    [
        "Our total is 5000 pieces.",
        "Total: USD 100. Total with freight: USD 120",
        "The price is USD 3 and the total weight 400 kg.",
        "Deposit USD 300 paid.",
        "Total\nUSD 500 was the sample.",
        "",
    ],
)
def test_in_doubt_there_is_none(text: str) -> None:
    assert totals(text) == []


@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=4, unique=True))
def test_totals_that_differ_are_none(sums: list[int]) -> None:
    assert totals("\n".join(f"Total: USD {each}" for each in sums)) == []


@given(st.integers(1, 10**7))
def test_the_same_total_twice_is_one(total: int) -> None:
    assert totals(f"Total: USD {total}\nAgain, total USD {total}.") == [f"USD {total}"]
