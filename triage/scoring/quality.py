"""Buyer quality: an additive scorecard whose every line can be read (R13-R17)."""

from collections.abc import Iterator, Mapping

from triage.scoring import scorecard
from triage.scoring.buyer_type import guess_buyer_type
from triage.vocabulary.inquiry import SIGNALS, BuyerScore, FactName, History, Kind, Quality, Reading, Reason
from triage.vocabulary.mail import ParsedMail

_WEIGHTS = {**scorecard.SIGNALS, **scorecard.RISKS}
_MAN = {"money", "authority", "need"}
_WIDE = 0x2E80


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
    told = {**history.facts, **reading.facts}
    stranger = kind in scorecard.STRANGERS and not history.orders
    yield from _facts(told)
    if stranger and not told.keys() - {FactName.PERSON, FactName.PRODUCT}:
        yield Reason("introduction", *scorecard.NOTHING_TOLD)
    yield from _signals(reading, frozenset() if stranger else scorecard.ASKED_OF_STRANGERS)
    yield from _points(reading)
    yield from _detail(mail)
    yield from _history(history)


def _facts(told: Mapping[FactName, str]) -> Iterator[Reason]:
    """What was told now, or earlier: a known buyer need not introduce themselves again."""
    for fact, (effect, words) in scorecard.FACTS.items():
        if fact in told:
            yield Reason(fact, effect, f"{words}: {_short(told[fact])}")


def _signals(reading: Reading, forgiven: frozenset[str]) -> Iterator[Reason]:
    """Each name counts once, with the words it was first seen in."""
    first = {signal.name: signal for signal in reversed(reading.signals)}
    for name, signal in sorted(first.items()):
        words, effect = SIGNALS.get(name, name), _WEIGHTS.get(name, 0.0)
        if effect and name not in forgiven:
            yield Reason(name, effect, f"{words}: {_short(signal.text)}" if signal.text else words)
    if first.keys() >= _MAN:
        yield Reason("man", *scorecard.MAN)


def _points(reading: Reading) -> Iterator[Reason]:
    further = min(len(reading.points) - 1, scorecard.POINT_STEPS)
    if further > 0:
        yield Reason("points", further * scorecard.POINT_STEP, f"asks {len(reading.points)} different things")


def _history(history: History) -> Iterator[Reason]:
    if history.orders >= 3:
        yield Reason("orders", *scorecard.LOYAL)
    elif history.orders:
        yield Reason("orders", *scorecard.CUSTOMER)
    elif history.messages_in:
        yield Reason("history", *scorecard.CAME_BACK)


def _detail(mail: ParsedMail) -> Iterator[Reason]:
    letters = sum(2 if ord(sign) >= _WIDE else 1 for sign in mail.message[:2000] if sign.isalnum())
    reached = [(effect, words) for least, effect, words in scorecard.DETAIL if letters >= least]
    if reached:
        yield Reason("detail", *reached[-1])


def _short(text: str, most: int = 60) -> str:
    """On one line, cut for reading: it stands in a table."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "\u2026"


def _words(kind: Kind) -> str:
    return kind.replace("_", " ")
