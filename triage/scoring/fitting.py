"""Fits the points of the buyer scorecard to mails of known quality, within the signs it may not break (R13-R16)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from triage.scoring.corpus import LabelledMail, Read
from triage.scoring.measures import auc
from triage.scoring.quality import buyer_score
from triage.scoring.scorecard import SHIPPED, Points, Scorecard
from triage.vocabulary.inquiry import History, Kind, Quality, Reason

POINTS = 12.0
"""Of the score for one unit of log odds: spreads the buyers of the training mails over 0-100."""
MIDDLE = 45.0
"""Score of the median buyer of medium quality."""
STIFFNESS = 0.03
"""How strongly the points are held to the shipped ones: what the labels say nothing about stays as it is."""
MOST = {"detail": 30.0, "person": 8.0}
"""Points that mere length, or a mere name, may come to at most: they are cheap to give."""
OWN_WEIGHT = 3.0
"""Of a desk's own label, where a mail of the corpus has about 1: these are the buyers that the desk really has."""
TRUTH = {Quality.HIGH: 1.0, Quality.MEDIUM: 0.5, Quality.LOW: 0.0}
FOLDS = 5
ENOUGH = 20
"""Own labels of quality from which on a card is fitted, and that the card in use must not have seen to be compared."""

Matrix = NDArray[np.float64]
Chosen = NDArray[np.int64]


class Buyers:
    """Mails of buyers: how far each line of the card applies (0-1), kind, quality, group, batch. The last
    `own` of them are the desk's own."""

    def __init__(self, corpus: Sequence[LabelledMail], read: Read, own: Sequence[LabelledMail] = ()) -> None:
        mails = [*(mail for mail in corpus if mail.kind.is_buyer and mail.quality is not Quality.NONE), *own]
        self.mails = mails
        self.first_own = len(mails) - len(own)
        self.prior = SHIPPED.most_effects()
        self.names = sorted(self.prior)
        self.kinds = sorted({mail.kind for mail in mails} | {Kind.INQUIRY})
        self.read = [read(mail.raw)[:2] for mail in mails]
        lines = [{reason.factor: reason.effect for reason in _reasons(self, i, SHIPPED)} for i in range(len(mails))]
        largest = np.array([self.prior[name] for name in self.names])
        effects = np.array([[line.get(name, 0.0) for name in self.names] for line in lines])
        with np.errstate(divide="ignore", invalid="ignore"):
            self.lines: Matrix = np.where(largest != 0, effects / largest, 0.0)
        self.of_kind = np.array([[mail.kind is kind for kind in self.kinds] for mail in mails], dtype=float)
        self.truth: Matrix = np.array([TRUTH[mail.quality] for mail in mails])
        self.groups = np.array([mail.group for mail in mails])
        self.later = np.array([mail.batch > 1 for mail in mails])
        shares = {value: (self.truth == value).mean() for value in set(self.truth.tolist())}
        self.weights = np.array([1 / shares[value] / len(shares) for value in self.truth])
        self.weights[self.first_own :] *= OWN_WEIGHT

    def fit(self, chosen: Chosen) -> Matrix:
        """Effects (in log odds) of the names, the kinds and the base."""
        from scipy.optimize import minimize

        start = np.array([self.prior[name] for name in self.names]) / POINTS
        sheet = np.hstack([self.lines, self.of_kind])[chosen]
        truth, weights = self.truth[chosen], self.weights[chosen]
        prior = np.concatenate([start, [SHIPPED.kinds[kind] / POINTS for kind in self.kinds]])
        limits = [_limits(name, effect) for name, effect in zip(self.names, start, strict=True)]

        def loss(values: Matrix) -> tuple[float, Matrix]:
            odds = 1 / (1 + np.exp(-(sheet @ values[:-1] + values[-1])))
            away = values[:-1] - prior
            miss = weights * (odds - truth)
            slope = np.concatenate([sheet.T @ miss / len(truth) + STIFFNESS * away, [miss.mean()]])
            return float((weights * _log_loss(odds, truth)).mean() + STIFFNESS * (away @ away) / 2), slope

        free = [(None, None)] * (len(self.kinds) + 1)
        begin = np.concatenate([prior, [-2.0]])
        found = minimize(loss, begin, jac=True, method="L-BFGS-B", bounds=limits + free)  # type: ignore[no-untyped-call]
        return np.asarray(found.x)

    def scores(self, values: Matrix) -> Matrix:
        """In points, before the shift that puts the middle in its place."""
        return np.asarray(POINTS * (np.hstack([self.lines, self.of_kind]) @ values[:-1] + values[-1]))

    def by_card(self, card: Scorecard, chosen: Sequence[int]) -> Matrix:
        """What a card as it stands makes of those mails."""
        return np.array([sum(reason.effect for reason in _reasons(self, i, card)) for i in chosen])

    def high_from_low(self, scores: Matrix, chosen: NDArray[np.bool_] | None = None) -> float:
        clear = self.truth != TRUTH[Quality.MEDIUM]
        if chosen is not None:
            clear = clear & chosen
        return auc(self.truth[clear] == TRUTH[Quality.HIGH], scores[clear])


