"""The registry of jobs: plain functions that take ids, re-read their rows and make one transition each.

Jobs are hints, rows are the truth: a lost or doubled hint does no harm, because the sweep hints again whatever
is not in a final state. Nothing in here knows which engine runs it; the daemon's is APScheduler.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from triage.app import App


class Hint(Protocol):
    def __call__(self, name: str, *ids: str) -> None:
        """Run the job of that name soon."""
        ...


Run = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Job:
    """`every` None: runs only when hinted. `per_account`: once for each account, with its id."""

    name: str
    run: Run
    every: timedelta | None
    per_account: bool


JOBS: dict[str, Job] = {}


def job(every: timedelta | None = None, *, per_account: bool = False) -> Callable[[Run], Run]:
    """Register a function `(app, hint, *ids)` under its own name."""

    def register(run: Run) -> Run:
        JOBS[run.__name__] = Job(run.__name__, run, every, per_account)
        return run

    return register


BATCH = 100
"""Messages in one transaction: long enough to be quick on imports, short enough not to keep others waiting."""


@job(every=timedelta(seconds=5), per_account=True)
def intake(app: App, hint: Hint, account_id: str) -> None:
    """Keep the account watched. The watcher is a thread of its own because an IDLE connection is worth holding."""
    app.watchers.keep(account_id, on_new=lambda: hint("process"))


@job()
def process(app: App, hint: Hint) -> None:
    """Walk stored messages through the pipeline until none waits."""
    while app.processor.process_waiting(BATCH):
        pass


@job()
def dispatch(app: App, hint: Hint, account_id: str) -> None:
    """Send the approved letters of one account, one after the other."""
    for draft_id in app.due_letters(account_id):
        app.dispatcher.dispatch(draft_id)
        hint("file_copy", str(draft_id))


@job()
def file_copy(app: App, hint: Hint, draft_id: str) -> None:
    """Append the sent letter to the Sent folder. Can't reach the send state (I9)."""
    app.dispatcher.file_copy(int(draft_id))


@job(every=timedelta(seconds=1))
def sweep(app: App, hint: Hint) -> None:
    """Hint again whatever waits: new mails, letters approved by another process, copies not yet filed (F33)."""
    if app.anything_waiting():
        hint("process")
    for account_id in app.accounts_with_due_letters():
        hint("dispatch", account_id)
    for draft_id in app.copies_to_file():
        hint("file_copy", str(draft_id))


@job(every=timedelta(seconds=30))
def recover(app: App, hint: Hint) -> None:
    """Letters past their state's deadline: provably unsent ones are retried, the others shown as uncertain (F23)."""
    app.dispatcher.sweep(app.clock.now())


@job(every=timedelta(minutes=1))
def promises(app: App, hint: Hint) -> None:
    """Remind of promises before they are due, and mark the broken ones (R2)."""
    app.upkeep.review_promises()


@job(every=timedelta(hours=1))
def followups(app: App, hint: Hint) -> None:
    """Propose letters of our own accord, where the desk wants them (R22)."""
    app.propose_follow_ups()


@job(every=timedelta(seconds=2))
def webhooks(app: App, hint: Hint) -> None:
    """Tell others what happened, and try again what was not taken."""
    app.webhooks.run()


@job(every=timedelta(minutes=1))
def alarms(app: App, hint: Hint) -> None:
    """Warn before a mail's target is missed, and escalate after it (R26)."""
    app.upkeep.review_alarms()


@job(every=timedelta(seconds=10))
def disk(app: App, hint: Hint) -> None:
    """Say when the disk runs full, and when there is room again (F35)."""
    app.vitals.watch_disk()


@job(every=timedelta(minutes=10))
def housekeeping(app: App, hint: Hint) -> None:
    """Anchor the head of the audit log outside of the database (S16); pack past months for the reports."""
    app.log_keeper.anchor()
    app.upkeep.pack_responses()
