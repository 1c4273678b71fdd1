"""Plain everyday mails, whose kind no reader would doubt: no model is shipped that fails one. None is trained on."""

import json
from pathlib import Path

import pytest

from triage import parsing, reading, screening
from triage.scoring.kind import KindModel
from triage.vocabulary.inquiry import Kind

SHIPPED = Path(__file__).parents[3] / "models" / "kind.model"
MAILS = [
    (
        Kind.RFQ,
        "LED bulbs",
        "Dear sirs,\n\nplease quote 5000 LED bulbs and tell us your MOQ and lead time.\n\nKarl Beispiel",
    ),
    (
        Kind.RFQ,
        "Clay bricks",
        "Hello, what is your price for 20,000 clay bricks delivered to Felixstowe, and how long does it take? Dan",
    ),
    (
        Kind.RFQ,
        "Quotation",
        "Dear Madam, kindly quote 60 office desks 160 x 80, white top. Delivery and payment terms please.",
    ),
    (Kind.RFQ, "water filters", "pls quote 300 pcs reverse osmosis filter 5 stage. moq? lead time? shipping to cebu"),
    (Kind.RFQ, "RFQ", 'Please quote hydraulic hose 1/2" R2AT, 2,000 m, and fittings to suit, 400 pcs.'),
    (
        Kind.INQUIRY,
        "Brochure",
        "Good day, would you please mail me a brochure of your greenhouse kits with prices? Kind regards, H. Osei",
    ),
    (Kind.INQUIRY, "carpets", "Hi, do you sell carpets to hotels abroad? What do you need from us to make an offer?"),
    (
        Kind.INQUIRY,
        "Interested",
        "Dear sirs, we saw your baking trays at a fair and would like to know more. Which sizes are in stock?",
    ),
    (Kind.SAMPLE_REQUEST, "Sample of rope", "Could you send a one metre sample of the 8 mm rope? We will pay for it."),
    (Kind.ORDER, "PO 3390", "Please supply 250 kettles as quoted. Purchase order attached. Confirm the ship date."),
    (Kind.NEGOTIATION, "Re: Quotation lamps", "Thanks for your quotation. If you can do 3.10 we will take 1,000."),
    (Kind.PAYMENT, "Transfer", "We paid the balance of invoice 204 this morning, the slip is attached."),
    (Kind.LOGISTICS, "B/L", "Has the container been loaded? Please send the draft bill of lading."),
    (Kind.COMPLAINT, "Broken cups", "We opened the boxes today and 22 cups are broken. Please replace them."),
    (Kind.FOLLOW_UP, "Any news?", "I wrote to you ten days ago about shelving and have heard nothing. Please answer."),
    (
        Kind.RFQ,
        "Anfrage",
        "Guten Tag, bitte ein Angebot über 600 Gartenscheren, geliefert nach Linz. Lieferzeit? Mindestmenge?",
    ),
    (Kind.INQUIRY, "Preisliste", "Hallo, könnten Sie mir Ihre Preisliste für Fahrradhelme schicken?"),
    (Kind.RFQ, "Devis", "Bonjour, quel serait votre prix pour 4 000 sacs en jute imprimés, et le délai ?"),
    (Kind.INQUIRY, "Tarifs", "Bonjour, merci de nous envoyer vos tarifs pour les luminaires."),
    (Kind.RFQ, "Presupuesto", "Hola, ¿me cotizan 900 cascos de obra blancos puestos en Guayaquil? ¿Plazo de entrega?"),
    (
        Kind.INQUIRY,
        "Catálogo",
        "Buenos días, quisiéramos su catálogo de griferías y condiciones para distribuidores de Bolivia.",
    ),
    (Kind.RFQ, "询价", "你好,请报 1200 个行李箱 24 寸的价格和交货时间。"),
    (Kind.INQUIRY, "目录", "您好,请发一份吊灯目录和报价单。"),
    (Kind.RFQ, "Запрос", "Добрый день, сколько будут стоить 700 рюкзаков с логотипом и когда сможете отгрузить?"),
    (Kind.RFQ, "見積", "LED電球3000個の見積と納期をお願いします。"),
    (Kind.RFQ, "طلب سعر", "السلام عليكم، كم سعر 600 صندوق بلاستيك ومتى التسليم؟"),
    (Kind.RFQ, "Teklif", "Merhaba, 2.500 adet termos için fiyat ve teslim süresi rica ederiz."),
    (Kind.INQUIRY, "Listino", "Buongiorno, potreste inviarci il listino delle vostre pentole?"),
    (Kind.RFQ, "Orçamento", "Bom dia, preciso de orçamento para 350 cadeiras dobráveis, entrega no Recife."),
    (Kind.RFQ, "견적", "안녕하세요, 보온병 2,000개 견적과 납기 부탁드립니다."),
]


@pytest.fixture(scope="module")
def model() -> KindModel:
    return KindModel.load(SHIPPED, second_look=False)


@pytest.mark.parametrize(("kind", "subject", "text"), MAILS, ids=[subject for _, subject, _ in MAILS])
def test_a_plain_mail_is_known_for_sure(model: KindModel, kind: Kind, subject: str, text: str) -> None:
    raw = f"From: A Buyer <a@buyer.example>\nTo: sales@seller.example\nSubject: {subject}\n\n{text}\n".encode()
    mail = parsing.parse(raw)
    (told,) = model.predict([(mail, reading.read(mail), screening.screen(mail, frozenset()))])
    assert (told.kind, told.unsure) == (kind, False)


def test_none_is_trained_on() -> None:
    known = "".join(path.read_text("utf-8") for path in (SHIPPED.parent / "corpus").glob("*.jsonl"))
    assert len(known) > 1_000_000
    assert [subject for _, subject, text in MAILS if json.dumps(text, ensure_ascii=False)[1:-1] in known] == []
