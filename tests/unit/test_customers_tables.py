"""The book to a table and back: matched, dry, all or nothing, and nothing lost."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from itertools import count
from pathlib import Path

import openpyxl
import pytest

from tests.harness.stores import AUDIT_KEY, SetClock
from tests.unit.customers.books import BLANK, full_book, values
from triage.audit.log import sealer
from triage.customers.import_row import BadCell
from triage.customers_desk import BookRules
from triage.customers_tables import CustomerTables
from triage.errors import SheetError
from triage.store import SqlStore, upgrade
from triage.vocabulary.customers import PATIENCE, CustomerFilter, Person
from triage.vocabulary.inquiry import Quality
from triage.vocabulary.records import CustomerRecord

RULES = BookRules(PATIENCE, frozenset({"mail.example"}), UTC)


@pytest.fixture
def tables(store: SqlStore, clock: SetClock) -> CustomerTables:
    return CustomerTables(store, clock, RULES)


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Path]:
    """Makes a workbook from rows by sheet."""
    numbers = count()

    def make(customers: list[list[object]], people: list[list[object]] | None = None) -> Path:
        book = openpyxl.Workbook()
        book.active.title = "Customers"
        for row in customers:
            book.active.append(row)
        if people:
            sheet = book.create_sheet("People")
            for row in people:
                sheet.append(row)
        path = tmp_path / f"in{next(numbers)}.xlsx"
        book.save(path)
        return path

    return make


def cards_of(store: SqlStore) -> list[CustomerRecord]:
    with store.begin(write=False) as uow:
        return list(uow.customers.all())


def put(store: SqlStore, *cards: tuple[CustomerRecord, list[Person]]) -> list[int]:
    with store.begin() as uow:
        made = list(uow.customers.add_cards(cards))
        uow.commit()
    return made


def test_a_dry_run_shows_what_would_change_and_changes_nothing(
    store: SqlStore, tables: CustomerTables, workbook: Callable[..., Path]
) -> None:
    (known,) = put(store, (replace(BLANK, name="Dana", company="Sample"), [Person("dana@sample.example", 0)]))
    path = workbook(
        [
            ["Email", "company", "country", "Importance"],
            ["dana@sample.example", "Sample Inc.", "us", "high"],
            ["new@else.example", "Else", None, None],
            ["DANA2@sample.example; dana3@sample.example", "Third", None, None],
        ],
        [["address", "name", "role"], ["dana@sample.example", "Dana W.", "owner"], ["new@else.example", "Nia", None]],
    )
    before = cards_of(store)
    plan = tables.load(path, "li", dry_run=True)
    assert cards_of(store) == before
    assert plan.faults == []
    assert [(c.place, c.customer_id) for c in plan.changed] == [("Customers!2", known)]
    assert [f"{f.field}: {f.before} -> {f.after}" for f in plan.changed[0].changes] == [
        "company: Sample -> Sample Inc.",
        "country:  -> US",
        "importance:  -> high",
        "person dana@sample.example:  -> Dana W., owner",
    ]
    assert [c.place for c in plan.new] == ["Customers!3", "Customers!4"]

    done = tables.load(path, "li", dry_run=False)
    assert (done.new, done.changed) == (plan.new, plan.changed)
    card = cards_of(store)[0]
    assert (card.company, card.country, card.importance) == ("Sample Inc.", "US", Quality.HIGH)
    assert card.sources["country"].by == "li"
    with store.begin(write=False) as uow:
        assert uow.customers.people([known])[known] == [Person("dana@sample.example", known, "Dana W.", "owner")]
        (event,) = uow.audit.events()
        assert (event.actor, event.name, dict(event.data)) == ("li", "customers.imported", {"new": "2", "changed": "1"})
    again = tables.load(path, "li", dry_run=False)
    assert (again.new, again.changed, again.unchanged) == ([], [], 3)


def test_a_row_is_matched_by_address_then_number_then_domain(
    store: SqlStore, tables: CustomerTables, workbook: Callable[..., Path]
) -> None:
    first, second, third = put(
        store,
        (replace(BLANK, name="A"), [Person("a@mail.example", 0)]),
        (replace(BLANK, name="B"), []),
        (replace(BLANK, name="C"), [Person("c@sample.example", 0, domain="sample.example")]),
    )
    path = workbook(
        [
            ["id", "name", "addresses", "note"],
            [4711, "A", "a@mail.example", "by address, whatever the number says"],
            [second, "B", "b@mail.example", "by number"],
            [None, None, "c2@sample.example", "by domain"],
            [None, "D", "d@mail.example", "free mail says nothing"],
        ]
    )
    plan = tables.load(path, "li", dry_run=False)
    assert plan.faults == []
    assert [change.customer_id for change in plan.changed] == [first, second, third]
    notes = {card.name: (card.note, card.addresses) for card in cards_of(store)}
    assert notes == {
        "A": ("by address, whatever the number says", ("a@mail.example",)),
        "B": ("by number", ("b@mail.example",)),
        "C": ("by domain", ("c2@sample.example", "c@sample.example")),
        "D": ("free mail says nothing", ("d@mail.example",)),
    }


def test_bad_cells_are_told_by_address_and_nothing_is_changed(
    store: SqlStore, tables: CustomerTables, workbook: Callable[..., Path]
) -> None:
    first, second = put(
        store,
        (replace(BLANK, name="A"), [Person("a@mail.example", 0)]),
        (replace(BLANK, name="B", company="Bee"), [Person("b@mail.example", 0)]),
    )
    path = workbook(
        [
            ["id", "name", "country", "addresses", "type", "orders", "value", "last_contact"],
            [None, "Good", "DE", "good@else.example", "importer", 1, 2.5, "2026-01-01"],
            [None, "x", "Germany", "no address", "king", -1, "much", "soon"],
            ["seven", "#REF!", None, None, None, None, None, None],
            [None, "A", None, "a@mail.example, b@mail.example", None, None, None, None],
            [first, "A", None, None, None, None, None, None],
            [first, "A again", None, None, None, None, None, None],
            [second, "Somebody", None, "s@else.example", None, None, None, None],
            [None, "Twice", None, "good@else.example", None, None, None, None],
        ],
        [["address", "name"], ["ghost@else.example", "Ghost"]],
    )
    before = cards_of(store)
    plan = tables.load(path, "li", dry_run=False)
    assert cards_of(store) == before
    assert sorted(f"{fault}" for fault in plan.faults) == sorted(
        [
            "Customers!C3: country is no country: 'Germany'; write two letters, such as DE",
            "Customers!D3: 'no' is no mail address",
            "Customers!E3: type may be end_user, retailer, wholesaler, importer, distributor, agent, manufacturer, "
            "newcomer, unknown, not 'king'",
            "Customers!F3: orders can't be '-1'",
            "Customers!G3: value can't be 'much'",
            "Customers!H3: last_contact can't be 'soon'",
            "Customers!A4: 'seven' is no customer's number",
            "Customers!B4: #REF! is the fault of a formula",
            f"Customers!D5: these addresses are on the cards {first} and {second}; merge the cards first",
            "Customers!A6: Customers!5 speaks of the same customer; keep one of the rows",
            "Customers!A7: Customers!5 speaks of the same customer; keep one of the rows",
            f"Customers!A8: customer {second} is Bee; empty the cell to add a new one",
            "Customers!D9: good@else.example stands in Customers!2 too; keep it in one of the rows",
            "People!A2: 'ghost@else.example' is on no card and in no row of Customers",
        ]
    )


def test_a_number_from_another_book_is_not_trusted(
    store: SqlStore, tables: CustomerTables, workbook: Callable[..., Path]
) -> None:
    (known,) = put(store, (replace(BLANK, name="B", company="Bee"), []))
    path = workbook([["id", "name", "company"], [known, "Zoe", "Zoo"]])
    plan = tables.load(path, "li", dry_run=True)
    assert plan.faults == [BadCell("Customers!A2", f"customer {known} is Bee; empty the cell to add a new one")]


def test_unknown_columns_are_told_once(tables: CustomerTables, workbook: Callable[..., Path]) -> None:
    plan = tables.load(workbook([["name", "Shoe size"], ["A", 42], ["B", 43]]), "li", dry_run=True)
    assert [str(fault) for fault in plan.faults] == ["Customers!B: unknown column 'shoe_size'; delete or rename it"]


def test_empty_cells_leave_what_stands_and_counts_stay_the_machines(
    store: SqlStore, tables: CustomerTables, workbook: Callable[..., Path]
) -> None:
    (known,) = put(store, (replace(BLANK, name="A", country="DE", orders=2), [Person("a@mail.example", 0)]))
    path = workbook([["addresses", "country", "orders", "segment"], ["a@mail.example", None, 99, "lost"]])
    plan = tables.load(path, "li", dry_run=False)
    assert (plan.changed, plan.unchanged) == ([], 1)
    (card,) = cards_of(store)
    assert (card.id, card.country, card.orders) == (known, "DE", 2)


def test_a_round_trip_into_an_empty_book_loses_nothing(sqlite_store: SqlStore, clock: SetClock, tmp_path: Path) -> None:
    put(sqlite_store, *full_book(600))
    path = tmp_path / "out.xlsx"
    out = CustomerTables(sqlite_store, clock, RULES)
    assert out.export(path, CustomerFilter(), "li") == 600

    back = out.load(path, "li", dry_run=False)
    assert (back.new, back.changed, back.unchanged, back.faults) == ([], [], 600, [])

    url = f"sqlite:///{tmp_path}/other.db"
    upgrade(url)
    other = SqlStore(url, sealer(AUDIT_KEY), clock)
    plan = CustomerTables(other, clock, RULES).load(path, "li", dry_run=False)
    assert (len(plan.new), plan.changed, plan.faults) == (600, [], [])
    assert values(other) == values(sqlite_store)
    other.close()


def test_csv_changes_nothing_when_it_comes_back(store: SqlStore, tables: CustomerTables, tmp_path: Path) -> None:
    put(store, *full_book(40))
    path = tmp_path / "out.csv"
    assert tables.export(path, CustomerFilter(), "li") == 40
    plan = tables.load(path, "li", dry_run=False)
    assert (plan.new, plan.changed, plan.unchanged, plan.faults) == ([], [], 40, [])


def test_an_export_takes_what_the_filter_means_and_leaves_no_half_file(
    store: SqlStore, tables: CustomerTables, tmp_path: Path
) -> None:
    put(store, *full_book(30))
    assert tables.export(tmp_path / "de.xlsx", CustomerFilter(country=frozenset({"DE"})), "li") == 10
    with store.begin() as uow:
        uow.customers.save(replace(uow.customers.all()[0], note="x" * 40_000))
        uow.commit()
    with pytest.raises(SheetError):
        tables.export(tmp_path / "half.xlsx", CustomerFilter(), "li")
    with pytest.raises(SheetError, match="neither"):
        tables.export(tmp_path / "book.pdf", CustomerFilter(), "li")
    assert sorted(path.name for path in tmp_path.glob("*.xlsx*")) == ["de.xlsx"]
    assert not list(tmp_path.glob(".*"))
