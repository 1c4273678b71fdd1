"""What users do wrong and what servers, disks and mails do to them: named, shown, and nothing is lost."""

import json
import shutil
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.mails import mail
from tests.harness.damage import IS_ROOT, damage_table, fill, no_writing, small_disk
from tests.harness.dovecot import Dovecot, free_ports
from tests.harness.postfix import Postfix
from tests.harness.service import Service, account, make_service, wait_for
from tests.harness.smtp_peer import Act, smtp_peer

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(180)]

WRONG_PASSWORD = "not-the-password-83125"
BODY_MARK = "sandalwood-4711"
"""A word of a mail's text that may stand in no log."""


def processed(service: Service) -> int:
    return service.status()["messages"]["processed"]


def alerts(service: Service) -> list[str]:
    answer = service.triage("status", "--json")
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)["alerts"]


def told(service: Service, words: str) -> str:
    """The standing alert that holds these words."""
    return wait_for(lambda: next((a for a in alerts(service) if words in a), ""), f"an alert says {words!r}", 30)


def health_of(service: Service, account_id: str) -> dict[str, Any]:
    answer = service.health()
    assert answer is not None
    return next(each for each in answer[1]["accounts"] if each["id"] == account_id)


# ---- one daemon with everything wrong at once, save one account ----------------------------------------------------


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot, postfix: Postfix) -> Iterator[Service]:
    """`sales` is in order; `refused` has a wrong password, `away` no server, `forged` a certificate that nobody
    vouches for; and the Chinese letter template asks for a variable that does not exist."""
    folder = tmp_path_factory.mktemp("troubled")
    (folder / "secret").write_text(WRONG_PASSWORD)
    (folder / "letters" / "zh").mkdir(parents=True)
    (folder / "letters" / "zh" / "letter.j2").write_text("尊敬的 {{ buyer_nmae }}：\n")
    (closed,) = free_ports(1)
    imap, smtp = (dovecot.host, dovecot.imap_port), (postfix.host, postfix.port)
    good, nowhere = f'{{ value = "{dovecot.password}" }}', ("127.0.0.1", closed)

    def accounts(address: str) -> str:
        return (
            account("sales", address, good, imap, smtp)
            + account("refused", dovecot.new_user("refused"), '{ file = "secret" }', imap, smtp)
            + account("away", dovecot.new_user("away"), good, nowhere, nowhere)
            + account("forged", dovecot.new_user("forged"), good, (imap[0], dovecot.imaps_port), smtp, security="tls")
        )

    service = make_service(folder, dovecot, postfix, accounts=accounts, top='templates_folder = "letters"')
    service.start()
    service.deliver(
        [("wang@lamp.example", chinese(service.address)), ("ann@sample.example", injecting(service.address))]
    )
    yield service
    service.end()


