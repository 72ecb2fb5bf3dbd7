"""Any schedule of calls, answers, waits and interventions leaves the breaker where the plain model stands."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from service.reliability.breaker_states import BreakerState
from service.reliability.circuit_breaker import CircuitOpenError
from service.reliability.circuit_breaker_config import CircuitBreakerConfig
from tests.unit.reliability.breaker_model import BreakerModel, Question
from tests.unit.reliability.breaker_under_test import BreakerUnderTest
from tests.unit.reliability.pending_call import PendingCall

UNHURRIED: Any = {
    "stateful_step_count": 40,
    "deadline": None,  # the machine may be busy with something else
    "suppress_health_check": [HealthCheck.too_slow],
}


ENDINGS = ["succeed", "fail", "be_refused", "be_cancelled", "be_abandoned"]


def quarters(most: int) -> st.SearchStrategy[timedelta]:
    # Quarters of a second add up exactly, so that the two agree on which side of an instant a call lies.
    return st.integers(1, most * 4).map(lambda count: timedelta(seconds=count / 4))


@st.composite
def configs(draw: st.DrawFn) -> CircuitBreakerConfig:
    buckets = draw(st.integers(1, 5))
    rules = draw(st.sets(st.sampled_from(["failure rate", "run", "slow rate"]), min_size=1))
    return CircuitBreakerConfig(
        failure_rate_threshold=draw(st.sampled_from([0.25, 0.5, 1.0])) if "failure rate" in rules else None,
        minimum_calls=draw(st.integers(1, 6)),
        window=draw(quarters(2)) * buckets,
        buckets=buckets,
        consecutive_failures=draw(st.integers(1, 5)) if "run" in rules else None,
        slow_call_duration=draw(quarters(2)) if "slow rate" in rules else None,
        slow_call_rate_threshold=draw(st.sampled_from([0.25, 0.5, 1.0])),
        open_duration=draw(quarters(3)),
        max_probes=draw(st.integers(1, 3)),
        successes_to_close=draw(st.integers(1, 3)),
        half_open_timeout=draw(quarters(3)),
    )


class BreakerAndModel(RuleBasedStateMachine):
    @initialize(config=configs())
    def begin(self, config: CircuitBreakerConfig) -> None:
        self.subject = BreakerUnderTest(config)
        self.model = BreakerModel(config, self.subject.clock.now)
        self.in_flight: list[tuple[PendingCall, Question]] = []

    @rule(wait=quarters(4))
    def wait(self, wait: timedelta) -> None:
        self.subject.clock.advance(wait.total_seconds())
        self.model.now = self.subject.clock.now

    @rule(data=st.data())
    def wait_for_something_to_fall_due(self, data: st.DataObject) -> None:
        config = self.subject.config
        durations = [config.open_duration, config.half_open_timeout, config.window / config.buckets, config.window]
        self.wait(data.draw(st.sampled_from([*durations, config.slow_call_duration or config.window])))

    @rule(calls=st.integers(1, 5))
    def call(self, calls: int) -> None:
        for _ in range(calls):
            question = self.model.ask()
            try:
                pending = PendingCall(self.subject.breaker)
            except CircuitOpenError:
                assert question is None
            else:
                assert question is not None
                assert pending.permit.generation == question.generation
                self.in_flight.append((pending, question))

    @precondition(lambda self: self.in_flight)
    @rule(data=st.data(), ending=st.sampled_from(ENDINGS))
    def end(self, data: st.DataObject, ending: str) -> None:
        pending, question = self.in_flight.pop(data.draw(st.integers(0, len(self.in_flight) - 1)))
        getattr(pending, ending)()
        if ending in {"be_cancelled", "be_abandoned"}:
            self.model.cancel(question)
        else:
            self.model.answer(question, failed=ending == "fail")

    @rule(healthy=st.booleans(), calls=st.integers(1, 8))
    def call_and_answer(self, *, healthy: bool, calls: int) -> None:
        for _ in range(calls):
            before = len(self.in_flight)
            self.call(1)
            if len(self.in_flight) > before:
                pending, question = self.in_flight.pop()
                (pending.succeed if healthy else pending.fail)()
                self.model.answer(question, failed=not healthy)

    @precondition(lambda self: self.model.state is BreakerState.CLOSED)
    @rule(probes=st.integers(1, 3))
    def live_through_an_outage(self, probes: int) -> None:
        self.call_and_answer(healthy=False, calls=6)
        self.wait(self.subject.config.open_duration)
        self.call(probes)

    @rule(isolated=st.booleans(), patience=st.integers(1, 5))
    def intervene(self, *, isolated: bool, patience: int) -> None:
        if patience < 5:
            return  # seldom, or hardly a schedule would come as far as its second half-open state
        (self.subject.breaker.isolate if isolated else self.subject.breaker.reset)("by hand")
        self.model.move(BreakerState.ISOLATED if isolated else BreakerState.CLOSED)

    @invariant()
    def they_agree(self) -> None:
        snapshot = self.subject.breaker.snapshot()
        assert (snapshot.state, snapshot.generation) == (self.model.state, self.model.generation)
        assert snapshot.since == self.model.since
        assert snapshot.probes_in_flight == len(self.model.probes)
        if snapshot.state in {BreakerState.CLOSED, BreakerState.HALF_OPEN}:
            assert snapshot.figures == self.model.figures()

    @invariant()
    def looking_changed_nothing(self) -> None:
        assert self.subject.breaker.snapshot() == self.subject.breaker.snapshot()


def test_a_few_hundred_schedules_agree_with_the_model() -> None:
    run_state_machine_as_test(BreakerAndModel, settings=settings(max_examples=250, **UNHURRIED))


@pytest.mark.long
def test_thousands_of_schedules_agree_with_the_model() -> None:
    run_state_machine_as_test(BreakerAndModel, settings=settings(max_examples=6000, **UNHURRIED))
