"""Each alarm reaches the page, the mail to the desk and the webhook once: over all steps, through quiet hours, over a
restart of the process, and with two daemons at work; on both databases (A40-A42)."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.harness.desks import CONFIG, Desktop, MovableClock, inquiry
from tests.harness.receiver import Receiver, receiver
from tests.harness.smtp_peer import SmtpPeer
from tests.harness.stores import BOTH
from triage.app import App
from triage.config import load
from triage.jobs import JOBS
from triage.vocabulary.access import HookEvent

__all__ = ["receiver"]

ALARMS = (
    '[alarms]\nmail_to = ["boss@seller.example"]\nsteps_hours = [0, 2]\nquiet = "17:30-18:30"\n'
    '[webhooks]\nallowed_hosts = ["127.0.0.1"]\n'
)
LEVELS = ["soon", "late1", "late2"]


@pytest.fixture
def peer() -> Iterator[SmtpPeer]:
    with closing(SmtpPeer()) as made:
        yield made


@pytest.fixture(params=BOTH)
def desk(
    request: pytest.FixtureRequest, make_app: Callable[[str], App], peer: SmtpPeer, receiver: Receiver
) -> Iterator[Desktop]:
    """A mail that came on a Monday at 09:00 in Shanghai, answered by nobody."""
    config = CONFIG.replace("[accounts.sales.imap]", "smtp_login = false\n[accounts.sales.imap]", 1)
    head, _, tail = config.rpartition("port = 1")
    config = f"{head}port = {peer.port}{tail}{ALARMS}"
    if request.param == "postgresql":
        config += f'[database]\nurl = "{request.getfixturevalue("postgres_url")}"\n'
    app = make_app(config)
    assert isinstance(app.clock, MovableClock)
    app.clock.move(hours=16)
    made = Desktop(app, app.clock)
    made.arrive(inquiry(subject="LED bulbs"))
    app.webhooks.add(receiver.url, [HookEvent.RESPONSE_DUE], "test")
    yield made
    app.store.close()


@pytest.fixture
def restarted(desk: Desktop, tmp_path: Path) -> Iterator[Callable[[], App]]:
    """Makes the application anew on the same database, as another process would."""
    made: list[App] = []

    def make() -> App:
        made.append(App(load(tmp_path / "config.toml"), desk.clock))
        return made[-1]

    yield make
    for app in made:
        app.store.close()


def work(app: App) -> None:
    """One turn of the jobs of a daemon that speak of alarms."""
    for job in ("alarms", "webhooks"):
        JOBS[job].run(app, lambda *_: None)


def told_by_webhook(receiver: Receiver) -> list[str]:
    return [json.loads(body)["data"]["level"] for _, body in receiver.got]


def told_by_mail(peer: SmtpPeer) -> list[str]:
    texts = [message_from_bytes(body, policy=policy.default).get_content() for body in peer.bodies]
    return [next(level for level, words in WORDS.items() if words in text) for text in texts]


WORDS = {"soon": "falls due soon", "late1": "step 1 of 2", "late2": "step 2 of 2"}


def in_the_log(desk: Desktop) -> list[str]:
    with desk.app.store.begin(write=False) as uow:
        return [event.data["level"] for event in uow.audit.events() if event.name == "response.alarm"]


def on_the_page(desk: Desktop) -> list[str]:
    with desk.app.store.begin(write=False) as uow:
        return [alert.key for alert in uow.alerts.standing() if alert.key.startswith("response:")]


def test_a40_each_step_reaches_page_mail_and_webhook_once(desk: Desktop, peer: SmtpPeer, receiver: Receiver) -> None:
    for _ in range(5 * 24 * 2):
        desk.clock.move(minutes=30)
        work(desk.app)
    assert in_the_log(desk) == told_by_mail(peer) == told_by_webhook(receiver) == LEVELS
    assert on_the_page(desk) == ["response:1:late2"]


def test_a40_a_restart_says_nothing_again(
    desk: Desktop, peer: SmtpPeer, receiver: Receiver, restarted: Callable[[], App]
) -> None:
    for _ in range(36):
        desk.clock.move(hours=1)
        app = restarted()
        work(app)
        app.store.close()
    assert in_the_log(desk) == told_by_mail(peer) == told_by_webhook(receiver) == LEVELS


def test_a40_two_daemons_say_it_once(
    desk: Desktop, peer: SmtpPeer, receiver: Receiver, restarted: Callable[[], App]
) -> None:
    daemons = [desk.app, restarted()]
    for _ in range(48):
        desk.clock.move(hours=1)
        both = threading.Barrier(2)

        def turn(app: App, both: threading.Barrier = both) -> None:
            both.wait()
            work(app)

        threads = [threading.Thread(target=turn, args=(app,)) for app in daemons]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert in_the_log(desk) == sorted(told_by_mail(peer), key=LEVELS.index) == LEVELS
    assert told_by_webhook(receiver) == LEVELS


def test_a42_what_falls_into_quiet_hours_is_said_once_after_them(
    desk: Desktop, peer: SmtpPeer, receiver: Receiver
) -> None:
    quiet, said = 0, list[str]()
    for _ in range(5 * 24 * 4):
        desk.clock.move(minutes=15)
        before = len(in_the_log(desk))
        work(desk.app)
        local = desk.app.local_time(desk.clock.now())
        if 17.5 <= local.hour + local.minute / 60 < 18.5:
            quiet += 1
            said += in_the_log(desk)[before:]
    assert quiet and said == []
    assert in_the_log(desk) == told_by_mail(peer) == told_by_webhook(receiver) == LEVELS
