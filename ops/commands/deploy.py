"""`ops deploy`: `cdk deploy --all`, with a look at what it needs before it, and at what came of it after it."""

from collections.abc import Mapping
from pathlib import Path

import boto3

from ops.commands.options import CdkContextOption, OutputOption, OutputsFile, WaitOption, YesOption, ask_first
from ops.commands.seeing_through import see_through, stop_if_failed
from ops.delivery import deliver, remember_what_runs, without_image
from ops.deployment import cdk, settings_file, stacks
from ops.deployment.aws import session
from ops.deployment.context import IMAGE, environment, parsed, with_that_of
from ops.deployment.deployment import Deployment
from ops.deployment.image_history import Deployed
from ops.deployment.outputs import Outputs
from ops.errors import OperationError
from ops.preflight import problems
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
    again = cdk.said(["ops", "deploy", "--outputs-file", str(outputs_file), *cdk.context_options(given)])
    stop_if_failed(delivery, again=again, context=given, output=output)
    deployed = Deployed(image=effective[IMAGE], context=without_image(given), settings=settings)
    place = Deployment(Outputs.read(outputs_file))
    try:
        see_through(place, deployed, delivery, wait=wait, output=output)
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
