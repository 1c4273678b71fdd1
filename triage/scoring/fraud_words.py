"""Words that frauds and hardly any honest buyers write beside a payment: do not call us, pay by money transfer service.

A sign, no proof: it makes a lesser likelihood of fraud enough (`triage.scoring.priority`).
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


def cards_for_cash(mail: ParsedMail) -> str:
    """The transfer service, where the mail would have a card charged and cash sent on by one: no honest buyer does."""
    text = f"{mail.subject[:200]}\n{mail.message[:_MAX_TEXT]}"
    found = _TRANSFER.search(text)
    return found.group() if found and _CARD.search(text) else ""


def fraud_words(mail: ParsedMail) -> str:
    """The first such words of the message; empty when there are none."""
    found = _WORDS.search(f"{mail.subject[:200]}\n{mail.message[:_MAX_TEXT]}")
    return found.group() if found else ""
