"""`ops rollback --deployment`: back to the image before, by deploying it."""

from collections.abc import Mapping
from pathlib import Path

from ops.commands.options import ask_first
from ops.commands.seeing_through import see_through, stop_if_failed
from ops.delivery import deliver, remember_what_runs, without_image
from ops.deployment import cdk
from ops.deployment.deployment import Deployment
from ops.deployment.image_history import Deployed
from ops.deployment.outputs import Outputs
from ops.rollback_plan import Plan, deploy_command, planned, reverse_command
from ops.show.output import Output, as_json, say, warn


def roll_deployment_back(
    *,
    reason: str,
    outputs_file: Path,
    to: str | None,
    given: Mapping[str, str],
    yes: bool,
    dry_run: bool,
    wait: float,
    output: Output,
) -> None:
    """Go back to the image before, or to the one of an operator's choice. Raises OperationError."""
    place = Deployment(Outputs.read(outputs_file))
    try:
        plan = planned(place, Path.cwd(), to=to, given=given)
        if dry_run or output is Output.TABLE:
            _show_plan(plan, outputs_file, output)
        else:
            warn(plan.warnings)
        if dry_run:
            return
        if not yes:
            ask_first(f"Roll {plan.environment} back to {plan.to}?")
        remember_what_runs(place.session, plan.environment, place.outputs["Service", "ServiceArn"])
        delivery = deliver(
            place.session,
            deploy_command(plan, outputs_file),
            environment=plan.environment,
            silent_output=output is Output.JSON,
        )
        again = cdk.said(deploy_command(plan, outputs_file))
        stop_if_failed(delivery, again=again, context=plan.context, output=output)
        context = without_image(plan.context)
        deployed = Deployed(image=plan.to, context=context, rollback=reason, settings=plan.settings)
        see_through(place, deployed, delivery, wait=wait, output=output)
    finally:
        place.close()


def _show_plan(plan: Plan, outputs_file: Path, output: Output) -> None:
    command = cdk.said(deploy_command(plan, outputs_file))
    reverse = cdk.said(reverse_command(plan, outputs_file))
    if output is Output.JSON:
        told = {"environment": plan.environment, "stacks_ask_for": plan.stacks_ask_for, "runs": plan.runs}
        told |= {"to": plan.to, "why": plan.why, "command": command, "reverse": reverse}
        as_json({**told, "warnings": plan.warnings})
        return
    say(f"{plan.environment}: the stacks ask for {plan.stacks_ask_for}; {plan.runs or 'nothing'} runs.")
    say(f"Back to {plan.to}: {plan.why}.")
    for warning in plan.warnings:
        say(warning)
    say(f"By:    {command}")
    say(f"Taken back by:  {reverse}")
