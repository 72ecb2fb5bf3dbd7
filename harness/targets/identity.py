"""Who a target is, by its own words, and whether it may be loaded."""

import dataclasses
import ipaddress
from urllib.parse import urlsplit


class TargetRefusedError(Exception):
    """The target must not be loaded; the message says why."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Identity:
    """Who answered at an address, by its own words."""

    service: str
    version: str
    environment: str
    load_tests_allowed: bool
    instance: str
    boot_id: str
    reliability: bool


def is_loopback(address: str) -> bool:
    """Whether a URL points at this machine."""
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def plain_on_loopback(address: str) -> str:
    """A URL as it is reached: an emulated AWS speaks no TLS, whatever its outputs say."""
    return f"http://{address.removeprefix('https://')}" if is_loopback(address) else address


def check_target(address: str, identity: Identity, *, owned: bool) -> None:
    """Raise TargetRefusedError unless the identity allows the load; away from loopback a person must vouch as well."""
    if identity.service != "ballast":
        raise TargetRefusedError(f"{address} is {identity.service!r}; expected the service 'ballast'.")
    if not identity.load_tests_allowed:
        raise TargetRefusedError(
            f"{address} ({identity.environment}) does not allow load tests; start it with LOAD_TESTS_ALLOWED=true."
        )
    if not owned and not is_loopback(address):
        raise TargetRefusedError(f"{address} is not this machine; pass --i-own-this-target if you may load it.")
