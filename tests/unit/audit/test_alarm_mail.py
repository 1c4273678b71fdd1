"""The notice to the desk: by the mailbox's own way out, to colleagues only, once."""

from collections.abc import Callable, Iterator
from contextlib import closing
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.harness.desks import CONFIG, Desktop, MovableClock, inquiry
from tests.harness.smtp_peer import SmtpPeer
from triage.app import App
from triage.config import load
from triage.errors import ConfigError
from triage.jobs import JOBS
from triage.vocabulary.inquiry import Kind

ALARMS = '[alarms]\nmail_to = ["boss@seller.example"]\nsteps_hours = [0, 2]\n'


@pytest.fixture
def peer() -> Iterator[SmtpPeer]:
    with closing(SmtpPeer()) as made:
        yield made


@pytest.fixture
def desktop(make_app: Callable[[str], App], peer: SmtpPeer) -> Desktop:
    """A mail that came on a Monday at 09:00 in Shanghai, answered by nobody."""
    smtp = "smtp_login = false\n[accounts.sales.imap]"
    config = CONFIG.replace("[accounts.sales.imap]", smtp, 1)
    head, _, tail = config.rpartition("port = 1")
    app = make_app(f"{head}port = {peer.port}{tail}{ALARMS}")
    assert isinstance(app.clock, MovableClock)
    app.clock.move(hours=16)
    made = Desktop(app, app.clock)
    made.arrive(inquiry(subject="LED bulbs"))
    return made


def alerts(desktop: Desktop) -> list[str]:
    with desktop.app.store.begin(write=False) as uow:
        return [alert.key for alert in uow.alerts.standing()]


def test_colleagues_are_told_once_by_mail(desktop: Desktop, peer: SmtpPeer) -> None:
    look = JOBS["alarms"].run
    look(desktop.app, lambda *_: None)
    assert peer.bodies == []
    desktop.clock.move(hours=12)
    for _ in range(3):
        look(desktop.app, lambda *_: None)

    (body,) = peer.bodies
    mail = message_from_bytes(body, policy=policy.default)
    assert (mail["To"], mail["From"]) == ("boss@seller.example", "triage <sales@seller.example>")
    assert "karl@muster.example" in mail.get_content()
    assert [line for line in peer.commands if line.startswith("RCPT")] == ["RCPT TO:<boss@seller.example>"]
    assert len(alerts(desktop)) == 1


def test_a_notice_that_can_t_leave_is_an_alert_itself(desktop: Desktop, peer: SmtpPeer) -> None:
    peer.answers = {"RCPT": "550 5.1.1 nobody here"}
    desktop.clock.move(hours=12)
    desktop.app.upkeep.review_alarms()

    assert "alarms:mail" in alerts(desktop)
    assert desktop.drafts(1)[0][1] == "proposed"


def test_only_colleagues_can_be_told(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG + ALARMS.replace("seller.example", "gmail.example"))
    with pytest.raises(ConfigError, match=r"boss@gmail\.example is at no domain of an account"):
        load(path)
    path.write_text((CONFIG + ALARMS).replace("seller.example", "gmail.com"))
    with pytest.raises(ConfigError, match=r"boss@gmail\.com is at no domain of an account"):
        load(path)
    path.write_text((CONFIG + ALARMS).replace("seller.example", "gmail.com").replace("boss@", "sales@"))
    assert load(path).alarms.mail_to == ("sales@gmail.com",)


def test_targets_and_steps_come_from_the_configuration(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f"{CONFIG}{ALARMS}[targets.kinds]\norder = 1\n[targets.markets]\nDE = 3\n")
    settings = load(path)
    assert [step.total_seconds() for step in settings.alarms.value().steps] == [0, 7200]
    assert settings.targets.value().by_kind[Kind.ORDER].total_seconds() == 3600
    assert settings.targets.value().by_market["DE"].total_seconds() == 3 * 3600
    for kind in ("complaint", "newsletter"):
        path.write_text(f"{CONFIG}[targets.kinds]\n{kind} = 1\n")
        with pytest.raises(ConfigError, match="no target of its own"):
            load(path)


def test_a22_a_mailbox_may_keep_hours_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG + '[accounts.sales.calendar]\ntime_zone = "Europe/Berlin"\nholiday_country = "DE"\n')
    calendars = load(path).calendars
    assert calendars.of("sales").time_zone == "Europe/Berlin"
    assert calendars.of("export") == calendars.company
    assert calendars.company.time_zone == "Asia/Shanghai"
