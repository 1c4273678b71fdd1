"""Nearness to mails of training, and what is learned from it."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from triage.scoring import landmarks
from triage.scoring.kind import Reach
from triage.scoring.landmarks import SAY, WORDS_SAY, Landmarks, draw

GAMMA = 0.3


def fit(places: np.ndarray, label: np.ndarray, weight: np.ndarray, words: csr_matrix | None = None) -> Landmarks:
    """Of two labels."""
    return Landmarks.fit(places.astype(np.float32), GAMMA, np.eye(2)[label], weight, words)


def test_a_mail_is_nearest_to_itself_and_nearness_falls_by_gamma() -> None:
    points = np.array([[0, 0], [3, 0]], dtype=np.float32)
    (found,) = Landmarks(points, np.eye(2, dtype=np.float32), 0.25).logits(np.array([[1, 0]], dtype=np.float32))
    assert list(found) == pytest.approx([np.exp(-0.25), np.exp(-1)])


def test_a_place_is_what_the_mail_means_from_the_centre_and_its_facts() -> None:
    (found,) = Reach(3.0, GAMMA, 1.0).place(np.array([0.25, 0.1]), np.array([[0.5, 0.1]]), np.array([[1.0, 0.0, 2.0]]))
    assert list(found) == pytest.approx([0.75, 0, 1, 0, 2])


def two_crowds(each: int) -> tuple[np.ndarray, np.ndarray]:
    drawn = np.random.default_rng(1).normal(0, 0.1, (2 * each, 3)).astype(np.float32)
    label = np.arange(2 * each) % 2
    drawn[label == 1, 0] += 2
    return drawn, label


def test_what_lies_among_its_like_is_told_by_them() -> None:
    """Also a crowd within another's ring, which no linear model parts."""
    angles = np.linspace(0, 6.2, 40)
    ring = np.stack([2 * np.cos(angles), 2 * np.sin(angles)], axis=1)
    inner = np.random.default_rng(2).normal(0, 0.2, (40, 2))
    places = np.concatenate([ring, inner]).astype(np.float32)
    fitted = fit(places, np.repeat([0, 1], 40), np.ones(80))
    told = fitted.logits(np.array([[0, 2.1], [-1.9, 0], [0.1, 0], [0, -0.2]], dtype=np.float32)).argmax(axis=1)
    assert told.tolist() == [0, 0, 1, 1]


def test_a_mail_that_weighs_little_says_little() -> None:
    places, label = two_crowds(10)
    wrong = np.concatenate([label, [1]])
    crowded = np.concatenate([places, places[:1]])
    weight = np.ones(21)
    (loud,) = fit(crowded, wrong, weight).logits(places[:1])
    weight[-1] = 0.01
    (quiet,) = fit(crowded, wrong, weight).logits(places[:1])
    assert quiet[0] - quiet[1] > loud[0] - loud[1]


def test_words_that_the_two_crowds_use_speak_for_them() -> None:
    """The places say nothing, the words all: what is learned of them comes to a weight each."""
    label = np.array([0, 1] * 10)
    words = csr_matrix(np.eye(3)[[*label]])  # the third word stands nowhere
    fitted = fit(np.zeros((20, 2)), label, np.ones(20), words)
    said = fitted.by_words(words)
    assert said.shape == (3, 2)
    assert said[0, 0] > 0 > said[0, 1]
    assert said[:2] == pytest.approx(-said[1::-1], abs=1e-4)
    assert said[2].tolist() == [0, 0]
    assert fitted.logits(np.zeros((1, 2), dtype=np.float32))[0] == pytest.approx([0, 0], abs=1e-3)


def test_words_and_nearness_together_are_the_machine_that_was_solved() -> None:
    places, label = two_crowds(10)
    words = csr_matrix(np.random.default_rng(3).random((20, 5)))
    fitted = fit(places, label, np.ones(20), words)
    kernel = (
        np.exp(-GAMMA * ((places[:, None] - places[None]) ** 2).sum(axis=2)) + WORDS_SAY * (words @ words.T).toarray()
    )
    solved = SAY * kernel @ np.linalg.solve(kernel + landmarks.RIDGE * np.eye(20), np.eye(2)[label] - 0.5)
    assert fitted.logits(places) + words @ fitted.by_words(words) == pytest.approx(solved, abs=0.02)


def test_of_very_many_mails_some_are_drawn_always_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landmarks, "MOST", 16)
    one, other = (draw(np.ones(40)) for _ in range(2))
    assert one.tolist() == other.tolist() == sorted(set(one.tolist()))
    assert len(one) == 16


def test_of_very_many_mails_those_that_weigh_most_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landmarks, "MOST", 16)
    weight = np.full(40, 0.03)
    weight[[3, 17, 39]] = 1.0
    kept = draw(weight)
    assert len(kept) == 16
    assert {3, 17, 39} <= set(kept.tolist())
