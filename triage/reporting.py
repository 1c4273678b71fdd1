"""The response-time report over what the store holds. Its figures are made in `triage.audit.summary`."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from triage.audit.rulebook import Rulebook, rulebook
from triage.desk import shipped
from triage.vocabulary.policy import Calendars
from triage.vocabulary.ports import Clock, Store

if TYPE_CHECKING:
    from triage.audit.report import Brief, Report
    from triage.vocabulary.responses import Dimension


@cache
def audit_rules() -> Rulebook:
    """The rules that the figures name, as docs/audit-rules.md says them."""
    return rulebook(shipped("docs/audit-rules.md").read_text("utf-8"))


class Reporting:
    """Shared between threads. Loads numpy when first asked."""

    def __init__(self, store: Store, clock: Clock, calendars: Calendars) -> None:
        self._store, self._clock, self._calendars = store, clock, calendars

    def response_times(
        self,
        by: "Sequence[Dimension]" = (),
        since: datetime | None = None,
        until: datetime | None = None,
        mailboxes: frozenset[str] | None = None,
    ) -> "Report":
        """How fast the desk answered the mails that came from `since` to before `until` (docs/audit-rules.md), in the
        mailboxes that one may see. What people decided and promised is told only to who may see them all."""
        from triage.audit.complaints import complaint_counts
        from triage.audit.summary import LOOK_BACK, summarise

        now = self._clock.now()
        earlier = since and min(since, min(now, until or now) - LOOK_BACK)
        with self._store.begin(write=False) as uow:
            counts = None
            if mailboxes is None:
                complained = complaint_counts(uow.complaints.between(since, until))
                counts = replace(uow.responses.counts(since, until), complaints=complained)
            return summarise(
                uow.responses.columns(earlier, until),
                by,
                now,
                self._calendars,
                uow.responses.named,
                since=since,
                until=until,
                mailboxes=mailboxes,
                counts=counts,
            )

    def brief(
        self,
        by: "Sequence[Dimension]" = (),
        since: datetime | None = None,
        until: datetime | None = None,
        mailboxes: frozenset[str] | None = None,
    ) -> "Brief":
        """The head of the same report, in a fraction of the time (A48)."""
        from triage.audit.summary import brief

        now = self._clock.now()
        with self._store.begin(write=False) as uow:
            columns = uow.responses.columns(since, until)
            return brief(columns, by, now, self._calendars, since=since, until=until, mailboxes=mailboxes)