def _reasons(buyers: Buyers, index: int, card: Scorecard) -> Iterator[Reason]:
    mail, reading = buyers.read[index]
    yield from buyer_score(mail, reading, buyers.mails[index].kind, History(), card).reasons


def _limits(name: str, effect: float) -> tuple[float | None, float | None]:
    if effect < 0:
        return None, 0.0
    return 0.0, MOST[name] / POINTS if name in MOST else None


def _log_loss(odds: Matrix, truth: Matrix) -> Matrix:
    return np.asarray(-(truth * np.log(odds + 1e-9) + (1 - truth) * np.log(1 - odds + 1e-9)))


@dataclass(frozen=True, slots=True)
class Fitted:
    """A new card, and the score of each mail by a card that saw neither it nor its group."""

    card: Scorecard
    held_out: Matrix


def fit_card(buyers: Buyers) -> Fitted:
    from sklearn.model_selection import GroupKFold

    held_out = np.zeros(len(buyers.truth))
    for train, test in GroupKFold(FOLDS).split(buyers.lines, buyers.truth, buyers.groups):  # type: ignore[no-untyped-call]
        held_out[test] = buyers.scores(buyers.fit(train))[test]
    corpus = slice(0, buyers.first_own)
    truth = buyers.truth[corpus]
    shift = MIDDLE - float(np.median(held_out[corpus][truth == TRUTH[Quality.MEDIUM]]))
    held_out = held_out + shift
    cuts = [
        float(np.quantile(held_out[corpus], (truth < TRUTH[above]).mean())) for above in (Quality.HIGH, Quality.MEDIUM)
    ]
    return Fitted(Scorecard(_points(buyers, buyers.fit(np.arange(len(buyers.truth))), shift, cuts)), held_out)


def _points(buyers: Buyers, values: Matrix, shift: float, cuts: Sequence[float]) -> Points:
    """In points, to half a point; kinds beside the mildest of them, so that the base is a plain buyer's."""
    fitted = {name: POINTS * value for name, value in zip(buyers.names, values, strict=False)}
    kinds = dict(zip(buyers.kinds, POINTS * values[len(buyers.names) : -1], strict=True))
    plain = kinds[Kind.INQUIRY]
    sections = {name: dict(effects) for name, effects in SHIPPED.points.items()}
    sections["base"] = {"base": POINTS * values[-1] + shift + plain, "high": cuts[0], "medium": cuts[1]}
    for section in ("facts", "signals", "risks", "steps"):
        sections[section] = {name: fitted[name] for name in sections[section]}
    sections["kinds"] |= {str(kind): effect - plain for kind, effect in kinds.items()}
    return {
        section: {name: round(2 * float(effect)) / 2 + 0.0 for name, effect in effects.items()}
        for section, effects in sections.items()
    }


@dataclass(frozen=True, slots=True)
class CardVerdict:
    """Whether the new card takes the present one's place, and why; `card` is the one that goes on."""

    card: Scorecard
    promote: bool
    words: str


def card_verdict(
    corpus: Sequence[LabelledMail],
    own: Sequence[LabelledMail],
    read: Read,
    present: Scorecard,
    seen: frozenset[str] = frozenset(),
) -> CardVerdict:
    """Fits on `corpus` and `own` and compares on own labels that neither card was fitted on (`seen`: those of the
    present one; the new one's scores of them are held out). With too few the present card goes on."""
    fresh_ids = {mail.id for mail in own} - seen
    if len(fresh_ids) < ENOUGH:
        words = f"The scorecard stays: {len(fresh_ids)} new labels of buyer quality, {ENOUGH} are needed."
        return CardVerdict(present, False, words)
    buyers = Buyers(corpus, read, own)
    fitted = fit_card(buyers)
    fresh = [i for i in range(buyers.first_own, len(buyers.mails)) if buyers.mails[i].id in fresh_ids]
    new = mean_miss(fitted.held_out[fresh], buyers.truth[fresh])
    old = mean_miss(buyers.by_card(present, fresh), buyers.truth[fresh])
    words = f"Scorecard, mean miss on {len(fresh)} labels that neither saw: {new:.3f}, {old:.3f} by the one in use."
    return CardVerdict(fitted.card if new <= old else present, new <= old, words)


def mean_miss(scores: Matrix, truth: Matrix) -> float:
    """Log loss of the quality that the scores tell, the middle being even odds."""
    return float(_log_loss(1 / (1 + np.exp(-(scores - MIDDLE) / POINTS)), truth).mean())
