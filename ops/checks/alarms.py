"""The deployment's alarms exist, and none is raised."""

from collections.abc import Mapping, Sequence

from ops.checks.finding import Finding, judged

NAME = "alarms"


def judge(names: Sequence[str], states: Mapping[str, str]) -> Finding:
    """`states` of the alarms that exist, by their name."""
    problems = [f"{name} does not exist" for name in names if name not in states]
    problems += [f"{name} is in ALARM" for name in names if states.get(name) == "ALARM"]
    return judged(
        NAME,
        problems,
        seen=f"{len(names)} alarms, none is raised",
        expected=f"{len(names)} alarms that exist, none of them in ALARM",
        next_step="Look at what the alarm watches in CloudWatch; one that does not exist comes back with a deployment.",
    )
