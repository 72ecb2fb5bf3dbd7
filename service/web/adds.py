"""What a middleware adds to what its routes take and give; each says so beside what it does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.web.problems import Kind  # which stands on a middleware itself


class Token(StrEnum):
    """Whether a bearer token is needed."""

    NEEDED = "needed"
    SOMETIMES = "sometimes"  # only for some of what may be asked


@dataclass(frozen=True, kw_only=True)
class Part:
    """A variable in a path."""

    meaning: str
    example: str


@dataclass(frozen=True, kw_only=True)
class Header:
    """A header of requests or of answers."""

    name: str
    meaning: str
    schema: Mapping[str, object] = field(default_factory=lambda: {"type": "string"})
    always: bool = False


def _everywhere(_: str) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class Adds:
    """What a middleware adds to the routes that it covers, which are told by their path."""

    problems: "tuple[Kind, ...]" = ()
    takes: tuple[Header, ...] = ()
    gives: tuple[Header, ...] = ()
    token: Token | None = None
    covers: Callable[[str], bool] = _everywhere
