"""A deployment seen through to its end, as `ops deploy` and `ops rollback` do."""

from collections.abc import Mapping

import typer

from ops.checks import latest_deployment
from ops.checks.finding import Verdict
from ops.delivery import Delivery, how_to_go_on, watched
from ops.deployment import image_history
from ops.deployment.compute import LatestDeployment
from ops.deployment.deployment import Deployment
from ops.deployment.image_history import Deployed
from ops.errors import OperationError
from ops.exit_codes import Exit
from ops.show.delivery import delivery as show_delivery
from ops.show.output import Output, doing


def stop_if_failed(delivery: Delivery, *, again: str, context: Mapping[str, str], output: Output) -> None:
    """Say how to go on when `cdk deploy` failed, and end there. Raises Exit."""
    if delivery.failed:
        show_delivery(delivery.stacks, None, how_to_go_on(delivery.stacks, again=again, context=context), output)
        raise typer.Exit(Exit.PARTLY_APPLIED if delivery.changed else Exit.REFUSED)


def see_through(place: Deployment, deployed: Deployed, delivery: Delivery, *, wait: float, output: Output) -> None:
    """Wait until the image is healthy, record it then, and show how it stands.

    Raises OperationError when it takes longer than `wait`, Exit when the compute did not take it.
    """
    latest = ended(place, deployed.image, seconds=wait)
    finding = latest_deployment.judge(latest, image=deployed.image)
    if finding.verdict is Verdict.PASS:
        image_history.record(place.session, place.outputs.environment, deployed)
    show_delivery(delivery.stacks, finding, "", output)
    if finding.verdict is Verdict.FAIL:
        raise typer.Exit(Exit.PARTLY_APPLIED)


def ended(place: Deployment, image: str, *, seconds: float) -> LatestDeployment:
    """How the deployment of `image` ended, told on a terminal meanwhile. Raises OperationError: not in time."""
    with doing() as began:
        began(f"waiting until {image} is healthy")
        latest = watched(place, image, seconds=seconds)
    if latest is None:
        raise OperationError(
            f"{image} is deployed, and was not healthy within {seconds:g} s; see `ops verify-deployment`.", Exit.TIMEOUT
        )
    return latest
