"""The deployment has its budget."""

from ops.checks.finding import Finding, judged
from ops.deployment.budget import Budget

NAME = "budget"


def judge(name: str, found: Budget | None) -> Finding:
    """`found` is None when there is no budget of this name."""
    return judged(
        NAME,
        [f"there is no budget {name}"] if found is None else [],
        seen="" if found is None else f"{name}: {found.spent} of {found.limit}",
        expected=f"a budget {name}",
        next_step="Deploy again: the Guardrails stack makes it.",
    )
