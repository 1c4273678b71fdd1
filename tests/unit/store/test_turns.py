import time
from threading import Thread

from triage.store.turns import Turns


def wait_until_in_line(turns: Turns) -> None:
    end = time.monotonic() + 10
    while not turns._first_in_line.locked():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_whoever_waits_comes_before_whoever_comes_back() -> None:
    turns = Turns()
    order: list[str] = []

    def patient() -> None:
        assert turns.take(timeout=10)
        order.append("patient")
        turns.give_back()

    for _ in range(20):
        assert turns.take(timeout=10)
        waiting = Thread(target=patient)
        waiting.start()
        wait_until_in_line(turns)
        turns.give_back()
        assert turns.take(timeout=10)
        order.append("busy")
        turns.give_back()
        waiting.join(timeout=10)
    assert order == ["patient", "busy"] * 20


def test_waiting_ends_and_leaves_the_line_free() -> None:
    turns = Turns()
    assert turns.take(timeout=1)
    assert not turns.take(timeout=0.01)
    turns.give_back()
    assert turns.take(timeout=1)
    assert not turns.take(timeout=0.01), "held by whoever took it, not by whoever gave up"
