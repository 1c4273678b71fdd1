"""Machines are never answered, people always may be (F31, I10)."""

import pytest

from triage.parsing import parse
from triage.screening import screen
from triage.vocabulary.mail import Automatic, Delivery, Screening

OWN = frozenset({"sales@seller.example"})


def screened(body: str = "Hello", **headers: str) -> Screening:
    head = {"From": "Ana <ana@tienda.example>", "Subject": "Order", **headers}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in head.items()]
    return screen(parse(("\n".join(lines) + "\n\n" + body).encode()), OWN)


@pytest.mark.parametrize(
    ("headers", "automatic"),
    [
        ({"Auto_Submitted": "auto-replied"}, Automatic.AUTO_REPLY),
        ({"Auto_Submitted": "auto-replied; owner-email=x"}, Automatic.AUTO_REPLY),
        ({"Auto_Submitted": "auto-generated"}, Automatic.NOTIFICATION),
        ({"X_Autoreply": "yes"}, Automatic.AUTO_REPLY),
        ({"Precedence": "auto_reply"}, Automatic.AUTO_REPLY),
        ({"X_Auto_Response_Suppress": "All", "Subject": "Automatic reply: Order"}, Automatic.AUTO_REPLY),
        ({"X_Auto_Response_Suppress": "OOF", "Subject": "Automatische Antwort: Order"}, Automatic.AUTO_REPLY),
        ({"Return_Path": "<>", "Subject": "自动回复: Order"}, Automatic.AUTO_REPLY),
        ({"Return_Path": "<>"}, Automatic.NOTIFICATION),
        ({"From": "no-reply@shop.example"}, Automatic.NOTIFICATION),
        ({"From": "MAILER-DAEMON@mx.example"}, Automatic.BOUNCE),
        ({"X_Failed_Recipients": "x@y.example"}, Automatic.BOUNCE),
        ({"Content_Type": "multipart/report; report-type=feedback-report; boundary=b"}, Automatic.FEEDBACK_REPORT),
        (
            {"Content_Type": "multipart/report; report-type=disposition-notification; boundary=b"},
            Automatic.READ_RECEIPT,
        ),
        ({"Return_Path": "<>", "Subject": "Read: Order"}, Automatic.READ_RECEIPT),
        ({"From": "noreply@guard.example", "Subject": "Please confirm your message"}, Automatic.CHALLENGE),
        ({"List_Id": "<news.example>"}, Automatic.LIST),
        ({"List_Unsubscribe": "<mailto:x@news.example>"}, Automatic.LIST),
        ({"Precedence": "bulk"}, Automatic.LIST),
        ({"From": "Sales <Sales@seller.example>"}, Automatic.OWN),
    ],
)
def test_machine_is_told_by_its_headers(headers: dict[str, str], automatic: Automatic) -> None:
    found = screened(**headers)
    assert found.automatic is automatic
    assert found.reason != ""


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ("I am out of office next week.", {"Subject": "Out of office"}),
        ("Our mails came back: user unknown, 550 5.1.1", {"Subject": "Fwd: Undelivered Mail Returned to Sender"}),
        ("Please confirm your message and price 550 USD", {"Subject": "Delivery delayed?"}),
        ("Order", {"Auto_Submitted": "no"}),
        ("Order", {"X_Auto_Response_Suppress": "None"}),
        ("Order", {"X_Auto_Response_Suppress": "DR, RN, NRN"}),
        ("Shipment delayed, 550 pcs", {"From": "sales-admin@tienda.example", "Subject": "Shipment delayed"}),
        ("The postmaster here: please quote 5 servers", {"From": "postmaster@tienda.example", "Subject": "Servers"}),
        ("Chairs", {"List_Id": "<sales.seller.example>", "Precedence": "list"}),
        ("Name: Ana\nEmail: ana@tienda.example\nMessage: Price?", {"From": "noreply@seller.example"}),
        ("Name: Ana\nEmail: ana@tienda.example\nMessage: Price?", {"From": "sales@seller.example"}),
        ("Price?", {"From": "noreply@form.example", "Reply_To": "ana@tienda.example"}),
    ],
)
def test_people_are_not_taken_for_machines(body: str, headers: dict[str, str]) -> None:
    assert screened(body, **headers).automatic is None


def test_wanting_no_reply_is_a_fact_apart() -> None:
    assert screened(X_Auto_Response_Suppress="All") == Screening(None, "", True)
    assert screened() == Screening(None, "", False)


