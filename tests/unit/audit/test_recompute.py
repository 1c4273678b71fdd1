"""Figures follow from the log alone, on both databases and in any time zone; a changed table is found."""

import time
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from tests.harness.stores import AUDIT_KEY
from tests.unit.audit.desk import OFFICE, at
from tests.unit.audit.test_on_the_store import arrive, begin
from triage.audit import log
from triage.audit.anchors import Anchor
from triage.audit.recompute import compare, recorded
from triage.audit.response_times import close, found_in_sent
from triage.store import SqlStore
from triage.vocabulary.policy import Calendars, Window, WorkCalendar
from triage.vocabulary.records import FolderRole


@pytest.fixture
def answered(store: SqlStore) -> SqlStore:
    """Four mails: two answered, one closed, one waits."""
    begin(store, 4)
    with store.begin() as uow:
        found_in_sent(uow, uow.messages.get(arrive(uow, FolderRole.SENT, 1, at(10.5), 1)), OFFICE, at(10.5))
        close(uow, 1, 3, reason="spam", by="lin", now=at(12))
        uow.commit()
    return store


@pytest.fixture(params=["Asia/Kathmandu", "America/Los_Angeles", "UTC"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def faults(store: SqlStore, calendar: WorkCalendar = OFFICE) -> list[str]:
    with store.begin(write=False) as uow:
        assert list(log.verify(uow.audit, AUDIT_KEY)) == []
        return [
            f"{f.code}: {f.text}"
            for f in compare(uow.audit.by_subject("response"), uow.responses.by_number(), Calendars(calendar))
        ]


def change(store: SqlStore, statement: str) -> None:
    """What someone with access to the database could do."""
    with store._engine.begin() as connection:
        connection.execute(text(statement))


def test_a21_the_figures_follow_from_the_log_in_any_time_zone(answered: SqlStore, zone: str) -> None:
    assert faults(answered) == []
    with answered.begin(write=False) as uow:
        known = dict(recorded(uow.audit.by_subject("response")))
    assert [(row.elapsed, row.working) for row in known.values()][:2] == [("5400.000000",) * 2, ("1800.000000",) * 2]
    local = datetime.fromisoformat(known[1].received_at).astimezone(ZoneInfo(zone))
    assert local == at(9)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE response SET elapsed_seconds = 60 WHERE id = 1", "figure: Response 1: elapsed is 60.0 s in the table"),
        ("UPDATE response SET working_seconds = 0 WHERE id = 2", "figure: Response 2: working is 0.0 s in the table"),
        ("UPDATE response SET answered_at = received_at WHERE id = 1", "figure: Response 1: answered_at is"),
        ("UPDATE response SET answered_at = received_at WHERE id = 4", "figure: Response 4: answered_at is"),
        ("UPDATE response SET closed_reason = 'spam' WHERE id = 4", "figure: Response 4: closed_reason is 'spam'"),
        ("UPDATE response SET closed_reason = '' WHERE id = 3", "figure: Response 3: closed_reason is ''"),
        ("UPDATE response SET tier = 'C' WHERE id = 1", "figure: Response 1: tier is 'C' in the table and 'A'"),
        ("DELETE FROM response WHERE id = 4", "removed: Response 4 stands in the log, but not in the table."),
        ("UPDATE response SET id = 9 WHERE id = 4", "unlogged: Response 9 stands in the table"),
    ],
)
def test_a21_a_changed_table_is_found(answered: SqlStore, statement: str, found: str) -> None:
    change(answered, statement)
    assert any(fault.startswith(found) for fault in faults(answered))


def test_a21_working_time_is_counted_anew_only_by_the_calendar_of_its_day(answered: SqlStore) -> None:
    later = WorkCalendar("UTC", {day: (Window(at(10).time(), at(17).time()),) for day in range(5)}, None)
    assert faults(answered, later) == []


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE audit_event SET actor = 'x' WHERE seq = 2", "altered"),
        ("DELETE FROM audit_event WHERE seq = 2", "missing"),
        ("DELETE FROM audit_event WHERE seq = (SELECT max(seq) FROM audit_event)", "cut_off"),
        ("UPDATE audit_event SET seq = CASE seq WHEN 2 THEN -3 ELSE -2 END WHERE seq IN (2, 3)", "altered"),
    ],
)
def test_a21_a_changed_log_is_found(answered: SqlStore, statement: str, code: str) -> None:
    with answered.begin(write=False) as uow:
        head = Anchor(*uow.audit.head())
    with answered._engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER audit_event_no_update"))
            connection.execute(text("DROP TRIGGER audit_event_no_delete"))
        else:
            connection.execute(text("SET session_replication_role = replica"))
        connection.execute(text(statement))
        connection.execute(text("UPDATE audit_event SET seq = -seq WHERE seq < 0"))
        if connection.dialect.name != "sqlite":
            connection.execute(text("SET session_replication_role = DEFAULT"))
    with answered.begin(write=False) as uow:
        found = {fault.code for fault in log.verify(uow.audit, AUDIT_KEY, [head])}
    assert code in found
