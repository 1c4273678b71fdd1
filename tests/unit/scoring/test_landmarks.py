"""Nearness to mails of training, and what is learned from it."""

import numpy as np
import pytest

from triage.scoring import landmarks
from triage.scoring.kind import Reach
from triage.scoring.landmarks import Landmarks, nearness


def test_a_mail_is_nearest_to_itself() -> None:
    points = np.array([[0, 0], [3, 4]], dtype=np.float32)
    near = nearness(points, points)
    assert np.diag(near) == pytest.approx([1, 1])
    assert near[0, 1] == pytest.approx(np.exp(-landmarks.GAMMA * 25), rel=1e-4)


def test_a_place_is_what_the_mail_means_from_the_centre_and_its_facts() -> None:
    (found,) = Reach(3.0, 1.0).place(np.array([0.25, 0.1]), np.array([[0.5, 0.1]]), np.array([[1.0, 0.0, 2.0]]))
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
    fitted = Landmarks.fit(places, np.repeat([0, 1], 40), np.ones(80), 2)
    told = fitted.logits(np.array([[0, 2.1], [-1.9, 0], [0.1, 0], [0, -0.2]], dtype=np.float32)).argmax(axis=1)
    assert told.tolist() == [0, 0, 1, 1]


def test_a_mail_that_weighs_little_says_little() -> None:
    places, label = two_crowds(10)
    wrong = np.concatenate([label, [1]])
    crowded = np.concatenate([places, places[:1]])
    weight = np.ones(21)
    (loud,) = Landmarks.fit(crowded, wrong, weight, 2).logits(places[:1])
    weight[-1] = 0.01
    (quiet,) = Landmarks.fit(crowded, wrong, weight, 2).logits(places[:1])
    assert quiet[0] - quiet[1] > loud[0] - loud[1]


def test_of_very_many_mails_some_are_drawn_always_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landmarks, "MOST", 16)
    places, label = two_crowds(20)
    one, other = (Landmarks.fit(places, label, np.ones(40), 2) for _ in range(2))
    assert len(one.points) == 16
    assert (one.points == other.points).all()
    assert one.logits(places).argmax(axis=1).tolist() == list(label)


def test_of_very_many_mails_those_that_weigh_most_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landmarks, "MOST", 16)
    places, label = two_crowds(20)
    weight = np.full(40, 0.03)
    weight[[3, 17, 39]] = 1.0
    kept = Landmarks.fit(places, label, weight, 2).points
    near = nearness(places[[3, 17, 39]], kept).max(axis=1)
    assert near == pytest.approx([1, 1, 1], abs=1e-4)
