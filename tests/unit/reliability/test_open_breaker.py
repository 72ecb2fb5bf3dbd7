import math

import pytest

from service.reliability.breaker_states import BreakerState
from service.reliability.circuit_breaker import CircuitOpenError
from service.reliability.circuit_breaker_config import CircuitBreakerConfig
from tests.unit.reliability.breaker_under_test import BreakerUnderTest
from tests.unit.reliability.pending_call import PendingCall


@pytest.fixture
def subject() -> BreakerUnderTest:
    subject = BreakerUnderTest(CircuitBreakerConfig())
    subject.open()
    return subject


def test_it_does_not_call_the_operation(subject: BreakerUnderTest) -> None:
    for _ in range(10):
        with pytest.raises(CircuitOpenError):
            PendingCall(subject.breaker)
    assert subject.state() is BreakerState.OPEN


def test_a_rejection_says_who_rejects_why_and_for_how_long(subject: BreakerUnderTest) -> None:
    subject.clock.advance(18)
    with pytest.raises(CircuitOpenError) as rejection:
        PendingCall(subject.breaker)
    error = rejection.value
    assert (error.breaker, error.state, error.retry_after) == ("embeddings:stable", BreakerState.OPEN, 42.0)
    assert error.reason == "5 consecutive failures; the limit is 5"
    assert str(error) == (
        "Circuit breaker 'embeddings:stable' is open for 42 s: 5 consecutive failures; the limit is 5"
    )


def test_it_rejects_to_the_last_moment(subject: BreakerUnderTest) -> None:
    subject.clock.now = math.nextafter(subject.clock.now + 60, 0)
    with pytest.raises(CircuitOpenError):
        PendingCall(subject.breaker)


def test_time_alone_changes_nothing_before_the_next_call(subject: BreakerUnderTest) -> None:
    subject.wait_until_due()
    subject.clock.advance(3600)
    snapshot = subject.breaker.snapshot()
    assert (snapshot.state, snapshot.retry_after) == (BreakerState.OPEN, 0.0)
    assert subject.path == [BreakerState.OPEN]


def test_the_first_call_after_the_open_duration_is_a_probe(subject: BreakerUnderTest) -> None:
    subject.wait_until_due()
    assert PendingCall(subject.breaker).permit.state is BreakerState.HALF_OPEN
    assert subject.path == [BreakerState.OPEN, BreakerState.HALF_OPEN]
    probing = subject.transitions[-1]
    assert (probing.reason, probing.at) == ("open for 60 s", subject.clock.now)


def test_failures_that_were_in_flight_when_it_opened_do_not_prolong_it() -> None:
    subject = BreakerUnderTest(CircuitBreakerConfig())
    late = [PendingCall(subject.breaker) for _ in range(20)]
    subject.open()
    opened_at = subject.clock.now
    subject.clock.advance(30)
    for call in late:
        call.fail()
    snapshot = subject.breaker.snapshot()
    assert (snapshot.generation, snapshot.since) == (2, opened_at)
