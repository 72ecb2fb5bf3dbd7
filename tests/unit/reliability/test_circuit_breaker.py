import asyncio
from typing import Any, cast

import pytest

from service.reliability.breaker_states import BreakerState, Permit
from service.reliability.circuit_breaker import CircuitBreaker, CircuitOpenError, Transition
from service.reliability.circuit_breaker_config import CircuitBreakerConfig
from tests.unit.reliability.breaker_under_test import BreakerUnderTest
from tests.unit.reliability.manual_clock import ManualClock
from tests.unit.reliability.pending_call import PendingCall, fail, succeed


@pytest.fixture
def subject() -> BreakerUnderTest:
    return BreakerUnderTest(CircuitBreakerConfig())


async def test_the_answer_is_the_operations(subject: BreakerUnderTest) -> None:
    async def operation(permit: Permit) -> tuple[int, BreakerState]:
        return permit.generation, permit.state

    assert await subject.breaker.call(operation) == (1, BreakerState.CLOSED)


async def test_the_exception_is_the_operations(subject: BreakerUnderTest) -> None:
    async def operation(_: Permit) -> None:
        raise LookupError("of the operation")

    with pytest.raises(LookupError, match="of the operation"):
        await subject.breaker.call(operation)


def test_a_breaker_tells_its_rules() -> None:
    rules = CircuitBreakerConfig(consecutive_failures=3)
    assert CircuitBreaker("plain", rules).config is rules


async def test_a_breaker_given_no_rule_takes_every_exception_for_a_failure_and_tells_nobody() -> None:
    breaker = CircuitBreaker("plain", CircuitBreakerConfig(consecutive_failures=1))

    async def operation(_: Permit) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await breaker.call(operation)
    with pytest.raises(CircuitOpenError):
        await breaker.call(operation)


@pytest.mark.parametrize("failure_rate_threshold", [0.5, None])
async def test_an_async_operation_trips_it(failure_rate_threshold: float | None) -> None:
    breaker = CircuitBreaker("async", CircuitBreakerConfig(failure_rate_threshold=failure_rate_threshold))

    async def operation(_: Permit) -> None:
        await asyncio.sleep(0)
        raise LookupError

    for _ in range(5):
        with pytest.raises(LookupError):
            await breaker.call(operation)
    assert breaker.snapshot().state is BreakerState.OPEN


async def test_an_operation_that_is_not_async_is_refused_aloud_instead_of_passing_unguarded(
    subject: BreakerUnderTest,
) -> None:
    def operation(_: Permit) -> str:
        return "an answer nobody waited for"

    with pytest.raises(TypeError, match="await"):
        await subject.breaker.call(cast("Any", operation))


def test_every_transition_begins_a_new_generation(subject: BreakerUnderTest) -> None:
    subject.open()
    subject.recover()
    subject.breaker.isolate("by hand")
    subject.breaker.reset("by hand")
    assert [transition.generation for transition in subject.transitions] == [2, 3, 4, 5, 6]


def test_a_permit_names_the_generation_that_admitted_the_call(subject: BreakerUnderTest) -> None:
    before = PendingCall(subject.breaker).permit
    subject.open()
    subject.wait_until_due()
    probe = PendingCall(subject.breaker).permit
    assert (before.generation, before.state) == (1, BreakerState.CLOSED)
    assert (probe.generation, probe.state) == (3, BreakerState.HALF_OPEN)


def test_a_transition_carries_the_figures_that_led_to_it(subject: BreakerUnderTest) -> None:
    succeed(subject.breaker, times=15)
    subject.open()
    assert subject.transitions == [
        Transition(
            breaker="embeddings:stable",
            from_state=BreakerState.CLOSED,
            to_state=BreakerState.OPEN,
            generation=2,
            at=subject.clock.now,
            reason="5 consecutive failures; the limit is 5",
            figures=subject.transitions[0].figures,
            requested=False,
        )
    ]
    assert subject.transitions[0].figures == (20, 0.25, 0.0, 5)


def test_the_listener_hears_of_a_change_after_it_happened() -> None:
    heard: list[BreakerState] = []
    breaker = CircuitBreaker(
        "heard", CircuitBreakerConfig(), on_transition=lambda _: heard.append(breaker.snapshot().state)
    )
    fail(breaker, times=5)
    assert heard == [BreakerState.OPEN]


def test_a_listener_may_change_the_state_again() -> None:
    clock = ManualClock()

    def isolate_instead_of_probing(transition: Transition) -> None:
        if transition.to_state is BreakerState.HALF_OPEN:
            breaker.isolate("no probes tonight")

    breaker = CircuitBreaker("heard", CircuitBreakerConfig(), clock=clock, on_transition=isolate_instead_of_probing)
    fail(breaker, times=5)
    clock.advance(60)
    succeed(breaker)
    assert breaker.snapshot().state is BreakerState.ISOLATED


def test_looking_never_changes_the_state(subject: BreakerUnderTest) -> None:
    fail(subject.breaker, times=4)
    for _ in range(100):
        subject.breaker.snapshot()
        subject.clock.advance(7)
    assert subject.breaker.snapshot().figures == (0, 0.0, 0.0, 4)
    fail(subject.breaker)
    assert subject.path == [BreakerState.OPEN]
    subject.wait_until_due()
    for _ in range(100):
        subject.breaker.snapshot()
    assert subject.path == [BreakerState.OPEN]


def test_a_snapshot_shows_the_state_its_age_and_its_figures(subject: BreakerUnderTest) -> None:
    subject.clock.advance(5)
    succeed(subject.breaker, times=3)
    fail(subject.breaker)
    snapshot = subject.breaker.snapshot()
    assert (snapshot.name, snapshot.state, snapshot.generation) == ("embeddings:stable", BreakerState.CLOSED, 1)
    assert (snapshot.since, snapshot.reason, snapshot.retry_after) == (1000.0, "", None)
    assert (snapshot.figures, snapshot.probes_in_flight) == ((4, 0.25, 0.0, 1), 0)


async def test_a_call_is_admitted_when_it_runs_not_when_it_is_made(subject: BreakerUnderTest) -> None:
    made_early = subject.breaker.call(lambda _: asyncio.sleep(0))
    subject.open()
    with pytest.raises(CircuitOpenError):
        await made_early


@pytest.mark.parametrize("failure_rate_threshold", [0.5, None])
def test_calls_that_were_answered_and_calls_that_were_rejected_are_counted_over_all_states(
    failure_rate_threshold: float | None,
) -> None:
    subject = BreakerUnderTest(CircuitBreakerConfig(failure_rate_threshold=failure_rate_threshold))
    succeed(subject.breaker, times=3)
    subject.open()
    for _ in range(4):
        with pytest.raises(CircuitOpenError):
            PendingCall(subject.breaker)
    subject.wait_until_due()
    fail(subject.breaker)
    subject.recover()
    succeed(subject.breaker)
    counted = subject.breaker.answered, subject.breaker.rejected
    failures, probes = subject.config.consecutive_failures or 0, subject.config.successes_to_close
    assert counted == (3 + failures + 1 + probes + 1, 4)
