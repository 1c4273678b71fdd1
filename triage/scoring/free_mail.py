"""Domains where anybody may open a mailbox: they say nothing of the company behind a mail (R16)."""

import tomllib
from functools import cache
from importlib.resources import files


@cache
def _table() -> tuple[frozenset[str], frozenset[str]]:
    table = tomllib.loads(files("triage.scoring").joinpath("free_mail.toml").read_text("utf-8"))
    return frozenset(table["providers"]), frozenset(table["endings"])


def is_free_mail(domain: str) -> bool:
    """True for `gmail.com`, `yahoo.co.uk`, `gmx.de` and their like. `domain` in lower case."""
    providers, endings = _table()
    provider, _, ending = domain.removeprefix("vip.").partition(".")
    return provider in providers and ending in endings
