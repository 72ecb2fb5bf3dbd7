"""An answer of the service."""

import json
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import Any

import httpx2

from ops.target.fields import Fields

PROBLEM = "application/problem+json"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was answered, by which instance."""

    status: int
    content_type: str
    instance: str
    location: str
    retry_after: str
    text: str

    @classmethod
    def of(cls, response: httpx2.Response) -> "Answer":
        """What matters of a response."""
        headers = response.headers
        return cls(
            status=response.status_code,
            content_type=headers.get("content-type", "").partition(";")[0].strip(),
            instance=headers.get("x-instance-id", ""),
            location=headers.get("location", ""),
            retry_after=headers.get("retry-after", ""),
            text=response.text,
        )

    @cached_property
    def document(self) -> dict[str, Any]:
        """The body, when it is a JSON object; else an empty one."""
        try:
            said = json.loads(self.text)
        except ValueError:
            return {}
        return said if isinstance(said, dict) else {}

    @property
    def fields(self) -> Fields:
        """The body, read with indulgence."""
        return Fields(self.document)

    @property
    def done(self) -> bool:
        """Whether what was asked was done, and the body tells of it."""
        return self.status == HTTPStatus.OK and bool(self.document)

    @property
    def is_problem(self) -> bool:
        """Whether the service itself says what went wrong, and not something before it."""
        return self.content_type == PROBLEM and bool(self.fields.text("type"))
