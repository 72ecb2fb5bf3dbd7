"""The nearest name to one that does not exist."""

from collections.abc import Sequence
from difflib import get_close_matches


def did_you_mean(name: str, known: Sequence[str]) -> str:
    """A question to go on with, or nothing when no known name is near."""
    near = get_close_matches(name, known, n=1, cutoff=0.5)
    return f" (did you mean {near[0]}?)" if near else ""


def unknown(kind: str, name: str, known: Sequence[str]) -> str:
    """The sentence about a name that does not exist: the nearest one, and all there are."""
    there = f"There are: {', '.join(sorted(known))}." if known else "There are none."
    return f"There is no {kind} {name}{did_you_mean(name, sorted(known))}. {there}"
