"""`triage check --offline` and `triage status`: everything that needs no mail server. Servers: tests/acceptance."""

import json
import re
from pathlib import Path

import pytest

from tests.harness.command_line import Triage
from tests.harness.desks import CONFIG, Desktop, inquiry

ROOT = Path(__file__).parents[3]
FREE = re.compile(r"\d+ MB")
"""Other processes fill and free the disk between two looks."""


def checked(triage: Triage) -> dict[str, str]:
    """Name to line of all that needs attention."""
    answer = triage("check", "--offline")
    lines = answer.text.splitlines()
    bad = {line[5:].partition(": ")[0]: line[5:].partition(": ")[2] for line in lines if line.startswith("BAD")}
    assert lines[-1] == (f"{len(bad)} of these need attention." if bad else "Everything works.")
    assert answer.code == (2 if bad else 0)
    return bad


def test_a_sound_setting_passes(triage: Triage, desktop: Desktop) -> None:
    assert checked(triage) == {}


def test_the_service_unit_uses_options_that_exist(triage: Triage, desktop: Desktop) -> None:
    unit = (ROOT / "deploy" / "triage.service").read_text(encoding="utf-8")
    (line,) = [line for line in unit.splitlines() if line.startswith("ExecStartPre=")]

    options = [word for word in line.split() if word.startswith("--") and word != "--config"]

    assert options == ["--offline"]
    assert triage("check", *options).code == 0


@pytest.mark.parametrize(
    ("setting", "name", "words"),
    [
        ('catalogue_file = "missing.toml"', "catalogue", "missing.toml"),
        ('catalogue_file = "bad.toml"', "catalogue", "bad.toml"),
        ('model_file = "missing.model"', "model", "missing.model"),
        ('model_file = "bad.toml"', "model", "bad.toml"),
        ('wrappers_file = "bad.toml"', "wrappers", "bad.toml"),
        ('templates_folder = "letters"', "templates", "there is no variable 'buyer_nmae'. Use "),
    ],
)
def test_each_fault_is_named_and_the_rest_is_still_tried(
    triage: Triage, desktop: Desktop, tmp_path: Path, setting: str, name: str, words: str
) -> None:
    (tmp_path / "bad.toml").write_text("[[product]\n")
    (tmp_path / "letters" / "en").mkdir(parents=True)
    (tmp_path / "letters" / "en" / "letter.j2").write_text("Dear {{ buyer_nmae }},\n")
    (tmp_path / "config.toml").write_text(f"{setting}\n{CONFIG}")

    bad = checked(triage)

    assert list(bad) == [name]
    assert words in bad[name]


def test_a_setting_without_accounts_is_no_service_yet(triage: Triage, desktop: Desktop, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("")

    assert checked(triage) == {"accounts": "none is configured. Add a section [accounts.NAME]."}


def test_a_damaged_database_is_named(triage: Triage, desktop: Desktop, tmp_path: Path) -> None:
    for number in range(30):
        desktop.arrive(inquiry(message_id=f"<{number}@muster.example>"))
    desktop.app.store.close()
    file = tmp_path / "triage.db"
    data = bytearray(file.read_bytes())
    for page in range(4096 * 60, len(data) - 4096, 4096 * 3):
        data[page : page + 4096] = b"\xa5" * 4096
    file.write_bytes(data)

    bad = checked(triage)

    assert bad["database"] == (
        f"The database sqlite:///{file} is damaged. Stop the daemon and restore a backup; keep the damaged file."
    )


def test_a_disk_without_room_is_named(triage: Triage, desktop: Desktop, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(f"{CONFIG}[database]\ndisk_reserve_mb = 1000000000\n")

    bad = checked(triage)

    assert bad["disk"].startswith(f"The disk of {tmp_path}/triage.db is nearly full: ")
    assert bad["disk"].endswith("make some, and work goes on by itself.")
    shown = triage("status").text.splitlines()[-1]
    assert FREE.sub("", shown) == FREE.sub("", f"! {bad['disk']}")


def test_status_tells_accounts_counts_and_alerts(triage: Triage, desktop: Desktop) -> None:
    desktop.arrive(inquiry())
    desktop.app.vitals.alert("some:key", "Something is wrong.")

    text = triage("status").text
    plain = json.loads(triage("status", "--json").text)

    assert text.splitlines()[0] == "BAD  sales: no round trip yet"
    assert text.splitlines()[-1] == "! Something is wrong."
    assert (plain["ok"], plain["alerts"]) == (False, ["Something is wrong."])
    assert plain["accounts"] == [
        {"id": "sales", "ok": False, "round_trip_age": None, "text": "no round trip yet"},
    ]
    assert (plain["counts"]["messages"]["processed"], plain["counts"]["drafts"]["proposed"]) == (1, 1)
