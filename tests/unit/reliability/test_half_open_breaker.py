import asyncio
from datetime import timedelta

import pytest

from service.reliability.breaker_states import BreakerState, Permit
from service.reliability.circuit_breaker import CircuitOpenError
from service.reliability.circuit_breaker_config import CircuitBreakerConfig
from tests.unit.reliability.breaker_under_test import BreakerUnderTest
from tests.unit.reliability.pending_call import PendingCall, fail, succeed

CONFIG = CircuitBreakerConfig(
    consecutive_failures=5, max_probes=3, successes_to_close=2, slow_call_duration=timedelta(seconds=1)
)


def due(config: CircuitBreakerConfig = CONFIG) -> BreakerUnderTest:
    subject = BreakerUnderTest(config)
    subject.open()
    subject.wait_until_due()
    return subject


@pytest.mark.parametrize("max_probes", [1, 3, 7])
async def test_of_a_herd_exactly_max_probes_are_let_through(max_probes: int) -> None:
    subject = due(CircuitBreakerConfig(max_probes=max_probes))
    let_through = 0
    go_on = asyncio.Event()

    async def operation(_: Permit) -> None:
        nonlocal let_through
        let_through += 1
        await go_on.wait()

    herd = [asyncio.create_task(subject.breaker.call(operation)) for _ in range(50)]
    for _ in range(5):
        await asyncio.sleep(0)
    assert let_through == max_probes
    go_on.set()
    answers = await asyncio.gather(*herd, return_exceptions=True)
    assert sum(isinstance(answer, CircuitOpenError) for answer in answers) == 50 - max_probes


def test_enough_successful_probes_close_it() -> None:
    subject = due()
    succeed(subject.breaker)
    assert subject.state() is BreakerState.HALF_OPEN
    succeed(subject.breaker)
    assert subject.state() is BreakerState.CLOSED
    closed = subject.transitions[-1]
    assert (closed.reason, closed.at) == ("2 probes succeeded; 2 were asked for", subject.clock.now)


def test_it_closes_with_a_clean_slate() -> None:
    subject = due()
    succeed(subject.breaker, times=2)
    assert subject.breaker.snapshot().figures == (0, 0.0, 0.0, 0)
    fail(subject.breaker, times=4)
    assert subject.state() is BreakerState.CLOSED


def test_one_failed_probe_opens_it_again_for_the_whole_open_duration() -> None:
    subject = due()
    succeed(subject.breaker)
    fail(subject.breaker)
    snapshot = subject.breaker.snapshot()
    assert (snapshot.state, snapshot.retry_after) == (BreakerState.OPEN, 60.0)
    assert snapshot.reason == "a probe failed, after 1 had succeeded"
    assert subject.transitions[-1].figures == (2, 0.5, 0.0, 1)


def test_a_slow_probe_opens_it_again() -> None:
    subject = due()
    probe = PendingCall(subject.breaker)
    subject.clock.advance(1.0)
    probe.succeed()
    assert subject.breaker.snapshot().reason == "a probe succeeded, but was slow"
    assert subject.transitions[-1].figures == (1, 0.0, 1.0, 0)


def test_a_probe_that_failed_slowly_is_counted_as_both() -> None:
    subject = due()
    probe = PendingCall(subject.breaker)
    subject.clock.advance(1.0)
    probe.fail()
    assert subject.transitions[-1].figures == (1, 1.0, 1.0, 1)


def test_a_probe_refused_for_the_callers_mistake_shows_that_the_dependency_answers() -> None:
    subject = due()
    PendingCall(subject.breaker).be_refused()
    PendingCall(subject.breaker).be_refused()
    assert subject.state() is BreakerState.CLOSED


def test_a_probe_that_ended_frees_its_slot() -> None:
    subject = due(CircuitBreakerConfig(max_probes=1, successes_to_close=3))
    succeed(subject.breaker, times=2)
    probe = PendingCall(subject.breaker)
    with pytest.raises(CircuitOpenError):
        PendingCall(subject.breaker)
    probe.succeed()
    assert subject.state() is BreakerState.CLOSED


