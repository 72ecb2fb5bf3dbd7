"""A breaker on a manual clock, with a record of its transitions."""

from service.reliability.breaker_states import BreakerState
from service.reliability.circuit_breaker import CircuitBreaker, Outcome, Transition
from service.reliability.circuit_breaker_config import CircuitBreakerConfig
from tests.unit.reliability.manual_clock import ManualClock
from tests.unit.reliability.pending_call import CallerLeftError, RefusedError, fail, succeed


def outcome_of(error: Exception) -> Outcome:
    if isinstance(error, CallerLeftError):
        return Outcome.IGNORED
    return Outcome.SUCCESS if isinstance(error, RefusedError) else Outcome.FAILURE


class BreakerUnderTest:
    """The breaker, its clock, and what its listener heard."""

    def __init__(self, config: CircuitBreakerConfig) -> None:
        self.config = config
        self.clock = ManualClock()
        self.transitions: list[Transition] = []
        self.breaker = CircuitBreaker(
            "embeddings:stable",
            config,
            clock=self.clock,
            on_transition=self.transitions.append,
            outcome_of=outcome_of,
        )

    def state(self) -> BreakerState:
        return self.breaker.snapshot().state

    @property
    def path(self) -> list[BreakerState]:
        return [transition.to_state for transition in self.transitions]

    def open(self) -> None:
        fail(self.breaker, times=self.config.consecutive_failures or self.config.minimum_calls)
        assert self.state() is BreakerState.OPEN

    def wait_until_due(self) -> None:
        self.clock.advance(self.config.open_duration.total_seconds())

    def recover(self) -> None:
        self.wait_until_due()
        succeed(self.breaker, times=self.config.successes_to_close)
        assert self.state() is BreakerState.CLOSED
