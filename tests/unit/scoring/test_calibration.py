import numpy as np

from triage.scoring.calibration import LABELS, Calibrated, confident_from


def logits(*rows: tuple[int, float]) -> np.ndarray:
    """Each row: which label leads, and by how much."""
    made = np.zeros((len(rows), len(LABELS)), dtype=np.float32)
    for line, (label, lead) in enumerate(rows):
        made[line, label] = lead
    return made


def test_certain_first_looks_stand_and_the_others_take_the_second() -> None:
    first = logits((0, 12.0), (1, 12.0), (2, 0.5), (2, 0.5))
    second = logits((3, 9.0), (3, 9.0), (3, 9.0), (4, 9.0))
    true = [LABELS[0], LABELS[1], LABELS[3], LABELS[4]]
    found = Calibrated.of((first, second), true)
    assert [LABELS[i] for i in found.probabilities.argmax(axis=1)] == true
    assert found.second_looks == 0.5


def test_without_a_second_look_none_is_taken() -> None:
    found = Calibrated.of((logits((0, 5.0), (1, 5.0)), None), [LABELS[0], LABELS[1]])
    assert (found.second_looks, found.sure, found.sure_accuracy) == (0.0, 1.0, 1.0)


def test_confidence_that_never_earns_trust_is_never_enough() -> None:
    probabilities = np.full((2, len(LABELS)), 0.01)
    probabilities[:, 0] = 0.81
    assert confident_from(probabilities, [LABELS[1], LABELS[1]], 0.9) == 1.0
