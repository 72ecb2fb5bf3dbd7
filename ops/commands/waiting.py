"""Waiting for a deployment, as `ops deploy` and `ops rollback` do."""

from ops.delivery import watched
from ops.deployment.compute import LatestDeployment
from ops.deployment.deployment import Deployment
from ops.errors import OperationError
from ops.exit_codes import Exit
from ops.show.output import doing


def seen_through(deployment: Deployment, image: str, *, seconds: float) -> LatestDeployment:
    """How the deployment of `image` ended, told on a terminal meanwhile. Raises OperationError: not in time."""
    with doing() as began:
        began(f"waiting until {image} is healthy")
        latest = watched(deployment, image, seconds=seconds)
    if latest is None:
        raise OperationError(
            f"{image} is deployed, and was not healthy within {seconds:g} s; see `ops verify-deployment`.", Exit.TIMEOUT
        )
    return latest