@pytest.mark.parametrize(
    ("action", "delivery"),
    [("failed", Delivery.FAILED), ("delayed", Delivery.DELAYED), ("delivered", Delivery.DELIVERED)],
)
def test_delivery_report_tells_what_became_of_which_letter(action: str, delivery: Delivery) -> None:
    report = (
        f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\nAction: {action}\n"
        "--b\nContent-Type: message/rfc822\n\nFrom: sales@seller.example\n"
        "Message-ID: <letter-1@seller.example>\n\nDear Ana\n"
        "--b--\n"
    )
    found = screened(report, Content_Type="multipart/report; report-type=delivery-status; boundary=b")
    assert (found.automatic, found.delivery) == (Automatic.BOUNCE, delivery)
    assert found.original_message_id == "<letter-1@seller.example>"


def test_the_most_exact_kind_wins() -> None:
    found = screened("user unknown", From="MAILER-DAEMON@mx.example", Auto_Submitted="auto-replied", Precedence="bulk")
    assert found.automatic is Automatic.BOUNCE


OUT_OF_OFFICE = [
    *("Automatic reply: Quotation", "Automatische Antwort: Angebot", "Réponse automatique : Devis", "自动答复: 报价"),
    *("Respuesta automática: Oferta", "Resposta automática: Cotação", "Risposta automatica: Offerta", "自動応答: 見積"),
    *("Automatisch antwoord: Offerte", "Autosvar: Offert", "Automaattinen vastaus: Tarjous", "자동 회신: 견적"),
    *(
        "Odpowiedź automatyczna: Oferta",
        "Automatická odpověď: Nabídka",
        "Automatikus válasz: Ajánlat",
        "رد تلقائي: عرض",
    ),
    *("Răspuns automat: Ofertă", "Автоматический ответ: Заказ", "Otomatik yanıt: Teklif", "תשובה אוטומטית: הצעה"),
    *("Trả lời tự động: Báo giá", "Balasan otomatis: Penawaran", "ตอบกลับอัตโนมัติ: ราคา", "Αυτόματη απάντηση: Τιμή"),
]


@pytest.mark.parametrize("subject", OUT_OF_OFFICE)
def test_exchange_says_auto_generated_of_an_absence_note(subject: str) -> None:
    headers = {"Auto_Submitted": "auto-generated", "X_Auto_Response_Suppress": "All"}
    assert screened("I am away.", Subject=subject, **headers).automatic is Automatic.AUTO_REPLY


RETURNED = [
    *("Undeliverable: Quotation", "Unzustellbar: Angebot", "Niet bezorgbaar: Offerte", "Non remis : Devis"),
    *("No se puede entregar: Oferta", "Não é possível entregar: Cotação", "Non recapitabile: Offerta", "未传递: 报价"),
    *("Niedostarczalne: Oferta", "Не удается доставить: Заказ", "Teslim edilemedi: Teklif", "配信不能: 見積"),
    *("Levererades inte: Offert", "Kan ikke leveres: Tilbud", "Nedoručitelné: Nabídka", "배달되지 않음: 견적"),
    *("Kézbesíthetetlen: Ajánlat", "来自qq.com的退信", "系统退信"),
]


@pytest.mark.parametrize("subject", RETURNED)
def test_servers_of_many_languages_return_a_letter(subject: str) -> None:
    found = screened("...", Subject=subject, From="postmaster@outlook.example", Return_Path="<>")
    assert (found.automatic, found.delivery) == (Automatic.BOUNCE, Delivery.FAILED)
    exchange = "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@tienda.example>"
    assert screened("...", Subject=subject, From=exchange, Auto_Submitted="auto-replied").automatic is Automatic.BOUNCE


@pytest.mark.parametrize(
    ("subject", "headers"),
    [
        ("Urlaub und Bestellung", {"X_Auto_Response_Suppress": "All"}),
        ("出差前请报价", {"X_Auto_Response_Suppress": "OOF"}),
        ("Automatic pump price", {}),
        ("Undelivered goods", {}),
        ("Delivery failure of your pump", {"X_Auto_Response_Suppress": "DR, RN, NRN, OOF, AutoReply"}),
        ("Read: our specification", {}),
        ("RFQ 4711", {"From": "Purchasing <no-reply@tienda.example>", "Reply_To": "ana@tienda.example"}),
        ("Order", {"From": "Postmaster Pat <pat@tienda.example>"}),
    ],
)
def test_people_who_write_like_machines_are_people(subject: str, headers: dict[str, str]) -> None:
    assert screened("Please quote 40 pumps.", Subject=subject, **headers).automatic is None
