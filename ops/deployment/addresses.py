"""Where AWS and the service are reached. All is HTTPS, except at an AWS that is played on this machine."""

import os

from ops.loopback import is_loopback


def emulated() -> bool:
    """Whether AWS is played on this machine."""
    return is_loopback(os.environ.get("AWS_ENDPOINT_URL", ""))


def spoken(address: str) -> str:
    """The address as it is dialled: nobody speaks TLS at an AWS of this machine, whatever its outputs say."""
    if emulated() and is_loopback(address):
        return address.replace("https://", "http://", 1)
    return address
