"""Makes the way to call each dependency, and keeps what operators and observers want to see of it."""

import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from service.dependencies.attempt_log import AttemptLog
from service.dependencies.call import Attempting, Call, directly
from service.dependencies.fault_injection import FaultInjector
from service.dependencies.guarded_call import GuardConfig, GuardedCall, outcome_of
from service.dependencies.plain_call import PlainCall
from service.dependencies.timed_attempts import TimedAttempts
from service.reliability.circuit_breaker import CircuitBreaker, Transition
from service.reliability.circuit_breaker_config import CircuitBreakerConfig
from service.reliability.latency_window import LatencyWindow
from service.reliability.retry import RetryPolicy
from service.reliability.retry_budget import RetryBudget

LATENCY_WINDOW = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class GuardsConfig:
    """What the guards of all dependencies have in common."""

    guarded: bool  # else calls are plain
    fault_injection: bool
    breaker: CircuitBreakerConfig  # its slow_call_duration is each dependency's own
    retry: RetryPolicy
    retry_budget_minimum: int
    retry_budget_ratio: float


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How long things may take at one dependency."""

    slow_call: timedelta
    attempt_timeout: timedelta
    deadline: timedelta


class Guards:
    """The guard of each dependency. Each has its own breaker, retry budget and fault injector."""

    def __init__(
        self,
        config: GuardsConfig,
        *,
        instance: str,
        on_transition: Callable[[Transition], None],
    ) -> None:
        self._config = config
        self._on_transition = on_transition
        self._rng = random.Random()  # noqa: S311 - jitter is no secret
        self.attempts = AttemptLog(instance=instance)
        self.latencies: dict[str, LatencyWindow] = {}  # of the attempts, by dependency
        self.injectors: dict[str, FaultInjector] = {}  # by dependency
        self.breakers: dict[str, CircuitBreaker] = {}  # by name

    def call(self, dependency: str, limits: Limits, *, breaker: str) -> Call:
        """A way to call a dependency; to be made once for each breaker."""
        attempting = self._attempting(dependency)
        if not self._config.guarded:
            return PlainCall(dependency, attempting)
        self.breakers[breaker] = CircuitBreaker(
            breaker,
            replace(self._config.breaker, slow_call_duration=limits.slow_call),
            on_transition=self._on_transition,
            outcome_of=outcome_of,
        )
        return GuardedCall(
            dependency,
            GuardConfig(attempt_timeout=limits.attempt_timeout, deadline=limits.deadline, retry=self._config.retry),
            breaker=self.breakers[breaker],
            budget=RetryBudget(minimum=self._config.retry_budget_minimum, ratio=self._config.retry_budget_ratio),
            attempting=attempting,
            rng=self._rng,
        )

    def check(self, dependency: str, ask: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        """The way to ask a dependency whether it works: past breaker and retry, but not past its faults."""
        injector = self.injectors.get(dependency)
        return ask if injector is None else partial(injector.check, ask)

    def _attempting(self, dependency: str) -> Attempting:
        attempting: Attempting = directly
        if self._config.fault_injection:
            attempting = self.injectors.setdefault(dependency, FaultInjector(dependency, self.attempts))
        window = LatencyWindow(time.monotonic(), duration=LATENCY_WINDOW.total_seconds())
        return TimedAttempts(attempting, self.latencies.setdefault(dependency, window))
