"""Buyer quality: an additive scorecard whose every line can be read (R13-R17)."""

from collections.abc import Iterator

from triage.scoring import scorecard
from triage.scoring.buyer_type import guess_buyer_type
from triage.scoring.free_mail import is_free_mail
from triage.vocabulary.inquiry import BuyerScore, FactName, History, Kind, Quality, Reading, Reason
from triage.vocabulary.mail import ParsedMail

_MAN = {"money", "authority", "need"}
_LEAST_WORDS = 30
"""Characters below which a message hardly says anything, wide scripts counted double."""


def buyer_score(mail: ParsedMail, reading: Reading, kind: Kind, history: History) -> BuyerScore:
    """0-100. The effects of the reasons add up to the score before it is clipped to that range.

    Mail of kinds that no buyer writes scores 0 with quality none.
    """
    if not kind.is_buyer:
        return BuyerScore(
            0.0, Quality.NONE, guess_buyer_type(mail, reading)[0], (Reason("kind", 0.0, f"no buyer: {_words(kind)}"),)
        )
    buyer_type, why = guess_buyer_type(mail, reading)
    reasons = (*_lines(mail, reading, kind, history), *why)
    score = min(100.0, max(0.0, sum(reason.effect for reason in reasons)))
    return BuyerScore(score, quality_of(score), buyer_type, reasons)


def quality_of(score: float) -> Quality:
    return Quality.HIGH if score >= scorecard.HIGH else Quality.MEDIUM if score >= scorecard.MEDIUM else Quality.LOW


def _lines(mail: ParsedMail, reading: Reading, kind: Kind, history: History) -> Iterator[Reason]:
    yield Reason("base", scorecard.BASE, "a buyer's mail")
    if effect := scorecard.KINDS[kind]:
        yield Reason("kind", effect, f"the kind of mail: {_words(kind)}")
    yield from _facts(reading, history)
    yield from _signals(reading)
    yield from _points(reading)
    yield from _sender(mail)
    yield from _history(history)
    if _weight(mail.message) < _LEAST_WORDS and kind is Kind.INQUIRY:
        yield Reason("brevity", *scorecard.HARDLY_A_WORD)


def _facts(reading: Reading, history: History) -> Iterator[Reason]:
    """What was told now, or earlier: a known buyer need not introduce themselves again."""
    told = {**history.facts, **reading.facts}
    for fact, (effect, words) in scorecard.FACTS.items():
        if fact in told:
            yield Reason(fact, effect, f"{words}: {_short(told[fact])}")
    if not told.keys() - {FactName.PERSON, FactName.PRODUCT}:
        yield Reason("introduction", *scorecard.NOTHING_TOLD)


def _signals(reading: Reading) -> Iterator[Reason]:
    """Each name counts once, with the words it was first seen in."""
    first = {signal.name: signal for signal in reversed(reading.signals)}
    for name, signal in first.items():
        if signal.risk:
            effect, words = scorecard.RISKS.get(name, (scorecard.OTHER_RISK, name.replace("_", " ")))
        else:
            effect, words = scorecard.SIGNALS.get(name, (scorecard.OTHER_SIGNAL, name.replace("_", " ")))
        yield Reason(name, effect, f"{words}: {_short(signal.text)}" if signal.text else words)
    if first.keys() >= _MAN:
        yield Reason("man", *scorecard.MAN)


def _points(reading: Reading) -> Iterator[Reason]:
    further = min(len(reading.points) - 1, scorecard.POINT_STEPS)
    if further > 0:
        yield Reason("points", further * scorecard.POINT_STEP, f"asks {len(reading.points)} different things")


def _sender(mail: ParsedMail) -> Iterator[Reason]:
    writer = mail.writer
    if writer is not None and "." in writer.domain and not is_free_mail(writer.domain):
        effect, words = scorecard.OWN_DOMAIN
        yield Reason("domain", effect, f"{words}: {_short(writer.domain)}")


def _history(history: History) -> Iterator[Reason]:
    if history.orders >= 3:
        yield Reason("orders", *scorecard.LOYAL)
    elif history.orders:
        yield Reason("orders", *scorecard.CUSTOMER)
    elif history.messages_in:
        yield Reason("history", *scorecard.CAME_BACK)


def _weight(text: str) -> int:
    return sum(2 if ord(sign) >= 0x2E80 else 1 for sign in text[:200] if sign.isalnum())


def _short(text: str, most: int = 60) -> str:
    """On one line, cut for reading: it stands in a table."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "\u2026"


def _words(kind: Kind) -> str:
    return kind.replace("_", " ")
