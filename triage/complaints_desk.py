"""SERVICE: what people find out and do about a complaint (R24): cause, fault, remedy, and its end."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from triage.errors import NotFound, TriageError
from triage.vocabulary.ports import Clock, Store
from triage.vocabulary.records import ComplaintRecord
from triage.vocabulary.states import Fault


class ComplaintsDesk:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def list(self, *, open_only: bool = True) -> Sequence[ComplaintRecord]:
        """Oldest first."""
        with self._store.begin(write=False) as uow:
            return uow.complaints.all(open_only=open_only)

    def get(self, message_id: int) -> ComplaintRecord:
        """Raises NotFound."""
        with self._store.begin(write=False) as uow:
            return _known(uow.complaints.get(message_id), message_id)

    def record(
        self,
        message_id: int,
        by: str,
        *,
        cause: str | None = None,
        fault: Fault | None = None,
        remedy: str | None = None,
        remedy_at: datetime | None = None,
        closed: bool | None = None,
    ) -> ComplaintRecord:
        """Write what is given; None leaves it as it stands. A remedy without a date holds from now on. Raises NotFound,
        and TriageError for a case that is to be closed before anyone said whose fault it was."""
        now = self._clock.now()
        with self._store.begin() as uow:
            case = _known(uow.complaints.get(message_id), message_id)
            changed = replace(
                case,
                cause=case.cause if cause is None else " ".join(cause.split()),
                fault=fault or case.fault,
                remedy=case.remedy if remedy is None else " ".join(remedy.split()),
                remedy_at=remedy_at or case.remedy_at or (now if remedy else None),
                by=by,
            )
            if closed is not None:
                changed = replace(changed, closed_at=(case.closed_at or now) if closed else None)
            if changed.closed_at is not None and changed.fault is None:
                raise TriageError(
                    f"Nobody has said whose fault complaint {message_id} was.",
                    f"Say it (--fault): {', '.join(Fault)}.",
                )
            uow.complaints.save(changed)
            data = {"fault": str(changed.fault or ""), "closed": "yes" if changed.closed_at else "no"}
            uow.audit.append(now, by, "complaint.recorded", f"message:{message_id}", data)
            uow.commit()
            return changed


def _known(case: ComplaintRecord | None, message_id: int) -> ComplaintRecord:
    if case is None:
        raise NotFound(f"There is no complaint {message_id}.", "`triage complaints` lists them with their numbers.")
    return case
