"""Warnings and alarms, on both databases."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

import pytest

from tests.unit.audit.desk import OFFICE, at
from tests.unit.audit.test_on_the_store import arrive, begin
from triage.audit.alarms import FORGOTTEN_AFTER, Alarm, is_quiet, look, settle
from triage.audit.response_times import found_in_sent
from triage.store import SqlStore
from triage.vocabulary.policy import Alarms, Calendars, Window
from triage.vocabulary.records import FolderRole

STEPS = Alarms(steps=(timedelta(0), timedelta(hours=2)))
NIGHT = (Window(time(22), time(7)),)


@pytest.fixture
def one(store: SqlStore) -> SqlStore:
    """A mail of 9:00 with a target of two hours."""
    begin(store, 1)
    return store


def looked(store: SqlStore, now: datetime, alarms: Alarms = STEPS) -> Sequence[Alarm]:
    with store.begin() as uow:
        new = settle(uow, look(uow, alarms, Calendars(OFFICE), now), now)
        uow.commit()
    return new


def levels(store: SqlStore, now: datetime, alarms: Alarms = STEPS) -> list[str]:
    return [alarm.level for alarm in looked(store, now, alarms)]


def standing(store: SqlStore) -> list[str]:
    with store.begin(write=False) as uow:
        return [alert.key for alert in uow.alerts.standing()]


def test_a39_a_warning_at_a_share_of_the_target(one: SqlStore) -> None:
    assert levels(one, at(10.49)) == []
    assert levels(one, at(10.5)) == ["soon"]
    assert standing(one) == ["response:1:soon"]
    assert levels(one, at(10.4), Alarms(warn_share=0)) == []


def test_a40_each_alarm_once(one: SqlStore) -> None:
    assert [levels(one, at(hour)) for hour in (10.6, 10.7, 11, 11.5, 13, 13.5)] == [
        ["soon"],
        [],
        ["late1"],
        [],
        ["late2"],
        [],
    ]
    with one.begin(write=False) as uow:
        told = [event.data["level"] for event in uow.audit.events() if event.name == "response.alarm"]
    assert told == ["soon", "late1", "late2"]


def test_a40_two_looks_at_once_raise_it_once(one: SqlStore) -> None:
    with one.begin() as uow:
        found = look(uow, STEPS, Calendars(OFFICE), at(11))
        assert len(settle(uow, found, at(11))) == 1
        assert settle(uow, found, at(11)) == ()


def test_a39_what_came_long_ago_is_in_the_audit_only(one: SqlStore) -> None:
    assert levels(one, at(9) + FORGOTTEN_AFTER) == ["late2"]
    assert levels(one, at(9.1) + FORGOTTEN_AFTER) == []
    assert standing(one) == []


def test_a41_the_step_reached_takes_the_place_of_the_one_before(one: SqlStore) -> None:
    looked(one, at(10.6))
    (alarm,) = looked(one, at(13.25))
    assert standing(one) == ["response:1:late2"]
    assert alarm.text == (
        "The answer to buyer@muster.example is late (step 2 of 2): 'Mail 1' has waited 4 h 15 min of working time, "
        "2 h 00 min are allowed."
    )


def test_a41_only_working_time_counts(one: SqlStore) -> None:
    assert levels(one, at(8, days=1), Alarms(steps=(timedelta(hours=6),), warn_share=0)) == ["late1"]
    assert levels(one, at(8, days=1), Alarms(steps=(timedelta(hours=7),), warn_share=0)) == []


def test_a42_nothing_new_is_said_in_quiet_hours_and_all_of_it_afterwards(one: SqlStore) -> None:
    quiet = Alarms(steps=STEPS.steps, quiet=(Window(time(10), time(12)),))
    assert levels(one, at(10.6), quiet) == []
    assert levels(one, at(11.9), quiet) == []
    assert levels(one, at(12), quiet) == ["late1"]


def test_a42_what_stands_is_not_taken_back_in_quiet_hours(one: SqlStore) -> None:
    looked(one, at(10.6))
    looked(one, at(11.5), Alarms(steps=STEPS.steps, quiet=(Window(time(11), time(12)),)))
    assert standing(one) == ["response:1:soon"]


def test_a43_an_answer_ends_the_alarm(one: SqlStore) -> None:
    looked(one, at(11))
    with one.begin() as uow:
        found_in_sent(uow, uow.messages.get(arrive(uow, FolderRole.SENT, 1, at(12), 1)), OFFICE, at(12))
        uow.commit()
    assert levels(one, at(12.1)) == []
    assert standing(one) == []


@pytest.mark.parametrize(
    ("hour", "quiet"), [(21.9, False), (22, True), (23.9, True), (0, True), (6.9, True), (7, False)]
)
def test_a42_quiet_hours_run_past_midnight(hour: float, quiet: bool) -> None:
    assert is_quiet(NIGHT, "UTC", at(hour)) is quiet
    assert is_quiet((), "UTC", at(hour)) is False
    assert is_quiet(NIGHT, "Asia/Shanghai", at(hour) - timedelta(hours=8)) is quiet
