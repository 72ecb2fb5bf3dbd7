"""Circuit breakers with one wrong part each."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from service.dependencies import guards
from service.dependencies.errors import RefusedError
from service.dependencies.guarded_call import outcome_of
from service.reliability.breaker_states import Closed, HalfOpen, Open, Permit
from service.reliability.circuit_breaker import CircuitBreaker, Outcome
from tests.defects.replacing import replace

T = TypeVar("T")


def never_opens() -> None:
    replace(Closed, "_reason_to_open", lambda _self, _now: None)


def opens_on_the_first_error() -> None:
    replace(Closed, "failed", lambda _self, _now, *, slow: f"one error, slow: {slow}")


def ignores_slow_calls() -> None:
    original = Closed.succeeded
    replace(Closed, "succeeded", lambda self, now, *, slow: original(self, now, slow=slow and False))


def ignores_timeouts() -> None:
    def wrong(error: Exception) -> Outcome:
        late = isinstance(error.__cause__, TimeoutError)
        return Outcome.IGNORED if late else outcome_of(error)

    replace(guards, "outcome_of", wrong)


def counts_the_callers_mistakes() -> None:
    replace(
        guards,
        "outcome_of",
        lambda error: Outcome.FAILURE if isinstance(error, RefusedError) else outcome_of(error),
    )


def half_open_lets_everything_through() -> None:
    original = HalfOpen.take_slot

    def take_slot(self: HalfOpen, now: float) -> None:
        original(self, now)
        self.free_slots += 1

    replace(HalfOpen, "take_slot", take_slot)


def leaks_while_open() -> None:
    """Lets every third call through while open, on a permit of the generation that ended."""
    original = CircuitBreaker.call
    stale: dict[str, Permit] = {}
    asked = 0

    async def call(self: CircuitBreaker, operation: Callable[[Permit], Awaitable[T]]) -> T:
        nonlocal asked
        if (closed := self._closed) is not None:
            stale[self.name] = closed
        elif isinstance(self._state, Open):
            asked += 1
            if asked % 3 == 0:
                return await operation(stale[self.name])
        return await original(self, operation)

    replace(CircuitBreaker, "call", call)


def stays_open_four_times_as_long() -> None:
    _open_for(4.0)


def stays_open_for_a_moment() -> None:
    _open_for(0.05)


def _open_for(factor: float) -> None:
    original = Open.__init__

    def init(self: Open, generation: int, now: float, reason: str, *, ends_at: float) -> None:
        original(self, generation, now, reason, ends_at=now + factor * (ends_at - now))

    replace(Open, "__init__", init)
