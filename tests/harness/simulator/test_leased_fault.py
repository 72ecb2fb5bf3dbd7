import dataclasses
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from harness.plan.scenario import FaultMode, FaultPer
from harness.simulator.fault import Fault
from harness.simulator.leased_fault import LeasedFault

SINCE = 1_000.0


def leased(**changes: Any) -> LeasedFault:
    fault = Fault(mode=FaultMode.RESET, seconds=30)
    return LeasedFault(fault=dataclasses.replace(fault, **changes), since=SINCE)


def fates(lease: LeasedFault, *, attempts: int = 1, requests: int = 1000) -> list[bool]:
    return [
        lease.meets(now=SINCE, request_id=f"r{number}", attempt=attempt)
        for number in range(requests)
        for attempt in range(1, attempts + 1)
    ]


def test_a_lease_ends_by_itself() -> None:
    lease = leased(seconds=30)
    instants = [SINCE - 0.001, SINCE, SINCE + 29.999, SINCE + 30, SINCE + 1e6]
    assert [lease.on(now) for now in instants] == [False, True, True, False, False]
    assert [lease.expired(now) for now in instants] == [False, False, False, True, True]
    assert lease.meets(now=SINCE + 29.999, request_id="r", attempt=1)
    assert not lease.meets(now=SINCE + 30, request_id="r", attempt=1)


def test_a_period_is_on_first_then_off_and_so_on_until_the_lease_ends() -> None:
    lease = leased(seconds=5, period=2)
    assert [lease.on(SINCE + after) for after in (0, 1.9, 2, 3.9, 4, 4.9, 5, 8)] == [
        *(True, True, False, False, True, True, False, False)
    ]


def test_a_whole_share_meets_everyone() -> None:
    assert all(fates(leased(share=1.0)))


def test_a_share_is_met_by_about_that_many() -> None:
    assert 250 < sum(fates(leased(share=0.3))) < 350


def test_the_same_seed_gives_everyone_the_same_fate_and_another_seed_another() -> None:
    assert fates(leased(share=0.5, seed=1)) == fates(leased(share=0.5, seed=1))
    assert fates(leased(share=0.5, seed=1)) != fates(leased(share=0.5, seed=2))


def test_a_fate_does_not_depend_on_when_it_is_asked_for() -> None:
    lease = leased(share=0.5)
    for number in range(100):
        asked = {lease.meets(now=SINCE + after, request_id=f"r{number}", attempt=1) for after in (0, 1, 20)}
        assert len(asked) == 1


def test_all_attempts_of_a_request_share_one_fate_when_asked_so() -> None:
    series = fates(leased(share=0.5, per=FaultPer.REQUEST), attempts=4, requests=200)
    requests = [series[start : start + 4] for start in range(0, len(series), 4)]
    assert all(len(set(attempts)) == 1 for attempts in requests)
    assert {attempts[0] for attempts in requests} == {True, False}


def test_else_each_attempt_draws_its_own() -> None:
    series = fates(leased(share=0.5, per=FaultPer.ATTEMPT), attempts=4, requests=200)
    assert any(len(set(series[start : start + 4])) == 2 for start in range(0, len(series), 4))


@given(
    seconds=st.floats(0.1, 600),
    period=st.none() | st.floats(0.01, 600),
    after=st.floats(0, 700),
    part=st.floats(0, 1, exclude_max=True),
)
def test_nothing_changes_before_the_next_change(
    seconds: float, period: float | None, after: float, part: float
) -> None:
    lease = leased(seconds=seconds, period=period)
    now = SINCE + after
    change = lease.next_change(now)
    if change is None:
        assert lease.expired(now)
        return
    assert now < change <= lease.until or change - now < 1e-6
    between = now + (change - now) * part
    if change - between > 1e-6:
        assert lease.on(between) == lease.on(now)


def test_a_first_attempt_draws_for_itself_and_its_retries_meet_nothing() -> None:
    lease = leased(per=FaultPer.FIRST_ATTEMPT, share=0.5)
    fates = [lease.meets(now=SINCE, request_id=f"r{number}", attempt=1) for number in range(200)]
    assert 60 < sum(fates) < 140
    assert not any(lease.meets(now=SINCE, request_id=f"r{number}", attempt=2) for number in range(200))
