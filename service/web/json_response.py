"""Answers as JSON, encoded by msgspec."""

from typing import Any

import msgspec
from starlette.responses import Response


class JsonResponse(Response):
    """Anything that msgspec can encode, as `application/json`."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:  # noqa: ANN401 - msgspec says at run time what it can encode
        """The body's bytes."""
        return msgspec.json.encode(content)
