"""Who is told of changes, and how often."""

import base64
import binascii
import dataclasses
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

from service.settings.quantity import integer
from service.settings.variable import Variable, text

SECRET_PREFIX = "whsec_"  # noqa: S105 - by which a secret is known, not a secret
SHORTEST_KEY, LONGEST_KEY = 24, 64  # bytes


def _webhook_url(name: str, meaning: str) -> Variable:
    """An address that takes webhooks; never shown, since its path may be all that keeps others from posting there."""

    def parse(value: str) -> str:
        if not value:
            return value
        parts = urlsplit(value)
        if not value.isascii() or not value.isprintable() or " " in value or parts.port == 0 or not parts.hostname:
            raise ValueError
        if "@" in parts.netloc or parts.scheme not in {"http", "https"}:
            raise ValueError
        if parts.scheme == "http" and not _loopback(parts.hostname):
            raise ValueError
        return value

    expected = "an https address without a user and a password, or an http one of this machine"
    return Variable(name, "", meaning, parse, expected=expected, kind="URL", secret=True)


def _webhook_secret(name: str, meaning: str) -> Variable:
    def parse(value: str) -> bytes:
        if not value:
            return b""
        if not value.startswith(SECRET_PREFIX):
            raise ValueError
        try:
            key = base64.b64decode(value.removeprefix(SECRET_PREFIX), validate=True)
        except binascii.Error as error:
            raise ValueError from error
        if not SHORTEST_KEY <= len(key) <= LONGEST_KEY:
            raise ValueError
        return key

    expected = f"{SECRET_PREFIX} and {SHORTEST_KEY} to {LONGEST_KEY} random bytes in base64"
    return Variable(name, "", meaning, parse, expected=expected, kind="text", secret=True)


@dataclasses.dataclass(frozen=True, kw_only=True, repr=False)  # as Settings, of which it is a part
class WebhookSettings:
    """The webhook of an instance."""

    webhook_url: Annotated[
        str,
        _webhook_url(
            "WEBHOOK_URL", "Is told of breakers, gates, rollbacks, modes and alerts that change; empty: nobody."
        ),
    ]
    webhook_secret: Annotated[bytes, _webhook_secret("WEBHOOK_SECRET", "Signs what `WEBHOOK_URL` is told.")]
    webhook_per_minute: Annotated[
        int,
        integer(
            "WEBHOOK_PER_MINUTE",
            "6",
            "Notices of one subject in a minute; further ones are summed up in the next.",
            unit="notices a minute",
            at_least=1,
            at_most=1000,
        ),
    ]
    runbooks_url: Annotated[
        str, text("RUNBOOKS_URL", "docs/runbooks", "Where the runbooks are, which a notice links as `…/NAME.md`.")
    ]

    def unsigned(self) -> Iterator[str]:
        """A sentence if the webhook cannot be signed."""
        if self.webhook_url and not self.webhook_secret:
            yield "WEBHOOK_SECRET is empty; expected a secret, since WEBHOOK_URL has a value and what it gets is signed"


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
