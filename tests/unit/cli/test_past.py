"""`triage audit --from`: two archives, no configuration, no database."""

import json
from pathlib import Path

import pytest

from tests.harness.command_line import Triage, call
from tests.harness.past_mailbox import PastMailbox, past_mailbox
from triage.errors import ConfigError
from triage.past.target import server_of
from triage.vocabulary.servers import Security


@pytest.fixture(scope="module")
def box() -> PastMailbox:
    return past_mailbox(400)


@pytest.fixture
def triage() -> Triage:
    """Without configuration or database, unlike the shared fixture."""
    return call


@pytest.fixture
def archives(box: PastMailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    monkeypatch.chdir(tmp_path)
    for name, mails in (("in.mbox", box.inbox), ("sent.mbox", box.sent)):
        dated = (b"From - %s\n%s\n\n" % (f"{when:%a %b %d %H:%M:%S %Y}".encode(), raw) for when, raw in mails)
        (tmp_path / name).write_bytes(b"".join(dated).replace(b"\r\n", b"\n"))
    return "in.mbox", "sent.mbox"


def test_two_archives_are_enough(triage: Triage, archives: tuple[str, str], box: PastMailbox, tmp_path: Path) -> None:
    asked = ("audit", "--from", *archives, "--since", "2025-10-01", "--format", "json")
    answer = triage(*asked)

    assert answer.code == 0, answer.errors
    total = json.loads(answer.text)["total"]
    assert total["due"] == len(box.truth)
    assert abs(total["answered"] - sum(map(bool, box.truth.values()))) <= 0.01 * len(box.truth)
    assert "What was read is kept in in.facts" in answer.errors
    again = triage(*asked)
    assert json.loads(again.text)["total"] == total
    assert "mails read" not in again.errors  # nothing had to be read anew
    assert not (tmp_path / "triage.db").exists()


def test_a_file_of_facts_serves_later_days_and_no_earlier_ones(triage: Triage, archives: tuple[str, str]) -> None:
    def read(since: str) -> bool:
        answer = triage("audit", "--from", *archives, "--since", since, "--format", "json")
        return "mails read" in answer.errors

    assert [read(day) for day in ("2026-01-01", "2026-01-02", "2025-10-01", "2026-01-01")] == [True, False, True, False]


def test_the_classifier_leaves_out_what_is_no_buyer_s(triage: Triage, archives: tuple[str, str]) -> None:
    answer = triage(
        "audit", "--from", *archives, "--since", "2025-10-01", "--kinds", "--format", "json", "--by", "kind"
    )

    assert answer.code == 0, answer.errors
    told = json.loads(answer.text)
    assert {group["kind"] for group in told["groups"]} - {"inquiry"}
    assert told["total"]["due"] > 0


def test_the_report_goes_to_a_file(triage: Triage, archives: tuple[str, str], tmp_path: Path) -> None:
    answer = triage("audit", "--from", *archives, "--since", "2025-10-01", "--format", "xlsx", "--output", "year.xlsx")

    assert (answer.code, answer.text) == (0, "")
    assert (tmp_path / "year.xlsx").read_bytes().startswith(b"PK")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--mailbox", "imaps://a@b.example", "--from", "x", "y"), "A mailbox or two archives, not both."),
        (("--from", "missing.mbox", "missing.mbox"), "There is no file or folder"),
        (("--mailbox", "http://a@b.example"), "That is no mailbox."),
        (("--mailbox", "imaps://a:hunter2@b.example"), "A password in the address"),
        (("--mailbox", "imaps://b.example"), "That is no mailbox."),
        (("--mailbox", "imaps://a@b.example:99999"), "The mailbox can't be read"),
        (("--mailbox", "imaps://a@b.example"), "The password can't be asked for"),
        (("--mailbox", "imaps://a@b.example", "--password-env", "NOT_THERE"), "variable NOT_THERE is not set"),
    ],
)
def test_what_can_t_be_read_is_said_with_a_remedy(
    triage: Triage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = triage("audit", *arguments)

    assert answer.code == 2
    assert words in answer.errors
    assert "hunter2" not in answer.errors


def test_a_file_that_holds_something_else_is_left_alone(
    triage: Triage, archives: tuple[str, str], tmp_path: Path
) -> None:
    (tmp_path / "letter.txt").write_text("Dear all")
    answer = triage("audit", "--from", *archives, "--facts", "letter.txt")

    assert (answer.code, (tmp_path / "letter.txt").read_text()) == (2, "Dear all")
    assert "Name another one with --facts." in answer.errors


def test_addresses_of_mailboxes() -> None:
    server, user = server_of("imaps://sales@shop.example@imap.shop.example", None)
    assert (server.host, server.port, server.security, user) == (
        "imap.shop.example",
        993,
        Security.TLS,
        "sales@shop.example",
    )
    assert server_of("imap://a%40b.example@mail.example:144", None)[0].security is Security.STARTTLS
    assert server_of("imap://a@127.0.0.1:144", None)[0].security is Security.NONE
    with pytest.raises(ConfigError):
        server_of("imaps://a@[::1", None)
