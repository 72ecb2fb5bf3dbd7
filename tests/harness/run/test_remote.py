"""A target that others started is loaded only when it may be and can be."""

from collections.abc import Iterator
from typing import Any

import pytest

from harness.plan.requests import embed
from harness.plan.scenario import Fault, FaultMode, Phase, Scenario
from harness.record import Part
from harness.targets.control import ControlError
from harness.targets.identity import TargetRefusedError
from harness.targets.remote import RemoteTarget
from tests.harness.run.stub_server import StubServer

IDENTITY: dict[str, Any] = {
    "service": "ballast",
    "version": "1",
    "environment": "staging",
    "load_tests_allowed": True,
    "instance": "i-1",
    "boot_id": "b",
    "reliability": True,
    "now": 1.0,
}
failing = Phase(name="p", seconds=1, rate=1, faults=[Fault(dependency="embeddings", mode=FaultMode.ERROR)])


@pytest.fixture
def stub() -> Iterator[StubServer]:
    with StubServer() as server:
        server.says("GET /identity", IDENTITY)
        yield server


def target(address: str, *, phase: Phase = failing, token: str = "t") -> RemoteTarget:  # noqa: S107 -- no secret
    scenario = Scenario(name="s", title="", phases=[phase], requests=[embed], criteria=[])
    return RemoteTarget(address, scenario, owned=False, operator_token=token)


def test_a_ballast_is_one_system_without_simulator_and_twin(stub: StubServer) -> None:
    with target(f"{stub.address}/") as remote:
        system = remote.start()
        assert (system.part, system.addresses, system.simulator) == (Part.MAIN, (stub.address,), None)
        assert system.identities[0].instance == "i-1"
        assert remote.start_contrast() is None


def test_faults_need_the_operator_token(stub: StubServer) -> None:
    with pytest.raises(TargetRefusedError, match="set BALLAST_OPERATOR_TOKEN"):
        target(stub.address, token="").start()
    assert target(stub.address, token="", phase=Phase(name="p", seconds=1, rate=1)).start()


def test_a_service_that_refuses_load_tests_is_left_alone(stub: StubServer) -> None:
    stub.says("GET /identity", IDENTITY | {"load_tests_allowed": False})
    with pytest.raises(TargetRefusedError, match="does not allow load tests"):
        target(stub.address).start()


def test_something_else_is_left_alone(stub: StubServer) -> None:
    stub.says("GET /identity", {"name": "nginx"})
    with pytest.raises(TargetRefusedError, match="is no Ballast"):
        target(stub.address).start()


def test_nobody_there_is_told() -> None:
    with pytest.raises(ControlError, match="Connection refused"):
        target("http://127.0.0.1:9").start()
