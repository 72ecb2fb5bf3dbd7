"""A deployment is watched until it is healthy, has failed, or takes too long."""

import pytest

from ops.commands.seeing_through import ended
from ops.delivery import watched
from ops.deployment.compute import LatestDeployment
from ops.deployment.deployment import Deployment
from ops.deployment.outputs import Outputs
from ops.errors import OperationError
from ops.exit_codes import Exit
from tests.ops.conftest import Place
from tests.ops.played_aws import IMAGE


def seen(place: Place) -> LatestDeployment | None:
    deployment = Deployment(Outputs.read(place.outputs_file))
    try:
        return watched(deployment, f"{IMAGE}:2", seconds=0)
    finally:
        deployment.close()


def test_what_runs_and_is_ready_is_there(place: Place) -> None:
    latest = seen(place)
    assert latest is not None
    assert (latest.succeeded, latest.image) == (True, f"{IMAGE}:2")


def test_what_runs_and_is_not_ready_is_waited_for(place: Place) -> None:
    place.edge.lead_to("http://127.0.0.1:1")
    assert seen(place) is None


def test_what_is_under_way_is_waited_for(place: Place) -> None:
    place.aws.runs(f"{IMAGE}:1", "IN_PROGRESS")
    assert seen(place) is None


def test_a_deployment_that_takes_too_long_is_told(place: Place) -> None:
    place.aws.runs(f"{IMAGE}:1", "IN_PROGRESS")
    deployment = Deployment(Outputs.read(place.outputs_file))
    with pytest.raises(OperationError, match="was not healthy within 0 s") as told:
        ended(deployment, f"{IMAGE}:2", seconds=0)
    assert told.value.exit_code == Exit.TIMEOUT


@pytest.mark.parametrize("status", ["ROLLBACK_SUCCEEDED", "FAILED"])
def test_nobody_waits_for_what_has_failed(place: Place, status: str) -> None:
    place.aws.runs(f"{IMAGE}:1", status)
    latest = seen(place)
    assert latest is not None
    assert latest.status == status


def test_nobody_waits_for_what_is_paused(place: Place) -> None:
    place.aws.runs(f"{IMAGE}:2", "SUCCEEDED", service="PAUSED", later=["PAUSE_SERVICE"])
    place.edge.lead_to("http://127.0.0.1:1")
    latest = seen(place)
    assert latest is not None
    assert latest.stopped
