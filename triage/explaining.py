"""SERVICE: why a stored mail is worth what it is (R17): factors, effects, the text behind each, and earlier scores."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from triage.errors import NotFound, TriageError
from triage.vocabulary.inquiry import Assessment, Reason
from triage.vocabulary.ports import Store
from triage.vocabulary.records import EarlierScore, TierLabel


@dataclass(frozen=True, slots=True)
class Explanation:
    message_id: int
    message: str
    """The text that the reasons' offsets point into."""
    found: Assessment
    earlier: Sequence[EarlierScore]
    said: TierLabel | None = None
    """A person's word on the tier, which wins over the computed one."""


def explanation(store: Store, message_id: int) -> Explanation:
    """Raises NotFound, and TriageError for a mail that was not assessed (a copy, or a letter of ours)."""
    with store.begin(write=False) as uow:
        try:
            uow.messages.get(message_id)
        except NotFound as error:
            raise NotFound(str(error), "`triage show N` names the message of draft N.") from error
        stored = uow.messages.assessment_of(message_id)
        earlier = uow.learning.earlier_scores(message_id)
        said = uow.learning.tier_labels(message_id).get(message_id)
    if stored is None or stored.assessment is None:
        raise TriageError(f"Message {message_id} was not assessed.", "Copies of a mail and letters of ours never are.")
    return Explanation(message_id, stored.mail.message, stored.assessment, earlier, said)


def _parts(found: Assessment) -> Iterator[tuple[str, str, float, Sequence[Reason]]]:
    """Each score in English and Chinese, its value, and the reasons that add up to it."""
    yield "priority", "优先级", found.priority.score, found.priority.reasons
    yield "buyer quality", "买家质量", found.buyer.score, found.buyer.reasons
    yield "market", "市场", found.market.score, found.market.reasons


def as_text(told: Explanation, chinese: bool) -> str:
    found = told.found
    sure = found.kind.probabilities.get(found.kind.kind, 0.0)
    lines = [
        f"message {told.message_id}: {found.kind.kind} ({sure:.0%}), tier {found.priority.tier}, {found.kind.model}"
    ]
    if told.said is not None:
        word = "人工定级" if chinese else "a person's word: tier"
        said = f"{_one_line(told.said.by)}, {told.said.at:%Y-%m-%d %H:%M}Z"
        lines.append(f"{word} {told.said.tier} ({said}) {_one_line(told.said.reason)}".rstrip())
    for name, zh, score, reasons in _parts(found):
        lines.append(f"\n{zh if chinese else name} {score:.1f}")
        for reason in reasons:
            words = (reason.zh or reason.text) if chinese else reason.text
            lines.append(f"  {reason.effect:+6.1f}  {_one_line(words)}{_quoted(told.message, reason)}")
        total = sum(reason.effect for reason in reasons)
        if round(total, 1) != round(score, 1):
            lines.append(f"  {total:+6.1f}  {'合计,限于 0-100' if chinese else 'in all, kept within 0-100'}")
    lines += [
        f"\n{old.replaced_at:%Y-%m-%d %H:%M}Z {'之前' if chinese else 'before'}: {old.kind}, tier {old.tier},"
        f" priority {old.priority:.1f}, buyer {old.buyer_score:.1f}, market {old.market_score:.1f} ({old.model})"
        for old in told.earlier
    ]
    return "\n".join(lines)


def as_json(told: Explanation) -> str:
    row = {
        "message": told.message_id,
        "kind": told.found.kind.kind,
        "tier": told.found.priority.tier,
        "said_tier": told.said.tier if told.said else None,
        "model": told.found.kind.model,
        "scores": [
            {
                "score": name,
                "value": round(score, 2),
                "reasons": [
                    {
                        "factor": reason.factor,
                        "effect": round(reason.effect, 2),
                        "text": reason.text,
                        "zh": reason.zh,
                        "start": reason.start,
                        "end": reason.end,
                    }
                    for reason in reasons
                ],
            }
            for name, _, score, reasons in _parts(told.found)
        ],
        "earlier": [
            {
                "model": old.model,
                "kind": old.kind,
                "tier": old.tier,
                "priority": round(old.priority, 2),
                "buyer_score": round(old.buyer_score, 2),
                "market_score": round(old.market_score, 2),
                "replaced_at": old.replaced_at.isoformat(),
            }
            for old in told.earlier
        ],
    }
    return json.dumps(row, ensure_ascii=False, indent=2)


def _quoted(message: str, reason: Reason) -> str:
    if reason.start < 0:
        return ""
    around = message[max(0, reason.start - 20) : reason.end + 20]
    return f'   "...{_one_line(around)}..."'


def _one_line(text: str) -> str:
    """Mail is data: no control or direction marks on the terminal."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
