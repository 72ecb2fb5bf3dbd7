"""What happened at an instance lately."""

from dataclasses import dataclass

from ops.target.fields import Fields


@dataclass(frozen=True, kw_only=True)
class Event:
    """An entry of its journal."""

    at: float  # Unix seconds
    type: str
    subject: str
    reason: str


def events(fields: Fields) -> list[Event]:
    """Those that an answer tells of, oldest first."""
    return [
        Event(
            at=each.number("at") or 0.0,
            type=each.text("type"),
            subject=each.text("subject"),
            reason=each.text("reason"),
        )
        for each in fields.each("events")
    ]
