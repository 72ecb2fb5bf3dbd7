"""Reads the body of a request, which `CallerPresent` has bounded, as JSON into a struct."""

from typing import TypeVar

import msgspec
from starlette.requests import Request

from service.web.problems import INVALID, MALFORMED, UNSUPPORTED_MEDIA_TYPE, ProblemError

T = TypeVar("T")


async def read(request: Request, shape: type[T]) -> T:
    """The body as `shape`.

    Raises:
        ProblemError: it is not JSON (415, 400) or not of that shape (422).
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise ProblemError(
            UNSUPPORTED_MEDIA_TYPE, f"Content-Type is {media_type or 'missing'}; expected application/json"
        )
    body = await request.body()
    try:
        return msgspec.json.decode(body, type=shape)
    except (ValueError, RecursionError) as error:
        # The decoder stops at whatever is wrong first; that it is JSON at all is asked first by us.
        if isinstance(error, msgspec.ValidationError) and _is_json(body):
            raise ProblemError(INVALID, str(error)) from error
        raise ProblemError(MALFORMED, "the body is not a JSON document") from error


def _is_json(body: bytes) -> bool:
    try:
        msgspec.json.decode(body)
    except (ValueError, RecursionError):  # not JSON, not UTF-8, or nested beyond reason
        return False
    return True
