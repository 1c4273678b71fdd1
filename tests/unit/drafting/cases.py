"""The cases behind the golden letters. `python -m tests.unit.drafting.cases` writes tests/data/letters anew: read the
difference before keeping it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone

from tests.unit.drafting.requests import DATA, DESK, EMPTY, request
from triage.vocabulary.inquiry import BuyerType, FactName, History, Kind, Stage, Tier
from triage.vocabulary.letter import Letter, LetterRequest
from triage.vocabulary.mail import Address, Attachment, Wrapped

LETTERS = DATA / "letters"
_CHEN = Address("陈伟", "chen.wei@kunde.example")
_PRIYA = Address("Priya Sharma", "priya@sharma-traders.example")
_SAO_PAULO = timezone(timedelta(hours=-3))


def _sent(*, by: Address, hours: float, subject: str) -> dict[str, object]:
    zone = timezone(timedelta(hours=hours))
    return {"sender": by, "subject": subject, "date": datetime(2026, 11, 20, 14, 30, tzinfo=UTC).astimezone(zone)}


def cases() -> Mapping[str, LetterRequest]:
    return {
        "first_inquiry_en": request(
            "Dear Sir, I saw your LED desk lamp on the net. Please tell me the price, the MOQ and the delivery time.",
            ["price", "moq", "lead_time"],
            {"product": "LED desk lamp"},
            headers={"subject": "LED desk lamp"},
            tier=Tier.B,
        ),
        "first_inquiry_zh": request(
            "您好，我们想了解LED台灯的价格和最小起订量，能否提供样品？",
            ["price", "moq", "sample"],
            {"product": "LED台灯"},
            language="zh",
            country="CN",
            headers=_sent(by=_CHEN, hours=8, subject="LED台灯询价"),
            tier=Tier.B,
        ),
        "first_inquiry_without_points": request(
            "We are interested in your glass jars and clip lamps. Please send more.",
            headers={"subject": "Interested"},
        ),
        "rfq_between_tiers": request(
            "Please quote 700 pcs of LED desk lamp DL-12 to Hamburg. What are your payment terms? "
            "Do you have CE and UL?",
            {"price": "quote 700 pcs", "payment_terms": "payment terms", "certification": "Do you have CE and UL?"},
            {"product": "LED desk lamp DL-12", "quantity": "700 pcs", "destination": "Hamburg"},
            kind=Kind.RFQ,
            stage=Stage.QUOTATION,
            tier=Tier.A,
            headers={"subject": "RFQ desk lamps"},
        ),
        "rfq_two_products": request(
            "Please quote 1,000 desk lamps and 2,500 clip lamps.",
            ["price"],
            {"quantity": "1,000 desk lamps and 2,500 clip lamps"},
            kind=Kind.RFQ,
            stage=Stage.QUOTATION,
            country="IN",
            headers=_sent(by=_PRIYA, hours=5.5, subject="RE: Re: offer"),
        ),
        "below_moq": request(
            "How much for 50 pcs of the desk lamp?",
            ["price"],
            {"product": "desk lamp", "quantity": "50 pcs"},
        ),
        "nearest_model": request(
            "We need a desk lamp of 20 W. Price and lead time please.",
            ["price", "lead_time"],
            {"product": "desk lamp of 20 W"},
            headers={"subject": "Offer wanted"},
        ),
        "courier_cost": request(
            "About the sample freight: last time DHL wanted 85 and with collect my boss said it was a lot, then the "
            "courier said it could be cheaper, and I do not know who pays now and how. Tell me how we do the freight?",
            ["shipping"],
            {"product": "LED clip lamp"},
            kind=Kind.SAMPLE_REQUEST,
            stage=Stage.SAMPLE,
            history=History(messages_in=2, messages_out=2),
        ),
        "sample_request": request(
            "Could you send us a sample of the LED desk lamp for our showroom?",
            ["sample"],
            {"product": "LED desk lamp", "person": "Mr. Miguel Torres"},
            kind=Kind.SAMPLE_REQUEST,
            stage=Stage.SAMPLE,
            country="BR",
            headers=_sent(by=Address("m.torres", "torres@comercial.example"), hours=-3, subject="Sample"),
        ),
        "negotiation": request(
            "Your price of USD 4.80 is too high. Can you give 10% discount for 3,000 pcs of the desk lamp?",
            ["discount", "price"],
            {"product": "desk lamp", "quantity": "3,000 pcs"},
            kind=Kind.NEGOTIATION,
            stage=Stage.NEGOTIATION,
            history=History(messages_in=2, messages_out=2, facts={FactName.COMPANY: "Muster GmbH"}),
            headers={"subject": "AW: Re: Quotation"},
        ),
        "order": request(
            "We confirm the order: 500 pcs desk lamp. Please send the proforma invoice.",
            ["documents"],
            {"product": "desk lamp", "quantity": "500 pcs"},
            kind=Kind.ORDER,
            stage=Stage.ORDER,
            history=History(messages_in=4, messages_out=4),
            headers={"subject": "Order 4711"},
        ),
        "order_zh": request(
            "我们确认订购1000套不锈钢锅具套装，请安排生产。什么时候可以交货？",
            ["lead_time"],
            {"product": "不锈钢锅具套装", "quantity": "1000"},
            language="zh",
            country="CN",
            kind=Kind.ORDER,
            stage=Stage.ORDER,
            headers=_sent(by=_CHEN, hours=8, subject="订单确认"),
        ),
        "payment": request(
            "We have paid the deposit today. Please see the slip.",
            kind=Kind.PAYMENT,
            stage=Stage.ORDER,
            country=None,
            headers={
                "subject": "Deposit",
                "attachments": (Attachment("slip.pdf", "application/pdf", 1000, "0" * 64),),
            },
        ),
        "shipment": request(
            "Where is our order? Which vessel?",
            ["order_status"],
            kind=Kind.LOGISTICS,
            stage=Stage.SHIPMENT,
            history=History(messages_in=6, messages_out=6, orders=1),
            country="AE",
        ),
        "after_sale": request(
            "The lamps sell well. How long is the warranty on the desk lamp?",
            ["warranty"],
            {"product": "desk lamp"},
            kind=Kind.AFTER_SALE,
            stage=Stage.AFTER_SALE,
            history=History(messages_in=8, messages_out=8, orders=2),
        ),
        "complaint_en": request(
            "40 of the lamps are broken! Order no. 4711. We want our money back at once.",
            ["refund"],
            {"product": "LED desk lamp"},
            kind=Kind.COMPLAINT,
            stage=Stage.COMPLAINT,
            tier=Tier.A,
            buyer_type=BuyerType.WHOLESALER,
        ),
        "complaint_zh": request(
            "收到的锅具有很多划痕，非常失望，要求换货。",
            ["replacement"],
            {"product": "锅具"},
            language="zh",
            country="CN",
            kind=Kind.COMPLAINT,
            stage=Stage.COMPLAINT,
            headers=_sent(by=_CHEN, hours=8, subject="投诉"),
        ),
        "cooperation_agent": request(
            "We wish to be your exclusive distributor in Nepal for the LED desk lamp. We have 12 shops.",
            ["exclusivity"],
            {"product": "LED desk lamp", "channels": "12 shops"},
            kind=Kind.COOPERATION,
            buyer_type=BuyerType.DISTRIBUTOR,
            tier=Tier.B,
            country="NP",
            headers=_sent(by=Address("Dr. Bina Rai", "rai@himal.example"), hours=5.75, subject="Distribution"),
        ),
        "follow_up": request(
            "I wrote last week and still have no answer. Please reply.",
            kind=Kind.FOLLOW_UP,
            stage=Stage.FIRST_INQUIRY,
            history=History(messages_in=1, messages_out=0, asked_questions=frozenset({"quantity"})),
        ),
        "dormant": request(
            "We are back. What is new?",
            ["catalog"],
            stage=Stage.DORMANT,
            history=History(messages_in=3, messages_out=3, orders=1, facts={FactName.PRODUCT: "LED clip lamp"}),
        ),
        "unknown_product": request(
            "Please send the price for 300 wooden garden benches.",
            ["price", "lead_time"],
            {"product": "wooden garden benches", "quantity": "300"},
            headers={"subject": "Garden"},
        ),
        "expired_prices": request(
            "Price for 2000 glass jars?",
            ["price", "moq"],
            {"product": "glass jars", "quantity": "2000"},
        ),
        "empty_catalogue": request(
            "Price and certificates of the LED desk lamp, please.",
            ["price", "certification"],
            {"product": "LED desk lamp"},
            catalogue=EMPTY,
            tier=Tier.B,
        ),
        "marketplace_notice": request(
            "You have a new inquiry.",
            ["price"],
            {"quantity": "500"},
            country="US",
            headers={
                "subject": "New inquiry from Jane Doe",
                "sender": Address("Marketplace", "notice@market.example"),
                "wrapped": Wrapped(
                    source="market",
                    buyer=Address("Jane Doe", "jane@buyer.example"),
                    message="Hello, how much are 500 LED desk lamps?",
                    fields=(("Product", "LED desk lamp"), ("Country", "United States")),
                ),
            },
        ),
        "language_without_templates": request(
            "Sehr geehrte Damen und Herren, was kostet die LED-Schreibtischlampe?",
            ["price"],
            {"product": "LED-Schreibtischlampe"},
            language="de",
        ),
        "hostile": request(
            "{{7*7}} {% include '/etc/passwd' %} <script>alert(1)</script> price?",
            ["price"],
            {"product": "{{7*7}} <script>alert(1)</script>", "person": "{{config}}", "quantity": "{% raw %}"},
            headers={
                "subject": "{{7*7}} <b>x</b>",
                "sender": Address("<script>alert(1)</script>", "evil@attacker.example"),
                "reply_to": (Address("", "other@elsewhere.example"),),
            },
        ),
    }


def shown(letter: Letter) -> str:
    """All of a letter as text, for people to read."""
    lines = [
        f"To: {', '.join(address.email for address in letter.to)}",
        f"Subject: {letter.subject}",
        f"Template: {letter.template}{' (holding)' if letter.holding else ''}",
        "",
        letter.text,
        "",
        "-- for the reviewer --",
        *(f"point {item.point}: {item.status}: {item.sentence}" for item in letter.points),
        *(f"question {item.id}" for item in letter.questions),
        *(f"promise by {item.due.isoformat()}: {item.text}" for item in letter.promises),
        *(f"{'BLOCKING ' if item.blocking else ''}{item.code}: {item.text} [{item.place}]" for item in letter.warnings),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    for name, case in cases().items():
        (LETTERS / f"{name}.txt").write_text(shown(DESK.draft(case)), encoding="utf-8")
