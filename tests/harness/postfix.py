"""Debian's Postfix as a private instance: real SMTP on a free loopback port; what it accepts goes to an LMTP server.

With the Dovecot of `tests.harness.dovecot` behind it, "how many copies did the buyer get" is a count of files.
"""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.harness.dovecot import Dovecot, free_ports

MAIN = """\
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
maillog_file = {home}/data/maillog
maillog_file_prefixes = {home}
myhostname = mx.example.test
mydomain = example.test
mydestination =
alias_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtp_dns_support_level = disabled
smtpd_peername_lookup = no
message_size_limit = 50000000
virtual_mailbox_limit = 0
virtual_mailbox_domains = static:all
virtual_transport = lmtp:inet:127.0.0.1:{lmtp_port}
smtpd_recipient_restrictions = check_recipient_access hash:{home}/conf/rcpt, permit_mynetworks, reject
smtpd_end_of_data_restrictions = check_recipient_access hash:{home}/conf/dot
header_checks = regexp:{home}/conf/header_checks
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{auth_port}
"""
TLS = """\
smtpd_tls_security_level = may
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
smtpd_tls_auth_only = yes
"""
MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
127.0.0.1:{tls_port} inet n - n - - smtpd
  -o smtpd_tls_wrappermode={wrapped}
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
START_TRIES = 3
START_SECONDS = 10.0


def traversable_folder(prefix: str) -> Path:
    """A new folder that server accounts such as `postfix` can reach: pytest's own lie under a root-only parent."""
    for parent in (Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")):
        if all(folder.stat().st_mode & 0o001 for folder in (parent, *parent.parents)):
            home = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
            home.chmod(0o755)
            return home
    raise RuntimeError("no temporary folder that other accounts may enter")


class Postfix:
    """One private instance in front of that Dovecot, which also judges logins; sending needs none.

    Accepts every recipient, save those that `refuse` names. With a `certificate` (PEM files of it and its key) there
    is STARTTLS on `port`, TLS from the first byte on `tls_port`, and no login without. `header_rules` are lines as in
    header_checks(5), `settings` more lines of main.cf.
    """

    def __init__(
        self,
        dovecot: Dovecot,
        certificate: tuple[Path, Path] | None = None,
        header_rules: str = "",
        settings: str = "",
    ) -> None:
        self.host = "127.0.0.1"
        self.port = 0
        self.tls_port = 0
        self.home = traversable_folder("postfix-")
        self._conf = self.home / "conf"
        for name in ("conf", "queue", "data"):
            (self.home / name).mkdir()
        shutil.chown(self.home / "data", "postfix")
        self._wrapped = "yes" if certificate else "no"
        main = MAIN.format(home=self.home, lmtp_port=dovecot.lmtp_port, auth_port=dovecot.auth_port)
        if certificate is not None:
            main += TLS.format(certificate=certificate[0], key=certificate[1])
        (self._conf / "main.cf").write_text(main + settings)
        (self._conf / "header_checks").write_text(header_rules)
        self._changes = 0
        self._refusals: dict[str, dict[str, str]] = {"rcpt": {}, "dot": {}}
        for stage in self._refusals:
            self._write_refusals(stage)

    def start(self) -> None:
        """Start on a free port; another process may snatch it in between, hence a few tries."""
        for _ in range(START_TRIES):
            self.port, self.tls_port = free_ports(2)
            ports = {"port": self.port, "tls_port": self.tls_port, "wrapped": self._wrapped}
            (self._conf / "master.cf").write_text(MASTER.format(**ports))
            self._postfix("start")
            if self._answers():
                return
            self._postfix("stop")
        raise RuntimeError(f"Postfix did not start:\n{self.log()}")

    def stop(self) -> None:
        self._postfix("stop")

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def refuse(self, recipient: str, reply: str, stage: str = "rcpt") -> None:
        """Answer that recipient with e.g. `450 4.2.1 mailbox is busy`, at RCPT or, with stage `dot`, after the final
        dot (single recipients only). Holds for connections made afterwards."""
        self._refusals[stage][recipient] = reply
        self._write_refusals(stage)

    def accept(self, recipient: str) -> None:
        """Forget the refusals of that recipient."""
        for stage, refusals in self._refusals.items():
            if refusals.pop(recipient, None) is not None:
                self._write_refusals(stage)

    def log(self) -> str:
        path = self.home / "data" / "maillog"
        return path.read_text(errors="replace") if path.exists() else ""

    def queued(self) -> int:
        """How many accepted mails are still on their way to the LMTP server."""
        folders = ("incoming", "active", "deferred", "maildrop")
        return sum(1 for name in folders for path in (self.home / "queue" / name).rglob("*") if path.is_file())

    def wait_until_delivered(self, seconds: float = 15.0) -> None:
        """Return when the queue is empty, so that counting files says something."""
        until = time.monotonic() + seconds
        while self.queued():
            if time.monotonic() > until:
                raise RuntimeError(f"{self.queued()} mails still queued:\n{self.log()[-4000:]}")
            time.sleep(0.02)

    def _write_refusals(self, stage: str) -> None:
        table = self._conf / stage
        table.write_text("".join(f"{recipient} {reply}\n" for recipient, reply in self._refusals[stage].items()))
        # Postfix sees a changed table by its time in whole seconds; without the step a second change could go unseen.
        subprocess.run(["postmap", "-c", self._conf, f"hash:{table}"], check=True)
        self._changes += 1
        stamp = time.time() - 100_000 + self._changes
        os.utime(f"{table}.db", (stamp, stamp))
        os.utime(table, (stamp - 50_000, stamp - 50_000))

    def _postfix(self, command: str) -> None:
        subprocess.run(["postfix", "-c", self._conf, command], check=False, capture_output=True, timeout=60)

    def _answers(self) -> bool:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            try:
                with socket.create_connection((self.host, self.port), timeout=2) as link:
                    return link.recv(200).startswith(b"220 mx.example.test")
            except OSError:
                time.sleep(0.05)
        return False


@contextmanager
def running(server: Postfix) -> Iterator[Postfix]:
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def postfix(dovecot: Dovecot) -> Iterator[Postfix]:
    """Plain SMTP in front of the session's Dovecot: what is sent to an address lands in that address's Maildir."""
    with running(Postfix(dovecot)) as server:
        yield server
