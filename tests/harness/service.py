"""The whole service as its user runs it: a configuration, the daemon as a subprocess, the command line beside it."""

import json
import os
import signal
import smtplib
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.harness.dovecot import Dovecot, free_ports
from tests.harness.postfix import Postfix

ROOT = Path(__file__).parents[2]
CONFIG = """\
{top}
[company]
name = "Example Lighting Co., Ltd."
person = "Li Na"

[database]
url = "{database}"
{storage}

[web]
port = {port}
"""
ACCOUNT = """
[accounts.{name}]
address = "{address}"
person = "Li Na"
sender_name = "Li Na"
password = {password}
first_run = "everything"
poll_seconds = 5.0
answer_timeout = {answer_timeout}
[accounts.{name}.imap]
host = "{imap[0]}"
port = {imap[1]}
security = "{security}"
[accounts.{name}.smtp]
host = "{smtp[0]}"
port = {smtp[1]}
security = "none"
"""
Place = tuple[str, int]
"""Host and port of a server."""


def account(
    name: str,
    address: str,
    password: str,
    imap: Place,
    smtp: Place,
    *,
    security: str = "none",
    answer_timeout: float = 10.0,
) -> str:
    """An account's sections of the configuration. `password` is TOML, such as `{ file = "secret" }`."""
    return ACCOUNT.format(
        name=name,
        address=address,
        password=password,
        imap=imap,
        smtp=smtp,
        security=security,
        answer_timeout=answer_timeout,
    )


def wait_for(condition: Callable[[], Any], what: str, seconds: float = 60.0) -> Any:
    """Poll until the condition is true and return its value; fail the test with words when it stays false."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > deadline:
            pytest.fail(f"waited {seconds:.0f} s in vain: {what}")
        time.sleep(0.1)
    return value


@dataclass
class Service:
    """`folder` holds configuration, database and the daemon's log."""

    folder: Path
    address: str
    port: int
    dovecot: Dovecot
    postfix: Postfix
    daemon: "subprocess.Popen[bytes] | None" = None
    started: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    def start(self) -> None:
        with (self.folder / "daemon.log").open("ab") as log:
            self.daemon = subprocess.Popen(
                [sys.executable, "-m", "triage", "run", "--config", str(self.config)],
                cwd=ROOT,
                stdout=log,
                stderr=log,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        self.started.append(self.daemon)
        wait_for(lambda: self.health() is not None, f"the daemon answers; its log: {self.log()}", 30)

    def kill(self) -> None:
        """As a power cut would."""
        assert self.daemon is not None
        self.daemon.kill()
        self.daemon.wait()

    def stop(self) -> float:
        """SIGTERM; returns how many seconds the daemon took to end."""
        assert self.daemon is not None
        before = time.monotonic()
        self.daemon.send_signal(signal.SIGTERM)
        self.daemon.wait(30)
        return time.monotonic() - before

    def end(self) -> None:
        for process in self.started:
            if process.poll() is None:
                process.kill()
                process.wait()

    def log(self) -> str:
        return (self.folder / "daemon.log").read_text(encoding="utf-8", errors="replace")

    def health(self) -> tuple[int, dict[str, Any]] | None:
        """Status code and body of /healthz, or None when nothing listens."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)
        except OSError:
            return None

    def in_order(self, address: str, name: str = "sales") -> str:
        """Sections of an account with which nothing is wrong."""
        secret = f'{{ value = "{self.dovecot.password}" }}'
        imap, smtp = (self.dovecot.host, self.dovecot.imap_port), (self.postfix.host, self.postfix.port)
        return account(name, address, secret, imap, smtp)

    def triage(
        self, *arguments: str, stdin: str | None = None, config: Path | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """Run a command of the command line on this configuration, or on another."""
        return subprocess.run(
            [sys.executable, "-m", "triage", *arguments, "--config", str(config or self.config)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            input=stdin,
            check=False,
            timeout=60,
        )

    def queue(self, status: str = "proposed") -> list[dict[str, Any]]:
        answer = self.triage("queue", "--json", "--limit", "1000", "--status", status)
        assert answer.returncode == 0, answer.stderr
        return json.loads(answer.stdout)

    def status(self) -> dict[str, Any]:
        answer = self.triage("status", "--json")
        assert answer.returncode == 0, answer.stderr
        return json.loads(answer.stdout)["counts"]

    def deliver(self, mails: list[tuple[str, bytes]]) -> None:
        """Send (envelope sender, raw bytes) to the watched mailbox by SMTP."""
        with smtplib.SMTP(self.postfix.host, self.postfix.port) as smtp:
            for sender, raw in mails:
                smtp.sendmail(sender, [self.address], raw)


def make_service(
    folder: Path,
    dovecot: Dovecot,
    postfix: Postfix,
    database: str = "sqlite:///triage.db",
    *,
    accounts: Callable[[str], str] | None = None,
    top: str = "",
    storage: str = "",
) -> Service:
    """A configuration in that folder. `accounts` makes the sections from the watched address; without it there is one
    account, `sales`, in order. `top` and `storage` are further lines at the top and under [database]."""
    address = dovecot.new_user("sales")
    (port,) = free_ports(1)
    service = Service(folder, address, port, dovecot, postfix)
    head = CONFIG.format(top=top, database=database, storage=storage, port=port)
    sections = (accounts or service.in_order)(address)
    service.config.write_text(head + sections, encoding="utf-8")
    return service


@pytest.fixture
def service(tmp_path: Path, dovecot: Dovecot, postfix: Postfix) -> Iterator[Service]:
    made = make_service(tmp_path, dovecot, postfix)
    yield made
    made.end()
