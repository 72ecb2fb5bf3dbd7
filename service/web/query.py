"""Reads the query of a request into a struct."""

from typing import TypeVar

import msgspec
from starlette.requests import Request

from service.web.problems import INVALID, ProblemError

T = TypeVar("T")


def query(request: Request, shape: type[T]) -> T:
    """The query as `shape`.

    Raises:
        ProblemError: it is not of that shape (422).
    """
    try:
        return msgspec.convert(dict(request.query_params), shape, strict=False)
    except msgspec.ValidationError as error:
        raise ProblemError(INVALID, str(error)) from error
