"""A phase's faults are set and cleared by whoever plays the dependency."""

import itertools
from collections.abc import Iterator

import pytest

from harness.conduct.faults import FaultSwitch
from harness.plan.fault_text import describe
from harness.plan.scenario import FAULT_LEASE_MARGIN, Fault, FaultMode, FaultPer, Phase
from harness.record import Part
from harness.targets.control import ControlError
from harness.targets.system import System
from tests.harness.run.stub_server import StubServer

TOKEN = "operator"


@pytest.fixture
def stub() -> Iterator[StubServer]:
    with StubServer() as server:
        yield server


def system(stub: StubServer, *, simulated: bool = True) -> System:
    return System(
        part=Part.MAIN,
        addresses=(stub.address, f"{stub.address}/second"),
        identities=(),
        simulator=stub.address if simulated else None,
        operator_token=TOKEN,
    )


def phase(*faults: Fault) -> Phase:
    return Phase(name="failing", seconds=10, rate=1, faults=faults)


provider_errors = Fault(dependency="embeddings", mode=FaultMode.ERROR, share=0.5)
database_hangs = Fault(dependency="document_database", mode=FaultMode.HANG)


def test_the_provider_fails_in_the_simulator_for_the_phase_and_a_margin(stub: StubServer) -> None:
    stub.says("PUT /faults/*", {})
    FaultSwitch(system(stub), seed=7, clock=itertools.count(1.0).__next__).set(phase(provider_errors))
    ((_, body, _),) = stub.asked
    assert body["seconds"] == 10 + FAULT_LEASE_MARGIN
    assert (body["mode"], body["share"], body["per"], body["status"], body["seed"]) == ("error", 0.5, "attempt", 500, 7)


def test_another_dependency_fails_in_every_instance(stub: StubServer) -> None:
    for path in ("/api/ops/faults/document_database", "/second/api/ops/faults/document_database"):
        stub.says(f"PUT {path}", {})
    FaultSwitch(system(stub), seed=1, clock=lambda: 1.0).set(phase(database_hangs))
    assert [(call, token) for call, _, token in stub.asked] == [
        ("PUT /api/ops/faults/document_database", f"Bearer {TOKEN}"),
        ("PUT /second/api/ops/faults/document_database", f"Bearer {TOKEN}"),
    ]


def test_without_a_simulator_the_instances_let_the_provider_fail(stub: StubServer) -> None:
    for path in ("/api/ops/faults/embeddings", "/second/api/ops/faults/embeddings"):
        stub.says(f"PUT {path}", {})
    FaultSwitch(system(stub, simulated=False), seed=1, clock=lambda: 1.0).set(phase(provider_errors))
    assert len(stub.asked) == 2


def test_a_cleared_fault_was_active_from_its_confirmation_to_the_request_to_clear_it(stub: StubServer) -> None:
    stub.says("PUT /faults/*", {})
    stub.says("DELETE /faults/*", {})
    switch = FaultSwitch(system(stub), seed=1, clock=iter([5.0, 9.0]).__next__)
    switch.set(phase(provider_errors))
    (span,) = switch.clear()
    assert (span.part, span.phase, span.dependency) == (Part.MAIN, "failing", "embeddings")
    assert (span.started_at, span.ended_at) == (5.0, 9.0)
    assert switch.clear() == []


def test_a_fault_that_is_refused_is_an_error(stub: StubServer) -> None:
    stub.says("PUT /faults/*", {"detail": "no"}, status=422)
    with pytest.raises(ControlError, match="answered 422"):
        FaultSwitch(system(stub), seed=1, clock=lambda: 1.0).set(phase(provider_errors))


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (provider_errors, "embeddings answers 500 to 50% of the attempts"),
        (database_hangs, "document_database never answers"),
        (Fault(dependency="d", mode=FaultMode.SLOW, latency=0.35), "d answers 0.35 s late"),
        (Fault(dependency="d", mode=FaultMode.RESET, period=1), "d resets connections, 1 s on and 1 s off"),
        (
            Fault(dependency="d", mode=FaultMode.MALFORMED, share=0.1, per=FaultPer.REQUEST),
            "d answers broken JSON to 10% of the requests",
        ),
        (Fault(dependency="d", mode=FaultMode.REFUSE), "d takes no connection"),
    ],
)
def test_a_fault_is_told_in_a_line(fault: Fault, told: str) -> None:
    assert describe(fault) == told
