"""The brief report says what the whole one says, of the same rows, and leaves out the rest."""

import csv
import io
import json
from dataclasses import fields, replace
from datetime import datetime, timedelta

import pytest

from tests.harness.stores import SetClock
from tests.unit.audit.desk import OFFICE, at
from tests.unit.audit.test_render import FORMULA, ROWS
from tests.unit.audit.test_report import NOW, response
from tests.unit.store.filling import put_message
from triage.audit.columns import columns_of
from triage.audit.render import as_csv, as_json, table
from triage.audit.report import Brief, Figures, Report
from triage.audit.sheets import sheets
from triage.audit.summary import brief, report
from triage.reporting import Reporting
from triage.store import SqlStore
from triage.store.repositories import response_columns
from triage.vocabulary.inquiry import Kind, Tier
from triage.vocabulary.policy import Calendars, Window
from triage.vocabulary.records import NewResponse, Via
from triage.vocabulary.responses import Dimension

BEGAN = at(9)
TO_THE_HOUR = replace(OFFICE, windows={day: (Window(at(6).time(), at(10).time()),) for day in range(7)})
CALENDARS = Calendars(OFFICE, {"export": TO_THE_HOUR})


def filled(store: SqlStore, mails: int = 60) -> None:
    """A mail each 29 hours in two mailboxes, of several kinds, tiers and countries: answered, held, waiting, closed."""
    with store.begin() as uow:
        uow.accounts.ensure("export", "export@muster.example")
        for number in range(1, mails + 1):
            received_at = BEGAN + timedelta(hours=29 * number)
            message_id, conversation_id = put_message(uow, number, received_at)
            new = NewResponse(
                message_id=message_id,
                conversation_id=conversation_id,
                account_id="export" if number % 3 else "sales",
                first=number % 2 == 0,
                received_at=received_at,
                kind=(Kind.RFQ, Kind.ORDER, Kind.INQUIRY)[number % 3],
                tier=(Tier.A, Tier.B)[number % 2],
                country=("DE", "SA", None)[number % 3],
                target_seconds=7200,
            )
            opened = uow.responses.open(new)
            if number % 5:
                answered_at = received_at + timedelta(minutes=11 * number)
                uow.responses.answer(opened, answered_at, Via.ELSEWHERE, "lin", 60.0, 60.0)
            elif number % 10:
                uow.responses.close(opened, "spam")
            if number % 7 == 0:
                uow.responses.holding(opened, received_at + timedelta(minutes=1))
        uow.commit()


def pack_one(store: SqlStore) -> None:
    with store.begin() as uow:
        assert response_columns.pack(uow._connection, BEGAN + timedelta(days=90), at_least=1)
        uow.commit()


def without_buyer(figures: Figures) -> Figures:
    return replace(figures, buyer=None)


def head(whole: Report) -> Brief:
    told = {field.name: getattr(whole, field.name) for field in fields(Brief)}
    groups = tuple(replace(group, figures=without_buyer(group.figures)) for group in whole.groups)
    return Brief(**told | {"total": without_buyer(whole.total), "groups": groups})


@pytest.mark.parametrize("mailboxes", [None, frozenset({"export"}), frozenset[str]()], ids=["all", "one", "none"])
@pytest.mark.parametrize(
    ("since", "until"),
    [(None, None), (at(12, days=20), None), (at(12, days=20), at(9, days=45))],
    ids=["ever", "since", "between"],
)
def test_a48_a_brief_report_is_the_head_of_the_whole_one(
    store: SqlStore, clock: SetClock, since: datetime | None, until: datetime | None, mailboxes: frozenset[str] | None
) -> None:
    """Of months that are packed and of others."""
    filled(store)
    clock.moment = BEGAN + timedelta(days=100)
    reporting = Reporting(store, clock, CALENDARS)
    for by in ((), (Dimension.KIND,), (Dimension.MARKET, Dimension.HOUR)):
        assert reporting.brief(by, since, until, mailboxes) == head(
            reporting.response_times(by, since, until, mailboxes)
        )
    by = (Dimension.MAILBOX, Dimension.WEEK)
    before = reporting.response_times(by, since, until, mailboxes)
    pack_one(store)
    assert reporting.brief(by, since, until, mailboxes) == head(before)
    assert (before.total.due == 0) == (mailboxes == frozenset())


@pytest.mark.parametrize("dimension", Dimension)
def test_a48_by_each_dimension(dimension: Dimension) -> None:
    rows = [response(n, at(9 + n / 2, days=n), 60.0 * n if n % 3 else None, first=n > 5) for n in range(12)]
    found = brief([columns_of(rows)], [dimension], NOW, Calendars(OFFICE))
    assert found == head(report(rows, [dimension], NOW, OFFICE))
    assert found.groups


def made(*by: Dimension) -> Brief:
    return brief([columns_of(ROWS)], by, NOW, Calendars(OFFICE))


def test_the_brief_table_is_the_whole_one_without_the_buyer_s_hours_and_what_follows() -> None:
    lines = table(made(Dimension.MARKET)).splitlines()
    whole = table(report(ROWS, [Dimension.MARKET], NOW, OFFICE)).splitlines()
    assert lines[:8] == whole[:8]
    assert [line.split() for line in lines[8:12]] == [line.split() for line in whole[8:12]]
    assert lines[13] == "By market"
    assert (len(lines), lines[14].split()[-2:]) == (18, ["working", "p90"])
    assert "buyer" not in " ".join(lines)
    assert [sheet.name for sheet in sheets(made())] == ["counts", "times"]


def test_brief_json_has_no_part_that_was_not_made() -> None:
    told = json.loads(as_json(made(Dimension.TIER)))
    whole = json.loads(as_json(report(ROWS, [Dimension.TIER], NOW, OFFICE)))
    assert list(told) == ["now", "time_zone", "since", "until", "percentiles", "total", "by", "groups"]
    for part in (whole["total"], *whole["groups"]):
        for name in ("median", "mean", "p90", "longest"):
            del part[f"buyer_{name}"]
    assert told == {name: whole[name] for name in told}


def test_brief_csv_has_the_same_lines_without_the_buyer_s_columns() -> None:
    found, whole = (
        list(csv.DictReader(io.StringIO(as_csv(each))))
        for each in (made(Dimension.PERSON), report(ROWS, [Dimension.PERSON], NOW, OFFICE))
    )
    assert found == [{name: row[name] for name in row if not name.startswith("buyer_")} for row in whole]
    assert f"'{FORMULA}" in {row["person"] for row in found}
