"""Debian's Dovecot as an ordinary process on loopback: IMAP, IMAPS and LMTP, one Maildir a user.

Every user name logs in with the one password; users are made by using them. `dovecot` lives as long as the test
session (one per xdist worker); tests keep apart by `new_user`.
"""

import base64
import grp
import hmac
import imaplib
import itertools
import json
import os
import pwd
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
from imapclient.imap_utf7 import encode as utf7

from tests.harness.certificates import Authority

_SPECIAL_USE = {"Sent": "Sent", "Gesendet-ü": "Sent", "Drafts": "Drafts", "Trash": "Trash", "All": "All"}
_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Dovecot:
    """A running server. Plain IMAP offers STARTTLS; `ca_file` verifies it for 127.0.0.1 and localhost."""

    host: str
    imap_port: int
    imaps_port: int
    lmtp_port: int
    ca_file: Path
    folder: Path
    process: "subprocess.Popen[bytes]" = field(repr=False)
    password: str = "correct-horse-battery"
    token_key: bytes = b"the key that signs the tokens of this test server"
    auth_port: int = 0
    """Where an SMTP server asks whether a login is right."""

    def new_user(self, name: str = "sales", folders: Sequence[str] = ("Sent", "Drafts", "Trash")) -> str:
        """The address of a fresh mailbox with these folders. `Sent`, `Drafts`, `Trash`, `All` and `Gesendet-ü` are
        announced by SPECIAL-USE, others are not."""
        user = f"{name}-{next(_NUMBERS)}@seller.example".lower()
        with self.imap(user) as client:
            for folder in folders:
                client.create(_quoted(folder))
        return user

    def imap(self, user: str) -> imaplib.IMAP4:
        """A logged-in client of the standard library: a colleague's mail program, in tests."""
        client = imaplib.IMAP4(self.host, self.imap_port, timeout=30)
        client.login(user, self.password)
        return client

    def deliver(self, user: str, raw: bytes, sender: str = "buyer@example.com") -> None:
        """Deliver as a mail server does, by LMTP."""
        with smtplib.LMTP(self.host, self.lmtp_port) as client:
            client.sendmail(sender, [user], raw)

    def append(
        self, user: str, raw: bytes, folder: str = "INBOX", *, flags: str = "", when: datetime | None = None
    ) -> None:
        """Put a mail into a folder by IMAP, with an arrival time of choice."""
        with self.imap(user) as client:
            date = "" if when is None else imaplib.Time2Internaldate(when)
            answer, detail = client.append(_quoted(folder), flags, date, raw)
            assert answer == "OK", detail

    def maildir(self, user: str) -> Path:
        """Where the INBOX lies; other folders are `.Name` (modified UTF-7) below it."""
        return self.folder / "mail" / user / "Maildir"

    def copies(self, user: str, folder: str = "") -> list[bytes]:
        """The raw mails in the Maildir, in order of file name (that is, of arrival)."""
        home = self.maildir(user) / (f".{utf7(folder).decode()}" if folder else "")
        files = [file for place in ("new", "cur") for file in (home / place).glob("*")]
        return [file.read_bytes() for file in sorted(files, key=lambda file: file.name)]

    def access_token(self, user: str, seconds: float = 3600) -> str:
        """An OAuth2 bearer token (signed JWT) that this server accepts for XOAUTH2."""
        now = int(time.time())
        header = _base64url(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
        body = _base64url(json.dumps({"sub": user, "iat": now - 10, "exp": now + int(seconds)}).encode())
        signature = _base64url(hmac.digest(self.token_key, f"{header}.{body}".encode(), "sha256"))
        return f"{header}.{body}.{signature}"

    def log(self) -> str:
        return (self.folder / "dovecot.log").read_text(errors="replace")

    def logins(self, user: str) -> int:
        """Successful IMAP logins so far."""
        return sum(f"Login: user=<{user}>" in line for line in self._imap_lines())

    def refused_logins(self, user: str) -> int:
        """IMAP sessions so far that ended with a refused login."""
        return sum(f"user=<{user}>" in line and "auth failed" in line for line in self._imap_lines())

    def _imap_lines(self) -> list[str]:
        return [line for line in self.log().splitlines() if "imap-login: " in line]


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    folder = scratch_folder()
    server = start(folder)
    try:
        yield server
    finally:
        stop(server)
        shutil.rmtree(folder)


def scratch_folder() -> Path:
    """A new folder with a short path, for the paths of Unix sockets end at 107 bytes. In memory where there is room:
    thousands of small files are slow to remove from a busy disk."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 1_000_000_000
    return Path(tempfile.mkdtemp(prefix="dc-", dir=memory if roomy else None))


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nobody listens on at this moment."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def start(folder: Path) -> Dovecot:
    """A server that keeps everything below `folder`, whose path must be short. `stop` it in the end."""
    folder.chmod(0o755)  # the server's unprivileged processes pass through
    authority = Authority.create(folder / "tls")
    certificate, key = authority.issue()
    imap, imaps, lmtp, auth = free_ports(4)
    owner = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    mail = folder / "mail"
    mail.mkdir()
    os.chown(mail, owner.pw_uid, owner.pw_gid)
    config = folder / "dovecot.conf"
    config.write_text(_config(folder, (imap, imaps, lmtp, auth), owner, certificate, key), encoding="utf-8")
    _write_token_key(folder)
    executable = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    assert executable, "dovecot is missing: install dovecot-imapd and dovecot-lmtpd"
    process = subprocess.Popen(
        [executable, "-F", "-c", str(config)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    server = Dovecot("127.0.0.1", imap, imaps, lmtp, authority.ca_file, folder, process, auth_port=auth)
    _await_greeting(server)
    return server


def stop(server: Dovecot) -> None:
    """Politely first; a session whose client keeps its connection open would hold the server up for long."""
    server.process.terminate()
    try:
        server.process.wait(1)
    except subprocess.TimeoutExpired:
        os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait(10)


def _await_greeting(server: Dovecot) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            for port in (server.imap_port, server.imaps_port, server.lmtp_port, server.auth_port):
                socket.create_connection((server.host, port), timeout=1).close()
            return
        except OSError:
            assert server.process.poll() is None, f"dovecot ended: {server.log()}"
            assert time.monotonic() < deadline, f"dovecot does not answer: {server.log()}"
            time.sleep(0.02)


def _write_token_key(folder: Path) -> None:
    keys = folder / "keys" / "default" / "HS256"
    keys.mkdir(parents=True)
    (keys / "default").write_bytes(base64.b64encode(Dovecot.token_key))
    (folder / "oauth2.conf").write_text(
        f"introspection_mode = local\n"
        f"local_validation_key_dict = fs:posix:prefix={folder}/keys/\n"
        "username_attribute = sub\n",
        encoding="utf-8",
    )


def _config(
    folder: Path, ports: tuple[int, int, int, int], owner: pwd.struct_passwd, certificate: Path, key: Path
) -> str:
    """Read by Dovecot 2.3. As root the login processes are `dovenull` and mail belongs to `nobody`; otherwise all is
    the caller's, and nothing needs a privilege."""
    imap, imaps, lmtp, auth = ports
    root = os.getuid() == 0
    login_user, internal_user = ("dovenull", "dovecot") if root else (owner.pw_name, owner.pw_name)
    unprivileged = "" if root else "chroot =\n"
    mailboxes = "\n".join(
        f'  mailbox "{name}" {{\n    special_use = \\{use}\n  }}' for name, use in _SPECIAL_USE.items()
    )
    return f"""
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
auth_verbose = yes
protocols = imap lmtp
listen = 127.0.0.1
default_login_user = {login_user}
default_internal_user = {internal_user}
default_internal_group = {internal_user if root else grp.getgrgid(owner.pw_gid).gr_name}
first_valid_uid = 1
mail_uid = {owner.pw_uid}
mail_gid = {owner.pw_gid}
mail_location = maildir:~/Maildir
mail_fsync = never
mail_max_userip_connections = 100
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
auth_failure_delay = 0
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
passdb {{
  driver = static
  args = password={Dovecot.password}
}}
userdb {{
  driver = static
  args = uid={owner.pw_uid} gid={owner.pw_gid} home={folder}/mail/%u allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
{mailboxes}
}}
service anvil {{
  {unprivileged}
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  {unprivileged}
  service_count = 0
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service auth {{
  inet_listener {{
    port = {auth}
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
protocol lmtp {{
  postmaster_address = postmaster@seller.example
}}
"""


def _quoted(folder: str) -> str:
    encoded = utf7(folder).decode()
    escaped = encoded.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
