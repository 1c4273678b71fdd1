"""Working time of many responses: by the calendar of each one's mailbox (A20, A22), and by the buyer's (A24)."""

from collections.abc import Callable

import numpy as np

from triage.audit.buyer_hours import buyer_calendar
from triage.audit.frame import Words
from triage.audit.instants import Instants, Seconds, working
from triage.audit.spread import spans
from triage.vocabulary.policy import Calendars, WorkCalendar


def desk_seconds(mailboxes: Words, starts: Instants, ends: Instants, calendars: Calendars) -> Seconds:
    """Working seconds of the desk."""
    if not calendars.mailboxes:
        return working(calendars.company, starts, ends)
    return _by_word(mailboxes, starts, ends, calendars.of)


def buyer_seconds(countries: Words, starts: Instants, ends: Instants) -> Seconds:
    """Working seconds of the buyers; NaN where their hours are not known."""
    return _by_word(countries, starts, ends, buyer_calendar)


def _by_word(
    column: Words, starts: Instants, ends: Instants, calendar_of: Callable[[str], WorkCalendar | None]
) -> Seconds:
    order = np.argsort(column.codes, kind="stable")
    found = np.full(len(column.codes), np.nan)
    for code, (start, end) in spans(column.codes[order]):
        calendar = calendar_of(column.words[code])
        if calendar is not None:
            here = order[start:end]
            found[here] = working(calendar, starts[here], ends[here])
    return found
