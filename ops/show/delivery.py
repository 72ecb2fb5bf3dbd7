"""What a deployment left behind."""

from collections.abc import Sequence
from dataclasses import asdict

from ops.checks.finding import Finding
from ops.deployment.stacks import StackState
from ops.show.findings import findings
from ops.show.output import Output, as_json, say


def delivery(states: Sequence[StackState], finding: Finding | None, going_on: str, output: Output) -> None:
    """What a deployment left behind: its stacks, what the compute says, and how to go on after a failure."""
    if output is Output.JSON:
        as_json(
            {
                "stacks": [
                    {
                        "name": state.name,
                        "status": state.status,
                        "failure": asdict(state.failure) if state.failure else None,
                    }
                    for state in states
                ],
                "latest_deployment": asdict(finding) if finding else None,
                "next_step": going_on,
            }
        )
        return
    say("What exists now:" if states else "No stack exists.")
    width = max((len(state.name) for state in states), default=0)
    for state in states:
        say(f"  {state.name:<{width}}  {state.status}")
        if state.failure and going_on:
            say(f"  {'':<{width}}  {state.failure.resource} ({state.failure.kind}): {state.failure.reason}")
    if finding:
        findings([finding])
    if going_on:
        say(going_on)
