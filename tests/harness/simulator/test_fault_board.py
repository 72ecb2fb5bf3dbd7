import pytest

from harness.plan.scenario import FaultMode
from harness.simulator.fault import Fault, InvalidFaultError
from harness.simulator.fault_board import EVERY_MODEL, FaultBoard

ERROR = Fault(mode=FaultMode.ERROR, seconds=10)
HANG = Fault(mode=FaultMode.HANG, seconds=10)
REFUSE = Fault(mode=FaultMode.REFUSE, seconds=10)


@pytest.fixture
def board() -> FaultBoard:
    return FaultBoard(["small", "large"], port_closes=True)


def met(board: FaultBoard, model: str, now: float) -> Fault | None:
    return board.met_by(model, now=now, request_id="r", attempt=1)


def test_a_fault_meets_its_own_model_alone(board: FaultBoard) -> None:
    board.put("small", ERROR, now=0)
    assert met(board, "small", 1) is ERROR
    assert met(board, "large", 1) is None


def test_a_fault_of_every_model_meets_those_without_one_of_their_own(board: FaultBoard) -> None:
    board.put(EVERY_MODEL, HANG, now=0)
    board.put("small", ERROR, now=0)
    assert met(board, "small", 1) is ERROR
    assert met(board, "large", 1) is HANG
    assert met(board, "", 1) is HANG


def test_when_a_models_own_lease_ends_the_fault_of_every_model_meets_it(board: FaultBoard) -> None:
    board.put("small", ERROR, now=0)
    board.put(EVERY_MODEL, HANG, now=5)
    assert met(board, "small", 9.9) is ERROR
    assert met(board, "small", 10) is HANG
    assert met(board, "small", 15) is None


def test_a_second_fault_takes_the_place_and_the_lease_of_the_first(board: FaultBoard) -> None:
    board.put("small", ERROR, now=0)
    board.put("small", HANG, now=5)
    assert met(board, "small", 12) is HANG
    assert list(board.leases(now=12)) == ["small"]


def test_clearing_says_whether_there_was_something_to_clear(board: FaultBoard) -> None:
    assert not board.clear("small", now=0)
    board.put("small", ERROR, now=0)
    assert board.clear("small", now=1)
    assert met(board, "small", 1) is None
    board.put("small", ERROR, now=0)
    assert not board.clear("small", now=10)


def test_leases_that_ended_are_not_shown(board: FaultBoard) -> None:
    board.put("small", ERROR, now=0)
    board.put("large", ERROR, now=5)
    assert list(board.leases(now=10)) == ["large"]


def test_only_all_models_together_can_be_refused(board: FaultBoard) -> None:
    with pytest.raises(InvalidFaultError, match="mode is refuse on model small; expected model"):
        board.put("small", REFUSE, now=0)
    assert board.refusal() is None
    lease = board.put(EVERY_MODEL, REFUSE, now=0)
    assert board.refusal() is lease
    board.put(EVERY_MODEL, ERROR, now=1)
    assert board.refusal() is None
