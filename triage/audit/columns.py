"""Records as columns, for reports over few of them; the store makes its own from its rows."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from triage.audit.instants import micros
from triage.vocabulary.records import ResponseRecord
from triage.vocabulary.responses import FIRST, NEXT, NO_FIGURE, NO_INSTANT, ResponseColumns


def columns_of(records: Iterable[ResponseRecord]) -> ResponseColumns:
    return ResponseColumns.of_rows([[_row(record) for record in records]])


def _row(row: ResponseRecord) -> tuple[Any, ...]:
    return (
        row.account_id,
        row.kind.value,
        row.tier.value,
        row.country or "",
        row.person,
        row.via.value if row.via else "",
        FIRST if row.first else NEXT,
        row.id,
        row.conversation_id,
        micros(row.received_at),
        *(_instant(at) for at in (row.answered_at, row.proposed_at, row.approved_at)),
        int(row.holding_at is not None),
        row.target_seconds,
        *(NO_FIGURE if figure is None else figure for figure in (row.working_seconds, row.edited_share)),
    )


def _instant(at: datetime | None) -> int:
    return NO_INSTANT if at is None else micros(at)
