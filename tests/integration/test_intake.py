"""The intake of an account against a real Dovecot: stored once, nothing lost, a good guest."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.harness.dovecot import Dovecot
from tests.harness.mails import mail
from tests.harness.relay import Harm, Relay, Rule, Way, relay
from tests.harness.stores import SetClock
from triage.credentials import PasswordCredentials, Secret
from triage.errors import AnswerUnreadable, ConnectionLost, LoginRefused, MailboxError, StoreError, Throttled
from triage.intake.poll import Intake, PollResult
from triage.store import SqlStore
from triage.vocabulary.mail import ParsedMail, Screening
from triage.vocabulary.records import AccountState, FolderState, MessageRecord, Processed
from triage.vocabulary.servers import FirstRun, MailboxPlan, Security, Server
from triage.vocabulary.states import Direction, MessageStatus

pytestmark = pytest.mark.integration
EVERYTHING = FirstRun.EVERYTHING


class ChangingPassword(PasswordCredentials):
    """Credentials whose password the test changes."""

    def __init__(self, user: str, password: str) -> None:
        super().__init__(user, Secret(value=password), b"key")

    def change(self, password: str) -> None:
        self._password = Secret(value=password)


class Desk:
    """One account: its user at the server, its intake, and what is stored of it."""

    def __init__(self, dovecot: Dovecot, store: SqlStore, clock: SetClock) -> None:
        self.dovecot, self.store, self.clock = dovecot, store, clock
        self.user = dovecot.new_user()
        self.plan = MailboxPlan("sales", self.user, first_run=EVERYTHING)
        self.server = Server(dovecot.host, dovecot.imap_port, Security.NONE, read_timeout=20.0)
        self.credentials = ChangingPassword(self.user, dovecot.password)
        self.may_store = True

    def intake(self, **plan: object) -> Intake:
        return Intake(
            replace(self.plan, **plan),  # type: ignore[arg-type]
            self.server,
            self.credentials,
            self.store,
            self.clock,
            may_store=lambda: self.may_store,
            pause=lambda failures, error: 0.05,
        )

    def through(self, proxy: Relay, read_timeout: float = 20.0) -> None:
        self.server = Server(proxy.host, proxy.port, Security.NONE, read_timeout=read_timeout)

    def fill(self, numbers: range, folder: str = "INBOX") -> None:
        """Mails on the server, through one connection."""
        with self.dovecot.imap(self.user) as client:
            for number in numbers:
                assert client.append(folder, "", "", mail(number))[0] == "OK"

    def folder(self, name: str = "INBOX") -> FolderState:
        with self.store.begin(write=False) as uow:
            (state,) = [state for state in uow.accounts.folders("sales") if state.name == name]
        return state

    def account(self) -> AccountState:
        with self.store.begin(write=False) as uow:
            return uow.accounts.get("sales")

    def records(self, name: str = "INBOX") -> list[MessageRecord]:
        state = self.folder(name)
        with self.store.begin(write=False) as uow:
            return list(uow.messages.in_folder(state.id, state.uidvalidity or 0))

    def stored(self, name: str = "INBOX") -> list[bytes | None]:
        records = self.records(name)
        with self.store.begin(write=False) as uow:
            return [uow.messages.raw(record.id) for record in records]

    def alerts(self) -> dict[str, str]:
        with self.store.begin(write=False) as uow:
            return {alert.key: alert.text for alert in uow.alerts.standing()}

    def events(self) -> list[str]:
        with self.store.begin(write=False) as uow:
            return [event.name for event in uow.audit.events()]

    def flags(self) -> list[bytes]:
        with self.dovecot.imap(self.user) as client:
            client.select("INBOX", readonly=True)
            return [line.replace(b"\\Recent", b"").strip() for line in client.fetch("1:*", "(FLAGS)")[1]]

    def expunge(self, uid: int) -> None:
        """Another mail program deletes a mail for good."""
        with self.dovecot.imap(self.user) as client:
            client.select("INBOX")
            client.uid("STORE", str(uid), "+FLAGS", "(\\Deleted)")
            client.expunge()

    @contextmanager
    def watching(self, intake: Intake) -> Iterator[list[float]]:
        """The moments at which `on_new` was called. Checks that the watch stops in time."""
        stop, told = threading.Event(), [0.0][:0]
        thread = threading.Thread(target=intake.watch, args=[stop, lambda: told.append(time.monotonic())])
        thread.start()
        try:
            yield told
        finally:
            stop.set()
            thread.join(2.0)
            assert not thread.is_alive()


@pytest.fixture
def desk(dovecot: Dovecot, sqlite_store: SqlStore, clock: SetClock) -> Desk:
    return Desk(dovecot, sqlite_store, clock)


@pytest.fixture
def proxy(dovecot: Dovecot) -> Iterator[Relay]:
    with relay(dovecot.host, dovecot.imap_port) as made:
        yield made


def wait_until(condition: Callable[[], object], seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


# ---- the ordinary way ------------------------------------------------------------------------------------------------


def test_i01_every_mail_is_stored_once_and_the_server_is_left_as_it_was(desk: Desk, proxy: Relay) -> None:
    desk.through(proxy)
    desk.fill(range(300))
    with desk.dovecot.imap(desk.user) as colleague:
        colleague.select("INBOX")
        colleague.store("1:150", "+FLAGS", "(\\Seen)")
        colleague.store("10,20", "+FLAGS", "(\\Flagged \\Deleted)")
    flags = desk.flags()
    intake = desk.intake()
    assert intake.poll() == PollResult(stored=300)
    assert desk.stored() == [mail(number) for number in range(300)]
    down = len(proxy.sent[Way.DOWN])
    assert intake.poll() == PollResult()
    assert desk.flags() == flags
    assert len(proxy.sent[Way.DOWN]) - down < 5_000
    assert proxy.commands(b"BODY.PEEK[]") == 2
    assert [proxy.commands(word) for word in (b"STORE", b"SELECT", b"EXPUNGE", b"MOVE", b"COPY")] == [0, 0, 0, 0, 0]


def test_r01_the_arrival_is_the_servers_own_date(desk: Desk) -> None:
    arrival = datetime(2026, 10, 5, 12, tzinfo=UTC)
    desk.dovecot.append(desk.user, mail(1), when=arrival)
    desk.intake().poll()
    assert [record.received_at for record in desk.records()] == [arrival]


def test_letters_in_sent_are_ours(desk: Desk) -> None:
    desk.fill(range(1))
    desk.fill(range(1, 3), "Sent")
    assert desk.intake().poll() == PollResult(stored=3)
    assert [record.direction for record in desk.records("INBOX")] == [Direction.IN]
    assert [record.direction for record in desk.records("Sent")] == [Direction.OUT, Direction.OUT]


def test_without_a_sent_folder_the_inbox_is_read_and_a_person_is_told(dovecot: Dovecot, desk: Desk) -> None:
    desk.user = dovecot.new_user(folders=["Drafts"])
    desk.plan, desk.credentials = replace(desk.plan, address=desk.user), ChangingPassword(desk.user, dovecot.password)
    desk.fill(range(1))
    assert desk.intake().poll() == PollResult(stored=1)
    assert list(desk.alerts()) == ["account:sales:sent"]


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        ({"first_run": FirstRun.NOW}, [5]),
        ({"first_run": FirstRun.SINCE, "since": date(2026, 10, 10)}, [2, 3, 5]),
        ({"first_run": FirstRun.SINCE, "since": date(2026, 11, 1)}, [5]),
        ({"first_run": FirstRun.EVERYTHING}, [1, 2, 3, 5]),
    ],
)
def test_the_first_run_takes_what_was_asked_for_and_all_later_mail(
    desk: Desk, plan: dict[str, object], expected: list[int]
) -> None:
    for number, day in ((1, 1), (2, 10), (3, 20)):
        desk.dovecot.append(desk.user, mail(number), when=datetime(2026, 10, day, 12, tzinfo=UTC))
    intake = desk.intake(**plan)
    intake.poll()
    desk.fill(range(5, 6))
    intake.poll()
    assert desk.stored() == [mail(number) for number in expected]


def test_f15_of_a_mail_over_the_limit_the_headers_are_stored_and_the_reason(desk: Desk, proxy: Relay) -> None:
    desk.through(proxy)
    desk.dovecot.append(desk.user, mail(1, size=200_000))
    desk.fill(range(2, 3))
    assert desk.intake(max_size=50_000).poll() == PollResult(stored=2)
    large, small = desk.records()
    head = mail(1).partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    assert desk.stored() == [head, mail(2)]
    assert (large.fault, small.fault) == (f"too large: {large.size} bytes", "")
    assert large.size > 190_000
    assert len(proxy.sent[Way.DOWN]) < 20_000


def test_i12_with_a_keyword_and_a_target_mails_are_marked_and_moved_after_they_are_stored(desk: Desk) -> None:
    desk.fill(range(3))
    assert desk.intake(keyword="Triaged", move_to="Trash").poll() == PollResult(stored=3)
    assert len(desk.stored()) == 3
    assert desk.dovecot.copies(desk.user) == []
    with desk.dovecot.imap(desk.user) as client:
        client.select("Trash", readonly=True)
        assert all(b"Triaged" in line for line in client.fetch("1:*", "(FLAGS)")[1])


def test_f22_two_intakes_at_once_store_each_mail_once(desk: Desk) -> None:
    intakes = [desk.intake(batch=7) for _ in range(3)]
    intakes[0].poll()
    desk.fill(range(100))
    threads = [threading.Thread(target=intake.poll) for intake in intakes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert desk.stored() == [mail(number) for number in range(100)]
    assert (desk.folder().last_uid, desk.folder().gaps) == (100, ())


# ---- watching --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("idle", [True, False])
def test_new_mail_is_stored_within_a_second_by_idle_and_by_polling(desk: Desk, idle: bool) -> None:
    with desk.watching(desk.intake(idle=idle, poll_seconds=300 if idle else 0.1)) as told:
        wait_until(lambda: desk.dovecot.logins(desk.user) == 2 and desk.events().count("folder.attached") == 2)
        for number in range(3):
            delivered = time.monotonic()
            desk.dovecot.append(desk.user, mail(number))
            wait_until(lambda: len(told) == number + 1)  # noqa: B023 (called at once)
            assert told[-1] - delivered < 2.0
    assert desk.stored() == [mail(0), mail(1), mail(2)]
    assert desk.account().last_round_trip_at == desk.clock.now()


def test_f30_a_letter_in_sent_is_noticed_without_waiting_for_mail(desk: Desk) -> None:
    with desk.watching(desk.intake(poll_seconds=0.2)) as told:
        wait_until(lambda: desk.events().count("folder.attached") == 2)
        desk.fill(range(1), "Sent")
        wait_until(lambda: told)
    assert desk.stored("Sent") == [mail(0)]


def test_f02_after_the_end_of_the_connection_a_new_one_brings_what_came_meanwhile(desk: Desk, proxy: Relay) -> None:
    desk.through(proxy)
    with desk.watching(desk.intake()) as told:
        wait_until(lambda: proxy.commands(b"IDLE") == 1)
        proxy.cut_all()
        desk.dovecot.deliver(desk.user, mail(1))
        wait_until(lambda: told)
        wait_until(lambda: proxy.commands(b"IDLE") == 2)
    assert len(desk.stored()) == 1
    assert proxy.connections == 2
    assert desk.alerts() == {}


def test_f03_a_dead_link_is_noticed_and_replaced(desk: Desk, proxy: Relay) -> None:
    desk.through(proxy, read_timeout=0.5)
    with desk.watching(desk.intake(poll_seconds=0.5)) as told:
        wait_until(lambda: proxy.commands(b"IDLE") >= 1)
        proxy.rules.append(Rule(Way.UP, b"DONE", Harm.HOLE))
        wait_until(lambda: proxy.connections == 2)
        desk.dovecot.deliver(desk.user, mail(1))
        wait_until(lambda: told)
    assert len(desk.stored()) == 1


def test_a_watch_stops_in_time_even_when_the_server_does_not_answer(desk: Desk, proxy: Relay) -> None:
    desk.through(proxy, read_timeout=60.0)
    with desk.watching(desk.intake()):
        wait_until(lambda: proxy.commands(b"IDLE") == 1)
        proxy.rules.append(Rule(Way.UP, b"DONE", Harm.HOLE))
    assert desk.alerts() == {}


# ---- faults ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "harm"),
    [(0, Harm.CUT), (5, Harm.CUT), (100, Harm.HOLE), (183, Harm.CUT), (184, Harm.CUT), (9_000, Harm.CUT)],
)
def test_f01_a_fetch_that_is_cut_anywhere_resumes_without_loss_and_without_copies(
    desk: Desk, proxy: Relay, after: int, harm: Harm
) -> None:
    desk.through(proxy, read_timeout=1.0)
    desk.fill(range(100))
    intake = desk.intake(batch=25)
    proxy.rules.append(Rule(Way.DOWN, b"BODY[] {", harm, after=after))
    with pytest.raises(ConnectionLost):
        intake.poll()
    intake.poll()
    assert desk.stored() == [mail(number) for number in range(100)]


def test_f35_with_no_room_left_nothing_is_fetched_and_it_goes_on_by_itself(desk: Desk, proxy: Relay) -> None:
    desk.through(proxy)
    desk.fill(range(3))
    desk.may_store = False
    intake = desk.intake(keyword="Triaged")
    with pytest.raises(StoreError):
        intake.poll()
    assert proxy.commands(b"BODY.PEEK") == 0
    desk.may_store = True
    assert intake.poll() == PollResult(stored=3)


def test_i01_nothing_is_marked_on_the_server_before_the_commit(
    desk: Desk, proxy: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.through(proxy)
    desk.fill(range(3))
    intake = desk.intake(keyword="Triaged", move_to="Trash")

    def full(self: object, new: object) -> None:
        raise StoreError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr("triage.store.repositories.messages.SqlMessages.add", full)
        with pytest.raises(StoreError):
            intake.poll()
    assert (proxy.commands(b"STORE"), proxy.commands(b"MOVE")) == (0, 0)
    assert intake.poll() == PollResult(stored=3)
    assert (proxy.commands(b"STORE"), proxy.commands(b" MOVE ")) == (1, 1)


@pytest.mark.parametrize("moment", [b"LARGER", b"BODY.PEEK[]"])
def test_f05_a_mail_deleted_between_search_and_fetch_is_listed_and_delays_no_other(
    desk: Desk, proxy: Relay, moment: bytes
) -> None:
    desk.through(proxy)
    desk.fill(range(3))
    expunged = []

    def expunge_first(way: Way, data: bytes) -> bytes:
        if way is Way.UP and moment in data and not expunged:
            expunged.append(2)
            desk.expunge(2)
        return data

    proxy.rewrite = expunge_first
    intake = desk.intake()
    intake.poll()
    intake.poll()
    assert [raw for raw in desk.stored() if raw] == [mail(0), mail(2)]
    assert desk.folder().gaps == ()
    listed = [record for record in desk.records() if record.status is MessageStatus.PARKED]
    assert [(record.uid, record.fault) for record in listed] in ([(2, "expunged before fetch")], [])
    assert len(desk.records()) == 3


def test_f05_a_mail_without_body_is_asked_for_again_and_then_listed(desk: Desk, proxy: Relay) -> None:
    desk.through(proxy)
    desk.fill(range(3))
    proxy.rewrite = lambda way, data: re.sub(rb"FETCH 2 \([^)]*BODY\.PEEK\[\]\)", b"FETCH 2 (FLAGS)", data)
    intake = desk.intake(batch=1)
    assert intake.poll() == PollResult(stored=2)
    assert desk.folder().gaps == (2,)
    assert intake.poll() == PollResult()
    assert intake.poll() == PollResult(listed=1)
    assert desk.folder().gaps == ()
    assert [record.fault for record in desk.records()] == ["", "the server gives no readable body", ""]
    assert intake.poll() == PollResult()


def test_an_answer_of_unusual_shape_is_read_all_the_same(desk: Desk, proxy: Relay) -> None:
    desk.through(proxy)
    desk.fill(range(3))
    proxy.rewrite = lambda way, data: data.replace(b"(RFC822.SIZE INTERNALDATE BODY.PEEK[])", b"(FLAGS)")
    assert desk.intake().poll() == PollResult(stored=3)
    assert desk.stored() == [mail(number) for number in range(3)]


def test_f15_an_answer_that_breaks_the_protocol_costs_one_mail_not_its_neighbours(desk: Desk, proxy: Relay) -> None:
    desk.through(proxy)
    desk.fill(range(2))
    desk.dovecot.append(desk.user, mail(2, size=9_000))
    desk.fill(range(3, 5))
    true_size = str(len(mail(2, size=9_000))).encode()
    proxy.rewrite = lambda way, data: data.replace(b"BODY[] {%b}" % true_size, b"BODY[] {2000000000}")
    intake = desk.intake()
    for _ in range(4):
        with pytest.raises(AnswerUnreadable):
            intake.poll()
    assert intake.poll() == PollResult(stored=2, listed=1)
    assert [raw for raw in desk.stored() if raw] == [mail(number) for number in (0, 1, 3, 4)]
    assert desk.records()[2].fault == "the server gives no readable body"


# ---- refusals and waits ----------------------------------------------------------------------------------------------


def test_f19_three_refused_logins_stop_the_account_until_the_credentials_change(desk: Desk) -> None:
    desk.credentials.change("wrong")
    intake = desk.intake()
    for _ in range(3):
        with pytest.raises(LoginRefused):
            intake.poll()
    assert list(desk.alerts()) == ["account:sales:stopped"]
    for _ in range(24):
        desk.clock.pass_(timedelta(hours=1))
        assert "refused" in intake.poll().held
    wait_until(lambda: desk.dovecot.refused_logins(desk.user) >= 3)
    assert desk.dovecot.refused_logins(desk.user) == 3
    assert desk.intake().poll().held != ""  # a restart changes nothing
    desk.credentials.change(desk.dovecot.password)
    assert intake.poll() == PollResult()
    assert (desk.alerts(), desk.account().stopped_reason, desk.account().refused_logins) == ({}, "", 0)
    assert {"account.stopped", "account.resumed"} <= set(desk.events())
    assert "wrong" not in repr(desk.account())


def test_f19_a_person_may_resume_a_stopped_account(desk: Desk) -> None:
    desk.credentials.change("wrong")
    intake = desk.intake()
    for _ in range(3):
        with pytest.raises(LoginRefused):
            intake.poll()
    intake.resume("asked for by Li")
    with pytest.raises(LoginRefused):
        intake.poll()
    assert list(desk.alerts()) == ["account:sales:login"]


def test_f19_a_server_that_is_ill_never_stops_the_account(desk: Desk, proxy: Relay) -> None:
    desk.through(proxy)
    desk.fill(range(1))
    proxy.rewrite = lambda way, data: re.sub(
        rb"(\S+) OK (?:\[CAPABILITY[^\r]*\] )?Logged in",
        rb"\1 NO [UNAVAILABLE] Temporary authentication failure.",
        data,
    )
    intake = desk.intake()
    for _ in range(50):
        with pytest.raises(ConnectionLost):
            intake.poll()
    assert list(desk.alerts()) == ["account:sales:failing"]
    proxy.rewrite = lambda way, data: data
    assert intake.poll() == PollResult(stored=1)
    assert desk.alerts() == {}


def test_f18_the_wait_that_a_server_asks_for_is_obeyed(desk: Desk, proxy: Relay) -> None:
    desk.through(proxy)
    desk.fill(range(1))
    words = rb"\1 NO Request is throttled. Suggested Backoff Time: 60000 milliseconds"
    proxy.rewrite = lambda way, data: re.sub(rb"(\S+) OK (?:\[CAPABILITY[^\r]*\] )?Logged in", words, data)
    intake = desk.intake()
    with pytest.raises(Throttled):
        intake.poll()
    proxy.rewrite = lambda way, data: data
    desk.clock.pass_(timedelta(seconds=59))
    assert intake.poll().held.startswith("throttled until")
    assert proxy.connections == 1
    assert list(desk.alerts()) == ["account:sales:throttled"]
    desk.clock.pass_(timedelta(seconds=2))
    assert intake.poll() == PollResult(stored=1)
    assert desk.alerts() == {}


def test_i03_one_accounts_dead_server_delays_no_other(desk: Desk, dovecot: Dovecot, proxy: Relay) -> None:
    other = Desk(dovecot, desk.store, desk.clock)
    other.plan = replace(other.plan, account_id="dead")
    other.through(proxy, read_timeout=1.0)
    proxy.rules.append(Rule(Way.UP, b"LOGIN", Harm.HOLE, times=99))
    with other.watching(other.intake()), desk.watching(desk.intake()) as told:
        wait_until(lambda: desk.events().count("folder.attached") == 2)
        started = time.monotonic()
        desk.dovecot.deliver(desk.user, mail(1))
        wait_until(lambda: told)
        assert told[0] - started < 2.0


# ---- changed numbers -------------------------------------------------------------------------------------------------


def renumber(desk: Desk) -> None:
    """The server loses its list of UIDs and makes a new one, with the second as its UIDVALIDITY."""
    wait_until(lambda: time.time() > (desk.folder().uidvalidity or 0) + 1)
    home = desk.dovecot.maildir(desk.user)
    for file in home.glob("dovecot*"):
        file.unlink()


def processed(desk: Desk) -> None:
    """What the pipeline does later: the mails get their Message-IDs."""
    with desk.store.begin() as uow:
        for record in desk.records():
            number = record.uid - 1
            parsed = ParsedMail(message_id=f"<inquiry-{number}@example.com>")
            uow.messages.save_processed(record.id, Processed(parsed, Screening(None), None), None)
        uow.commit()


@pytest.mark.parametrize("known_by", ["bytes", "message id, arrival and size"])
def test_f04_after_a_renumbering_old_mail_is_known_and_new_mail_is_new(desk: Desk, proxy: Relay, known_by: str) -> None:
    desk.through(proxy)
    desk.fill(range(100))
    intake = desk.intake()
    intake.poll()
    if known_by != "bytes":
        processed(desk)
    before = {record.id: record.sha256 for record in desk.records()}
    renumber(desk)
    desk.fill(range(100, 120))
    fetched = proxy.commands(b"BODY.PEEK[]")
    assert intake.poll() == PollResult(stored=20)
    assert len(desk.records()) == 120
    assert before.items() <= {record.id: record.sha256 for record in desk.records()}.items()
    assert proxy.commands(b"BODY.PEEK[]") - fetched == (2 if known_by == "bytes" else 1)
    assert intake.poll() == PollResult()
    assert "folder.renumbered" in desk.events()


def test_f04_mail_from_before_the_first_run_stays_out_after_a_renumbering(desk: Desk) -> None:
    for number in range(20):
        desk.dovecot.append(desk.user, mail(number), when=datetime(2026, 10, 5, 12, tzinfo=UTC))
    intake = desk.intake(first_run=FirstRun.NOW)
    intake.poll()
    desk.fill(range(20, 22))
    intake.poll()
    renumber(desk)
    desk.fill(range(22, 23))
    intake.poll()
    assert [raw for raw in desk.stored() if raw] == [mail(20), mail(21), mail(22)]


def test_f04_a_mailbox_that_is_another_one_is_left_alone_until_a_person_has_looked(desk: Desk) -> None:
    desk.fill(range(30))
    intake = desk.intake()
    intake.poll()
    old = [mail(number) for number in range(30)]
    arrived = [record.received_at for record in desk.records()]
    renumber(desk)
    for file in desk.dovecot.maildir(desk.user).glob("*/*,S=*"):
        file.unlink()
    for number in range(15):
        desk.dovecot.append(desk.user, mail(number + 1000), when=max(arrived))
    assert intake.poll() == PollResult()
    assert list(desk.alerts()) == ["account:sales:folder:INBOX"]
    assert desk.folder().stopped_reason != ""
    assert desk.stored() == old
    assert intake.poll() == PollResult()
    intake.resume("it is the right mailbox")
    assert intake.poll() == PollResult(stored=15)
    assert desk.alerts() == {}


def test_errors_reach_the_caller_with_a_remedy(desk: Desk) -> None:
    with pytest.raises(MailboxError, match="Nowhere"):
        desk.intake(inbox="Nowhere").poll()
