"""What the subject adds to the message: a point asked only there, and the product."""

from collections.abc import Collection
from dataclasses import dataclass

from triage.reading.folding import fold
from triage.reading.marks import Marks
from triage.reading.phrases import Phrases
from triage.reading.points import asked_points
from triage.reading.product import product
from triage.reading.sentences import Sentence
from triage.vocabulary.inquiry import Asked, Point, Told
from triage.vocabulary.subjects import is_continued


@dataclass(frozen=True, slots=True)
class Subject:
    """What a subject line asks and tells."""

    asked: tuple[Asked, ...]
    told: tuple[Told, ...]

    def asks(self, already: Collection[Point]) -> tuple[Asked, ...]:
        """Points that only the subject names; `Price` above a mail that haggles asks for no other price."""
        haggled = {Point.PRICE} if Point.DISCOUNT in already else set()
        return tuple(item for item in self.asked if item.point not in haggled.union(already))


def read_subject(subject: str, known: Phrases) -> Subject:
    """A reply's subject is an old one and asks nothing; the product it names is still the one talked of."""
    text = fold(subject)
    marks, whole = Marks(known.find(text.folded)), [_whole(text.folded)]
    asked = () if is_continued(subject) else asked_points(text, marks, whole)
    return Subject(
        tuple(Asked(item.point, item.text) for item in asked if item.point is not Point.OTHER),
        tuple(Told(item.fact, item.text) for item in product(text, marks, whole)),
    )


def _whole(folded: str) -> Sentence:
    return Sentence(0, len(folded), alone=True, question=folded.rstrip().endswith("?"))
