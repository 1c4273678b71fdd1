"""What a domain says: free mail service or not, and of which country."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def outward_signs() -> dict[str, Any]:
    """`evidence.toml`: free mail services, generic domains, legal forms, homes of languages."""
    return tomllib.loads(files("triage.reading").joinpath("evidence.toml").read_text("utf-8"))


@cache
def _words(key: str) -> frozenset[str]:
    return frozenset(outward_signs()[key].split())


def free_mail_domains() -> frozenset[str]:
    """Mail services where anyone gets an address."""
    return _words("free_mail")


def is_free_mail(domain: str) -> bool:
    """True where an address costs nothing and proves nothing."""
    return domain.lower() in free_mail_domains()


def country_of_domain(domain: str) -> str | None:
    """ISO alpha-2 of a country-code domain that is used as such."""
    tld = domain.lower().rpartition(".")[2]
    if len(tld) != 2 or not tld.isascii() or not tld.isalpha() or tld in _words("generic_tlds"):
        return None
    return "GB" if tld == "uk" else tld.upper()
