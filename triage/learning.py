"""SERVICE: what the desk's own use teaches the classifier (R28), and scoring history again with a newer one."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from triage.pipeline import Case, Desk, classify, read, score, walk
from triage.placing import placed_in
from triage.scoring.corpus import LabelledMail
from triage.scoring.scorecard import STRANGERS
from triage.vocabulary.customers import ContactKind
from triage.vocabulary.inquiry import Assessment, Kind, Quality, Tier
from triage.vocabulary.ports import Clock, Store, UnitOfWork
from triage.vocabulary.records import MessageRecord
from triage.vocabulary.states import Direction

OWN_BATCH = 1_000
"""Of mails labelled at this desk: after all batches of the corpus."""
AT_ONCE = 100
_OF_OUTCOME = {ContactKind.ORDER: Quality.HIGH, ContactKind.SAMPLE: Quality.HIGH, ContactKind.LOST: Quality.MEDIUM}
"""Somebody who bought elsewhere had a need: no poor buyer, and not proven a good one."""
_OF_TIER = {Tier.A: Quality.HIGH, Tier.B: Quality.MEDIUM, Tier.C: Quality.LOW}

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels of this desk, and how many of each source."""

    mails: Sequence[LabelledMail]
    sources: Mapping[str, int]


def own_labels(store: Store) -> Labels:
    """Mails of this desk with a person's word on their kind: relabelled ones, and those whose first draft was approved
    without a change. A relabelling wins."""
    with store.begin(write=False) as uow:
        confirmed, said = dict(uow.learning.confirmed()), dict(uow.messages.labels())
        told = {key: ("approved without a change", kind, Quality.NONE) for key, kind in confirmed.items()}
        told |= {key: ("relabelled", kind, Quality.NONE) for key, kind in said.items()}
        return _labels(uow, told)


def own_qualities(store: Store) -> Labels:
    """Strangers' mails of this desk with a word on the buyer's quality: a tier that a person said, else what became of
    the customer later (docs/scoring.md)."""
    with store.begin(write=False) as uow:
        told = {key: (str(what), _OF_OUTCOME[what]) for key, what in uow.learning.outcomes()}
        told |= {key: ("tier corrected", _OF_TIER[said.tier]) for key, said in uow.learning.tier_labels().items()}
        kinds = {record.id: record.kind for record in uow.messages.get_many(sorted(told))}
        return _labels(
            uow,
            {
                key: (source, kind, quality)
                for key, (source, quality) in told.items()
                if (kind := kinds[key]) is not None and kind in STRANGERS
            },
        )


def _labels(uow: UnitOfWork, told: Mapping[int, tuple[str, Kind, Quality]]) -> Labels:
    records = {record.id: record for record in uow.messages.get_many(sorted(told)) if record.duplicate_of is None}
    raws = uow.messages.raw_many([key for key, record in records.items() if record.direction is Direction.IN])
    mails = [
        LabelledMail(
            id=f"own-{records[key].sha256[:16]}",
            group=f"own-{records[key].conversation_id or key}",
            language=records[key].language or "und",
            kinds=frozenset({told[key][1]}),
            quality=told[key][2],
            raw=raw,
            batch=OWN_BATCH,
        )
        for key, raw in sorted(raws.items())
    ]
    return Labels(mails, Counter(told[key][0] for key in raws))


def rescore(store: Store, desk: Desk, clock: Clock, progress: Progress) -> int:
    """Scores all incoming mails again, in short transactions; the old scores stay readable. Returns how many changed.

    Can be broken off and run again: a mail whose score stays the same leaves no trace.
    """
    changed = done = last = 0
    while True:
        with store.begin(write=False) as uow:
            ids = uow.learning.scored(last, AT_ONCE)
        if not ids:
            return changed
        with store.begin() as uow:
            for message_id, new, label in _scored_again(uow, desk, ids, clock.now()):
                said = uow.learning.tier_labels(message_id).get(message_id)
                rank = desk.tiers.standing(new.priority, said.tier if said else None)
                uow.learning.rescore(message_id, new, label, rank, clock.now())
                changed += 1
            uow.commit()
        last, done = ids[-1], done + len(ids)
        progress(done)


def _scored_again(
    uow: UnitOfWork, desk: Desk, ids: Sequence[int], now: datetime
) -> Iterator[tuple[int, Assessment, Kind | None]]:
    """Those whose kind, tier or scores differ now. A person's word on the kind stays."""
    labels = dict(uow.messages.labels())
    for record in uow.messages.get_many(ids):
        stored = uow.messages.assessment_of(record.id)
        if stored is None or stored.assessment is None or record.duplicate_of is not None:
            continue
        old = stored.assessment
        case = replace(_case(uow, record, now), mail=stored.mail, screening=stored.screening)
        case = walk(desk, case, (read, classify))
        label = labels.get(record.id)
        if label is not None and case.kind is not None:
            case = replace(case, kind=replace(case.kind, kind=label, unsure=False))
        case = walk(desk, case, (score,))
        if case.assessment is not None and _differs(old, case.assessment):
            yield record.id, case.assessment, label


def _case(uow: UnitOfWork, record: MessageRecord, now: datetime) -> Case:
    case = Case(b"", record.received_at, now)
    if record.conversation_id is None:
        return case
    return replace(case, history=uow.conversations.history(placed_in(record), record.received_at))


def _differs(old: Assessment, new: Assessment) -> bool:
    return (
        old.kind.kind is not new.kind.kind
        or old.priority.tier is not new.priority.tier
        or round(old.priority.score, 1) != round(new.priority.score, 1)
        or round(old.buyer.score, 1) != round(new.buyer.score, 1)
        or old.kind.model != new.kind.model
    )