def chinese(to: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = "Wang Wei <wang@lamp.example>", to
    message["Subject"], message["Message-ID"] = "询价：LED 灯泡", "<zh-1@lamp.example>"
    message.set_content("您好，请报价 5000 个 LED 灯泡，并告知最小起订量和交货期。谢谢。王伟")
    return bytes(message)


def injecting(to: str) -> bytes:
    """A subject that decodes to several lines, one of which looks like an event of ours."""
    return (
        b"From: Ann Sample <ann@sample.example>\r\nTo: %b\r\nMessage-ID: <inject-1@sample.example>\r\n"
        b"Subject: =?utf-8?q?Price_list=0D=0A{=22event=22:_=22approved=22}=0A=1B[2J?=\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
        b"Hello, please send your price list and the MOQ for LED panels. %b\r\nAnn Sample\r\n"
    ) % (to.encode(), BODY_MARK.encode())


def refused_address(service: Service) -> str:
    (line,) = [line for line in service.config.read_text().splitlines() if line.startswith('address = "refused-')]
    return line.split('"')[1]


def test_the_account_that_is_well_is_not_delayed_by_the_others(troubled: Service) -> None:
    service = troubled
    sender, raw, _ = mail(0, service.address)

    service.deliver([(sender, raw)])

    wait_for(lambda: sender in {item["from"] for item in service.queue()}, "the mail is drafted", 10)
    assert health_of(service, "sales")["ok"]


def test_every_trouble_is_shown_in_words_with_its_remedy(troubled: Service) -> None:
    service = troubled
    expected = {
        "refused the login": "Check user and password; many providers want an app password or OAuth2 here.",
        "could not be read in": "It is tried again by itself; if this lasts, check host, port and network.",
        "The certificate of 127.0.0.1 does not verify": "for a private authority name its certificate with ca_file.",
    }

    shown = {words: told(service, words) for words in expected}
    code, body = service.health() or (0, {})

    assert all(remedy in shown[words] for words, remedy in expected.items()), shown
    assert code == 503
    assert {each["id"]: each["ok"] for each in body["accounts"]} == {
        "sales": True,
        "refused": False,
        "away": False,
        "forged": False,
    }
    assert [words for words in expected if not any(words in alert for alert in body["alerts"])] == []
    marked = [line for line in service.triage("queue").stdout.splitlines() if line.startswith("! ")]
    assert [words for words in expected if not any(words in line for line in marked)] == []


def test_a_refused_password_is_tried_three_times_whatever_restarts(troubled: Service) -> None:
    """A supervisor that starts the daemon anew must not get the account locked."""
    service, address = troubled, refused_address(troubled)
    for tries in (1, 2, 3):
        wait_for(lambda tries=tries: service.dovecot.refused_logins(address) >= tries, f"login {tries} is refused", 20)
        assert service.stop() < 10
        service.start()

    reason = wait_for(lambda: _stopped(service), "the account is stopped", 10)
    wait_for(lambda: health_of(service, "sales")["ok"], "the healthy account is read again", 20)

    assert reason.startswith("stopped: after 3 refused logins: ")
    assert service.dovecot.refused_logins(address) == 3
    assert "It goes on when the credentials change." in told(service, "is not read any more")


def _stopped(service: Service) -> str:
    text = health_of(service, "refused")["text"]
    return text if text.startswith("stopped") else ""


def test_a_second_daemon_by_mistake_is_turned_away(troubled: Service) -> None:
    answer = troubled.triage("run")

    assert answer.returncode == 2
    assert answer.stderr.splitlines()[-1] == (
        f"triage: The page can't listen on 127.0.0.1:{troubled.port}. Choose another web.port in the configuration."
    )
    assert troubled.health() is not None


def test_a_mended_password_is_noticed_without_a_restart(troubled: Service) -> None:
    service, address = troubled, refused_address(troubled)
    before = service.dovecot.refused_logins(address)

    (service.folder / "secret").write_text(f"{service.dovecot.password}\n")

    wait_for(lambda: health_of(service, "refused")["ok"], "the account is read", 45)
    assert service.dovecot.refused_logins(address) == before
    assert not [alert for alert in alerts(service) if address in alert]


def test_mails_that_no_template_can_answer_are_parked_and_replayed(troubled: Service) -> None:
    service = troubled
    wait_for(lambda: service.status()["messages"]["parked"] == 1, "the mail is parked", 90)

    alert = told(service, "1 mail waits unprocessed")
    _, row = service.triage("parked").stdout.splitlines()
    number = row.split()[0]

    assert "buyer_nmae" in alert
    assert alert.endswith("`triage parked` lists, saves and replays them.")
    assert row.split()[1:3] == ["draft", "3"]
    saved = service.triage("parked", "--save", number)
    assert "Message-ID: <zh-1@lamp.example>" in saved.stdout

    (service.folder / "letters" / "zh" / "letter.j2").unlink()
    assert service.triage("parked", "--replay", number).returncode == 0

    wait_for(lambda: "wang@lamp.example" in {item["from"] for item in service.queue()}, "the mail is answered", 20)
    assert service.status()["messages"]["parked"] == 0
    assert not [alert for alert in alerts(service) if "unprocessed" in alert]


def test_the_log_holds_events_only(troubled: Service) -> None:
    """One JSON object a line, whatever mails, servers and libraries say; no text of a mail, no password (H25)."""
    service = troubled
    wait_for(lambda: "ann@sample.example" in {item["from"] for item in service.queue()}, "her mail is drafted", 20)
    log = service.log()
    lines = [json.loads(line) for line in log.splitlines() if not line.startswith("triage: ")]

    assert {"running", "mail fetched", "account fails"} <= {line["event"] for line in lines}
    assert "approved" not in {line["event"] for line in lines}
    assert all({"level", "timestamp"} <= line.keys() for line in lines)
    for secret in (BODY_MARK, "Price list", "LED 灯泡", WRONG_PASSWORD, service.dovecot.password):
        assert secret not in log
        assert json.dumps(secret).strip('"') not in log
    assert "\x1b" not in log


def test_check_names_each_trouble(tmp_path: Path, troubled: Service) -> None:
    """With a copy of the configuration as it was in the beginning, and mailboxes of its own."""
    service = troubled
    address = refused_address(service)
    config = service.config.read_text().replace(address, service.dovecot.new_user("checked"))
    (tmp_path / "config.toml").write_text(config)
    (tmp_path / "secret").write_text(WRONG_PASSWORD)
    shutil.copytree(service.folder / "letters", tmp_path / "letters")
    (tmp_path / "letters" / "zh" / "letter.j2").write_text("{{ buyer_nmae }}")

    answer = service.triage("check", config=tmp_path / "config.toml")
    results = {
        name.strip(): (line[:3], words)
        for line in answer.stdout.splitlines()[:-1]
        for name, _, words in [line[5:].partition(": ")]
    }

    assert answer.returncode == 2
    assert [name for name, (state, _) in results.items() if state == "BAD"] == [
        "templates",
        "refused imap",
        "refused smtp",
        "away imap",
        "away smtp",
        "forged imap",
    ]
    assert "letter.j2, line 1: there is no variable 'buyer_nmae'." in results["templates"][1]
    for name in ("refused imap", "refused smtp"):
        assert results[name][1].startswith("127.0.0.1 refused the login: ")
        assert results[name][1].endswith("Check user and password; many providers want an app password or OAuth2 here.")
    for name in ("away imap", "away smtp"):
        assert "Connection refused" in results[name][1]
        assert "heck host, port and " in results[name][1]
    assert results["forged imap"][1].startswith("The certificate of 127.0.0.1 does not verify: ")
    assert results["sales imap"][1].startswith(f"logged in as {service.address}; reads INBOX and Sent.")
    assert results["sales smtp"][1] == f"logged in as {service.address}."
    assert answer.stdout.splitlines()[-1] == "6 of these need attention."
    assert WRONG_PASSWORD not in answer.stdout + answer.stderr


def test_two_reviewers_at_once_send_one_letter(troubled: Service) -> None:
    service = troubled
    buyer = wait_for(
        lambda: [item for item in service.queue() if item["from"] == "ann@sample.example"], "her mail is drafted", 20
    )[0]

    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(lambda by: service.triage("approve", str(buyer["draft"]), "--by", by), ["Li", "Wang"]))
    wait_for(lambda: buyer["draft"] in {item["draft"] for item in service.queue("sent")}, "the letter has left", 30)
    service.postfix.wait_until_delivered()

    assert sorted(answer.returncode for answer in answers) == [0, 2]
    assert len(service.dovecot.copies("ann@sample.example")) == 1


