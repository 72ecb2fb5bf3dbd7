"""What a check found."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Of one check."""

    PASS = "pass"  # noqa: S105 - a verdict
    FAIL = "fail"
    NOT_ASKED = "not_asked"  # the deployment lacks it, or nobody wanted to know


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One check's answer: what was seen, what was expected, and what to do next when it failed."""

    name: str
    verdict: Verdict
    seen: str
    expected: str = ""
    next_step: str = ""


def judged(name: str, problems: list[str], *, seen: str, expected: str, next_step: str) -> Finding:
    """A pass that says what was seen, or a fail that says everything that is wrong."""
    if problems:
        return Finding(
            name=name, verdict=Verdict.FAIL, seen="; ".join(problems), expected=expected, next_step=next_step
        )
    return Finding(name=name, verdict=Verdict.PASS, seen=seen, expected=expected)
