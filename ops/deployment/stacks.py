"""The stacks of an environment, as CloudFormation has them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import boto3

from ops.deployment.aws import CONFIG, asking
from ops.deployment.outputs import Outputs

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudformation.type_defs import StackEventTypeDef


@dataclass(frozen=True, kw_only=True)
class Failure:
    """The resource that failed first."""

    resource: str
    kind: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class StackState:
    """A stack now."""

    name: str
    status: str
    changed_at: datetime
    outputs: Mapping[str, str]
    failure: Failure | None

    @property
    def stuck(self) -> bool:
        """Whether it takes no further deployment until it is rolled back."""
        return self.status.endswith("_FAILED")


def states(session: boto3.Session, environment: str) -> list[StackState]:
    """Every stack of the environment, in the order of their making. Raises AwsError."""
    client = session.client("cloudformation", config=CONFIG)
    with asking("Asking CloudFormation for the stacks"):
        found = [
            stack
            for page in client.get_paginator("describe_stacks").paginate()
            for stack in page["Stacks"]
            if _concern(stack["StackName"], environment)
        ]
        found.sort(key=lambda stack: stack["CreationTime"])
        return [
            StackState(
                name=stack["StackName"],
                status=stack["StackStatus"],
                changed_at=stack.get("LastUpdatedTime", stack["CreationTime"]),
                outputs={each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])},
                failure=_failure(client, stack["StackName"], stack["StackStatus"]),
            )
            for stack in found
        ]


def _concern(name: str, environment: str) -> bool:
    """Whether a stack is of this environment, and not of one whose name only begins like it."""
    prefix = f"Ballast-{environment}-"
    return name.startswith(prefix) and "-" not in name.removeprefix(prefix)


def _failure(client: "CloudFormationClient", name: str, status: str) -> Failure | None:
    if status in {"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"}:
        return None
    pages = client.get_paginator("describe_stack_events").paginate(StackName=name)
    return first_failure([event for page in pages for event in page["StackEvents"]])


def first_failure(events: Sequence["StackEventTypeDef"]) -> Failure | None:
    """The first resource that failed in the newest operation; events are given newest first."""
    failed = None
    for event in events:
        status, reason = event.get("ResourceStatus", ""), event.get("ResourceStatusReason", "")
        if status.endswith("_FAILED") and "cancelled" not in reason.lower():
            failed = event
        if _begins_operation(event):
            break
    if failed is None:
        return None
    return Failure(
        resource=failed.get("LogicalResourceId", ""),
        kind=failed.get("ResourceType", ""),
        reason=failed.get("ResourceStatusReason", "no reason told"),
    )


def _begins_operation(event: "StackEventTypeDef") -> bool:
    of_the_stack = event.get("PhysicalResourceId") == event["StackId"]
    return of_the_stack and event.get("ResourceStatus") in {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"}


def image_asked_for(session: boto3.Session, outputs: Outputs) -> str:
    """The image that the stacks ask for now; a file of outputs is older than a deployment that ended half-way."""
    name = outputs.stack_name("Service")
    now = output(states(session, outputs.environment), name, "ImageUri")
    return now or outputs["Service", "ImageUri"]


def output(states_now: Iterable[StackState], stack: str, name: str) -> str | None:
    """An output's present value; None when the stack or the output does not exist."""
    return next((state.outputs.get(name) for state in states_now if state.name == stack), None)
