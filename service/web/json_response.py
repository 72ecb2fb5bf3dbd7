"""Answers as JSON, encoded by msgspec."""

from collections.abc import Mapping
from typing import Generic, TypeVar

import msgspec
from starlette.responses import Response

T = TypeVar("T")


class JsonResponse(Response, Generic[T]):
    """Anything that msgspec can encode, as `application/json`. Its type is what the document of the API says."""

    media_type = "application/json"

    def __init__(self, content: T, status_code: int = 200, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(content, status_code, headers)

    def render(self, content: T) -> bytes:
        """The body's bytes."""
        return msgspec.json.encode(content)
