import pytest

from harness.plan.scenario import FaultMode, FaultPer
from harness.simulator.fault import Fault, InvalidFaultError, fault_from


def test_mode_and_lease_are_enough() -> None:
    assert fault_from({"mode": "error", "seconds": 30}) == Fault(
        mode=FaultMode.ERROR,
        seconds=30,
        share=1.0,
        per=FaultPer.ATTEMPT,
        status=500,
        retry_after=None,
        latency=0.0,
        period=None,
        seed=1,
    )


def test_every_field_can_be_set() -> None:
    document = {
        "mode": "error",
        "share": 0.5,
        "per": "request",
        "status": 429,
        "retry_after": 2,
        "latency": 0.0,
        "period": 1.5,
        "seconds": 600,
        "seed": 9,
    }
    fault = fault_from(document)
    assert {name: getattr(fault, name) for name in document} == document
    assert fault.per is FaultPer.REQUEST


def test_everything_wrong_is_said_at_once() -> None:
    document = {
        "mode": "explode",
        "share": 0,
        "per": "day",
        "status": 200,
        "retry_after": -1,
        "period": 0,
        "seed": 1.5,
        "colour": "red",
    }
    with pytest.raises(InvalidFaultError) as refused:
        fault_from(document)
    assert refused.value.problems == [
        "colour is no field of a fault; expected mode, seconds, share, per, status, retry_after, latency, period, seed",
        "seconds is missing",
        "mode is 'explode'; expected one of error, slow, hang, reset, malformed, refuse",
        "share is 0; expected a number in (0, 1]",
        "per is 'day'; expected one of attempt, request, first_attempt",
        "status is 200; expected a status from 400 to 599",
        "retry_after is -1; expected null or a number in [0, 600]",
        "period is 0; expected null or a number in [0.01, 600]",
        "seed is 1.5; expected a whole number",
    ]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"seconds": 0}, "seconds is 0; expected a number in (0, 600]"),
        ({"seconds": 601}, "seconds is 601; expected a number in (0, 600]"),
        ({"seconds": "30"}, "seconds is '30'; expected a number in (0, 600]"),
        ({"seconds": True}, "seconds is True; expected a number in (0, 600]"),
        ({"seconds": None}, "seconds is None; expected a number in (0, 600]"),
        ({"seconds": float("nan")}, "seconds is nan; expected a number in (0, 600]"),
        ({"share": 1.1}, "share is 1.1; expected a number in (0, 1]"),
        ({"mode": ["error"]}, "mode is ['error']; expected one of error, slow, hang, reset, malformed, refuse"),
        ({"mode": None}, "mode is None; expected one of error, slow, hang, reset, malformed, refuse"),
        ({"mode": "slow"}, "latency is 0; expected more, since mode is slow"),
        ({"latency": 1}, "latency is 1; expected 0 unless mode is slow"),
        ({"latency": "1"}, "latency is '1'; expected a number in [0, 600]"),
        ({"latency": -1}, "latency is -1; expected a number in [0, 600]"),
        ({"period": 0.001}, "period is 0.001; expected null or a number in [0.01, 600]"),
        ({"mode": "slow", "latency": "1"}, "latency is '1'; expected a number in [0, 600]"),
        ({"mode": "hang", "retry_after": 1}, "retry_after is 1; expected null unless mode is error"),
        ({"mode": "refuse", "share": 0.5}, "share is 0.5; expected 1, since a closed port refuses everyone"),
        ({"seed": True}, "seed is True; expected a whole number"),
        ({"status": 500.0}, "status is 500.0; expected a status from 400 to 599"),
    ],
)
def test_a_wrong_field_is_named_with_its_value_and_what_was_expected(changes: dict[str, object], problem: str) -> None:
    with pytest.raises(InvalidFaultError) as refused:
        fault_from({"mode": "error", "seconds": 30} | changes)
    assert refused.value.problems == [problem]


def test_what_a_mode_forbids_is_not_said_without_a_mode() -> None:
    with pytest.raises(InvalidFaultError) as refused:
        fault_from({"seconds": 30, "latency": 1, "retry_after": 2})
    assert refused.value.problems == ["mode is missing"]


@pytest.mark.parametrize("document", [None, [], "error", 5])
def test_only_an_object_describes_a_fault(document: object) -> None:
    with pytest.raises(InvalidFaultError, match="expected an object"):
        fault_from(document)


def test_construction_checks_as_well() -> None:
    with pytest.raises(InvalidFaultError, match="share is 2; expected a number"):
        Fault(mode=FaultMode.ERROR, seconds=1, share=2)
