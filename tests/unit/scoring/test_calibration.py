import numpy as np

from triage.scoring.calibration import LABELS, Calibrated, confident_from
from triage.scoring.kind import Logits, is_sure
from triage.vocabulary.inquiry import Kind


def logits(*rows: tuple[int, float]) -> np.ndarray:
    """Each row: which label leads, and by how much."""
    made = np.zeros((len(rows), len(LABELS)), dtype=np.float32)
    for line, (label, lead) in enumerate(rows):
        made[line, label] = lead
    return made


def no_junk(mails: int) -> np.ndarray:
    return np.full(mails, -1.0, dtype=np.float32)


def test_certain_first_looks_stand_and_the_others_take_the_second() -> None:
    first = logits((0, 12.0), (1, 12.0), (2, 0.5), (2, 0.5))
    second = logits((3, 9.0), (3, 9.0), (3, 9.0), (4, 9.0))
    true = [LABELS[0], LABELS[1], LABELS[3], LABELS[4]]
    found = Calibrated.of(Logits(first, second, no_junk(4)), true)
    assert [LABELS[i] for i in found.probabilities.argmax(axis=1)] == true
    assert found.second_looks == 0.5


def test_without_a_second_look_none_is_taken() -> None:
    found = Calibrated.of(Logits(logits((0, 5.0), (1, 5.0)), None, no_junk(2)), [LABELS[0], LABELS[1]])
    assert (found.second_looks, found.sure, found.sure_accuracy) == (0.0, 1.0, 1.0)


def test_junk_that_the_junk_lead_speaks_against_is_not_sure() -> None:
    pitch = LABELS.index(Kind.VENDOR_PITCH)
    lead = np.array([2.0, -0.5], dtype=np.float32)
    found = Calibrated.of(Logits(logits((pitch, 5.0), (pitch, 5.0)), None, lead), [Kind.VENDOR_PITCH] * 2)
    assert (found.sure, found.sure_accuracy) == (0.5, 1.0)


def test_between_two_sorts_of_junk_nobody_need_choose() -> None:
    pitch, news, order = (LABELS.index(kind) for kind in (Kind.VENDOR_PITCH, Kind.NEWSLETTER, Kind.ORDER))
    probabilities = np.zeros((2, len(LABELS)))
    probabilities[0, [pitch, news]] = 0.5, 0.45
    probabilities[1, [pitch, order]] = 0.5, 0.45
    sure = is_sure(probabilities, np.ones(2, dtype=np.float32), LABELS, threshold=0.6, margin=0.1)
    assert sure.tolist() == [True, False]


def test_confidence_that_never_earns_trust_is_never_enough() -> None:
    probabilities = np.full((2, len(LABELS)), 0.01)
    probabilities[:, 0] = 0.81
    assert confident_from(probabilities, [LABELS[1], LABELS[1]], 0.9) == 1.0
