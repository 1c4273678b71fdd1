"""A scripted SMTP peer for faults at an exact phase; the real servers are in `postfix` and `dovecot`."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum


class Act(Enum):
    """What to do instead of answering."""

    DROP = "close the connection"
    RESET = "reset the connection"
    HOLD = "say nothing and keep the connection"
    DRIBBLE = "answer one byte at a time, never ending"
    CUT = "break off in the middle of a 250"


Answer = str | Act
ANSWERS: Mapping[str, Answer] = {
    "GREETING": "220 peer.example ready",
    "EHLO": "250-peer.example\r\n250-SIZE 50000000\r\n250 ENHANCEDSTATUSCODES",
    "MAIL": "250 2.1.0 ok",
    "RCPT": "250 2.1.5 ok",
    "DATA": "354 go ahead",
    "BODY": "250 2.0.0 taken as 4711",
    "QUIT": "221 bye",
}


@dataclass
class SmtpPeer:
    """`answers` by verb (GREETING, MIDBODY and BODY besides the commands); of a list one a time, its last staying.

    `commands` is every line received outside of bodies; `bodies` the complete ones, still dot-stuffed, without the
    final dot; `started` counts bodies of which at least one byte came. `on_mail` gets each complete body first.
    """

    answers: Mapping[str, Answer | Sequence[Answer]] = field(default_factory=dict)
    on_mail: Callable[[bytes], None] = lambda body: None
    commands: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    started: int = 0
    connections: int = 0
    host: str = "127.0.0.1"

    def __post_init__(self) -> None:
        self._asked: dict[str, int] = {}
        self._closing = threading.Event()
        self._socket = socket.create_server((self.host, 0))
        self.port: int = self._socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._closing.set()
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def verbs(self) -> list[str]:
        return [line.split(" ")[0].upper() for line in self.commands]

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                link, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=[link], daemon=True).start()

    def _serve(self, link: socket.socket) -> None:
        with link, link.makefile("rb") as lines:
            try:
                alive = self._answer(link, "GREETING")
                while alive and (line := lines.readline()):
                    self.commands.append(line.decode("latin-1").rstrip("\r\n"))
                    verb = self.commands[-1].split(" ")[0].upper()
                    alive = self._answer(link, verb) and verb != "QUIT"
                    if alive and verb == "DATA" and self._last_reply.startswith("354"):
                        alive = self._take_body(link, lines.readline)
            except OSError:
                pass

    def _take_body(self, link: socket.socket, readline: Callable[[], bytes]) -> bool:
        body = b""
        while line := readline():
            self.started += not body
            if not body and "MIDBODY" in self.answers:
                return self._answer(link, "MIDBODY")
            if line == b".\r\n":
                self.on_mail(body)
                self.bodies.append(body)
                return self._answer(link, "BODY")
            body += line
        return False

    def _answer(self, link: socket.socket, verb: str) -> bool:
        """False when the connection is over."""
        answer = self._next(verb)
        if isinstance(answer, str):
            self._last_reply = answer
            link.sendall(answer.encode() + b"\r\n")
            return True
        if answer is Act.HOLD:
            self._closing.wait(30)
        if answer is Act.DRIBBLE:
            while not self._closing.wait(0.05):
                link.sendall(b"2")
        if answer is Act.CUT:
            link.sendall(b"250")
        if answer is Act.RESET:
            link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False

    def _next(self, verb: str) -> Answer:
        answer = self.answers.get(verb, ANSWERS.get(verb, "502 5.5.1 unknown"))
        if isinstance(answer, str | Act):
            return answer
        number = self._asked.get(verb, 0)
        self._asked[verb] = number + 1
        return answer[min(number, len(answer) - 1)]


@contextmanager
def smtp_peer(
    answers: Mapping[str, Answer | Sequence[Answer]] | None = None, on_mail: Callable[[bytes], None] = lambda body: None
) -> Iterator[SmtpPeer]:
    peer = SmtpPeer(answers or {}, on_mail)
    try:
        yield peer
    finally:
        peer.close()
