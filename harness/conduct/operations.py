"""Carries out what an operator does over the wire when a phase begins."""

from http import HTTPStatus

import msgspec

from harness.conduct.stage import Target
from harness.conduct.witnesses import Witnesses
from harness.plan.operation import Restart, RolloutOperation
from harness.targets.control import ControlError, exchange
from harness.targets.system import System

REASON = "load test"


def carry_out(operation: RolloutOperation | Restart, *, system: System, target: Target, witnesses: Witnesses) -> None:
    """Returns when it is done, or when the rollout refuses; ControlError or ChildFailedError when it cannot be.

    A rollout that stands elsewhere than it should refuses with 409: that is a finding, and the criteria have it.
    """
    if isinstance(operation, Restart):
        witnesses.poll()  # what the instance knows is gone with it
        witnesses.expect_restart(system.identities[operation.instance - 1].instance)
        target.restart(operation.instance)
        return
    body = {"reason": REASON} | ({} if operation.step is None else {"step": operation.step})
    url = f"{system.addresses[0]}/api/ops/rollouts/{operation.rollout}/{operation.verb}"
    headers = {"Content-Type": "application/json", **system.operator_headers}
    status, answer = exchange("POST", url, body=msgspec.json.encode(body), headers=headers)
    if status not in {HTTPStatus.OK, HTTPStatus.CONFLICT}:
        raise ControlError(f"POST {url} answered {status}: {answer[:300].decode(errors='replace')}")
