"""Short HTTP calls to whoever is controlled or watched; cooperative under gevent, blocking elsewhere."""

import http.client
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

import msgspec

TIMEOUT = 5.0
"""Seconds for one call; whoever is slower counts as away."""

_OK = range(200, 300)
_NONE: Mapping[str, str] = MappingProxyType({})


class ControlError(Exception):
    """A control call failed; the message names the call and what came back."""


def exchange(method: str, url: str, *, body: bytes = b"", headers: Mapping[str, str] = _NONE) -> tuple[int, bytes]:
    """Send one request over a connection of its own; status and body of the answer, ControlError without one."""
    parts = urlsplit(url)
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    connect = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = connect(parts.hostname or "", parts.port, timeout=TIMEOUT)
    try:
        connection.request(method, path, body=body or None, headers=dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException) as error:
        raise ControlError(f"{method} {url}: {error or type(error).__name__}") from error
    finally:
        connection.close()


def call(method: str, url: str, *, body: object = None, headers: Mapping[str, str] = _NONE) -> Any:  # noqa: ANN401 -- JSON has any shape; each caller checks its own
    """Send one request and return the decoded JSON answer (None when it is empty); ControlError for anything else."""
    headers = {"Content-Type": "application/json", **headers}
    status, content = exchange(method, url, body=b"" if body is None else msgspec.json.encode(body), headers=headers)
    if status not in _OK:
        raise ControlError(f"{method} {url} answered {status}: {content[:300].decode(errors='replace')}")
    try:
        return msgspec.json.decode(content) if content else None
    except msgspec.DecodeError as error:
        raise ControlError(f"{method} {url} answered no JSON: {content[:100]!r}") from error
