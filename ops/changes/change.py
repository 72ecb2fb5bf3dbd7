"""A change of something that every instance obeys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ops.changes.wish import Wish
from ops.target.fields import Fields
from ops.target.target import Target


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a change made, or in a dry run would make."""

    before: str  # in words
    after: str
    changed: bool  # False: it was so already
    revision: int  # of what was there before
    document: str  # which control document holds it, and in which version
    version: int
    back: Sequence[str] | None  # the words of the command that takes it back; None: nothing does
    told: Mapping[str, Any]  # the service's own answer


class Change(Protocol):
    """One that can be made at a target, and shown before it is made."""

    @property
    def subject(self) -> str:
        """What is changed, in words."""
        ...

    @property
    def words(self) -> Sequence[str]:
        """The words of this command, and of the service's own for when it is down; without the options."""
        ...

    @property
    def danger(self) -> str:
        """What it does to callers, when that is severe; empty when it is not."""
        ...

    @property
    def typed(self) -> str:
        """What somebody types who means it."""
        ...

    @property
    def without_service(self) -> bool:
        """Whether the service's own command can make it when no service answers."""
        ...

    def made(self, target: Target, wish: Wish, *, dry_run: bool) -> Outcome:
        """Have it made, or shown. Raises OperationError."""
        ...

    def theirs(self, current: Fields) -> str:
        """What somebody else has made of it meanwhile."""
        ...
