"""What the subject adds to the message: a point asked only there, and the product."""

import re

from triage.reading.folding import fold
from triage.reading.marks import Marks
from triage.reading.phrases import Phrases
from triage.reading.points import asked_points
from triage.reading.product import product
from triage.reading.sentences import Sentence
from triage.vocabulary.inquiry import Asked, Point, Told

_ANSWER = re.compile(
    r"\s*(?:re|aw|fw|fwd|wg|sv|vs|antw|ref|res|rif|rv|tr|odp|ynt|ilt|回复|回覆|答复|转发|轉寄|返信|回复：)\s{0,2}(?:\[\d+\])?\s{0,2}[:：]",
    re.IGNORECASE,
)


def subject_asks(subject: str, known: Phrases, asked: tuple[Asked, ...]) -> tuple[Asked, ...]:
    """Points that only the subject names. A reply's subject is an old one and asks nothing."""
    if _ANSWER.match(subject):
        return ()
    text = fold(subject)
    found = asked_points(text, Marks(known.find(text.folded)), [_whole(text.folded)])
    already = {item.point for item in asked}
    return tuple(
        Asked(item.point, item.text) for item in found if item.point not in already and item.point is not Point.OTHER
    )


def subject_product(subject: str, known: Phrases) -> list[Told]:
    text = fold(subject)
    return [Told(item.fact, item.text) for item in product(text, Marks(known.find(text.folded)), [_whole(text.folded)])]


def _whole(folded: str) -> Sentence:
    return Sentence(0, len(folded), alone=True, question=folded.rstrip().endswith("?"))
