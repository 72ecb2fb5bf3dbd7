"""Control documents say which shape they have; one of another version of the service is refused, never guessed at."""

from typing import TypeVar

import msgspec

T = TypeVar("T")


class UnknownSchemaError(Exception):
    """The document was written by another version of the service, which this one must not guess at."""


class _Any(msgspec.Struct):
    schema: int = 0


def decoded(body: bytes, shape: type[T], *, schema: int, what: str) -> T:
    """A document's body as `shape`, which has that schema; `what` names the document.

    Raises:
        UnknownSchemaError: it is of another version of the service.
    """
    try:
        found = msgspec.json.decode(body, type=_Any).schema
        if found == schema:
            return msgspec.json.decode(body, type=shape)
    except msgspec.DecodeError as error:
        raise UnknownSchemaError(f"{what} cannot be read: {error}") from error
    raise UnknownSchemaError(f"{what} has schema {found}; this version of the service reads {schema}")
