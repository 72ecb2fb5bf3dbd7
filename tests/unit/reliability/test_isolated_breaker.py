import pytest

from service.reliability.breaker_states import BreakerState
from service.reliability.circuit_breaker import CircuitOpenError
from service.reliability.circuit_breaker_config import CircuitBreakerConfig
from tests.unit.reliability.breaker_under_test import BreakerUnderTest
from tests.unit.reliability.pending_call import PendingCall, fail, succeed


@pytest.fixture
def subject() -> BreakerUnderTest:
    return BreakerUnderTest(CircuitBreakerConfig())


def test_it_rejects_however_long_it_lasts_until_it_is_reset(subject: BreakerUnderTest) -> None:
    subject.breaker.isolate("the provider is being moved")
    for _ in range(10):
        subject.clock.advance(3600)
        with pytest.raises(CircuitOpenError):
            PendingCall(subject.breaker)
    subject.breaker.reset("moved")
    succeed(subject.breaker)
    assert subject.path == [BreakerState.ISOLATED, BreakerState.CLOSED]


def test_a_rejection_says_that_only_a_person_can_end_it(subject: BreakerUnderTest) -> None:
    subject.breaker.isolate("the provider is being moved")
    with pytest.raises(CircuitOpenError) as rejection:
        PendingCall(subject.breaker)
    assert (rejection.value.state, rejection.value.retry_after) == (BreakerState.ISOLATED, None)
    assert str(rejection.value) == (
        "Circuit breaker 'embeddings:stable' is isolated until it is reset: the provider is being moved"
    )
    assert subject.breaker.snapshot().retry_after is None


def test_answers_to_calls_from_before_do_not_end_it(subject: BreakerUnderTest) -> None:
    subject.open()
    subject.wait_until_due()
    probes = [PendingCall(subject.breaker) for _ in range(2)]
    subject.breaker.isolate("enough")
    for probe in probes:
        probe.succeed()
    assert subject.state() is BreakerState.ISOLATED


def test_isolating_again_gives_the_new_reason(subject: BreakerUnderTest) -> None:
    subject.breaker.isolate("first")
    subject.breaker.isolate("second")
    assert subject.breaker.snapshot().reason == "second"
    assert subject.breaker.snapshot().generation == 3


def test_a_reset_closes_an_open_breaker_at_once(subject: BreakerUnderTest) -> None:
    subject.open()
    subject.breaker.reset("it works, I looked")
    succeed(subject.breaker)
    assert subject.path == [BreakerState.OPEN, BreakerState.CLOSED]


def test_a_reset_of_a_closed_breaker_forgets_what_was_counted(subject: BreakerUnderTest) -> None:
    fail(subject.breaker, times=4)
    subject.breaker.reset("those were mine")
    fail(subject.breaker, times=4)
    assert subject.state() is BreakerState.CLOSED


def test_transitions_tell_a_persons_wish_from_what_the_calls_concluded(subject: BreakerUnderTest) -> None:
    subject.breaker.isolate("the provider is being moved")
    subject.breaker.reset("moved")
    subject.open()
    assert [(transition.requested, transition.reason) for transition in subject.transitions] == [
        (True, "the provider is being moved"),
        (True, "moved"),
        (False, "5 consecutive failures; the limit is 5"),
    ]
