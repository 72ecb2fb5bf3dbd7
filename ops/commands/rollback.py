"""`ops rollback`: a rollout, or a deployment, back to what was there before."""

from pathlib import Path
from typing import Annotated

import typer

from ops.changes.rollout_step import RolloutStep
from ops.commands.change_options import (
    DryRunOption,
    LocalOption,
    ReasonOption,
    RevisionOption,
    SettleOption,
    manner,
)
from ops.commands.changing import carry_out
from ops.commands.deployment_rollback import roll_deployment_back
from ops.commands.names import rollouts
from ops.commands.options import AnyOutputOption, CdkContextOption, OutputsFile, YesOption
from ops.deployment.context import parsed
from ops.errors import OperationError
from ops.exit_codes import Exit
from ops.show.output import Output

DEPLOYMENT_TIMEOUT, ROLLOUT_TIMEOUT = 600.0, 30.0
"""Seconds to wait, where nobody says."""


def rollback(
    ctx: typer.Context,
    rollout: Annotated[str | None, typer.Argument(autocompletion=rollouts, show_default=False)] = None,
    *,
    deployment: Annotated[bool, typer.Option("--deployment", help="Roll the deployment back.")] = False,
    reason: ReasonOption,
    outputs_file: OutputsFile = Path("outputs.json"),
    to: Annotated[str | None, typer.Option(help="The image to go back to; else the one that ran before.")] = None,
    cdk_context: CdkContextOption = None,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    wait: SettleOption = True,
    timeout: Annotated[
        float | None,
        typer.Option(min=1, metavar="SECONDS", help="How long to wait; else 30, or 600 for a deployment."),
    ] = None,
    expect_revision: RevisionOption = None,
    local: LocalOption = False,
    output: AnyOutputOption = None,
) -> None:
    """Take every caller off a canary, for good (as `ops rollout rollback`); or, with --deployment, go back an image.

    A deployment goes back by deploying the image that ran before with the CDK's command line, so that nothing drifts.
    The CDK's context is that of the last `ops deploy`; what `-c` gives goes above it.
    """
    if deployment == (rollout is not None):
        raise OperationError("Say what to roll back: the name of a rollout, or --deployment.", Exit.USAGE)
    if rollout is None:
        roll_deployment_back(
            reason=reason,
            outputs_file=outputs_file,
            to=to,
            given=parsed(cdk_context or []),
            yes=yes,
            dry_run=dry_run,
            wait=DEPLOYMENT_TIMEOUT if timeout is None else timeout,
            output=output or Output.TABLE,
        )
        return
    how = manner(
        reason=reason,
        dry_run=dry_run,
        yes=yes,
        wait=wait,
        timeout=ROLLOUT_TIMEOUT if timeout is None else timeout,
        expect_revision=expect_revision,
        local=local,
        output=output,
    )
    carry_out(ctx, RolloutStep(verb="rollback", name=rollout), how)
