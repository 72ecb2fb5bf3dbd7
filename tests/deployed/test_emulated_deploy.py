"""What was deployed works: the tests go in the order of an operator's day, which `test_teardown` ends."""

import time
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from harness.emulator.emulator import IMAGE, context_of
from tests.deployed.broken_stacks import DEFECTS, synthesized
from tests.deployed.conftest import Deployed

SAMPLE = "wrong_table"  # of the stacks' defects: the service does not start, and says why
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
    ("method", "path", "secret"),
    [
        ("GET", "/api/observability/summary", "ViewerTokenArn"),
        ("POST", "/api/ops/circuit-breakers/event_queue/reset", "OperatorTokenArn"),
    ],
)
def test_nobody_looks_or_operates_without_the_token_of_the_deployment(
    deployed: Deployed, method: str, path: str, secret: str
) -> None:
    body = {"reason": "a test"} if method == "POST" else None
    with deployed.client as client:
        for headers in ({}, {"Authorization": "Bearer wrong"}):
            assert client.request(method, path, json=body, headers=headers).status_code == 401
        assert client.request(method, path, json=body, headers=deployed.bearer(secret)).status_code == 200


def test_nobody_passes_the_edge_by_but_the_platform(deployed: Deployed) -> None:
    with deployed.past_the_edge as client:
        assert client.get("/identity").status_code == 403
        assert client.get("/identity", headers=deployed.told.origin_headers).status_code == 200
        assert client.get("/health/live").status_code == 200


def test_the_dashboard_is_at_the_edge_with_its_security_headers_and_its_bucket_is_closed(deployed: Deployed) -> None:
    with deployed.client as client:
        page, deep = client.get("/"), client.get("/anywhere")
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert (deep.status_code, deep.text) == (200, page.text)


@pytest.mark.parametrize(
    "defect", [SAMPLE, *(pytest.param(name, marks=pytest.mark.long) for name in DEFECTS if name != SAMPLE)]
)
def test_a_defect_in_the_stacks_is_rolled_back_by_the_platform_and_seen_in_its_operations(
    deployed: Deployed, tmp_path: Path, defect: str
) -> None:
    before = len(deployed.operations())
    context = context_of(provider_url=deployed.provider, tag=defect.replace("_", "-"))
    with pytest.MonkeyPatch.context() as patch:
        DEFECTS[defect](patch)
        app = synthesized(tmp_path, context)
    deployed.emulator.deploy(context={}, stacks=("Ballast-development-Service", "--exclusively"), app=app)
    operations = deployed.operations()
    assert (operations[0], len(operations)) == (("UPDATE_SERVICE", "ROLLBACK_SUCCEEDED"), before + 1)
    with deployed.client as client:
        until_ready(client)


def test_the_next_deployment_takes_its_place(deployed: Deployed) -> None:
    context = context_of(provider_url=deployed.provider, tag="2")
    assert f"{IMAGE}:2" in deployed.emulator.diff(context=context)
    deployed.outputs = deployed.emulator.deploy(context=context)
    assert deployed.told.output("ImageUri") == f"{IMAGE}:2"
    assert deployed.operations()[0] == ("UPDATE_SERVICE", "SUCCEEDED")
    (service,) = deployed.emulator.app_runner("ListServices")["ServiceSummaryList"]
    assert service["SourceConfiguration"]["ImageRepository"]["ImageIdentifier"] == f"{IMAGE}:2"
