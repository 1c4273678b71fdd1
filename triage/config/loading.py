"""From a TOML file and the environment to checked settings, or to an error that names each wrong key."""

import os
import re
import tomllib
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from triage.config.settings import ENV_PREFIX, Settings
from triage.errors import ConfigError


def load(path: Path) -> Settings:
    """Read and check the file at `path`. Raises ConfigError naming each wrong key."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"Can't read the configuration {path}: {error.strerror}.",
            "Copy config.example.toml, fill it in, and name it with --config.",
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 text.", "Save it as UTF-8.") from error
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}.", "Mend the line it names.") from error
    return _from_mapping(data, path.parent.resolve(), str(path))


def default_settings() -> Settings:
    """What holds without a configuration file: enough for `triage assess` and `triage draft`."""
    return _from_mapping({}, Path.cwd(), "the environment")


def _from_mapping(data: dict[str, Any], base: Path, name: str) -> Settings:
    _refuse_unknown_variables()
    try:
        settings = Settings(**data)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {_in_words(e)}" for e in error.errors(include_input=False))
        raise ConfigError(
            f"The configuration in {name} has faults: {faults}.", "config.example.toml explains every key."
        ) from None
    return _with_absolute_paths(settings, base)


def _in_words(error: ErrorDetails) -> str:
    if error["type"] == "extra_forbidden":
        return "unknown key"
    return str(error["msg"]).removeprefix("Value error, ")


def _refuse_unknown_variables() -> None:
    """pydantic-settings ignores unknown variables silently; a misspelt override must be told instead."""
    known = {name.upper() for name in Settings.model_fields} | {"CONFIG"}
    for variable in os.environ:
        if variable.startswith(ENV_PREFIX) and variable.removeprefix(ENV_PREFIX).split("__")[0].upper() not in known:
            raise ConfigError(
                f"The environment variable {variable} matches no configuration key.",
                f"Variables are named {ENV_PREFIX}SECTION__KEY, e.g. {ENV_PREFIX}DATABASE__URL.",
            )


def _with_absolute_paths(settings: Settings, base: Path) -> Settings:
    """The daemon's current folder must not decide which files are meant."""

    def absolute(value: object) -> object:
        if isinstance(value, Path):
            return base / value.expanduser()
        if isinstance(value, BaseModel):
            return value.model_copy(update={key: absolute(getattr(value, key)) for key in type(value).model_fields})
        if isinstance(value, dict):
            return {key: absolute(item) for key, item in value.items()}
        return value

    url = settings.database.url
    relative = re.fullmatch(r"sqlite:///([^/:].*)", url)
    resolved = cast(Settings, absolute(settings))
    if relative:
        database = resolved.database.model_copy(update={"url": f"sqlite:///{base / relative[1]}"})
        resolved = resolved.model_copy(update={"database": database})
    return resolved
