"""What a middleware adds to what its routes take and give; each says so beside what it does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.web.problems import Kind  # which stands on a middleware itself


class Role(StrEnum):
    """What a bearer token is good for."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    INTERNAL = "internal"


@dataclass(frozen=True, kw_only=True)
class PathVariable:
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
    """What a middleware adds to the routes that it covers, which are told by their path.

    A request `needs` the token of one of some, or may need it, for some of what can be asked.
    """

    problems: "tuple[Kind, ...]" = ()
    takes: tuple[Header, ...] = ()
    gives: tuple[Header, ...] = ()
    needs: tuple[Role, ...] = ()
    may_need: tuple[Role, ...] = ()
    covers: Callable[[str], bool] = _everywhere
