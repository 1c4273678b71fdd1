"""`triage demo`: the whole thing on a sample mailbox, with nothing else set up."""

import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage.errors import TriageError

if TYPE_CHECKING:
    from triage.app import App
    from triage.demo.servers import DemoServers

HELP = "queue | show N | approve N | reject N | audit | quit"
PATIENCE = 120.0
"""Seconds for the daemon to read the sample mailbox on a slow machine."""


def register(app: typer.Typer) -> None:
    app.command()(demo)


def demo(
    once: Annotated[
        bool, typer.Option("--once", help="Process, approve one draft, show where it went, and exit.")
    ] = False,
    folder: Annotated[
        Path | None,
        typer.Option(help="Where to keep database, configuration and letters.", show_default="a temporary folder"),
    ] = None,
) -> None:
    """See it work: an embedded mail server with a sample mailbox, the daemon, and the review queue."""
    from triage.app import App
    from triage.cli.progress import Progress
    from triage.config import load
    from triage.demo.mails import sample_mails
    from triage.demo.quarter.living import live_through
    from triage.demo.servers import start_demo_servers
    from triage.demo.setting import write_config
    from triage.logs import configure

    with ExitStack() as stack:
        home = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="triage-demo-")))
        home.mkdir(parents=True, exist_ok=True)
        if (home / "triage.db").exists():
            raise TriageError(f"{home} holds an earlier demo.", "Name another folder, or remove it.")
        configure("json", "info", stack.enter_context((home / "daemon.log").open("w", encoding="utf-8")))
        mails = sample_mails(datetime.now(UTC))
        servers = start_demo_servers(home, mails)
        stack.callback(servers.stop)
        settings = load(write_config(home, servers))
        app = App(settings)
        app.upgrade()
        print("Living through the quarter before today, on a clock of its own ...", flush=True)
        live_through(settings, datetime.now(UTC), Progress().line)
        lived = sum(app.counts()["messages"].values())
        end, url = _start_daemon(app)
        stack.callback(end)
        print(f"A sample mailbox with {len(mails)} mails; database, log and letters are in {home}", flush=True)
        print(f"Review page: {url}\n", flush=True)
        _wait(lambda: _all_processed(app, lived + len(mails)), "the sample mailbox is read")
        _print_queue(app)
        if once:
            _approve_and_follow(app, servers)
        else:
            _converse(app, servers, home)


def _start_daemon(app: "App") -> tuple[Callable[[], None], str]:
    """Run the daemon in a thread; returns what stops it, and the address of its page."""
    from triage import daemon

    stop, ready, urls = threading.Event(), threading.Event(), list[str]()

    def on_ready(url: str) -> None:
        urls.append(url)
        ready.set()

    thread = threading.Thread(target=daemon.run, args=[app], kwargs={"stop": stop, "on_ready": on_ready}, name="daemon")
    thread.start()

    def end() -> None:
        stop.set()
        thread.join()

    _wait(ready.is_set, "the daemon runs")
    return end, urls[0]


def _wait(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise TriageError(f"Waited {PATIENCE:.0f} s until {what}, in vain.", "The daemon's log tells why.")
        time.sleep(0.1)


def _all_processed(app: "App", expected: int) -> bool:
    counts = app.counts()["messages"]
    return counts.get("processed", 0) + counts.get("parked", 0) >= expected


def _print_queue(app: "App") -> None:
    from triage.cli.show import queue_table
    from triage.vocabulary.states import NEEDS_A_PERSON

    with app.store.begin(write=False) as uow:
        items = uow.drafts.queue(sorted(NEEDS_A_PERSON), limit=100)
        alerts = uow.alerts.standing()
    print(queue_table(items, alerts, app.clock.now(), app.settings.calendar.time_zone), flush=True)


def _approve_and_follow(app: "App", servers: "DemoServers") -> None:
    """What a reviewer would do with the first answer that no check objects to; a follow-up would leave tomorrow."""
    from triage.cli.show import draft_page
    from triage.vocabulary.states import DraftStatus, Occasion

    with app.store.begin(write=False) as uow:
        items = uow.drafts.queue([DraftStatus.PROPOSED], limit=100)
    answers = (item.draft for item in items if item.draft.occasion is Occasion.REPLY)
    chosen = next((draft for draft in answers if not draft.letter.blocking), None)
    if chosen is None:
        raise TriageError("No draft can be approved as it stands.", "Edit one first.")
    print(f"\n$ triage show {chosen.id}\n{draft_page(app, chosen.id)}\n\n$ triage approve {chosen.id}")
    _approve(app, servers, chosen.id)
    _print_audit(app)


def _approve(app: "App", servers: "DemoServers", draft_id: int) -> None:
    """Approve, wait until the letter has left and is filed, and show both ends."""
    from triage.vocabulary.states import DraftStatus, SentCopyStatus

    before = len(servers.sink.deliveries)
    app.review.approve(draft_id, "demo reviewer")
    _wait(lambda: app.draft(draft_id).status is not DraftStatus.APPROVED, "the letter is taken up")
    _wait(
        lambda: app.draft(draft_id).sent_copy in (SentCopyStatus.FILED, SentCopyStatus.FAILED),
        "the letter is sent and filed",
    )
    draft = app.draft(draft_id)
    delivery = servers.sink.deliveries[before]
    letter = message_from_bytes(delivery.data, policy=policy.default)
    print(f"Arrived at the buyer, {', '.join(delivery.recipients)} ({delivery.path.name}):")
    for name in ("From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References"):
        print(f"  {name}: {letter[name]}")
    print(f"The letter is {draft.status}; its copy in Sent is {draft.sent_copy}.", flush=True)


def _print_audit(app: "App") -> None:
    from triage.audit.render import opening

    print(f"\n$ triage audit\n{opening(app.reporting.response_times())}", flush=True)


def _converse(app: "App", servers: "DemoServers", home: Path) -> None:
    """A small prompt over the running daemon; every command also works from another terminal."""
    from triage.cli.show import draft_page

    print(f"\n{HELP}   (or from another terminal: triage queue --config {home / 'config.toml'})")
    while True:
        print("demo> ", end="", flush=True)
        words = sys.stdin.readline().split()
        if words[:1] in ([], ["quit"]) and (words or not sys.stdin.isatty()):
            return
        try:
            match words:
                case ["queue"]:
                    _print_queue(app)
                case ["show", number]:
                    print(draft_page(app, int(number)))
                case ["approve", number]:
                    _approve(app, servers, int(number))
                case ["reject", number]:
                    app.review.reject(int(number), "demo reviewer", "not for us")
                case ["audit"]:
                    _print_audit(app)
                case _:
                    print(HELP)
        except (TriageError, ValueError) as error:
            print(error)
