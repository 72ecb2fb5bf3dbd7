"""What an operator set for every instance, and until when it holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ops.target.fields import Fields


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An entry of the control document. Instants are Unix seconds."""

    on: bool
    by: str
    reason: str
    since: float
    until: float | None
    revision: int
    settings: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, fields: Fields) -> "Entry | None":
        """The entry that an answer tells of; None when nobody ever set it."""
        if not fields:
            return None
        return cls(
            on=fields.holds("on"),
            by=fields.text("by"),
            reason=fields.text("reason"),
            since=fields.number("since") or 0.0,
            until=fields.number("until"),
            revision=fields.count("revision"),
            settings=fields.inner("settings").document,
        )

    def in_force(self, now: float) -> bool:
        """Whether it holds now."""
        return self.on and (self.until is None or now < self.until)
