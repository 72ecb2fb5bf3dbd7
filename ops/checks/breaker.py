"""A breaker opens while its dependency fails, and closes again."""

from ops.checks.finding import Finding, Verdict, judged
from ops.deployment.breaker_exercise import CLOSE_LIMIT, OPEN_LIMIT, Exercised

NAME = "breaker"


def judge(exercised: Exercised) -> Finding:
    """By what a breaker did under a fault."""
    problems = []
    if exercised.opened_after is None:
        problems.append(f"no breaker of {exercised.breaker} opened within {OPEN_LIMIT:g} s of a fault")
    elif exercised.closed_after is None:
        problems.append(f"{exercised.breaker} opened, and was not closed {CLOSE_LIMIT:g} s after the fault")
    return judged(
        NAME,
        problems,
        seen=f"{exercised.breaker} opened {exercised.opened_after or 0:.1f} s after a fault was set, "
        f"and closed {exercised.closed_after or 0:.1f} s after it was taken back",
        expected="it opens under a fault, and closes when the fault is over",
        next_step="The fault has ended. See whether the provider answers, and the breaker's reason in the log.",
    )


def not_asked() -> Finding:
    """Nobody wanted a fault."""
    return Finding(name=NAME, verdict=Verdict.NOT_ASKED, seen="--exercise was not given")
