"""What goes with every change: why, for how long, and over what."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ops.errors import OperationError
from ops.exit_codes import Exit
from ops.target.printable import printable

REASON = 500
"""Characters that the service takes of a reason."""

_UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
_FINEST = (("d", "h"), ("h", "m"))
_durations = re.compile("".join(rf"(?:(\d+(?:\.\d+)?){unit})?" for unit in _UNITS)).fullmatch


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
    """The seconds of `90s`, `15m`, `1h30m` or `1d`; a bare number says no unit. Raises OperationError."""
    if given is None:
        return None
    found = _durations(given.strip().lower())
    duration = (
        sum(float(each or 0) * unit for each, unit in zip(found.groups(), _UNITS.values(), strict=True))
        if found
        else 0.0
    )
    if not duration:
        raise OperationError(
            f"--ttl is {printable(given)}; expected a duration with its unit, such as 90s, 15m, 1h30m or 1d.",
            Exit.USAGE,
        )
    return duration


def duration(span: float) -> str:
    """A duration as `--ttl` takes it, to the second."""
    return "".join(_parts(span))


def spoken_duration(span: float) -> str:
    """A duration as people read it: `29m 56s`, `89d 23h`, rounded to what tells something."""
    finest = next((finer for coarse, finer in _FINEST if span >= _UNITS[coarse]), "s")
    return " ".join(_parts(round(span / _UNITS[finest]) * _UNITS[finest]))


def _parts(span: float) -> Iterator[str]:
    left = max(1, round(span))
    for unit, seconds_of_it in _UNITS.items():
        count, left = divmod(left, seconds_of_it)
        if count:
            yield f"{count}{unit}"


def body(wish: Wish, *, dry_run: bool, **own: Any) -> dict[str, Any]:  # noqa: ANN401 - what each change has of its own
    """The body of a change."""
    return {
        **own,
        "reason": wish.reason,
        "ttl": wish.ttl,
        "dry_run": dry_run,
        "expected_revision": wish.expected_revision,
    }
