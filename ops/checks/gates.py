"""The service takes requests: every critical gate is ready."""

from http import HTTPStatus

from ops.checks.finding import Finding, judged
from ops.deployment.door import Answer

NAME = "gates"


def judge(answer: Answer) -> Finding:
    """`answer` is that of `/health/ready`."""
    told = answer.document().get("health_gates")
    gates = [gate for gate in told if isinstance(gate, dict)] if isinstance(told, list) else []
    critical = [gate for gate in gates if gate.get("critical")]
    problems = [
        f"{gate.get('name')} is not ready: {gate.get('last_error') or _passes(gate)}"
        for gate in critical
        if not gate.get("ready")
    ]
    if answer.status != HTTPStatus.OK and not problems:
        problems = [f"/health/ready was answered {answer.status}"]
    elif not critical and not problems:
        problems = ["there is no critical gate"]
    return judged(
        NAME,
        problems,
        seen=f"ready: {', '.join(str(gate.get('name')) for gate in critical)}",
        expected="every critical gate ready",
        next_step="See whether the dependency that is named works and may be used by the service's role.",
    )


def _passes(gate: dict[str, object]) -> str:
    return f"{gate.get('consecutive_passes')} of {gate.get('required')} passes in a row"
