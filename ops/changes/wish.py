"""What goes with every change: why, for how long, and over what."""

import re
from dataclasses import dataclass
from typing import Any

from ops.errors import OperationError
from ops.exit_codes import Exit
from ops.target.printable import printable

REASON = 500
"""Characters that the service takes of a reason."""

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_duration = re.compile(r"(\d+(?:\.\d+)?)([smhd]?)").fullmatch


@dataclass(frozen=True, kw_only=True)
class Wish:
    """The same for every change."""

    reason: str
    ttl: float | None = None  # seconds; None: until it is taken back
    expected_revision: int | None = None  # what the operator has seen, 0 for nothing; None: whatever is there


def why(reason: str) -> str:
    """The reason. Raises OperationError when it says nothing, or more than is kept."""
    said = reason.strip()
    if not 1 <= len(said) <= REASON:
        what = f"has {len(said)} characters" if said else "is empty"
        raise OperationError(
            f"--reason {what}; expected why, in 1 to {REASON} characters: it is what the audit tells tomorrow.",
            Exit.USAGE,
        )
    if not said.isprintable():
        raise OperationError(
            f"--reason is {printable(said)}; expected printable characters alone, in one line.", Exit.USAGE
        )
    return said


def seconds(given: str | None) -> float | None:
    """The seconds of `90`, `90s`, `15m`, `2h` or `1d`. Raises OperationError."""
    if given is None:
        return None
    found = _duration(given.strip().lower())
    duration = float(found[1]) * _UNITS[found[2]] if found else 0.0
    if not duration:
        raise OperationError(f"--ttl is {given}; expected a duration such as 90s, 15m, 2h or 1d.", Exit.USAGE)
    return duration


def duration(span: float) -> str:
    """A duration as `--ttl` takes it, to the second."""
    whole = max(1, round(span))
    unit = next(unit for unit in "dhms" if whole % _UNITS[unit] == 0)
    return f"{whole // _UNITS[unit]}{unit}"


def body(wish: Wish, *, dry_run: bool, **own: Any) -> dict[str, Any]:  # noqa: ANN401 - what each change has of its own
    """The body of a change."""
    return {
        **own,
        "reason": wish.reason,
        "ttl": wish.ttl,
        "dry_run": dry_run,
        "expected_revision": wish.expected_revision,
    }
