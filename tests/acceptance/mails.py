"""Mails for the acceptance tests: plainly fictional buyers, and what is no buyer's mail."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

BUYERS = (
    (
        "LED bulbs for our shops",
        "Dear sirs, we are an importer in Hamburg and interested in your A60 LED bulb. "
        "Please quote 5000 pcs CIF Hamburg and tell us your MOQ and lead time. "
        "Best regards, Karl Beispiel, Purchasing Manager, Muster GmbH",
    ),
    (
        "Price list request",
        "Hello, could you send me your catalogue and price list for LED panels? "
        "We have 12 stores in Toronto. Regards, Ann Sample, Sample Lighting Inc.",
    ),
    (
        "Solicitud de cotización",
        "Estimados señores: necesitamos una cotización para 2000 tubos LED T8, entrega en Valencia. "
        "¿Cuál es el plazo de entrega y la forma de pago? "
        "Saludos, Juana Ejemplo, Ejemplo Iluminación SL",
    ),
    (
        "Sample of bulb E27",
        "Hi, before we order we would like a sample of the 9W E27 bulb. "
        "How much is the sample and the courier to Nairobi? Thank you, Joe Demo, Demo Traders Ltd",
    ),
)
OTHERS = (
    (
        "10x your website traffic",
        "Hi, I noticed your website is not on the first page of Google. "
        "Our SEO experts can get you there in 30 days. Can I send you a free audit?",
    ),
    (
        "Your mailbox is almost full",
        "Dear user, your mailbox quota has been exceeded. "
        "Click here to verify your password and keep your account: http://login.invalid/verify",
    ),
)


def mail(number: int, to: str) -> tuple[str, bytes, bool]:
    """The `number`-th mail: envelope sender, bytes, and whether a buyer wrote it. Every fifth is not a buyer's."""
    buyer = number % 5 != 4
    subject, text = (BUYERS if buyer else OTHERS)[number % (4 if buyer else 2)]
    sender = f"{'buyer' if buyer else 'other'}{number}@company{number}.example"
    message = EmailMessage()
    message["From"] = f"Person {number} <{sender}>"
    message["To"] = to
    message["Subject"] = f"{subject} ({number})"
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = make_msgid(domain=f"company{number}.example")
    message.set_content(text)
    return sender, bytes(message), buyer
