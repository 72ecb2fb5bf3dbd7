from datetime import timedelta

import pytest

from service.reliability.breaker_states import BreakerState
from service.reliability.circuit_breaker_config import CircuitBreakerConfig
from tests.unit.reliability.breaker_under_test import BreakerUnderTest
from tests.unit.reliability.pending_call import PendingCall, fail, succeed

CONSECUTIVE_ONLY = CircuitBreakerConfig(failure_rate_threshold=None, consecutive_failures=3)
RATE_ONLY = CircuitBreakerConfig(consecutive_failures=None, minimum_calls=10, window=timedelta(seconds=10), buckets=10)
SLOW_ONLY = CircuitBreakerConfig(
    failure_rate_threshold=None,
    consecutive_failures=None,
    minimum_calls=5,
    slow_call_duration=timedelta(seconds=1),
    slow_call_rate_threshold=0.8,
)


def test_it_opens_on_the_last_of_the_consecutive_failures() -> None:
    subject = BreakerUnderTest(CONSECUTIVE_ONLY)
    fail(subject.breaker, times=2)
    assert subject.state() is BreakerState.CLOSED
    fail(subject.breaker)
    assert subject.state() is BreakerState.OPEN
    assert subject.transitions[0].reason == "3 consecutive failures; the limit is 3"


def test_a_success_breaks_the_run_of_failures() -> None:
    subject = BreakerUnderTest(CONSECUTIVE_ONLY)
    for _ in range(5):
        fail(subject.breaker, times=2)
        succeed(subject.breaker)
    assert subject.state() is BreakerState.CLOSED


def test_a_run_of_failures_has_no_time_limit() -> None:
    subject = BreakerUnderTest(CircuitBreakerConfig(consecutive_failures=3))
    for _ in range(3):
        fail(subject.breaker)
        subject.clock.advance(3600)
    assert subject.state() is BreakerState.OPEN


def test_it_opens_once_the_failure_rate_reaches_its_limit() -> None:
    subject = BreakerUnderTest(RATE_ONLY)
    succeed(subject.breaker, times=10)
    fail(subject.breaker, times=9)
    assert subject.state() is BreakerState.CLOSED
    fail(subject.breaker)
    assert subject.state() is BreakerState.OPEN
    assert subject.transitions[0].reason == "50% of 20 calls failed; the limit is 50%"


def test_a_rate_means_nothing_before_the_minimum_of_calls() -> None:
    subject = BreakerUnderTest(RATE_ONLY)
    fail(subject.breaker, times=9)
    assert subject.state() is BreakerState.CLOSED
    fail(subject.breaker)
    assert subject.state() is BreakerState.OPEN


def test_no_success_opens_it_though_it_makes_the_calls_enough_for_a_rate() -> None:
    for end in (PendingCall.succeed, PendingCall.be_refused):
        subject = BreakerUnderTest(RATE_ONLY)
        fail(subject.breaker, times=9)
        end(PendingCall(subject.breaker))
        assert subject.state() is BreakerState.CLOSED


def test_failures_that_left_the_window_count_no_more() -> None:
    subject = BreakerUnderTest(RATE_ONLY)
    fail(subject.breaker, times=9)
    subject.clock.advance(10)
    succeed(subject.breaker, times=1)
    fail(subject.breaker, times=8)
    assert subject.state() is BreakerState.CLOSED
    assert subject.breaker.snapshot().figures.calls == 9


def test_where_no_rule_asks_for_a_rate_no_call_leaves_the_figures() -> None:
    subject = BreakerUnderTest(CONSECUTIVE_ONLY)
    succeed(subject.breaker)
    subject.clock.advance(86_400)
    fail(subject.breaker)
    assert subject.breaker.snapshot().figures == (2, 0.5, 0.0, 1)


def test_it_opens_when_too_many_calls_are_slow_though_all_succeed() -> None:
    subject = BreakerUnderTest(SLOW_ONLY)
    succeed(subject.breaker)
    for _ in range(4):
        call = PendingCall(subject.breaker)
        subject.clock.advance(1.0)
        call.succeed()
    assert subject.state() is BreakerState.OPEN
    assert subject.transitions[0].reason == "80% of 5 calls took 1 s or longer; the limit is 80%"


def test_calls_just_under_the_slow_duration_do_not_open_it() -> None:
    subject = BreakerUnderTest(SLOW_ONLY)
    for _ in range(20):
        call = PendingCall(subject.breaker)
        subject.clock.advance(0.999)
        call.succeed()
    assert subject.state() is BreakerState.CLOSED


def test_a_slow_failure_counts_as_both() -> None:
    subject = BreakerUnderTest(SLOW_ONLY)
    call = PendingCall(subject.breaker)
    subject.clock.advance(1.0)
    call.fail()
    assert subject.breaker.snapshot().figures == (1, 1.0, 1.0, 1)


def test_failures_alone_do_not_open_a_breaker_that_minds_slow_calls_only() -> None:
    subject = BreakerUnderTest(SLOW_ONLY)
    fail(subject.breaker, times=50)
    assert subject.state() is BreakerState.CLOSED


@pytest.mark.parametrize("config", [CONSECUTIVE_ONLY, RATE_ONLY, SLOW_ONLY])
def test_the_callers_own_mistakes_do_not_open_it(config: CircuitBreakerConfig) -> None:
    subject = BreakerUnderTest(config)
    for _ in range(50):
        PendingCall(subject.breaker).be_refused()
    assert subject.state() is BreakerState.CLOSED
    assert subject.breaker.snapshot().figures.calls == 50


@pytest.mark.parametrize("config", [CONSECUTIVE_ONLY, RATE_ONLY, SLOW_ONLY])
def test_a_call_that_was_cancelled_or_abandoned_counts_as_nothing(config: CircuitBreakerConfig) -> None:
    subject = BreakerUnderTest(config)
    for _ in range(50):
        PendingCall(subject.breaker).be_cancelled()
        PendingCall(subject.breaker).be_abandoned()
    assert subject.state() is BreakerState.CLOSED
    assert subject.breaker.snapshot().figures.calls == 0


def test_a_cancelled_call_does_not_break_a_run_of_failures() -> None:
    subject = BreakerUnderTest(CONSECUTIVE_ONLY)
    fail(subject.breaker, times=2)
    PendingCall(subject.breaker).be_cancelled()
    fail(subject.breaker)
    assert subject.state() is BreakerState.OPEN


def test_no_clock_is_read_for_a_healthy_call_when_no_rule_asks_for_time() -> None:
    subject = BreakerUnderTest(CONSECUTIVE_ONLY)
    before = subject.clock.readings
    succeed(subject.breaker, times=10)
    assert subject.clock.readings == before


def test_a_call_is_counted_when_it_ends_not_when_it_began() -> None:
    subject = BreakerUnderTest(RATE_ONLY)
    calls = [PendingCall(subject.breaker) for _ in range(10)]
    subject.clock.advance(60)
    for call in calls:
        call.fail()
    assert subject.state() is BreakerState.OPEN
