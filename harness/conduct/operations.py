"""Carries out what an operator does when a phase begins."""

from harness.conduct.stage import Target
from harness.conduct.witnesses import Witnesses
from harness.plan.operation import Operation, Restart
from harness.targets.control import call
from harness.targets.system import System

REASON = "load test"


def carry_out(operation: Operation, *, system: System, target: Target, witnesses: Witnesses) -> None:
    """Returns when it is done; ControlError or ChildFailedError when it cannot be."""
    if isinstance(operation, Restart):
        witnesses.poll()  # what the instance knows is gone with it
        witnesses.expect_restart(system.identities[operation.instance - 1].instance)
        target.restart(operation.instance)
        return
    body = {"reason": REASON} | ({} if operation.step is None else {"step": operation.step})
    url = f"{system.addresses[0]}/api/ops/rollouts/{operation.rollout}/{operation.verb}"
    call("POST", url, body=body, token=system.operator_token)
