from collections.abc import Callable
from datetime import date, time
from pathlib import Path

import pytest

from tests.harness.desks import Desktop, inquiry
from triage.app import App
from triage.config import load
from triage.errors import ConfigError
from triage.pipeline import UNDERSTAND, Case, walk
from triage.vocabulary.policy import Window
from triage.vocabulary.servers import FirstRun, Security

Write = Callable[[str], Path]
ACCOUNT = """
[accounts.sales]
address = "sales@seller.example"
password = { value = "secret-word" }
[accounts.sales.imap]
host = "imap.seller.example"
port = 993
[accounts.sales.smtp]
host = "smtp.seller.example"
port = 465
"""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_config(text: str) -> Path:
        path = tmp_path / "config.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write_config


def test_the_example_loads(request: pytest.FixtureRequest) -> None:
    settings = load(request.config.rootpath / "config.example.toml")

    assert settings.accounts["sales"].imap.security is Security.TLS
    assert settings.calendar.value().windows[0] == (Window(time(9), time(12)), Window(time(13, 30), time(18)))


def test_defaults_hold_for_what_is_not_said(write: Write) -> None:
    plan = load(write(ACCOUNT)).accounts["sales"].mailbox("sales")

    assert (plan.first_run, plan.poll_seconds, plan.keyword, plan.move_to) == (FirstRun.NOW, 300.0, "", "")


def test_a_date_as_first_run_means_since(write: Write) -> None:
    text = ACCOUNT.replace("[accounts.sales.imap]", "first_run = 2026-01-31\n[accounts.sales.imap]")

    plan = load(write(text)).accounts["sales"].mailbox("sales")

    assert (plan.first_run, plan.since) == (FirstRun.SINCE, date(2026, 1, 31))


def test_paths_are_relative_to_the_file(write: Write, tmp_path: Path) -> None:
    settings = load(write('catalogue_file = "goods.toml"\n[database]\nurl = "sqlite:///mail.db"\n'))

    assert settings.catalogue_file == tmp_path / "goods.toml"
    assert settings.database.url == f"sqlite:///{tmp_path / 'mail.db'}"


def test_the_environment_overrides(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIAGE_DATABASE__URL", "postgresql://db.example/triage")
    monkeypatch.setenv("TRIAGE_ACCOUNTS__SALES__PERSON", "Wang Wei")

    settings = load(write(ACCOUNT))

    assert settings.database.url == "postgresql://db.example/triage"
    assert settings.accounts["sales"].person == "Wang Wei"


def test_a_secret_is_never_shown(write: Write) -> None:
    assert "secret-word" not in repr(load(write(ACCOUNT)))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[company]\nnmae = 'x'\n", "company.nmae: unknown key"),
        ("[calendar]\ntime_zone = 'Asia/Shangri-La'\n", "unknown time zone 'Asia/Shangri-La'"),
        ("[calendar.windows]\nmon = 'nine to five'\n", "'nine to five' is no working window; write it as 09:00-12:00"),
        ("[markets.weights]\nDE = 7\n", "markets.weights.DE: Input should be less than or equal to 2"),
        (ACCOUNT.replace("sales]", "Sales]").replace("sales.", "Sales."), "accounts.Sales"),
        (ACCOUNT.replace('password = { value = "secret-word" }', ""), "give either password or oauth"),
        (ACCOUNT.replace('{ value = "secret-word" }', '{ value = "secret-word", env = "X" }'), "exactly one of"),
        (ACCOUNT.replace("port = 993", 'port = 143\nsecurity = "none"'), "loopback addresses only"),
        ("this is not TOML", "is not valid TOML"),
    ],
)
def test_a_fault_is_named_with_its_key_and_no_secret(write: Write, text: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(write(text))

    assert words in str(caught.value)
    assert "secret-word" not in str(caught.value)


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"Copy config\.example\.toml"):
        load(tmp_path / "config.toml")


def test_a_misspelt_variable_is_an_error(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIAGE_DATABSE__URL", "sqlite://")

    with pytest.raises(ConfigError, match="TRIAGE_DATABSE__URL matches no configuration key"):
        load(write(ACCOUNT))


@pytest.mark.parametrize("expected", ["da", "no"])
def test_expected_languages_decide_where_a_mail_leaves_a_doubt(desktop: Desktop, expected: str) -> None:
    settings = desktop.app.settings.model_copy(update={"buyer_languages": (expected,)})
    told = App(settings, desktop.clock).desk
    raw = inquiry(text="Pris på LED lamper")
    now = desktop.clock.now()
    case = walk(told, Case(raw, now, now), UNDERSTAND)
    assert case.reading.language == expected


def test_a_language_is_given_by_its_code(write: Write) -> None:
    with pytest.raises(ConfigError, match="buyer_languages"):
        load(write('buyer_languages = ["German"]'))
