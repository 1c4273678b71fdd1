"""Marketplace notices, website forms and forwards: the true buyer and the true message come out."""

import pytest

from triage.parsing import parse
from triage.vocabulary.mail import Address, Wrapped


def unwrapped(sender: str, subject: str, body: str, **headers: str) -> Wrapped | None:
    head = {"From": sender, "Subject": subject, "Content-Type": "text/plain; charset=utf-8", **headers}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in head.items()]
    return parse(("\n".join(lines) + "\n\n" + body).encode()).wrapped


MARKETS = [
    ("alibaba", "feedback@service.alibaba.com", True),
    ("made-in-china", "inquiry@mail.made-in-china.com", True),
    ("global-sources", "rfi@globalsources.com", True),
    ("indiamart", "buyleads@indiamart.com", False),
    ("tradeindia", "enquiry@tradeindia.com", False),
    ("dhgate", "message@dhgate.com", True),
    ("ec21", "inquiry@ec21.com", False),
    ("tradekey", "inquiry@tradekey.com", False),
    ("exporthub", "inquiry@exporthub.com", False),
]


@pytest.mark.parametrize(("source", "sender", "relay"), MARKETS)
def test_marketplace_notice_yields_buyer_and_message(source: str, sender: str, relay: bool) -> None:
    found = unwrapped(
        sender,
        "Inquiry from Kofi Mensah: solar lamp",
        "Dear supplier,\n\nBuyer: Kofi Mensah\nEmail: kofi@duka.example\nCountry/Region: Ghana\nProduct: Lamp SL-20\n"
        "Message: Please send price for 1000 pieces.\nDo you have CE?\n\nReply now\nClick here\n",
        Reply_To="relay-7@reply.example",
    )
    assert found is not None
    assert (found.source, found.buyer) == (source, Address("Kofi Mensah", "kofi@duka.example"))
    assert found.message == "Please send price for 1000 pieces.\nDo you have CE?"
    assert found.fields == (("country", "Ghana"), ("product", "Lamp SL-20"))
    assert found.reply_to == (Address("", "relay-7@reply.example") if relay else None)


def test_a_look_alike_domain_is_no_marketplace() -> None:
    assert unwrapped("feedback@notalibaba.com", "Inquiry from Kofi Mensah", "Hello,\nplease pay.\n") is None


def test_a_hidden_address_is_answered_through_the_relay() -> None:
    found = unwrapped(
        "x@service.alibaba.com", "Inquiry from Kofi Mensah", "Message:\nPrice?\n", Reply_To="r@relay.example"
    )
    relay = Address("", "r@relay.example")
    assert found == Wrapped("alibaba", Address("Kofi Mensah", "r@relay.example"), "Price?", (), relay)


WHO = "Name: Ana Ruiz\nEmail: ana@tienda.example\n"
FORMS = [
    (
        "contact-form-7",
        "From: Ana Ruiz <ana@tienda.example>\nSubject: x\n\nMessage Body:\n{}\n\n--\n"
        "This e-mail was sent from a contact form on Seller",
    ),
    ("elementor", WHO + "Message: {}\n\n---\n\nDate: March 3\nPowered by: Elementor"),
    ("gravity-forms", "Name\nAna Ruiz\n\nEmail\nana@tienda.example\n\nMessage\n{}\n\nSubmitted from Gravity Forms"),
    (
        "wix",
        "Ana Ruiz just submitted your form: Contact\n\nMessage Details:\n" + WHO + "Message: {}\n\n"
        "If you think this submission is spam",
    ),
    (
        "hubspot",
        "New submission on HubSpot Form\n\nFirst name\nAna\n\nLast name\nRuiz\n\nEmail\nana@tienda.example\n\n"
        "Message\n{}\n\nView contact",
    ),
    ("form", "Nombre: Ana Ruiz\nCorreo electrónico: ana@tienda.example\nMensaje: {}"),
    ("form", "Name: Ana Ruiz\nE-Mail: ana@tienda.example\nNachricht:\n{}"),
    ("form", "Message: {}\n\nName: Ana Ruiz\nEmail: ana@tienda.example"),
    ("form", "Имя: Ana Ruiz\nE-mail: ana@tienda.example\nСообщение: {}"),
    ("form", "お名前：Ana Ruiz\nメールアドレス：ana@tienda.example\nお問い合わせ内容：\n{}"),
]


