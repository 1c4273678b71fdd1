"""What the golden mails are held to: each field that a trap can spoil, as plain JSON values."""

from triage.parsing import parse
from triage.screening import screen

OWN = frozenset({"sales@seller.example", "li@seller.example"})


def facts(raw: bytes) -> dict[str, object]:
    mail = parse(raw)
    screening = screen(mail, OWN)
    wrapped = mail.wrapped
    return {
        "subject": mail.subject,
        "from": [mail.sender.name, mail.sender.email] if mail.sender else None,
        "date": mail.date.isoformat() if mail.date else None,
        "date_zone_known": mail.date_zone_known,
        "message_id": mail.message_id,
        "thread": [*mail.references, *mail.in_reply_to],
        "newest_text": mail.newest_text,
        "signature": mail.signature,
        "attachments": [attachment.name for attachment in mail.attachments],
        "defects": [defect.code for defect in mail.defects],
        "automatic": screening.automatic,
        "delivery": screening.delivery,
        "original": screening.original_message_id,
        "wants_no_reply": screening.wants_no_reply,
        "wrapped": {
            "source": wrapped.source,
            "buyer": [wrapped.buyer.name, wrapped.buyer.email] if wrapped.buyer else None,
            "message": wrapped.message,
            "fields": [list(field) for field in wrapped.fields],
            "reply_to": wrapped.reply_to.email if wrapped.reply_to else None,
        }
        if wrapped
        else None,
    }
