"""How the service is, for `/healthz` and people (I15)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AccountHealth:
    """`round_trip_age` in seconds since the last full round trip; None when there never was one."""

    id: str
    ok: bool
    round_trip_age: float | None
    text: str


@dataclass(frozen=True, slots=True)
class Health:
    """`ok` means: a full round trip per account within its limit, and no account stopped."""

    ok: bool
    accounts: tuple[AccountHealth, ...]
    alerts: tuple[str, ...]
