"""`ops deploy`: `cdk deploy --all`, with a look at what it needs before it, and at what came of it after it."""

from collections.abc import Mapping
from pathlib import Path

import boto3
import typer

from ops.checks import latest_deployment
from ops.checks.finding import Verdict
from ops.commands.options import CdkContextOption, OutputOption, OutputsFile, WaitOption, YesOption, ask_first
from ops.commands.waiting import seen_through
from ops.delivery import Delivery, deliver, how_to_go_on, remember_what_runs, without_image
from ops.deployment import cdk, image_history, settings_file, stacks
from ops.deployment.aws import session
from ops.deployment.context import IMAGE, environment, parsed, with_that_of
from ops.deployment.deployment import Deployment
from ops.deployment.image_history import Deployed
from ops.deployment.outputs import Outputs
from ops.errors import OperationError
from ops.exit_codes import Exit
from ops.preflight import problems
from ops.show.delivery import delivery as show_delivery
from ops.show.output import Output


def deploy(
    *,
    context: CdkContextOption = None,
    outputs_file: OutputsFile = Path("outputs.json"),
    yes: YesOption = False,
    wait: WaitOption = 600,
    output: OutputOption = Output.TABLE,
) -> None:
    """Deploy every stack with the CDK's command line, after a look at all that it needs.

    Waits until it is healthy. Records which image runs, so that `ops rollback --deployment` finds the one before.
    """
    given = parsed(context or [])
    effective = with_that_of(Path.cwd(), given)
    _refuse_early(effective)
    name = environment(effective)
    if not yes:
        ask_first(f"Deploy {effective[IMAGE]} to {name}?")
    asked = session()
    settings = settings_file.digest(effective, Path.cwd())
    _remember(asked, name)
    command = cdk.deploy_command(given, outputs_file, approved=yes)
    delivery = deliver(asked, command, environment=name, silent_output=output is Output.JSON)
    if delivery.failed:
        again = cdk.said(["ops", "deploy", "--outputs-file", str(outputs_file), *cdk.context_options(given)])
        show_delivery(delivery.stacks, None, how_to_go_on(delivery.stacks, again=again, context=given), output)
        raise typer.Exit(Exit.PARTLY_APPLIED if delivery.changed else Exit.REFUSED)
    deployed = Deployed(image=effective[IMAGE], context=without_image(given), settings=settings)
    place = Deployment(Outputs.read(outputs_file))
    try:
        _judge(place, deployed, delivery, wait=wait, output=output)
    finally:
        place.close()


def _refuse_early(context: Mapping[str, str]) -> None:
    found = problems(context, Path.cwd())
    if found:
        told = "\n".join(f"- {problem.sentence}" for problem in found)
        raise OperationError(f"Nothing was deployed:\n{told}", found[0].exit_code)


def _remember(asked: boto3.Session, name: str) -> None:
    arn = stacks.output(stacks.states(asked, name), f"Ballast-{name}-Service", "ServiceArn")
    if arn is not None:
        remember_what_runs(asked, name, arn)


def _judge(place: Deployment, deployed: Deployed, delivery: Delivery, *, wait: float, output: Output) -> None:
    latest = seen_through(place, deployed.image, seconds=wait)
    finding = latest_deployment.judge(latest, image=deployed.image)
    if finding.verdict is Verdict.PASS:
        image_history.record(place.session, place.outputs.environment, deployed)
    show_delivery(delivery.stacks, finding, "", output)
    if finding.verdict is Verdict.FAIL:
        raise typer.Exit(Exit.PARTLY_APPLIED)
