"""`ops rollback --deployment`: back to the image before, by deploying it."""

from pathlib import Path
from typing import Annotated

import typer

from ops.checks import latest_deployment
from ops.checks.finding import Verdict
from ops.commands.options import CdkContextOption, OutputOption, OutputsFile, WaitOption, YesOption, ask_first
from ops.commands.waiting import seen_through
from ops.delivery import Delivery, deliver, how_to_go_on, remember_what_runs, without_image
from ops.deployment import cdk, image_history
from ops.deployment.context import parsed
from ops.deployment.deployment import Deployment
from ops.deployment.image_history import Deployed
from ops.deployment.outputs import Outputs
from ops.errors import OperationError
from ops.exit_codes import Exit
from ops.rollback_plan import Plan, deploy_command, planned, reverse_command
from ops.show.delivery import delivery as show_delivery
from ops.show.output import Output, as_json, say, warn


def rollback(
    *,
    deployment: Annotated[bool, typer.Option("--deployment", help="Roll the deployment back.")] = False,
    reason: Annotated[str, typer.Option(help="Why; it is kept in the history of images.")],
    outputs_file: OutputsFile = Path("outputs.json"),
    to: Annotated[str | None, typer.Option(help="The image to go back to; else the one that ran before.")] = None,
    context: CdkContextOption = None,
    yes: YesOption = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be done.")] = False,
    wait: WaitOption = 600,
    output: OutputOption = Output.TABLE,
) -> None:
    """Go back to the image that ran before, by deploying it with the CDK's command line, so that nothing drifts.

    The context is that of the last `ops deploy`; what `-c` gives goes above it.
    """
    if not deployment:
        raise OperationError("Say what to roll back: --deployment.", Exit.USAGE)
    place = Deployment(Outputs.read(outputs_file))
    try:
        plan = planned(place, Path.cwd(), to=to, given=parsed(context or []))
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
        _end(place, plan, delivery, reason=reason, outputs_file=outputs_file, wait=wait, output=output)
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


def _end(
    place: Deployment,
    plan: Plan,
    delivery: Delivery,
    *,
    reason: str,
    outputs_file: Path,
    wait: float,
    output: Output,
) -> None:
    if delivery.failed:
        again = cdk.said(deploy_command(plan, outputs_file))
        show_delivery(delivery.stacks, None, how_to_go_on(delivery.stacks, again=again, context=plan.context), output)
        raise typer.Exit(Exit.PARTLY_APPLIED if delivery.changed else Exit.REFUSED)
    latest = seen_through(place, plan.to, seconds=wait)
    finding = latest_deployment.judge(latest, image=plan.to)
    if finding.verdict is Verdict.PASS:
        context = without_image(plan.context)
        done = Deployed(image=plan.to, context=context, rollback=reason, settings=plan.settings)
        image_history.record(place.session, plan.environment, done)
    show_delivery(delivery.stacks, finding, "", output)
    if finding.verdict is Verdict.FAIL:
        raise typer.Exit(Exit.PARTLY_APPLIED)
