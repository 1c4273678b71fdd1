"""Working time of many responses: by the calendar of each one's mailbox (A20, A22), and by the buyer's (A24)."""

from collections.abc import Callable

import numpy as np

from triage.audit.buyer_hours import buyer_calendar
from triage.audit.frame import Words
from triage.audit.instants import Instants, Seconds, working
from triage.audit.spread import ordering, spans
from triage.vocabulary.policy import Calendars, WorkCalendar


def desk_seconds(mailboxes: Words, calendars: Calendars, *moments: Instants) -> list[Seconds]:
    """Working seconds of the desk from each of the moments to the next."""
    if not calendars.mailboxes:
        return working(calendars.company, *moments)
    return _by_word(mailboxes, calendars.of, *moments)


def buyer_seconds(countries: Words, starts: Instants, ends: Instants) -> Seconds:
    """Working seconds of the buyers; NaN where their hours are not known."""
    (found,) = _by_word(countries, buyer_calendar, starts, ends)
    return found


def _by_word(column: Words, calendar_of: Callable[[str], WorkCalendar | None], *moments: Instants) -> list[Seconds]:
    order = ordering(column.codes)
    found = [np.full(len(column.codes), np.nan) for _ in moments[1:]]
    for code, (start, end) in spans(column.codes[order]):
        calendar = calendar_of(column.words[code])
        if calendar is not None:
            here = order[start:end]
            for each, seconds in zip(found, working(calendar, *(moment[here] for moment in moments)), strict=True):
                each[here] = seconds
    return found
