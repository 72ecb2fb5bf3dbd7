"""Control calls tell plainly what went wrong."""

from collections.abc import Iterator

import pytest

from harness.targets.control import ControlError, call
from harness.targets.system import bearer
from tests.harness.run.stub_server import StubServer


@pytest.fixture
def stub() -> Iterator[StubServer]:
    with StubServer() as server:
        yield server


def test_a_document_goes_out_and_one_comes_back(stub: StubServer) -> None:
    stub.says("PUT /faults/x", {"until": 3})
    assert call("PUT", f"{stub.address}/faults/x", body={"mode": "hang"}, headers=bearer("t")) == {"until": 3}
    assert stub.asked == [("PUT /faults/x", {"mode": "hang"}, "Bearer t")]


def test_an_empty_answer_is_nothing(stub: StubServer) -> None:
    stub.says("DELETE /faults/x", b"", status=204)
    assert call("DELETE", f"{stub.address}/faults/x") is None


def test_a_refusal_carries_what_was_said(stub: StubServer) -> None:
    stub.says("PUT /faults/x", {"detail": "mode is 'melt'"}, status=422)
    with pytest.raises(ControlError, match=r"answered 422.*mode is 'melt'"):
        call("PUT", f"{stub.address}/faults/x", body={})


def test_an_answer_that_is_no_json_is_an_error(stub: StubServer) -> None:
    stub.says("GET /", b"<html>")
    with pytest.raises(ControlError, match="answered no JSON: b'<html>'"):
        call("GET", stub.address)


def test_nobody_there_is_an_error() -> None:
    with pytest.raises(ControlError, match="Connection refused"):
        call("GET", "http://127.0.0.1:9/identity")
