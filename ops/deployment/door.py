"""The service, asked at one of its addresses."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx2

from ops.deployment.addresses import spoken
from ops.errors import OperationError
from ops.exit_codes import Exit
from ops.loopback import is_loopback

TIMEOUT = httpx2.Timeout(15.0, connect=5.0)
"""Seconds; a readiness that waits for its round takes half a second."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was answered; names of headers in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    text: str = ""

    def document(self) -> Mapping[str, object]:
        """The body, when it is a JSON object; else an empty one."""
        try:
            said = json.loads(self.text)
        except ValueError:
            return {}
        return said if isinstance(said, dict) else {}

    @property
    def detail(self) -> str:
        """The sentence of a problem."""
        return str(self.document().get("detail", ""))


class Door:
    """One address of the service, and what every request there carries besides. Redirects are answers too."""

    def __init__(self, name: str, address: str, *, headers: Mapping[str, str] | None = None) -> None:
        self.name = name
        self.address = spoken(address)
        self._client = httpx2.Client(
            base_url=self.address, headers=headers, timeout=TIMEOUT, trust_env=not is_loopback(self.address)
        )

    def ask(self, path: str, *, method: str = "GET", token: str | None = None, body: object = None) -> Answer:
        """The answer to a request. Raises OperationError when there is none."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        try:
            answer = self._client.request(method, path, headers=headers, json=body)
        except httpx2.HTTPError as error:
            reason = str(error) or type(error).__name__
            raise OperationError(f"{self.address}{path} does not answer: {reason}", Exit.TIMEOUT) from error
        headers_said = {name.lower(): value for name, value in answer.headers.items()}
        return Answer(status=answer.status_code, headers=headers_said, text=answer.text)

    def close(self) -> None:
        """Keep no connection."""
        self._client.close()
