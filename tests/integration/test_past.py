"""`triage audit --mailbox` on a real server: read-only, pairs right, and on again after a break."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.harness.command_line import Triage
from tests.harness.dovecot import Dovecot
from tests.harness.past_mailbox import PastMailbox, past_mailbox
from triage.errors import LoginRefused
from triage.past.facts import Facts
from triage.past.reader import ByHeaders, read_mailbox
from triage.past.target import server_of
from triage.vocabulary.servers import Login

pytestmark = pytest.mark.integration
SINCE = datetime(2025, 10, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def box() -> PastMailbox:
    return past_mailbox(450)


@pytest.fixture(scope="module")
def user(dovecot: Dovecot, box: PastMailbox) -> str:
    user = dovecot.new_user("past", ["Gesendet-ü"])
    with dovecot.imap(user) as client:
        for folder, mails in (("INBOX", box.inbox), ('"Gesendet-&APw-"', box.sent)):
            for when, raw in mails:
                answer, _ = client.append(folder, "", f'"{when:%d-%b-%Y %H:%M:%S +0000}"', raw)
                assert answer == "OK"
    return user


def url(dovecot: Dovecot, user: str) -> str:
    return f"imaps://{user}@127.0.0.1:{dovecot.imaps_port}"


def test_the_last_year_of_a_mailbox_from_its_address_alone(
    triage: Triage, dovecot: Dovecot, user: str, box: PastMailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MAILBOX_PASSWORD", dovecot.password)
    before = _flags(dovecot, user)

    answer = triage(
        *("audit", "--mailbox", url(dovecot, user), "--password-env", "MAILBOX_PASSWORD"),
        *("--ca-file", str(dovecot.ca_file), "--own", "sales@lumina-led.example", "--since", "2025-10-01"),
        *("--format", "json", "--by", "turn"),
    )

    assert answer.code == 0, answer.errors
    told = json.loads(answer.text)
    assert told["total"]["due"] == len(box.truth)
    assert abs(told["total"]["answered"] - sum(map(bool, box.truth.values()))) <= 0.01 * len(box.truth)
    assert told["total"]["elapsed_median"] > 0
    assert _flags(dovecot, user) == before
    kept = tmp_path / f"{user}@127.0.0.1.facts"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert dovecot.password not in answer.errors + kept.read_text()


def _flags(dovecot: Dovecot, user: str) -> object:
    with dovecot.imap(user) as client:
        client.select("INBOX", readonly=True)
        return client.search(None, "UNSEEN")


def test_a_reading_that_was_broken_off_goes_on(dovecot: Dovecot, user: str, box: PastMailbox, tmp_path: Path) -> None:
    server, name = server_of(url(dovecot, user), dovecot.ca_file)
    login, path = Login(name, dovecot.password), tmp_path / "some.facts"

    def broken(place: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    facts = Facts(path, "headers", SINCE.date())
    facts.load()
    with pytest.raises(KeyboardInterrupt):
        read_mailbox(server, login, SINCE, facts, ByHeaders(), broken)
    path.write_bytes(path.read_bytes() + b'{"place": "INBOX", "mai')  # what a crash leaves of the next line
    again = Facts(path, "headers", SINCE.date())
    again.load()
    known = sum(1 for _ in again.mails())
    steps: list[tuple[str, int, int]] = []
    read_mailbox(server, login, SINCE, again, ByHeaders(), lambda *step: steps.append(step))

    assert 0 < known < box.size
    assert steps[0][1] > known
    whole = Facts(tmp_path / "whole.facts", "headers", SINCE.date())
    whole.load()
    read_mailbox(server, login, SINCE, whole, ByHeaders(), lambda *_: None)
    assert set(again.mails()) == set(whole.mails())
    assert len(list(whole.mails())) == box.size
    later = Facts(path, "headers", SINCE.date())
    later.load()
    assert set(later.mails()) == set(whole.mails())


def test_a_wrong_password_is_refused_in_words(dovecot: Dovecot, user: str, tmp_path: Path) -> None:
    server, name = server_of(url(dovecot, user), dovecot.ca_file)
    facts = Facts(tmp_path / "some.facts", "headers", SINCE.date())
    with pytest.raises(LoginRefused):
        read_mailbox(server, Login(name, "wrong"), SINCE, facts, ByHeaders(), lambda *_: None)
