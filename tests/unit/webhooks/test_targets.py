"""Where a webhook may lead (S12): names are looked up once, and every disguise of an inner address is seen through."""

from collections.abc import Sequence

import pytest

from triage.errors import UnsafeTarget
from triage.webhooks.targets import is_public, target

PUBLIC, PRIVATE = "93.184.215.14", "192.168.1.7"


def to(*addresses: str) -> object:
    def resolve(host: str, port: int) -> Sequence[str]:
        return addresses

    return resolve


def test_a_public_host_is_bound_to_the_address_that_was_checked() -> None:
    found = target("https://hooks.example.com:8443/in?x=1", (), to(PUBLIC))  # type: ignore[arg-type]
    assert found.url == f"https://{PUBLIC}:8443/in?x=1"
    assert (found.host, found.host_header) == ("hooks.example.com", "hooks.example.com:8443")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        PRIVATE,
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - refused, not bound
        "224.0.0.1",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "2002:7f00:1::1",
    ],
)
def test_inner_addresses_are_refused(address: str) -> None:
    assert not is_public(address)
    with pytest.raises(UnsafeTarget):
        target("https://hooks.example.com/", (), to(PUBLIC, address))  # type: ignore[arg-type]


@pytest.mark.parametrize("address", [PUBLIC, "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::5db8:d70e"])
def test_addresses_of_the_world_are_taken(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.com/",
        "https://user:pw@hooks.example.com/",
        "ftp://hooks.example.com/",
        "https://",
        "https://h:99999/",
    ],
)
def test_other_ways_and_forms_are_refused(url: str) -> None:
    with pytest.raises(UnsafeTarget):
        target(url, (), to(PUBLIC))  # type: ignore[arg-type]


def test_a_name_that_is_not_known_is_refused_in_the_same_words() -> None:
    def unknown(host: str, port: int) -> Sequence[str]:
        raise OSError("no such host")

    with pytest.raises(UnsafeTarget) as nobody:
        target("https://hooks.example.com/", (), unknown)
    with pytest.raises(UnsafeTarget) as inside:
        target("https://hooks.example.com/", (), to(PRIVATE))  # type: ignore[arg-type]
    assert str(nobody.value) == str(inside.value)


def test_a_host_that_the_configuration_names_is_trusted() -> None:
    assert target("http://hooks.lan/", ("hooks.lan",), to(PRIVATE)).url == f"http://{PRIVATE}:80/"  # type: ignore[arg-type]
