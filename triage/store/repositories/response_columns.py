"""Responses as columns, for reports over all of them.

Reading a million rows takes seconds on either database, so past months are kept packed: one row each with the bytes of
all columns. A block holds exactly what its month held when it was made and is dropped in the transaction that changes
one of those responses (`forget`); the next report reads that month row by row again.
"""

from array import array
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnClause, Connection, Row, Select, bindparam, delete, func, insert, literal_column, select

from triage.store.engine import AS_BYTES
from triage.store.tables import ResponseBlockRow, ResponseRow
from triage.vocabulary.responses import (
    FIRST,
    NEXT,
    NO_FIGURE,
    NO_INSTANT,
    NUMBER_COLUMNS,
    WORD_CODE,
    WORD_COLUMNS,
    ResponseColumns,
)

WORTH_PACKING = 2_000
"""Fewer rows than that are read faster than they are packed."""
_AT_ONCE = 2_000
_MICROSECONDS = {
    "sqlite": "CAST(strftime('%s', {0}) AS INTEGER) * 1000000 + CAST(substr({0}, 21) AS INTEGER)",
    "postgresql": "CAST(extract(epoch FROM {0}) * 1000000 AS BIGINT)",
}
"""SQLite keeps instants as text with six digits after the point."""
_BLOCKS = select(
    ResponseBlockRow.starts, ResponseBlockRow.ends, ResponseBlockRow.words, ResponseBlockRow.data
).order_by(ResponseBlockRow.starts)
_FORGET = delete(ResponseBlockRow).where(
    ResponseBlockRow.starts <= bindparam("received_at"), ResponseBlockRow.ends > bindparam("received_at")
)


def columns(connection: Connection, since: datetime | None, until: datetime | None) -> Iterator[ResponseColumns]:
    """Packed months as they are, and everything between them row by row."""
    wanted = _BLOCKS
    if since is not None:
        wanted = wanted.where(ResponseBlockRow.ends > since)
    if until is not None:
        wanted = wanted.where(ResponseBlockRow.starts < until)
    done = since
    for starts, ends, words, data in connection.execute(wanted, execution_options=AS_BYTES | {"yield_per": 1}):
        if done is None or done < starts:
            yield from _read(connection, done, starts)
        yield _unpacked(words, data)
        done = ends
    if done is None or until is None or done < until:
        yield from _read(connection, done, until)


def pack(connection: Connection, before: datetime, at_least: int = WORTH_PACKING) -> bool:
    """Pack the first month that has none yet, ended by `before`, and has so many rows. False when there is none."""
    first = connection.execute(select(func.min(ResponseRow.received_at))).scalar()
    if first is None:
        return False
    packed = set(connection.execute(select(ResponseBlockRow.starts)).scalars())
    for starts, ends in _months(first, before):
        if starts not in packed and _rows_in(connection, starts, ends) >= at_least:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("LOCK TABLE response IN SHARE MODE")  # else a change now would be missed
            month = ResponseColumns.of_rows(_rows_between(connection, starts, ends))
            arrays = (*month.coded, *(getattr(month, name) for name, _ in NUMBER_COLUMNS))
            data = b"".join(column.tobytes() for column in arrays)
            row = {"starts": starts, "ends": ends, "words": month.words, "data": data}
            connection.execute(insert(ResponseBlockRow), row)
            return True
    return False


def forget(connection: Connection, received_at: datetime) -> None:
    """A response that was received then changes: the block that holds it is no longer true."""
    connection.execute(_FORGET, {"received_at": received_at})


def _months(first: datetime, before: datetime) -> Iterator[tuple[datetime, datetime]]:
    year, month = first.year, first.month
    while True:
        starts = datetime(year, month, 1, tzinfo=UTC)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        ends = datetime(year, month, 1, tzinfo=UTC)
        if ends > before:
            return
        yield starts, ends


def _rows_in(connection: Connection, starts: datetime, ends: datetime) -> int:
    wanted = select(func.count()).where(ResponseRow.received_at >= starts, ResponseRow.received_at < ends)
    return connection.execute(wanted).scalar_one()


def _unpacked(words: tuple[tuple[str, ...], ...], data: bytes) -> ResponseColumns:
    types: list[Any] = [WORD_CODE] * len(WORD_COLUMNS) + [code for _, code in NUMBER_COLUMNS]
    rows = len(data) // sum(array(code).itemsize for code in types)
    view, arrays = memoryview(data), []
    for code in types:
        size = rows * array(code).itemsize
        arrays.append(view[:size].cast(code))  # no copy
        view = view[size:]
    return ResponseColumns(words, tuple(arrays[: len(WORD_COLUMNS)]), *arrays[len(WORD_COLUMNS) :])


def _read(connection: Connection, since: datetime | None, until: datetime | None) -> Iterator[ResponseColumns]:
    """In parts, so that years that are not packed yet are not in memory twice."""
    return (ResponseColumns.of_rows([rows]) for rows in _rows_between(connection, since, until))


def _rows_between(
    connection: Connection, since: datetime | None, until: datetime | None
) -> Iterator[Sequence[Row[Any]]]:
    wanted = _rows(connection.dialect.name)
    if since is not None:
        wanted = wanted.where(ResponseRow.received_at >= since)
    if until is not None:
        wanted = wanted.where(ResponseRow.received_at < until)
    streamed = connection.execute(wanted, execution_options={"yield_per": _AT_ONCE})
    return streamed.partitions()


def _rows(dialect: str) -> Select[Any]:
    """Plain words and numbers, converted by the database: Python would take a minute for a million rows."""

    def instant(name: str) -> ColumnClause[Any]:
        return literal_column(f"coalesce({_MICROSECONDS[dialect].format(f'response.{name}')}, {NO_INSTANT})")

    return (
        select(
            literal_column("response.account_id"),
            literal_column("response.kind"),
            literal_column("response.tier"),
            literal_column("coalesce(response.country, '')"),
            literal_column("response.person"),
            literal_column("coalesce(response.via, '')"),
            literal_column(f"CASE WHEN response.first THEN '{FIRST}' ELSE '{NEXT}' END"),
            literal_column("response.id"),
            literal_column("response.conversation_id"),
            instant("received_at"),
            instant("answered_at"),
            instant("proposed_at"),
            instant("approved_at"),
            literal_column("CASE WHEN response.holding_at IS NULL THEN 0 ELSE 1 END"),
            literal_column("response.target_seconds"),
            literal_column(f"coalesce(response.working_seconds, {NO_FIGURE})"),
            literal_column(f"coalesce(response.edited_share, {NO_FIGURE})"),
        )
        .select_from(ResponseRow)
        .where(ResponseRow.closed_reason == "")
        .order_by(ResponseRow.received_at, ResponseRow.id)
    )
