"""Where a webhook may lead: to the world by TLS, never to the inside, unless the configuration names the host (S12)."""

import ipaddress
import socket
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from triage.errors import UnsafeTarget

Resolve = Callable[[str, int], Sequence[str]]
"""(host, port) to its addresses. Raises OSError."""
REFUSED = "The webhook's address can't be used."
REMEDY = "Use https and a host on the public network, or name the host in webhooks.allowed_hosts."
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Target:
    """`url` leads to an address that was checked; the name it stands for goes into Host header and TLS."""

    url: str
    host: str
    host_header: str


def resolve(host: str, port: int) -> Sequence[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


def target(url: str, allowed: Container[str], resolve: Resolve = resolve) -> Target:
    """Look the host up once and bind the URL to what was found, so that no second answer of the name server counts.

    Raises UnsafeTarget, alike for every reason: what the inside looks like is not told.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        addresses = resolve(host, port) if host else ()
    except (OSError, ValueError) as error:
        raise UnsafeTarget(REFUSED, REMEDY) from error
    trusted = host in allowed
    fine = parts.scheme == "https" or (trusted and parts.scheme == "http")
    if not fine or parts.username or not addresses:
        raise UnsafeTarget(REFUSED, REMEDY)
    if not trusted and not all(is_public(address) for address in addresses):
        raise UnsafeTarget(REFUSED, REMEDY)
    return Target(_at(parts.scheme, addresses[0], port, parts.path, parts.query), host, parts.netloc)


def is_public(address: str) -> bool:
    """Whether it is an address of the world, also where one kind of address is wrapped in another."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)))
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


def _at(scheme: str, address: str, port: int, path: str, query: str) -> str:
    where = f"[{address}]" if ":" in address else address
    return f"{scheme}://{where}:{port}{path or '/'}" + (f"?{query}" if query else "")
