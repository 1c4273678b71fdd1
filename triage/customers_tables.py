"""SERVICE: the customer book out to Excel or CSV and back in: matched, shown beforehand, all or nothing (R19)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from triage.customers import company_domain, import_row, segment
from triage.customers.columns import CUSTOMERS
from triage.customers.files import whole_file
from triage.customers.import_row import BadCell, FieldChange
from triage.customers.tables_in import TableRow, read_table
from triage.customers.tables_out import Line, write_csv, write_xlsx
from triage.customers_desk import PAGE, BookRules
from triage.errors import SheetError
from triage.vocabulary.customers import LATEST_FIRST, CustomerFilter, Person, SortBy, Source
from triage.vocabulary.mail import Address
from triage.vocabulary.ports import Clock, Store, UnitOfWork
from triage.vocabulary.records import CustomerRecord

Progress = Callable[[int], None]
"""Told now and then how many rows are done."""
_AT_ONCE = 500
_BLANK = CustomerRecord(0, "", "", None, ())


@dataclass(frozen=True, slots=True)
class RowChange:
    """What one row would do. `customer_id` None: a new card."""

    place: str
    customer_id: int | None
    name: str
    changes: tuple[FieldChange, ...]


@dataclass(slots=True)
class Plan:
    """What an import would do; nothing, when there are faults."""

    rows: int = 0
    new: list[RowChange] = field(default_factory=list)
    changed: list[RowChange] = field(default_factory=list)
    unchanged: int = 0
    faults: list[BadCell] = field(default_factory=list)


class CustomerTables:
    def __init__(self, store: Store, clock: Clock, rules: BookRules) -> None:
        self._store, self._clock, self._rules = store, clock, rules

    # ---- out

    def export(
        self,
        path: Path,
        wanted: CustomerFilter,
        by: str,
        sort: SortBy = LATEST_FIRST,
        progress: Progress = lambda _done: None,
    ) -> int:
        """Write all cards that the filter means, by the name's ending to .xlsx or .csv. The file appears whole or not
        at all. Raises SheetError, OSError."""
        write = {".xlsx": write_xlsx, ".csv": write_csv}.get(path.suffix.lower())
        if write is None:
            raise SheetError(f"{path.name} is neither .xlsx nor .csv.", "Name the file by what it shall be.")
        with whole_file(path) as unfinished:
            written = write(unfinished, self._lines(wanted, sort, progress))
        with self._store.begin() as uow:
            uow.audit.append(self._clock.now(), by, "customers.exported", "customers", {"customers": str(written)})
            uow.commit()
        return written

    def _lines(self, wanted: CustomerFilter, sort: SortBy, progress: Progress) -> Iterator[Line]:
        now, patience, last, done = self._clock.now(), self._rules.patience, None, 0
        with self._store.begin(write=False) as uow:
            while cards := uow.customers.page(wanted, patience, now, sort, last, PAGE):
                people = uow.customers.people(card.id for card in cards)
                for card in cards:
                    yield card, segment(card, now, patience), people.get(card.id, ())
                last, done = cards[-1], done + len(cards)
                progress(done)

    # ---- in

    def load(self, path: Path, by: str, *, dry_run: bool, progress: Progress = lambda _done: None) -> Plan:
        """Read the table and carry it out, unless it is a dry run or a cell is wrong. Raises SheetError.

        The whole file is read before the database is asked, so that nobody waits for it.
        """
        rows = []
        for row in read_table(path):
            rows.append(row)
            if len(rows) % PAGE == 0:
                progress(len(rows))
        with self._store.begin(write=not dry_run) as uow:
            matching = _Matching(uow, Source(self._clock.now(), by=by), self._rules.shared_domains)
            matching.take(rows)
            plan = matching.plan
            if not dry_run and not plan.faults:
                matching.carry_out()
                figures = {"new": str(len(plan.new)), "changed": str(len(plan.changed))}
                uow.audit.append(self._clock.now(), by, "customers.imported", "customers", figures)
                uow.commit()
        return plan


@dataclass(slots=True)
class _Target:
    """A card on its way: `before` is blank for a new one."""

    place: str
    before: CustomerRecord
    after: CustomerRecord
    people_before: Mapping[str, Person]
    people: dict[str, Person]

    @property
    def is_new(self) -> bool:
        return self.before.id == 0

    def change(self) -> RowChange:
        gained = tuple(
            FieldChange(f"person {person.address}", _told(self.people_before.get(person.address)), _told(person))
            for person in self.changed_people()
        )
        fields = import_row.changes(self.before, self.after) + gained
        name = self.after.company or self.after.name or next(iter(self.people), "")
        return RowChange(self.place, None if self.is_new else self.before.id, name, fields)

    def changed_people(self) -> list[Person]:
        return [person for address, person in self.people.items() if self.people_before.get(address) != person]


def _told(person: Person | None) -> str:
    return ", ".join(filter(None, (person.name, person.role, person.phone))) if person is not None else ""


class _Matching:
    """Finds each row's card: by an address, then by the number, then by the company's domain; else it is new."""

    def __init__(self, uow: UnitOfWork, source: Source, shared_domains: frozenset[str]) -> None:
        self._uow, self._source, self._shared = uow, source, shared_domains
        self._by_address, self._by_domain = uow.customers.owners()
        self._targets: list[_Target] = []
        self._known: dict[int, _Target] = {}
        self._new_by_address: dict[str, _Target] = {}
        self._columns_fine: dict[str, bool] = {}
        self.plan = Plan()

    def take(self, rows: Sequence[TableRow]) -> None:
        for start in range(0, len(rows), _AT_ONCE):
            some = [row for row in rows[start : start + _AT_ONCE] if self._has_our_columns(row)]
            self.plan.rows += sum(row.sheet == CUSTOMERS for row in some)
            self._fetch(number for row in some if (number := import_row.id_of(row, [])) is not None)
            found = [(row, self._owner(row)) for row in some]
            self._fetch(owner for _, owner in found if owner is not None)
            for row, owner in found:
                if row.sheet == CUSTOMERS:
                    self._customer(row, owner)
                else:
                    self._person(row, owner)
        for target in self._targets:
            change = target.change()
            if target.is_new:
                self.plan.new.append(change)
            elif change.changes:
                self.plan.changed.append(change)
        self.plan.unchanged = self.plan.rows - len(self.plan.new) - len(self.plan.changed)

    def carry_out(self) -> None:
        new = [target for target in self._targets if target.is_new]
        self._uow.customers.add_cards([(target.after, list(target.people.values())) for target in new])
        for target in self._targets:
            if not target.is_new:
                if target.after != target.before:
                    self._uow.customers.save(target.after)
                if changed := target.changed_people():
                    self._uow.customers.save_people(changed)

    # ---- matching

    def _has_our_columns(self, row: TableRow) -> bool:
        if row.place not in self._columns_fine:
            check = import_row.known_columns if row.sheet == CUSTOMERS else import_row.known_people_columns
            self._columns_fine[row.place] = check(row, self.plan.faults)
        return self._columns_fine[row.place]

    def _owner(self, row: TableRow) -> int | None:
        """The id of the card the row speaks of, if one is known."""
        if row.sheet != CUSTOMERS:
            return self._by_address.get(row.cells.get("address", "").lower())
        addresses = import_row.addresses_of(row, [])
        owners = sorted({self._by_address[address] for address in addresses if address in self._by_address})
        if len(owners) > 1:
            named = " and ".join(map(str, owners))
            self._fault(row, "addresses", f"these addresses are on the cards {named}; merge the cards first")
        if owners:
            return owners[0]
        customer_id = import_row.id_of(row, [])
        if customer_id in self._known:
            return customer_id
        domains = {self._domain(address) for address in addresses} - {""}
        owners = [owner for domain in domains for owner in self._by_domain.get(domain, ())]
        return owners[0] if len(set(owners)) == 1 else None

    def _fetch(self, ids: Iterable[int]) -> None:
        missing = {owner for owner in ids if owner not in self._known}
        people = self._uow.customers.people(missing)
        for owner, card in self._uow.customers.get_many(missing).items():
            theirs = {person.address: person for person in people.get(owner, ())}
            self._known[owner] = _Target("", card, card, theirs, dict(theirs))

    def _customer(self, row: TableRow, owner: int | None) -> None:
        faults = self.plan.faults
        addresses = import_row.addresses_of(row, faults)
        import_row.id_of(row, faults)
        target = self._known[owner] if owner is not None else _Target("", _BLANK, _BLANK, {}, {})
        if target.place:
            self._fault(row, "id", f"{target.place} speaks of the same customer; keep one of the rows")
            return
        target.place = f"{row.place}!{row.number}"
        if owner is not None and not _is_known(addresses, target) and _another(row, target.before):
            self._fault(row, "id", f"customer {owner} is {_name(target.before)}; empty the cell to add a new one")
            return
        target.after = import_row.written(target.before, row, self._source, faults)
        if target.is_new:
            target.after = _as_new(import_row.counted(target.after, row, faults))
        for address in addresses:
            self._add_address(row, target, address)
        self._targets.append(target)

    def _add_address(self, row: TableRow, target: _Target, address: str) -> None:
        if address in target.people:
            return
        other = self._new_by_address.setdefault(address, target)
        if other is not target:
            self._fault(row, "addresses", f"{address} stands in {other.place} too; keep it in one of the rows")
        target.people[address] = Person(address, target.before.id, domain=self._domain(address))

    def _person(self, row: TableRow, owner: int | None) -> None:
        address = row.cells.get("address", "").lower()
        target = self._known[owner] if owner is not None else self._new_by_address.get(address)
        if target is None:
            self._fault(row, "address", f"{address[:60]!r} is on no card and in no row of {CUSTOMERS}")
            return
        stands = target.people[address]
        target.people[address] = replace(
            stands,
            name=row.cells.get("name", stands.name),
            role=row.cells.get("role", stands.role),
            phone=row.cells.get("phone", stands.phone),
        )
        if not target.place:
            target.place = f"{row.place}!{row.number}"
            self._targets.append(target)
            self.plan.rows += 1

    def _domain(self, address: str) -> str:
        return company_domain(Address("", address), self._shared)

    def _fault(self, row: TableRow, column: str, text: str) -> None:
        self.plan.faults.append(BadCell(row.address(column), text))


def _is_known(addresses: Sequence[str], target: _Target) -> bool:
    return any(address in target.people_before for address in addresses)


def _another(row: TableRow, card: CustomerRecord) -> bool:
    """A number from another book: name and company both tell of somebody else."""
    told = [(row.cells[key], getattr(card, key)) for key in ("name", "company") if key in row.cells]
    return bool(told) and all(here.casefold() != there.casefold() for here, there in told)


def _name(card: CustomerRecord) -> str:
    return card.company or card.name or "somebody else"


def _as_new(card: CustomerRecord) -> CustomerRecord:
    """The stage of a new card is where it starts, not a word that binds: mails carry it on."""
    return replace(card, sources={name: source for name, source in card.sources.items() if name != "stage"})
