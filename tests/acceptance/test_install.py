"""The wheel carries everything: it works from a virtual environment that knows nothing of the checkout."""

import json
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(300)]

MAIL = b"From: Ann <ann@muster.example>\r\nSubject: Price\r\n\r\nPlease quote 500 LED bulbs. What is your MOQ?\r\n"


@pytest.fixture(scope="module")
def wheel(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        str(folder),
    ]
    subprocess.run([*command, str(request.config.rootpath)], check=True)
    (path,) = folder.glob("*.whl")
    return path


def test_the_wheel_holds_templates_model_migrations_and_the_example(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())

    assert {
        "triage/_shipped/templates/en/letter.j2",
        "triage/_shipped/templates/zh/letter.j2",
        "triage/_shipped/models/kind.model",
        "triage/_shipped/config.example.toml",
        "triage/store/migrations/versions/0001_first_tables.py",
        "triage/reading/lexicon/en.toml",
        "triage/demo/catalogue.toml",
    } <= names
    assert not any(name.startswith(("tests/", "models/corpus")) for name in names)


def test_an_installed_triage_works_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "venv"
    venv.create(home, with_pip=False)
    site = next((home / "lib").glob("python*")) / "site-packages"
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(site), str(wheel)]
    subprocess.run(install, check=True)
    (tmp_path / "mail.eml").write_bytes(MAIL)

    python = [str(home / "bin" / "python"), "-m", "triage"]
    done = subprocess.run([*python, "draft", "mail.eml"], cwd=tmp_path, capture_output=True, check=True)

    letter = json.loads(done.stdout)
    assert letter["to"] == ["ann@muster.example"]
    assert {point["point"] for point in letter["points"]} == {"price", "moq"}
