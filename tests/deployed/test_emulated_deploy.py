"""What was deployed works: the tests go in the order of an operator's day, which `test_teardown` ends."""

import time
from collections.abc import Callable

import httpx2
import pytest

from harness.emulator.emulator import IMAGE
from tests.deployed.broken_app import DEFECTS
from tests.deployed.conftest import Deployed

PATIENCE = 90.0  # seconds; while the emulator deploys, a busy machine may have the service out of readiness


def until(holds: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < give_up_at, "it never came true"
        time.sleep(0.1)


def until_ready(client: httpx2.Client) -> None:
    until(lambda: client.get("/health/ready").status_code == 200)


def test_the_service_is_the_deployed_one_and_ready(deployed: Deployed) -> None:
    with deployed.client as client:
        assert client.get("/identity").json()["environment"] == "development"
        until_ready(client)
    assert deployed.operations() == [("CREATE_SERVICE", "SUCCEEDED")]


def test_it_asks_the_provider_that_the_context_names(deployed: Deployed) -> None:
    with deployed.client as client:
        until_ready(client)
        answer = client.post("/api/embeddings", json={"text": "hello"})
    assert (answer.status_code, answer.json()["source"]) == (200, "provider")


def test_an_event_reaches_its_agent_by_queue_and_pump(deployed: Deployed) -> None:
    with deployed.client as client:
        until_ready(client)
        document = client.post("/api/documents", json={"title": "a title", "text": "something to find"}).json()
        event = {"topic": "document.created", "document_id": document["id"]}
        assert client.post("/api/events", json=event).status_code == 202
        near = {"near": "something to find"}
        until(lambda: document["id"] in client.get("/api/documents", params=near).text)


@pytest.mark.parametrize(
    ("path", "secret"), [("/api/observability/summary", "ViewerToken"), ("/api/ops/faults", "OperatorToken")]
)
def test_nobody_looks_or_operates_without_the_token_of_the_deployment(
    deployed: Deployed, path: str, secret: str
) -> None:
    with deployed.client as client:
        assert client.get(path).status_code in {401, 404}
        assert client.get(path, headers={"Authorization": "Bearer wrong"}).status_code in {401, 404}
        assert client.get(path, headers=deployed.bearer(secret)).status_code != 401


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_in_the_stacks_is_rolled_back_by_the_platform_and_seen_in_its_operations(
    deployed: Deployed, defect: str
) -> None:
    before = len(deployed.operations())
    program = ("-m", "tests.deployed.broken_app", defect)
    deployed.emulator.deploy(provider_url=deployed.provider, tag=defect.replace("_", "-"), app=program)
    operations = deployed.operations()
    assert (operations[0], len(operations)) == (("UPDATE_SERVICE", "ROLLBACK_SUCCEEDED"), before + 1)
    with deployed.client as client:
        until_ready(client)


def test_the_next_deployment_takes_its_place(deployed: Deployed) -> None:
    assert f"{IMAGE}:2" in deployed.emulator.diff(provider_url=deployed.provider, tag="2")
    outputs = deployed.emulator.deploy(provider_url=deployed.provider, tag="2")
    assert outputs["Ballast-development-Service"]["ImageUri"] == f"{IMAGE}:2"
    assert deployed.operations()[0] == ("UPDATE_SERVICE", "SUCCEEDED")
    (service,) = deployed.emulator.app_runner("ListServices")["ServiceSummaryList"]
    assert service["SourceConfiguration"]["ImageRepository"]["ImageIdentifier"] == f"{IMAGE}:2"
