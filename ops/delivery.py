"""A deployment by the CDK's command line, and what came of it."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

import boto3

from ops.deployment import cdk, compute, image_history, stacks
from ops.deployment.compute import LatestDeployment
from ops.deployment.context import IMAGE
from ops.deployment.deployment import Deployment
from ops.deployment.refusal import closed_to_new_customers
from ops.deployment.stacks import StackState
from ops.errors import OperationError

POLL = 2.0
"""Seconds between two looks at a deployment that is under way."""


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What the command line left behind."""

    exit_code: int  # of `cdk deploy`
    changed: bool  # whether any stack was touched
    stacks: Sequence[StackState]

    @property
    def failed(self) -> bool:
        """Whether `cdk deploy` failed."""
        return self.exit_code != 0


def deliver(session: boto3.Session, command: list[str], *, environment: str, silent_output: bool) -> Delivery:
    """Run `cdk deploy` and look at the stacks before and after. Raises OperationError."""
    before = stacks.states(session, environment)
    exit_code = cdk.run(command, region=session.region_name, silent_output=silent_output)
    after = stacks.states(session, environment)
    return Delivery(exit_code=exit_code, changed=after != before, stacks=after)


def how_to_go_on(states: Sequence[StackState], *, again: str, context: Mapping[str, str]) -> str:
    """What to do after a deployment failed, with the exact next command."""
    under_way = [state.name for state in states if state.status.endswith("_IN_PROGRESS")]
    if under_way:
        return f"Wait until CloudFormation has ended with {', '.join(under_way)}; then:\n  {again}"
    stuck = [state.name for state in states if state.stuck]
    if stuck:
        back = cdk.said(["cdk", "rollback", *stuck, *cdk.context_options(context)])
        return f"Bring what is stuck back to its last good state, then go on:\n  {back}\n  {again}"
    for state in states:
        if state.failure and state.failure.kind.startswith("AWS::AppRunner::"):
            explained = closed_to_new_customers("", state.failure.reason)
            if explained:
                return f"{explained}\n  {again} -c compute=express"
    return f"Mend what failed, and run the same command again; what is complete stays as it is:\n  {again}"


def remember_what_runs(session: boto3.Session, environment: str, arn: str) -> None:
    """Record the image that runs before another takes its place, unless it is recorded. Raises OperationError."""
    running = compute.latest_deployment(session, arn).image
    history = image_history.read(session, environment)
    if running and (not history or history[-1].image != running):
        image_history.record(session, environment, image_history.Deployed(image=running, context=None))


def without_image(context: Mapping[str, str]) -> dict[str, str]:
    """What is recorded beside the image."""
    return {name: value for name, value in context.items() if name != IMAGE}


def watched(deployment: Deployment, image: str, *, seconds: float) -> LatestDeployment | None:
    """The deployment of `image` once it has ended and, if it succeeded, is ready; None: not within `seconds`."""
    give_up_at = time.monotonic() + seconds
    while True:
        latest = compute.latest_deployment(deployment.session, deployment.outputs["Service", "ServiceArn"])
        lost = not latest.succeeded or latest.stopped or latest.image != image
        if not latest.under_way and (lost or _ready(deployment)):
            return latest
        if time.monotonic() >= give_up_at:
            return None
        time.sleep(POLL)


def _ready(deployment: Deployment) -> bool:
    try:
        return deployment.front.ask("/health/ready").status == HTTPStatus.OK
    except OperationError:
        return False
