"""Before a part is measured every path is walked, and what the requests need is there."""

from collections import Counter
from collections.abc import Iterator

import pytest

from harness.conduct.warm_up import DOCUMENTS, ROUNDS, warm_up
from harness.plan.requests import RequestKind, create_document, embed, live, read_document
from harness.plan.scenario import Phase, Scenario
from harness.record import Part
from harness.targets.control import ControlError
from harness.targets.system import System
from tests.harness.run.stub_server import StubServer

PHASE = Phase(name="p", seconds=1, rate=1)


@pytest.fixture
def stub() -> Iterator[StubServer]:
    with StubServer() as server:
        server.says("POST /api/documents", {"id": "d1"}, status=201)
        server.says("GET /api/documents/d1", {"id": "d1"})
        yield server


def walked(stub: StubServer, *kinds: RequestKind) -> tuple[list[str], Counter[str]]:
    scenario = Scenario(name="s", title="", phases=[PHASE], requests=kinds, criteria=[])
    system = System(part=Part.MAIN, addresses=(stub.address,), identities=(), simulator=None)
    return warm_up(system, scenario, [PHASE]), Counter(call for call, _, _ in stub.asked)


def test_documents_are_created_for_who_reads_them(stub: StubServer) -> None:
    documents, asked = walked(stub, read_document)
    assert documents == ["d1"] * DOCUMENTS
    assert asked == {"POST /api/documents": DOCUMENTS, "GET /api/documents/d1": ROUNDS}


def test_a_service_that_has_no_documents_is_not_asked_for_one(stub: StubServer) -> None:
    documents, asked = walked(stub, live, embed)
    assert documents == []
    assert asked == {"GET /health/live": ROUNDS, "POST /api/embeddings": ROUNDS}


def test_a_target_that_fails_before_any_fault_ends_the_run(stub: StubServer) -> None:
    stub.says("POST /api/documents", {}, status=500)
    with pytest.raises(ControlError, match="answered create_document with 500 before any fault"):
        walked(stub, create_document)
