"""The number of the order, invoice or contract that a mail speaks of, to be said back to the buyer."""

import re

from triage.vocabulary.mail import ParsedMail

_TEXT_CAP = 20_000
_LABEL = (
    r"(?:\b(?:purchase order|order|p\.?o\.?|pro ?forma(?: invoice)?|invoice|contract|pedido|orden(?: de compra)?|"
    r"factura|encomenda|fatura|commande|facture|bestellung|auftrag|rechnung|ordine|fattura|sipari[şs]|заказ\w{0,2}|"
    r"сч[её]т\w{0,2}|инвойс\w{0,2}|договор\w{0,2})|订单|訂單|合同|发票|注文(?:書|番号)?|주문(?:번호)?)"
)
_SIGN = r"(?:\s{0,2}(?:no|nr|num|number|nº|n°|№|#|号|號|编号|番号|번호)\b\.?)?[\s:：.#№°-]{0,3}"
_CODE = r"([A-Za-z]{1,6}[-/]?\d{2,12}(?:[-/][A-Za-z0-9]{1,8}){0,2}|\d{4,12}(?:[-/][A-Za-z0-9]{1,8}){0,2})"
_NO_COUNT = r"(?![\w.,]*\d)(?!\s?(?:pcs|pieces?|units?|sets?|pairs?|cartons?|kgs?|tons?|m\b|x\b|件|个|套|台|個|개))"
_NUMBER = re.compile(_LABEL + _SIGN + _CODE + r"\b" + _NO_COUNT, re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")


def reference_of(mail: ParsedMail) -> str:
    """The first such number in subject or message; empty when the mail names none."""
    for text in (mail.subject, mail.message[:_TEXT_CAP]):
        for match in _NUMBER.finditer(text):
            if not _YEAR.fullmatch(match.group(1)):
                return match.group(1)
    return ""
