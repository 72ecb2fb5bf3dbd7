"""`/health` is well, as one sees it from outside."""

from collections.abc import Mapping

from ops.checks.finding import Finding, judged
from ops.deployment.door import Answer

NAME = "health"


def judge(answer: Answer, door: str) -> Finding:
    """`answer` is that of `/health`, asked through `door`."""
    said = answer.document()
    status = str(said.get("status", ""))
    problems = []
    if status != "ok":
        unwell = [
            *_named(said, "circuit_breakers", "state", well="closed"),
            *_named(said, "health_gates", "ready", well=True),
        ]
        problems = [f"/health was answered {answer.status} {status}".rstrip(), *unwell]
    return judged(
        NAME,
        problems,
        seen=f"ok, through {door}",
        expected="status ok: every breaker closed, every gate ready",
        next_step="Look at /health and at the log for the dependency that is named; a breaker closes by itself.",
    )


def _named(said: Mapping[str, object], of: str, member: str, *, well: object) -> list[str]:
    each = said.get(of)
    return [
        f"{one.get('name')}: {member} is {one.get(member)}"
        for one in (each if isinstance(each, list) else [])
        if isinstance(one, dict) and one.get(member) != well
    ]
