"""Options and helpers that several commands share."""

import getpass
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from triage.app import App
    from triage.config import Settings

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", "-c", envvar="TRIAGE_CONFIG", help="Configuration file.", show_default="config.toml"),
]
ByOption = Annotated[str, typer.Option("--by", help="Who decides; stands in the audit log.", show_default="your login")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def settings_of(config: Path | None) -> "Settings":
    """The named configuration; without a name `config.toml` in the current folder. Raises ConfigError."""
    from triage.config import load

    return load(config or Path("config.toml"))


def optional_settings(config: Path | None) -> "Settings":
    """For commands that need no configuration: the named one, else `config.toml` if it is there, else the defaults."""
    from triage.config import default_settings

    if config is None and not Path("config.toml").exists():
        return default_settings()
    return settings_of(config)


def app_of(config: Path | None) -> "App":
    """The wired application on a database whose schema is up to date."""
    from triage.app import App

    app = App(settings_of(config))
    app.upgrade()
    return app


def someone(by: str) -> str:
    """The name to write into the audit log."""
    return by or os.environ.get("SUDO_USER") or getpass.getuser()
