"""Buyer quality: an additive scorecard whose every line can be read (R13-R17)."""

from collections.abc import Iterator, Mapping

from triage.scoring import scorecard
from triage.scoring.buyer_type import guess_buyer_type, span_in
from triage.scoring.scorecard import Scorecard
from triage.vocabulary.inquiry import (
    KINDS_ZH,
    SIGNALS,
    SIGNALS_ZH,
    BuyerScore,
    FactName,
    History,
    Kind,
    Quality,
    Reading,
    Reason,
)
from triage.vocabulary.mail import ParsedMail

_MAN = {"money", "authority", "need"}
_WIDE = 0x2E80


def buyer_score(
    mail: ParsedMail, reading: Reading, kind: Kind, history: History, card: Scorecard = scorecard.SHIPPED
) -> BuyerScore:
    """0-100. The effects of the reasons add up to the score before it is clipped to that range.

    Mail of kinds that no buyer writes scores 0 with quality none.
    """
    if not kind.is_buyer:
        none = Reason("kind", 0.0, f"no buyer: {_words(kind)}", f"不是买家:{KINDS_ZH[kind]}")
        return BuyerScore(0.0, Quality.NONE, guess_buyer_type(mail, reading)[0], (none,))
    buyer_type, why = guess_buyer_type(mail, reading)
    reasons = (*_lines(mail, reading, kind, history, card), *why)
    score = min(100.0, max(0.0, sum(reason.effect for reason in reasons)))
    return BuyerScore(score, quality_of(score, card), buyer_type, reasons)


def quality_of(score: float, card: Scorecard = scorecard.SHIPPED) -> Quality:
    return Quality.HIGH if score >= card.high else Quality.MEDIUM if score >= card.medium else Quality.LOW


def _lines(mail: ParsedMail, reading: Reading, kind: Kind, history: History, card: Scorecard) -> Iterator[Reason]:
    yield Reason("base", card.base, "a buyer's mail", "买家邮件")
    if effect := card.kinds[kind]:
        yield Reason("kind", effect, f"the kind of mail: {_words(kind)}", f"邮件类型:{KINDS_ZH[kind]}")
    told = {**history.facts, **reading.facts}
    stranger = kind in scorecard.STRANGERS and not history.orders
    yield from _facts(told, reading, card)
    if stranger and not told.keys() - {FactName.PERSON, FactName.PRODUCT}:
        yield Reason("introduction", *card.nothing_told)
    yield from _signals(mail, reading, frozenset() if stranger else scorecard.ASKED_OF_STRANGERS, card)
    yield from _points(reading, card)
    yield from _detail(mail, card)
    yield from _history(history, card)


def _facts(told: Mapping[FactName, str], reading: Reading, card: Scorecard) -> Iterator[Reason]:
    """What was told now, or earlier: a known buyer need not introduce themselves again."""
    spans = {item.fact: (item.start, item.end) for item in reversed(reading.told)}
    for fact, (effect, words, zh) in card.facts.items():
        if fact in told:
            shown = _short(told[fact])
            yield Reason(fact, effect, f"{words}: {shown}", f"{zh}:{shown}", *spans.get(fact, (-1, -1)))


def _signals(mail: ParsedMail, reading: Reading, forgiven: frozenset[str], card: Scorecard) -> Iterator[Reason]:
    """Each name counts once, with the words it was first seen in."""
    weights = {**card.signals, **card.risks}
    first = {signal.name: signal for signal in reversed(reading.signals)}
    for name, signal in sorted(first.items()):
        words, zh, effect = SIGNALS.get(name, name), SIGNALS_ZH.get(name, name), weights.get(name, 0.0)
        if effect and name not in forgiven:
            seen = _short(signal.text)
            span = span_in(mail.message, signal.text)
            yield Reason(name, effect, f"{words}: {seen}" if seen else words, f"{zh}:{seen}" if seen else zh, *span)
    if first.keys() >= _MAN:
        yield Reason("man", *card.man)


def _points(reading: Reading, card: Scorecard) -> Iterator[Reason]:
    further = min(len(reading.points) - 1, scorecard.POINT_STEPS)
    if further > 0:
        number = len(reading.points)
        effect = further * card.point_step
        yield Reason("points", effect, f"asks {number} different things", f"问了 {number} 个不同的问题")


def _history(history: History, card: Scorecard) -> Iterator[Reason]:
    if history.orders >= 3:
        yield Reason("orders", *card.loyal)
    elif history.orders:
        yield Reason("orders", *card.customer)
    elif history.messages_in:
        yield Reason("history", *card.came_back)


def _detail(mail: ParsedMail, card: Scorecard) -> Iterator[Reason]:
    letters = sum(2 if ord(sign) >= _WIDE else 1 for sign in mail.message[:2000] if sign.isalnum())
    reached = [(effect, words, zh) for least, effect, words, zh in card.detail if letters >= least]
    if reached:
        yield Reason("detail", *reached[-1])


def _short(text: str, most: int = 60) -> str:
    """On one line, cut for reading: it stands in a table."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "\u2026"


def _words(kind: Kind) -> str:
    return kind.replace("_", " ")