async def test_a_cancelled_probe_frees_its_slot_and_counts_as_nothing() -> None:
    subject = due(CircuitBreakerConfig(max_probes=1))

    async def hang(_: Permit) -> None:
        await asyncio.Event().wait()

    for _ in range(10):
        probe = asyncio.create_task(subject.breaker.call(hang))
        await asyncio.sleep(0)
        assert subject.breaker.snapshot().probes_in_flight == 1
        probe.cancel()
        with pytest.raises(asyncio.CancelledError):
            await probe
    snapshot = subject.breaker.snapshot()
    assert (snapshot.state, snapshot.probes_in_flight) == (BreakerState.HALF_OPEN, 0)
    assert snapshot.figures.calls == 0


def test_a_rejection_for_want_of_a_slot_asks_to_come_again_soon_and_not_when_the_probes_are_given_up() -> None:
    subject = due()
    probes = [PendingCall(subject.breaker) for _ in range(2)]
    assert subject.breaker.snapshot().retry_after == 0.0
    probes.append(PendingCall(subject.breaker))
    assert subject.breaker.snapshot().retry_after == 1.0
    subject.clock.advance(10)
    with pytest.raises(CircuitOpenError) as rejection:
        PendingCall(subject.breaker)
    assert (rejection.value.state, rejection.value.retry_after) == (BreakerState.HALF_OPEN, 1.0)
    assert rejection.value.reason == "3 probes are in flight; no more are let through before they end"
    assert len(probes) == 3


def test_probes_that_never_return_open_it_again_after_the_half_open_timeout() -> None:
    subject = due()
    wedged = [PendingCall(subject.breaker) for _ in range(3)]
    with pytest.raises(CircuitOpenError):
        PendingCall(subject.breaker)
    subject.clock.advance(30)
    with pytest.raises(CircuitOpenError) as rejection:
        PendingCall(subject.breaker)
    assert (rejection.value.breaker, subject.breaker.rejected) == ("embeddings:stable", 2)
    assert (rejection.value.state, rejection.value.retry_after) == (BreakerState.OPEN, 60.0)
    assert rejection.value.reason == "3 probes did not end within 30 s"
    for probe in wedged:
        probe.succeed()
    assert subject.state() is BreakerState.OPEN
    subject.recover()


def test_a_quiet_hour_between_two_probes_is_not_taken_for_a_wedge() -> None:
    subject = due(CircuitBreakerConfig(max_probes=1))
    succeed(subject.breaker)
    subject.clock.advance(3600)
    probe = PendingCall(subject.breaker)
    subject.clock.advance(1)
    with pytest.raises(CircuitOpenError):
        PendingCall(subject.breaker)
    probe.succeed()
    assert subject.state() is BreakerState.CLOSED


def test_failures_that_end_after_recovery_count_nothing() -> None:
    subject = BreakerUnderTest(CONFIG)
    stale = [PendingCall(subject.breaker) for _ in range(50)]
    subject.open()
    subject.recover()
    for call in stale:
        call.fail()
    snapshot = subject.breaker.snapshot()
    assert (snapshot.state, snapshot.figures) == (BreakerState.CLOSED, (0, 0.0, 0.0, 0))


def test_slow_successes_that_end_after_recovery_count_nothing() -> None:
    subject = BreakerUnderTest(CONFIG)
    stale = [PendingCall(subject.breaker) for _ in range(50)]
    subject.open()
    subject.recover()
    for call in stale:
        call.succeed()
    assert subject.breaker.snapshot().figures.calls == 0


def test_probes_that_end_after_recovery_count_nothing() -> None:
    subject = due()
    first, second, third = (PendingCall(subject.breaker) for _ in range(3))
    first.succeed()
    second.succeed()
    third.fail()
    snapshot = subject.breaker.snapshot()
    assert (snapshot.state, snapshot.figures.calls) == (BreakerState.CLOSED, 0)


def test_a_probe_of_an_earlier_half_open_frees_no_slot_of_a_later_one() -> None:
    subject = due()
    first, second = PendingCall(subject.breaker), PendingCall(subject.breaker)
    first.fail()
    subject.wait_until_due()
    probes = [PendingCall(subject.breaker) for _ in range(3)]
    second.succeed()
    with pytest.raises(CircuitOpenError):
        PendingCall(subject.breaker)
    assert subject.breaker.snapshot().probes_in_flight == len(probes)
