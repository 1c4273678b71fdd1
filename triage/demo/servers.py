"""Mail servers inside this process for `triage demo` and for trying things out: IMAP by pymap, SMTP by aiosmtpd.

Both listen on loopback only, in plain text, on free ports, and keep everything in memory but the letters that arrive
at the "buyers": those are put as .eml files into a folder, to be looked at.
"""

import asyncio
import logging
import re
import threading
from argparse import Namespace
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import Config, Login
from pymap.backend.dict.filter import FilterSet
from pymap.backend.dict.mailbox import MailboxSet
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.user import Passwords, UserMetadata

from triage.demo.mails import ADDRESS, SENT, DemoMail

HOST = "127.0.0.1"
USER = ADDRESS
PASSWORD = "demo"  # noqa: S105 - a mailbox that lives as long as the demo and is reached over loopback only
_PATIENCE = 10.0
_UNSAFE = re.compile(r"[^a-z0-9@.-]+")


@dataclass(frozen=True, slots=True)
class Delivery:
    """A letter as a buyer's server got it."""

    sender: str
    recipients: tuple[str, ...]
    data: bytes
    path: Path


@dataclass  # without slots: aiosmtpd looks at all members, which Python 3.11.2 refuses of a class made anew with them
class Sink:
    """Takes every letter for every recipient, and files it."""

    folder: Path
    deliveries: list[Delivery] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        recipients = tuple(envelope.rcpt_tos)
        number = len(self.deliveries) + 1
        path = self.folder / f"{number:03d}-{_UNSAFE.sub('_', recipients[0].lower())[:80]}.eml"
        data = envelope.original_content or b""
        path.write_bytes(data)
        self.deliveries.append(Delivery(envelope.mail_from or "", recipients, data, path))
        return "250 2.0.0 delivered to the demo's buyer"


class _Imap(Config):
    """pymap asks the resolver for this machine's name; the demo stays off the network."""

    @property
    def greeting(self) -> bytes:
        return b"triage demo"


class DemoServers:
    """Running servers. `stop` ends them; they hold no state worth keeping."""

    def __init__(self, sink: Sink) -> None:
        self.imap_host = self.smtp_host = HOST
        self.imap_port = self.smtp_port = 0
        self.user, self.password = USER, PASSWORD
        self.sink = sink
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self._ready = threading.Event()
        self._fault: BaseException | None = None
        self._mailboxes: MailboxSet | None = None
        self._thread = threading.Thread(target=self._run, name="demo-servers", daemon=True)

    def start(self) -> None:
        """Returns when both servers listen. Raises what kept them from it."""
        self._thread.start()
        if not self._ready.wait(_PATIENCE):
            raise TimeoutError("the demo's mail servers did not start")
        if self._fault is not None:
            raise self._fault

    def deliver(self, raw: bytes, received_at: datetime | None = None, folder: str = "INBOX") -> None:
        """Put a mail into a folder of the mailbox, as its server would; clients that idle are told."""
        mail = (folder, raw, received_at or datetime.now(UTC))
        asyncio.run_coroutine_threadsafe(self._append([mail]), self._loop).result(_PATIENCE)

    def fill(self, mails: Iterable[DemoMail]) -> None:
        """Put the sample mails where they belong, in the order of their arrival."""
        ordered = sorted(mails, key=lambda mail: mail.received_at)
        filed = [(mail.folder, mail.raw, mail.received_at) for mail in ordered]
        asyncio.run_coroutine_threadsafe(self._append(filed), self._loop).result(_PATIENCE)

    def stop(self) -> None:
        """Close both servers and all their connections. May be called twice."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join(_PATIENCE)

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(self._serve())
        except BaseException as error:
            self._fault = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        config = _Imap.from_args(_imap_arguments())
        config.apply_context()
        await self._open_mailbox(config)
        login = await _login(config)
        imap = await asyncio.start_server(
            ProxyProtocolReader(config.proxy_protocol).get_callback(IMAPServer(login, config)), HOST, 0
        )
        smtp = await asyncio.get_running_loop().create_server(self._smtp_session, HOST, 0)
        self.imap_port = imap.sockets[0].getsockname()[1]
        self.smtp_port = smtp.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stopping.wait()
        imap.close()
        smtp.close()

    async def _open_mailbox(self, config: Config) -> None:
        self._mailboxes = MailboxSet()
        await self._mailboxes.add_mailbox(SENT)
        config.set_cache[USER] = (self._mailboxes, FilterSet())

    async def _append(self, mails: Iterable[tuple[str, bytes, datetime]]) -> None:
        if self._mailboxes is None:
            raise RuntimeError("the demo's servers do not run")
        for folder, raw, received_at in mails:
            mailbox = await self._mailboxes.get_mailbox(folder)
            await mailbox.append(AppendMessage(raw, received_at), recent=True)

    def _smtp_session(self) -> SMTP:
        return SMTP(
            self.sink,
            hostname="demo.example",
            ident="triage demo",
            authenticator=_smtp_login,
            auth_require_tls=False,
            loop=self._loop,
        )


def start_demo_servers(folder: Path, mails: Iterable[DemoMail] = ()) -> DemoServers:
    """Start both servers with these mails in the mailbox; what arrives at buyers goes to `folder`/delivered."""
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd warns of its own old attributes at each login
    delivered = folder / "delivered"
    delivered.mkdir(parents=True, exist_ok=True)
    servers = DemoServers(Sink(delivered))
    servers.start()
    servers.fill(mails)
    return servers


def _imap_arguments() -> Namespace:
    """What pymap's own command line would give."""
    return Namespace(
        host=HOST,
        port=0,
        debug=False,
        cert=None,
        key=None,
        tls=False,
        passlib_cfg=None,
        proxy_protocol=None,
        demo_data=False,
        demo_user=USER,
        demo_password=PASSWORD,
    )


async def _login(config: Config) -> Login:
    login = Login(config)
    password = await Passwords(config).hash_password(PASSWORD)
    await login.demo_user_identity.set(UserMetadata(config, USER, password=password))
    return login


def _smtp_login(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    told = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=told, handled=False)
