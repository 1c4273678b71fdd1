"""A TCP relay that stands between client and server and does harm on order: cuts, black-holes, swallows, rewrites.

Threads, one pair a connection. Rules look at one direction's stream as it passes, so that a fault can be placed at a
byte or at words of the protocol. Everything that passed is kept, to count commands and bytes afterwards.
"""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

CHUNK = 65_536


class Way(StrEnum):
    UP = "client to server"
    DOWN = "server to client"


class Harm(StrEnum):
    CUT = "close both sides at once"
    HOLE = "pass nothing any more, either way, but keep both sides open"
    SWALLOW = "drop this chunk, then go on"


@dataclass
class Rule:
    """Do harm when `needle` appears in one direction, `after` further bytes of that direction having passed. `times` is
    how often; each connection starts anew."""

    way: Way
    needle: bytes
    harm: Harm
    after: int = 0
    times: int = 1


@dataclass
class Relay:
    """A relay on `host` and `port`. Rules may be added and taken away while it runs."""

    host: str
    port: int
    rules: list[Rule] = field(default_factory=list)
    rewrite: Callable[[Way, bytes], bytes] = lambda way, data: data
    sent: dict[Way, bytearray] = field(default_factory=lambda: {way: bytearray() for way in Way})
    connections: int = 0
    _open: set[socket.socket] = field(default_factory=set, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def cut_all(self) -> None:
        """End every connection (FIN), as a server does that restarts."""
        with self._lock:
            sockets = list(self._open)
        for each in sockets:
            _close(each)

    def commands(self, word: bytes) -> int:
        """How many lines from the client, so far, hold that word (any case)."""
        return sum(word.upper() in line.upper() for line in bytes(self.sent[Way.UP]).split(b"\r\n"))

    def _serve(self, client: socket.socket, target: tuple[str, int]) -> None:
        try:
            server = socket.create_connection(target, timeout=10)
        except OSError:
            client.close()
            return
        client.settimeout(None)
        server.settimeout(None)
        with self._lock:
            self.connections += 1
            self._open |= {client, server}
        hole = threading.Event()
        for way, source, sink in ((Way.UP, client, server), (Way.DOWN, server, client)):
            threading.Thread(target=self._pump, args=[way, source, sink, hole], daemon=True).start()

    def _pump(self, way: Way, source: socket.socket, sink: socket.socket, hole: threading.Event) -> None:
        tail, left = b"", {}
        try:
            while data := source.recv(CHUNK):
                data = self.rewrite(way, data)
                with self._lock:
                    allowed, harm, tail = self._judge(way, data, tail, left)
                    if not hole.is_set():
                        self.sent[way] += data[:allowed]
                if hole.is_set():
                    continue
                if harm is not Harm.SWALLOW:
                    sink.sendall(data[:allowed])
                if harm is Harm.CUT:
                    break
                if harm is Harm.HOLE:
                    hole.set()
        except OSError:
            pass  # the other side is gone already
        finally:
            if not hole.is_set():
                _close(source)
                _close(sink)
            with self._lock:
                self._open -= {source, sink} if not hole.is_set() else set()

    def _judge(self, way: Way, data: bytes, tail: bytes, left: dict[int, int]) -> tuple[int, Harm | None, bytes]:
        """How many bytes of `data` may pass, the harm to do then, and the end of the stream to remember. `left` counts
        down the bytes of rules whose needle has passed."""
        seen = tail + data
        for rule in [rule for rule in self.rules if rule.way is way and rule.times > 0]:
            if id(rule) not in left:
                found = seen.find(rule.needle)
                if found < 0:
                    continue
                left[id(rule)] = max(0, found + len(rule.needle) - len(tail)) + rule.after
            if left[id(rule)] <= len(data):
                rule.times -= 1
                return left.pop(id(rule)), rule.harm, b""
            left[id(rule)] -= len(data)
        return len(data), None, seen[-256:]


@contextmanager
def relay(host: str, port: int, *rules: Rule, listen: str = "127.0.0.1") -> Iterator[Relay]:
    """A relay in front of that server, for as long as the block lasts. `listen` is any address of loopback."""
    listener = socket.create_server((listen, 0))
    made = Relay(listen, listener.getsockname()[1], list(rules))

    def accept() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            made._serve(client, (host, port))

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        made.cut_all()
        thread.join(5)


def _close(each: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it may not be connected any more
        each.shutdown(socket.SHUT_RDWR)
    each.close()
