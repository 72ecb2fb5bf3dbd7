"""The health gates of an instance."""

from collections.abc import Sequence
from dataclasses import dataclass

from ops.target.fields import Fields


@dataclass(frozen=True, kw_only=True)
class Gate:
    """One at this instant."""

    name: str
    critical: bool
    ready: bool
    consecutive_passes: int
    required: int
    last_error: str


@dataclass(frozen=True, kw_only=True)
class Gates:
    """All of them, and what they make of the instance."""

    ready: bool
    stale: bool
    gates: Sequence[Gate]


def gates(fields: Fields) -> Gates:
    """Those that an answer tells of."""
    return Gates(
        ready=fields.text("status") == "ready",
        stale=fields.holds("stale"),
        gates=[
            Gate(
                name=each.text("name"),
                critical=each.holds("critical"),
                ready=each.holds("ready"),
                consecutive_passes=each.count("consecutive_passes"),
                required=each.count("required"),
                last_error=each.text("last_error"),
            )
            for each in fields.each("health_gates")
        ],
    )
