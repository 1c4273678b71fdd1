"""Words that frauds and hardly any honest buyers write beside a payment: do not call us, pay by money transfer service.

No proof, but a stranger's mail with them waits until a person has looked (`triage.scoring.priority`).
"""

import re

from triage.vocabulary.mail import ParsedMail

_MAX_TEXT = 5_000
_WORDS = re.compile(
    r"(?:do not|don['’]?t|can(?:no|['’])t|please avoid|no need to) (?:try to )?(?:call|phone|ring)\b"
    r"|western ?union|money ?gram|gift ?cards?\b|(?:under|for) (?:an? |tax |annual )*audit\b"
    r"|不要打电话|别打电话|勿致电|不方便接|審計|审计|nicht anrufen|rufen sie (?:bitte )?nicht"
    r"|n['’]appelez pas|ne pas appeler"
    r"|no (?:me )?llame|não ligue|não telefone|non chiam|не звоните|не могу говорить|aramayın|niet bellen|nie dzwoni"
    r"|لا تتصل|電話しないで|電話には出られ|전화하지|통화가 어렵",
    re.IGNORECASE,
)

_TRANSFER = re.compile(r"western ?union|money ?gram", re.IGNORECASE)
_CARD = re.compile(r"card|kart|tarjeta|cart[eã]|карт|卡|カード|카드|بطاق", re.IGNORECASE)
_PAYING_CARD = re.compile(
    r"(?:credit|debit|visa|my|your?|the) card\b|cart[aã]o|tarjeta|kreditkarte|carte bancaire|carta di credito"
    r"|kredi kart|карт[уыо]|信用卡|クレジットカード|신용카드|بطاقة",
    re.IGNORECASE,
)
_SENT_ON = re.compile(
    r"(?:\bextra\b|\bmore\b|on top|in addition|a mais|de más|adicional|en plus|in più|zusätzlich|fazla|больше|сверх"
    r"|多刷|多付)"
    r".{0,80}?(?:transfer|wire|send|forward|envi|vir(?:er|ez)|bonific|überweis|havale|gönder|перев|转给|转账)",
    re.IGNORECASE | re.DOTALL,
)
_CARRIER = re.compile(
    r"\bcarrier|\bmover|\bagent|shipp(?:er|ing company)|forwarder|transportadora|transportista|transporteur|spedi"
    r"|trasportator|corriere|nakliye|перевозчик|货代|货运|物流",
    re.IGNORECASE,
)


def cards_for_cash(mail: ParsedMail) -> str:
    """Where the mail would have a card charged and money sent on, by a transfer service or to a carrier of the writer's
    own: no honest buyer does."""
    text = f"{mail.subject[:200]}\n{mail.message[:_MAX_TEXT]}"
    found = _TRANSFER.search(text)
    if found and _CARD.search(text):
        return found.group()
    found = _SENT_ON.search(text)
    return found.group()[:60] if found and _PAYING_CARD.search(text) and _CARRIER.search(text) else ""


def fraud_words(mail: ParsedMail) -> str:
    """The first such words of the message; empty when there are none."""
    found = _WORDS.search(f"{mail.subject[:200]}\n{mail.message[:_MAX_TEXT]}")
    return found.group() if found else ""