@pytest.mark.parametrize(("source", "body"), FORMS)
def test_website_form_yields_buyer_and_message(source: str, body: str) -> None:
    message = "We need 40 pumps.\n\nWhat is the lead time?"
    found = unwrapped("web@seller.example", "Website", body.format(message))
    assert found == Wrapped(source, Address("Ana Ruiz", "ana@tienda.example"), message, found.fields if found else ())


@pytest.mark.parametrize(
    "body",
    [
        "Dear Li,\n\nplease quote. My details:\nName: Ana\nPhone: 555 0100\n",
        "Message received, thanks.\nEmail: ana@tienda.example\n",
        "Product: valve\nQuantity: 500 pcs\nDestination: Valencia\n",
        "Dear Li,\nwhat is your MOQ?\n\nRequirements:\n500 pcs\n\nAna\nEmail: ana@tienda.example\n",
        "Dear Li,\nwhat is your MOQ?\n\nEmail: ana@tienda.example\n\nRequirements:\n500 pcs\n",
    ],
)
def test_labelled_lines_alone_make_no_form(body: str) -> None:
    assert unwrapped("ana@tienda.example", "Inquiry", body) is None
    assert unwrapped("info@tienda.example", "Inquiry", body.replace("Requirements:", "Requirements")) is None


def test_a_form_from_nowhere_names_no_third_person() -> None:
    body = "Name: Ana\nEmail: ana@tienda.example\nMessage: please pay to this account"
    assert unwrapped("eve@elsewhere.example", "Form", body) is None
    assert unwrapped("ana@tienda.example", "Form", body) is not None


def forward(sender: str, to: str) -> Wrapped | None:
    head = f"From: Ana <ana@tienda.example>\nSubject: Bolts\nTo: <{to}>"
    note = "Please handle.\n\n---------- Forwarded message ---------"
    return unwrapped(sender, "Fwd: Bolts", f"{note}\n{head}\n\n2 t of M8.")


def test_a_forward_by_an_addressee_yields_the_buyer() -> None:
    found = forward("li@seller.example", "info@seller.example")
    assert found == Wrapped("forwarded", Address("Ana", "ana@tienda.example"), "2 t of M8.", (("subject", "Bolts"),))


def test_a_forward_by_a_stranger_names_no_third_person() -> None:
    assert forward("x@elsewhere.example", "info@seller.example") is None


@pytest.mark.parametrize("to", ["sales@seller.example", "li@seller.example"])
def test_a_forwarded_form_yields_the_buyer_in_the_form(to: str) -> None:
    head = "From: Seller <wordpress@seller.example>\nDate: Tue, 3 Mar 2026 09:12\nTo: <info@seller.example>"
    form = "Name: Ana Ruiz\nEmail: ana@tienda.example\nMessage: 2 t of M8."
    body = f"---------- Forwarded message ---------\n{head}\n\n{form}"
    found = unwrapped("li@seller.example", "Fwd: Contact", body, To=to)
    assert found == Wrapped("form", Address("Ana Ruiz", "ana@tienda.example"), "2 t of M8.")


def test_a_buyer_who_forwards_his_own_colleague_stays_the_writer() -> None:
    head = "From: Ama <ama@duka.example>\nDate: Tue, 3 Mar 2026 09:12\nTo: Kofi <kofi@duka.example>"
    body = f"Which lamp do you suggest?\n\n---------- Forwarded message ---------\n{head}\n\nWe need the IP rating."
    assert unwrapped("kofi@duka.example", "Fwd: Lamps", body, To="sales@seller.example") is None
