"""What the sections of the configuration are made of."""

import re
from datetime import time
from pathlib import Path
from typing import Annotated, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator

from triage.credentials import Secret
from triage.vocabulary.policy import Window


class Section(BaseModel):
    """Unknown keys are errors: a misspelt key would otherwise be silently without effect."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"unknown time zone {name!r}; use a name such as Asia/Shanghai") from error
    return name


def parse_windows(text: object) -> tuple[Window, ...]:
    """`09:00-12:00, 13:30-18:00` as windows; the empty string is a day off. Raises ValueError with what to write."""
    if isinstance(text, tuple):
        return text
    windows = []
    for part in filter(None, (p.strip() for p in str(text).split(","))):
        found = re.fullmatch(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})", part)
        if not found:
            raise ValueError(f"{part!r} is no working window; write it as 09:00-12:00")
        start_hour, start_minute, end_hour, end_minute = map(int, found.groups())
        windows.append(Window(time(start_hour, start_minute), time(end_hour % 24, end_minute)))
    return tuple(windows)


TimeZone = Annotated[str, AfterValidator(_known_zone)]
Windows = Annotated[tuple[Window, ...], BeforeValidator(parse_windows)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Hours = Annotated[float, Field(gt=0)]


class SecretSource(Section):
    """Where a secret comes from: exactly one of the four."""

    value: SecretStr | None = None
    env: str = ""
    file: Path | None = None
    command: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        told = [self.value is not None, bool(self.env), self.file is not None, bool(self.command)]
        if sum(told) != 1:
            raise ValueError("give exactly one of value, env, file, command")
        return self

    def secret(self) -> Secret:
        return Secret(self.value.get_secret_value() if self.value else "", self.env, self.file, self.command)
