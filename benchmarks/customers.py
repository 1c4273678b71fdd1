"""A large customer book: to Excel and CSV and back, a filtered page, and duplicates; time and peak memory of each.

    python -m benchmarks.customers [--customers 50000] [--folder DIR]

Each step runs in a process of its own, so that its peak memory is its own. Ends with an error when the book that came
back from Excel into an empty database differs from the one that went out.
"""

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC
from pathlib import Path

from tests.unit.customers.books import START, full_book, values
from triage.audit.log import sealer
from triage.clock import SystemClock
from triage.customers_desk import BookRules
from triage.customers_tables import CustomerTables
from triage.store import SqlStore, upgrade
from triage.vocabulary.customers import PATIENCE, CustomerFilter, Region, SortBy, SortKey

RULES = BookRules(PATIENCE, frozenset(), UTC)
EUROPE = CustomerFilter(region=frozenset({Region.EUROPE}), traded=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=50_000)
    parser.add_argument("--folder", type=Path, default=None, help="where the files go; a temporary folder by default")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        _run(Path(folder), options.customers)


def _run(folder: Path, customers: int) -> None:
    book, empty = folder / "book.db", folder / "empty.db"
    xlsx, text = folder / "book.xlsx", folder / "book.csv"
    print(f"{'step':34} {'seconds':>8} {'peak MB':>8}  result")
    _step("start a process (baseline)", _nothing)
    _step("fill the book", _fill, book, customers)
    _step("a filtered, sorted page of 100", _page, book)
    _step("duplicates", _duplicates, book)
    _step("export to .xlsx", _export, book, xlsx)
    _step("export to .csv", _export, book, text)
    print(f"{'':34} .xlsx {xlsx.stat().st_size / 1e6:.1f} MB, .csv {text.stat().st_size / 1e6:.1f} MB")
    _step("import the .xlsx over itself, dry", _load, book, xlsx, True)
    _step("import the .xlsx, empty book", _load, empty, xlsx, False)
    _step("import the .csv over itself", _load, book, text, False)
    same = _step("compare both books", _compare, book, empty)
    if same != "equal":
        sys.exit("The book that came back is another.")


def _step(name: str, work: Callable[..., str], *arguments: object) -> str:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        seconds, megabytes, result = pool.apply(_measured, (work, *arguments))
    print(f"{name:34} {seconds:8.2f} {megabytes:8.0f}  {result}", flush=True)
    return str(result)


def _measured(work: Callable[..., str], *arguments: object) -> tuple[float, float, str]:
    started = time.perf_counter()
    result = work(*arguments)
    return time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, result


def _store(path: Path) -> SqlStore:
    upgrade(f"sqlite:///{path}")
    return SqlStore(f"sqlite:///{path}", sealer(b"benchmark"))


def _nothing() -> str:
    return ""


def _fill(path: Path, customers: int) -> str:
    with _store(path).begin() as uow:
        made = uow.customers.add_cards(full_book(customers))
        uow.commit()
    return f"{len(made)} customers"


def _page(path: Path) -> str:
    with _store(path).begin(write=False) as uow:
        found = uow.customers.page(EUROPE, PATIENCE, START, SortBy(SortKey.VALUE))
        return f"{len(found)} of {uow.customers.count(EUROPE, PATIENCE, START)}"


def _duplicates(path: Path) -> str:
    with _store(path).begin(write=False) as uow:
        return f"{len(uow.merges.duplicates())} pairs"


def _export(path: Path, table: Path) -> str:
    tables = CustomerTables(_store(path), SystemClock(), RULES)
    return f"{tables.export(table, CustomerFilter(), 'benchmark')} rows"


def _load(path: Path, table: Path, dry_run: bool) -> str:
    plan = CustomerTables(_store(path), SystemClock(), RULES).load(table, "benchmark", dry_run=dry_run)
    return f"{len(plan.new)} new, {len(plan.changed)} changed, {plan.unchanged} as they are, {len(plan.faults)} faults"


def _compare(one: Path, other: Path) -> str:
    return "equal" if values(_store(one)) == values(_store(other)) else "different"


if __name__ == "__main__":
    main()