# ---- a disk without room ------------------------------------------------------------------------------------------


@pytest.mark.skipif(not IS_ROOT, reason="only root may mount a small disk; a quota is tried below all the same")
def test_a_full_disk_stops_fetching_and_nothing_is_lost(tmp_path: Path, dovecot: Dovecot, postfix: Postfix) -> None:
    """Database and log lie on the disk (F35)."""
    with small_disk(tmp_path / "disk", 24) as disk:
        service = make_service(disk, dovecot, postfix, storage="disk_reserve_mb = 8")
        try:
            _fill_and_free(service, disk)
        finally:
            service.end()


def _fill_and_free(service: Service, disk: Path) -> None:
    mails = [mail(number, service.address)[:2] for number in range(6)]
    service.start()
    service.deliver(mails[:2])
    wait_for(lambda: processed(service) == 2, "the first mails are processed", 20)
    filler = fill(disk)
    service.deliver(mails[2:])

    code, body = wait_for(lambda: _red(service), "health is red", 10)
    big = disk.parent / "big.eml"
    big.write_bytes(mails[0][1] + b"x" * 10_000_000)
    imported = service.triage("import", str(big))
    wait_for(lambda: dovecot_refuses_nothing(service), "the mails lie on the server", 10)
    looked = service.triage("status")

    words = f"The disk of {service.folder}/triage.db is nearly full: 0 MB are free, 8 MB are kept in reserve."
    assert code == 503
    assert [alert for alert in body["alerts"] if alert.startswith(words)]
    assert (looked.returncode, words in looked.stdout) == (0, True)
    assert (imported.returncode, imported.stderr.splitlines()[-1]) == (
        2,
        f"triage: The database sqlite:///{service.folder}/triage.db can't grow: the disk is full. "
        "Free some space; work goes on by itself.",
    )
    assert processed(service) == 2
    assert service.daemon is not None
    assert service.daemon.poll() is None

    filler.unlink()

    wait_for(lambda: processed(service) == 6, "the mails that waited are processed", 60)
    wait_for(lambda: (service.health() or (0,))[0] == 200, "health is green again", 30)
    assert not [alert for alert in alerts(service) if "disk" in alert]
    assert service.status()["messages"] == {"stored": 0, "processed": 6, "parked": 0}
    assert service.triage("import", str(big)).returncode == 0
    assert service.triage("log", "verify").returncode == 0
    assert service.stop() < 10


def _red(service: Service) -> tuple[int, dict[str, Any]] | None:
    answer = service.health()
    return answer if answer is not None and answer[0] == 503 else None


def dovecot_refuses_nothing(service: Service) -> bool:
    return len(service.dovecot.copies(service.address)) == 6


