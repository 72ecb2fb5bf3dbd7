"""Where AWS and the service are reached. All is HTTPS, except at an AWS that is played on this machine."""

import ipaddress
import os
from urllib.parse import urlsplit


def is_loopback(address: str) -> bool:
    """Whether a URL points at this machine."""
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def emulated() -> bool:
    """Whether AWS is played on this machine."""
    return is_loopback(os.environ.get("AWS_ENDPOINT_URL", ""))


def spoken(address: str) -> str:
    """The address as it is dialled: nobody speaks TLS at an AWS of this machine, whatever its outputs say."""
    if emulated() and is_loopback(address):
        return address.replace("https://", "http://", 1)
    return address
