"""A PostgreSQL of our own on a free loopback port, gone when the tests end."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from triage.store import upgrade
from triage.store.tables import METADATA

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
TEMPLATE = "triage_template"
CUT_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
"""Ends all other connections to the same database."""
START_WITHIN = 60.0
_numbers = count(1)


@dataclass(frozen=True)
class Postgres:
    """A running server. Whoever connects is its superuser; nobody outside of this machine can."""

    port: int
    process: subprocess.Popen[bytes]
    spare: list[str] = field(default_factory=list)

    def url(self, name: str) -> str:
        return f"postgresql://triage@127.0.0.1:{self.port}/{name}"

    def administer(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def empty_database(self) -> str:
        """The URL of a new database without tables."""
        return self._create("template1")

    def database(self) -> str:
        """The URL of a database with the tables of this version and nothing in them."""
        return self.spare.pop() if self.spare else self._create(TEMPLATE)

    def give_back(self, url: str) -> None:
        """Empty it for the next test: a third of the time of a new one. Its append-only triggers are off meanwhile."""
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(CUT_OTHERS)
            connection.execute("SET session_replication_role = replica")
            connection.execute(f"TRUNCATE {', '.join(METADATA.tables)}, search RESTART IDENTITY".encode())
        self.spare.append(url)

    def drop(self, url: str) -> None:
        self.administer(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def _create(self, template: str) -> str:
        name = f"triage_{next(_numbers)}"
        self.administer(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server for each test process."""
    folder = Path(tempfile.mkdtemp(prefix="triage-postgres-"))
    identity = _unprivileged(folder)
    data = folder / "data"
    try:
        settings = ["--auth=trust", "--username=triage", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        _run(["initdb", f"--pgdata={data}", *settings], identity)
        port = _free_port()
        server = Postgres(port, _start(data, port, identity))
        try:
            _wait(server)
            server.administer(f"CREATE DATABASE {TEMPLATE}")
            upgrade(server.url(TEMPLATE))
            yield server
        finally:
            server.process.send_signal(signal.SIGQUIT)  # at once: nothing of it is kept
            server.process.wait(timeout=30)
    finally:
        shutil.rmtree(folder)


def _unprivileged(folder: Path) -> dict[str, Any]:
    """Whom to run as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam("postgres")
    os.chown(folder, account.pw_uid, account.pw_gid)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _program(name: str) -> str:
    found = PROGRAMS[-1] / name if PROGRAMS else shutil.which(name)
    assert found, "PostgreSQL is not installed: apt-get install postgresql"
    return str(found)


def _run(command: list[str], identity: dict[str, Any]) -> None:
    subprocess.run([_program(command[0]), *command[1:]], check=True, capture_output=True, cwd="/", **identity)


def _start(data: Path, port: int, identity: dict[str, Any]) -> subprocess.Popen[bytes]:
    settings = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "fsync": "off",
        "full_page_writes": "off",
        "max_connections": "60",
        "shared_buffers": "32MB",
    }
    options = [f"--{name}={value}" for name, value in settings.items()]
    with (data / "server.log").open("wb") as log:
        return subprocess.Popen(
            [_program("postgres"), "-D", str(data), "-p", str(port), *options],
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd="/",
            **identity,
        )


def _wait(server: Postgres) -> None:
    end = time.monotonic() + START_WITHIN
    while time.monotonic() < end and server.process.poll() is None:
        with suppress(psycopg.OperationalError):
            server.administer("SELECT 1")
            return
        time.sleep(0.05)
    raise RuntimeError("PostgreSQL did not start")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