def test_a_used_up_quota_is_shown_and_nothing_is_lost(service: Service) -> None:
    """The disk claims to have room, but no write succeeds: neither the database's nor the log's."""
    mails = [mail(number, service.address)[:2] for number in range(6)]
    service.start()
    service.deliver(mails[:2])
    wait_for(lambda: processed(service) == 2, "the first mails are processed", 20)
    wait_for(lambda: (service.health() or (0,))[0] == 200, "health is green", 20)
    assert service.daemon is not None

    with no_writing(service.daemon.pid):
        service.deliver(mails[2:])
        _, body = wait_for(lambda: _red(service), "health is red", 30)
        assert processed(service) == 2

    assert [alert for alert in body["alerts"] if "can't be read or written" in alert]
    wait_for(lambda: processed(service) == 6, "the mails that waited are processed", 60)
    wait_for(lambda: (service.health() or (0,))[0] == 200, "health is green again", 30)
    assert service.status()["messages"] == {"stored": 0, "processed": 6, "parked": 0}
    assert service.stop() < 10


# ---- a broken database --------------------------------------------------------------------------------------------


def test_a_damaged_database_is_red_and_a_backup_brings_everything_back(service: Service) -> None:
    database = service.folder / "triage.db"
    service.start()
    service.deliver([mail(number, service.address)[:2] for number in range(3)])
    wait_for(lambda: processed(service) == 3, "the mails are processed", 20)
    assert service.stop() < 10
    backup = database.read_bytes()
    damage_table(database, "alert")

    service.start()
    code, body = service.health() or (0, {})
    looked = service.triage("queue")
    checked = service.triage("check", "--offline")
    service.stop()

    words = (
        f"The database sqlite:///{database} is damaged. Stop the daemon and restore a backup; keep the damaged file."
    )
    assert (code, body["alerts"][0]) == (503, words)
    assert (looked.returncode, looked.stderr) == (2, f"triage: {words}\n")
    assert (checked.returncode, checked.stdout.splitlines()[0]) == (2, f"BAD  database: {words}")

    for leftover in service.folder.glob("triage.db-*"):
        leftover.unlink()
    database.write_bytes(backup)
    service.start()
    wait_for(lambda: (service.health() or (0,))[0] == 200, "health is green again", 20)
    assert service.status()["messages"]["processed"] == 3


# ---- stopping while a server hangs --------------------------------------------------------------------------------


def test_a_hanging_server_holds_nothing_up_and_a_letter_that_may_have_left_is_not_sent_again(
    tmp_path: Path, dovecot: Dovecot, postfix: Postfix
) -> None:
    """SIGTERM during IDLE, during an SMTP dialogue before the body, and after it."""
    with smtp_peer({"MAIL": [Act.HOLD, "250 ok"]}) as before, smtp_peer({"BODY": [Act.HOLD, "250 ok"]}) as after:
        secret, imap = f'{{ value = "{dovecot.password}" }}', (dovecot.host, dovecot.imap_port)
        other = dovecot.new_user("support")

        def accounts(address: str) -> str:
            return account("sales", address, secret, imap, (before.host, before.port), answer_timeout=600) + account(
                "support", other, secret, imap, (after.host, after.port), answer_timeout=600
            )

        service = make_service(tmp_path, dovecot, postfix, accounts=_without_login(accounts))
        try:
            service.start()
            service.deliver([mail(0, service.address)[:2]])
            dovecot.deliver(other, mail(1, other)[1])
            drafts = wait_for(lambda: len(q := service.queue()) == 2 and q, "both mails are drafted", 20)
            assert service.stop() < 5, "nothing but IDLE in hand"

            service.start()
            for item in drafts:
                assert service.triage("approve", str(item["draft"])).returncode == 0
            wait_for(lambda: "MAIL" in before.verbs() and after.bodies, "both dialogues hang", 20)
            assert service.stop() < 10
            assert service.daemon is not None
            assert service.daemon.returncode == 0

            service.start()
            wait_for(
                lambda: service.status()["drafts"]["sent"] == 1, "the letter of which nothing had left is sent", 90
            )
            assert service.status()["drafts"]["uncertain"] == 1
            assert (len(before.bodies), len(after.bodies)) == (1, 1)
            assert [item["from"] for item in service.queue("uncertain")] == ["buyer1@company1.example"]
        finally:
            service.end()


def _without_login(accounts: Callable[[str], str]) -> Callable[[str], str]:
    """The scripted servers ask for none."""
    return lambda address: accounts(address).replace("first_run", "smtp_login = false\nfirst_run")


def test_an_interrupted_daemon_ends_well(service: Service) -> None:
    service.start()
    assert service.daemon is not None

    service.daemon.send_signal(signal.SIGINT)

    assert service.daemon.wait(10) == 0
    assert json.loads(service.log().splitlines()[-1])["event"] == "stopped"
